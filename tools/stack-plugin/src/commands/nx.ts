import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CommandError } from '@dr/command-line';
import { resolveOptions } from '../plugin-options';

/**
 * Synthesizes all stacks for an environment, from the cache where nothing changed.
 *
 * @param workspaceRoot absolute
 * @returns the stacks of the workspace, sorted
 * @throws CommandError with what the synthesis said when it fails
 */
export async function synthesizeStacks(workspaceRoot: string, environment: string): Promise<readonly string[]> {
  const args = ['run-many', '-t', 'synth', `--environment=${environment}`, '--output-style=stream'];
  const { status, output } = await runNx(workspaceRoot, args);
  if (status !== 0) throw new CommandError(`${environment}: the stacks cannot be synthesized.\n${output.trim()}`);
  return (await resolveStackFolders(workspaceRoot)).stacks;
}

/** The stacks as the plugin finds them: what lies in dist may be of one that was deleted. */
export async function resolveStackFolders(
  workspaceRoot: string,
): Promise<{ readonly folder: string; readonly stacks: readonly string[] }> {
  const { plugins = [] } = JSON.parse(readFileSync(join(workspaceRoot, 'nx.json'), 'utf8')) as {
    readonly plugins?: readonly (string | { readonly plugin: string; readonly options?: unknown })[];
  };
  const own = plugins.find((each) => (typeof each === 'string' ? each : each.plugin).includes('stack-plugin'));
  const { stacks: folder } = await resolveOptions(typeof own === 'object' ? own.options : undefined, workspaceRoot);
  const stacks = readdirSync(join(workspaceRoot, folder))
    .filter((stack) =>
      ['tsconfig.json', 'src/main.ts'].every((file) => existsSync(join(workspaceRoot, folder, stack, file))),
    )
    .sort();
  return { folder, stacks };
}

/**
 * Runs Nx in a workspace, as a user would.
 *
 * @param onLine receives each line as it comes
 */
export function runNx(
  workspaceRoot: string,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
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
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => (output += text));
      createInterface({ input: stream }).on('line', onLine);
    }
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}
