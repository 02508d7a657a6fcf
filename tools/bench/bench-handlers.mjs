import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { figure, median, secondsOf } from './measure.mjs';

/** Processes of a round, for each of what is compared: one starts in a fraction of a second. */
const PROCESSES_A_ROUND = 4;

/** The state that deploys each handler, and with it the variables that it refuses to start without. */
const STATES = {
  'health-check': 'compute-us-east-1',
  'failover-controller': 'failover-controller-us-west-2',
};

/**
 * How long a fresh process takes to load a handler as it is deployed, beside one that loads an empty module: what a cold
 * start adds to Lambda's own part. Taken in turns, so that a busy moment of the machine falls on all of them.
 */
export async function benchHandlers({ workspace, env, rounds, say }) {
  const home = mkdtempSync(join(tmpdir(), 'dr-bench-handlers-'));
  try {
    const modules = { empty: emptyModule(home) };
    for (const [handler, state] of Object.entries(STATES))
      modules[handler] = handlerModule(workspace, home, handler, state);
    const times = Object.fromEntries(Object.keys(modules).map((name) => [name, []]));
    for (let count = 0; count < rounds * PROCESSES_A_ROUND; count++) {
      for (const [name, { file, variables }] of Object.entries(modules)) {
        const options = { cwd: home, env: { ...env, ...variables, NODE_OPTIONS: '--enable-source-maps' } };
        const load = ['-e', `require(${JSON.stringify(file)}); process.exit()`];
        times[name].push((await secondsOf(process.execPath, load, options)) * 1000);
      }
    }
    const empty = median(times.empty);
    say(`handlers: ${rounds * PROCESSES_A_ROUND} processes each`);
    return [
      figure('start of a process that loads an empty module', empty, 'ms', { values: times.empty }),
      ...Object.keys(STATES).flatMap((handler) => {
        const loaded = median(times[handler]);
        return [
          figure(`start of a process that loads ${handler}`, loaded, 'ms', { values: times[handler] }),
          figure(`${handler}: what loading it adds`, loaded - empty, 'ms', { atMost: 300 }),
          figure(`${handler} / empty module`, loaded / empty, 'times'),
        ];
      }),
    ];
  } finally {
    rmSync(home, { recursive: true });
  }
}

function emptyModule(home) {
  const file = join(home, 'empty.js');
  writeFileSync(file, '');
  return { file, variables: {} };
}

function handlerModule(workspace, home, handler, state) {
  const folder = join(home, handler);
  mkdirSync(folder);
  const archive = readFileSync(join(workspace, 'dist/apps/compute/handlers', `${handler}.zip`));
  for (const [name, content] of Object.entries(unzipSync(archive))) writeFileSync(join(folder, name), content);
  const json = JSON.parse(
    readFileSync(join(workspace, 'dist/synth/local/compute/stacks', state, 'cdk.tf.json'), 'utf8'),
  );
  const [{ environment, function_name: name }] = Object.values(json.resource.aws_lambda_function);
  // What Terraform would fill in is no matter while nothing is called.
  const variables = { ...environment.variables, AWS_REGION: 'us-west-2', AWS_LAMBDA_FUNCTION_NAME: name };
  return { file: join(folder, 'index.js'), variables };
}
