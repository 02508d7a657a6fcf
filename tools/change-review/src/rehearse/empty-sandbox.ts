import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopSandbox } from '@dr/aws-sandbox';

/** Variables by which the engine finds its sandbox account and its work folders. */
const VARIABLES = ['DR_SANDBOX_HOME', 'DR_SANDBOX_PORT', 'DR_DEPLOYMENTS'] as const;

/** Runs some work with a sandbox account of its own in a folder: nothing of it is left behind. */
export async function withEmptySandbox<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const home = join(folder, 'sandbox');
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, {
    DR_SANDBOX_HOME: home,
    DR_SANDBOX_PORT: '0',
    DR_DEPLOYMENTS: join(folder, 'deployments'),
  });
  try {
    return await work();
  } finally {
    await stopSandbox(home);
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
