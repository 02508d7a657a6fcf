import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './measure.mjs';

/** A sandbox account of its own, running, with deployments beside it. */
export async function openBenchAccount({ workspace, env }) {
  const home = mkdtempSync(join(tmpdir(), 'dr-bench-'));
  const main = join(workspace, 'dist/tools/aws-sandbox/main.js');
  const variables = {
    ...env,
    DR_SANDBOX_HOME: join(home, 'sandbox'),
    DR_DEPLOYMENTS: join(home, 'deployments'),
    DR_SANDBOX_PORT: '0',
  };
  const sandbox = async (...args) => {
    const { status, output } = await run(process.execPath, [main, ...args], { cwd: workspace, env: variables });
    if (status !== 0) throw new Error(output);
    return output;
  };
  /** Variables that point Terraform in a folder at the account. The first call starts it. */
  const environmentFor = async (folder, { types, blocks } = {}) => {
    const narrowed = types ? ['--types', types.join(','), '--blocks', blocks.join(',')] : [];
    const output = await sandbox('env', '--folder', folder, ...narrowed);
    return Object.fromEntries([...output.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]));
  };
  await environmentFor(home);
  return {
    home,
    env: variables,
    environmentFor,
    /** Nothing in it, and nothing deployed. */
    async empty() {
      await sandbox('reset', '--force');
      rmSync(join(home, 'deployments'), { recursive: true, force: true });
    },
    status: async () => JSON.parse(await sandbox('status', '--json')),
    /** The most memory that its process has held so far, in MB [proc(5), VmHWM]. */
    async peakMemoryMb() {
      const { pid } = JSON.parse(await sandbox('status', '--json'));
      return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    },
    async close() {
      await sandbox('stop');
      rmSync(home, { recursive: true });
    },
  };
}
