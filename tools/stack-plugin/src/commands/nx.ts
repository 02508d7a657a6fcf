import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CommandError } from '@dr/command-line';

/**
 * Synthesizes all stacks for an environment, from the cache where nothing changed.
 *
 * @param workspaceRoot absolute
 * @returns the stacks of the workspace, sorted
 * @throws CommandError with what the synthesis said when it fails
 */
export async function synthesizeStacks(workspaceRoot: string, environment: string): Promise<readonly string[]> {
  const args = ['run-many', '-t', 'synth', `--environment=${environment}`, '--output-style=stream'];
  const synthesis = await nx(workspaceRoot, args);
  if (synthesis.status !== 0) {
    throw new CommandError(`${environment}: the stacks cannot be synthesized.\n${synthesis.output.trim()}`);
  }
  const stacks = await nx(workspaceRoot, ['show', 'projects', '--projects=tag:type:stack', '--json']);
  if (stacks.status !== 0)
    throw new CommandError(`Nx did not list the stacks of the workspace.\n${stacks.output.trim()}`);
  return (JSON.parse(stacks.output) as readonly string[]).toSorted();
}

function nx(
  workspaceRoot: string,
  args: readonly string[],
): Promise<{ readonly status: number | null; readonly output: string }> {
  // The variables of the task that this runs in would make Nx take part in that task.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NX_(?!DAEMON$)|LERNA_)/.test(name));
  const env = { ...Object.fromEntries(inherited), NX_ISOLATE_PLUGINS: 'false' };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(workspaceRoot, 'node_modules/.bin/nx'), ...args], {
      cwd: workspaceRoot,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}
