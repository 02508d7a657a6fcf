/**
 * `npm test`: type check, lint, unit tests and the end-to-end deploy of every project, then one line with the counts.
 * Exits with Nx's status. Arguments are passed on to `nx run-many`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const resultsFolder = join(workspace, 'dist/test-results');

// Nx puts the results of cached tests back; what is left over from another day must not be counted.
rmSync(resultsFolder, { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [
    join(workspace, 'node_modules/.bin/nx'),
    'run-many',
    '--targets=typecheck,lint,test,e2e',
    '--output-style=static',
    ...process.argv.slice(2),
  ],
  { cwd: workspace, stdio: 'inherit', env: { ...process.env, NX_ISOLATE_PLUGINS: 'false' } },
);

const results = existsSync(resultsFolder)
  ? readdirSync(resultsFolder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(resultsFolder, file), 'utf8')))
  : [];
const sum = (field) => results.reduce((total, result) => total + result[field], 0);
const passed = sum('numPassedTests');
// A suite that cannot be loaded has no tests of its own, and a failed type check or lint none at all.
const failedTests = sum('numFailedTests') + sum('numRuntimeErrorTestSuites');
const failed = status === 0 ? failedTests : Math.max(failedTests, 1);

process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : (status ?? 1) || 1;
