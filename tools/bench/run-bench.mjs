/**
 * `npm run bench`: measures synthesis, deploys, a rehearsal, the sandbox account, the start of handlers and a workspace of many stacks on this machine, prints
 * medians and ratios with their limits, and writes them to `dist/bench.json`. Exits with 1 where a limit does not hold.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchDeploy } from './bench-deploy.mjs';
import { benchHandlers } from './bench-handlers.mjs';
import { benchRehearse } from './bench-rehearse.mjs';
import { benchScale } from './bench-scale.mjs';
import { benchSandbox } from './bench-sandbox.mjs';
import { benchSynth } from './bench-synth.mjs';
import { secondsOf } from './measure.mjs';

const PARTS = {
  synth: benchSynth,
  deploy: benchDeploy,
  rehearse: benchRehearse,
  sandbox: benchSandbox,
  handlers: benchHandlers,
  scale: benchScale,
};
const USAGE = `Usage: npm run bench -- [--rounds <number>] [--only ${Object.keys(PARTS).join('|')}]

Medians of that many rounds [5], of one part or of all. Writes dist/bench.json.
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
const rounds = Number(values.rounds);
const isAsked = (part) => values.only === undefined || values.only === part;
if (values.help || !Number.isInteger(rounds) || rounds < 1 || !Object.keys(PARTS).some(isAsked)) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 1);
}

const workspace = fileURLToPath(new URL('../..', import.meta.url));
const nx = join(workspace, 'node_modules/.bin/nx');
const say = (text) => process.stderr.write(`${text}\n`);
const env = { ...process.env, NX_ISOLATE_PLUGINS: 'false', NX_DAEMON: 'false' };

say('build');
await secondsOf(process.execPath, [nx, 'run-many', '-t', 'build', 'synth'], { cwd: workspace, env });

const figures = [];
for (const [part, bench] of Object.entries(PARTS)) {
  if (isAsked(part)) figures.push(...(await bench({ workspace, nx, env, rounds, say })));
}

const width = Math.max(...figures.map(({ name }) => name.length));
for (const { name, value, unit, atMost, atLeast, holds } of figures) {
  const limit = atMost !== undefined ? `at most ${atMost}` : atLeast !== undefined ? `at least ${atLeast}` : '';
  process.stdout.write(
    `${name.padEnd(width)}  ${value.toFixed(2).padStart(8)} ${unit.padEnd(5)}  ${limit}${limit ? (holds ? ': holds' : ': DOES NOT HOLD') : ''}\n`,
  );
}
const machine = {
  node: process.version,
  processor: cpus()[0]?.model,
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
};
mkdirSync(join(workspace, 'dist'), { recursive: true });
writeFileSync(join(workspace, 'dist/bench.json'), `${JSON.stringify({ rounds, machine, figures }, null, 2)}\n`);
if (figures.some(({ holds }) => !holds)) process.exitCode = 1;
