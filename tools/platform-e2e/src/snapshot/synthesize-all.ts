/** Synthesizes every stack for each environment but the default one, for suites that read what is synthesized. */
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS } from '../synthesized';
import { run, testEnvironment } from '../workspace';

async function synthesizeAll(): Promise<void> {
  for (const environment of ENVIRONMENTS.filter((name) => name !== DEFAULT_ENVIRONMENT)) {
    const args = ['node_modules/.bin/nx', 'run-many', '-t', 'synth', `--environment=${environment}`];
    const { status, output } = await run(process.execPath, args, { env: testEnvironment() });
    if (status !== 0) throw new Error(output);
  }
}

void synthesizeAll().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
