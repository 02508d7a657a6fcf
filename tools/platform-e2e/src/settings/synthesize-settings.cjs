/**
 * Runs the bundles of stacks once for each of many settings, in one process and compiled once:
 * `synthesize-settings.cjs <file>`. The bundles are of a copy of the workspace in which the settings of an environment
 * are what the variable DR_E2E_SETTINGS holds.
 */
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

// CDKTF takes a trace for each token, a third of the time, and nobody reads them.
Error.captureStackTrace = (target) => void (target.stack = '');

const { bundles, runs } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const programs = Object.entries(bundles).map(([stack, bundle]) => {
  const main = new Script(wrap(readFileSync(bundle, 'utf8')), { filename: bundle }).runInThisContext();
  const requireFrom = createRequire(bundle);
  return {
    stack,
    run() {
      const module = { exports: {} };
      main(module.exports, requireFrom, module, bundle, dirname(bundle));
    },
  };
});
for (const { settings, outdir } of runs) {
  process.env.DR_E2E_SETTINGS = JSON.stringify(settings);
  for (const { stack, run } of programs) {
    process.argv = [process.execPath, 'main.js', '--environment', 'local', '--outdir', `${outdir}/${stack}`];
    run();
    if (process.exitCode) throw new Error(`${outdir}: ${stack} was not synthesized`);
  }
}
