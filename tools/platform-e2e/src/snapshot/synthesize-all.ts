/** Synthesizes every stack for every environment, and keeps a copy for the suites that read what is synthesized. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS, SYNTHESIZED } from '../synthesized';
import { outputOf, run, testEnvironment, WORKSPACE } from '../workspace';

async function synthesizeAll(): Promise<void> {
  rmSync(SYNTHESIZED, { recursive: true, force: true });
  for (const environment of ENVIRONMENTS) {
    // That of the default environment is there: its targets are done before this one.
    if (environment !== DEFAULT_ENVIRONMENT) await synthesize(environment);
    cpSync(join(WORKSPACE, 'dist/synth', environment), join(SYNTHESIZED, environment), { recursive: true });
  }
}

async function synthesize(environment: string): Promise<void> {
  const args = ['node_modules/.bin/nx', 'run-many', '-t', 'synth', `--environment=${environment}`];
  const cache = Object.entries(process.env).filter(([name]) => name.startsWith('NX_SELF_HOSTED_REMOTE_CACHE_'));
  outputOf(await run(process.execPath, args, { env: { ...testEnvironment(), ...Object.fromEntries(cache) } }));
}

void synthesizeAll().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
