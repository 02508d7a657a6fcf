import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Arguments that synthesize all stacks for an environment, from the cache where nothing changed. */
export function synthesisOf(environment: string): readonly string[] {
  return ['run-many', '-t', 'synth', `--environment=${environment}`, '--output-style=stream'];
}

/** Variables of the task that this runs in, which would make Nx take part in that task; not those of its caches. */
const OF_A_TASK = /^(NX_(?!DAEMON$|SELF_HOSTED_REMOTE_CACHE_)|LERNA_)/;

/**
 * Runs Nx from within a task or a command of its own workspace.
 *
 * @param onLine receives each line as it comes
 */
export function runNx(
  workspaceRoot: string,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): Promise<{ readonly status: number | null; readonly output: string }> {
  const inherited = Object.entries(process.env).filter(([name]) => !OF_A_TASK.test(name));
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
