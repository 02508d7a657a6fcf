/**
 * Plans or deploys synthesized stacks one after the other, as Nx has the plugin do it, without a start of Nx, a build and
 * a synthesis for each: `run-stacks.cjs <file>`. Writes status and output of each run beside the file.
 */
'use strict';
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const [, , file] = process.argv;
const { root, runs } = JSON.parse(readFileSync(file, 'utf8'));
const plugin = require(join(root, 'tools/stack-plugin/nx/plugin.cjs'));
// All stacks of a run are asked for.
process.env.DR_REQUESTED_TASKS = 'all';

async function run({ mode, folder, options }) {
  const manifests = readdirSync(join(folder, 'dist/synth/local')).map((stack) =>
    JSON.parse(readFileSync(join(folder, 'dist/synth/local', stack, 'states.json'), 'utf8')),
  );
  const publishes = (stack, contract) =>
    stack.states.some((state) => state.publishes.some((one) => one.contract === contract));
  const reads = (stack, other) =>
    stack.states.some((state) => state.reads.some(({ contract }) => publishes(other, contract)));
  const task = ({ stack }) => `${stack}:${mode}`;
  const byTask = (valueOf) => Object.fromEntries(manifests.map((stack) => [task(stack), valueOf(stack)]));
  const graph = {
    tasks: byTask(({ stack }) => ({ target: { project: stack, target: mode } })),
    dependencies: byTask((stack) =>
      manifests.filter((other) => other !== stack && reads(stack, other)).map((other) => task(other)),
    ),
  };
  const projects = Object.fromEntries(
    manifests.map(({ stack }) => [stack, { root: `apps/${stack}`, tags: ['type:stack'] }]),
  );
  const inputs = byTask(() => ({ environment: 'local', account: 'sandbox', ...options }));
  const context = { root: folder, cwd: folder, projectsConfigurations: { projects } };
  const results = await plugin[`${mode}Batch`](graph, inputs, {}, context);
  return Object.values(results).every(({ success }) => success) ? 0 : 1;
}

async function runAll() {
  const results = [];
  let output = '';
  for (const stream of [process.stdout, process.stderr]) stream.write = (text) => (output += text) !== '';
  for (const each of runs) {
    output = '';
    const status = await run(each).catch((error) => ((output += error.stack), 1));
    results.push({ status, output });
  }
  writeFileSync(`${file}.results`, JSON.stringify(results));
}

void runAll();
