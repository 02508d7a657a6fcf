import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '@dr/command-line';
import type { SynthesizedState } from '@dr/recovery';
import type { StateManifest } from '@dr/state-manifest';

/**
 * Synthesizes all stacks for an environment, from the cache where nothing changed, and reads their states.
 *
 * @param workspaceRoot absolute
 * @throws CommandError with what the synthesis said when it fails
 */
export async function synthesizeStates(
  workspaceRoot: string,
  environment: string,
): Promise<readonly SynthesizedState[]> {
  await synthesize(workspaceRoot, environment);
  const root = join(workspaceRoot, 'dist/synth', environment);
  return readdirSync(root)
    .sort()
    .flatMap((stack) => {
      const manifest = readJson(join(root, stack, 'states.json')) as StateManifest;
      return manifest.states.map(({ name, folder }) => ({
        name,
        json: readJson(join(root, stack, folder, 'cdk.tf.json')) as SynthesizedState['json'],
      }));
    });
}

function synthesize(workspaceRoot: string, environment: string): Promise<void> {
  const nx = join(workspaceRoot, 'node_modules/.bin/nx');
  const args = [nx, 'run-many', '-t', 'synth', `--environment=${environment}`, '--output-style=stream'];
  // The variables of the task that this runs in would make Nx take part in that task.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NX_(?!DAEMON$)|LERNA_)/.test(name));
  const env = { ...Object.fromEntries(inherited), NX_ISOLATE_PLUGINS: 'false' };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: workspaceRoot, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0) resolve();
      else reject(new CommandError(`${environment}: the stacks cannot be synthesized.\n${output.trim()}`));
    });
  });
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
