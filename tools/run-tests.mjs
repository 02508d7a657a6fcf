/**
 * `npm test`: type check, lint, unit tests and end-to-end suites of every project, a table of the time that each took,
 * and one line with the counts. `npm run nightly`: the tests that take minutes of work. Exits with 0 where all passed.
 *
 * Suites that wait in real time (`src/real-time`) run three at a time and by themselves: each starts servers of databases
 * and functions, and work beside them, at whatever priority, makes regions look as if they failed. What is built and
 * synthesized goes into a remote cache of this run, from which the copies of the workspace that suites make take it. With
 * arguments (`npm test -- -p data`) there is one run of `nx run-many`, which takes them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { bundle } from './bundle.mjs';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const resultsFolder = join(workspace, 'dist/test-results');
/** Nx's own record of its last run: each task with its times and whether it came from the cache. */
const runRecord = join(workspace, '.nx/cache/run.json');
const tasks = [];
const suitesFolder = join(workspace, 'tools/platform-e2e/src');

// Nx puts the results of cached tests back; what is left over from another day must not be counted.
rmSync(resultsFolder, { recursive: true, force: true });
mkdirSync(resultsFolder, { recursive: true });

/** @returns Nx's exit status */
function nx(args, { makesWay = false, variables = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [join(workspace, 'node_modules/.bin/nx'), 'run-many', '--output-style=static', ...args],
      {
        cwd: workspace,
        stdio: 'inherit',
        // The daemon knows which outputs are in place: suites that call Nx do not write them under each other. It
        // would ask npm for the newest Nx, and install that, if it were not said to use its own.
        env: { ...process.env, NX_DAEMON: 'true', NX_ISOLATE_PLUGINS: 'false', NX_USE_LOCAL: 'true', ...variables },
      },
    );
    if (makesWay) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    child.once('close', (status) => {
      noteTasks(args[0]);
      resolve(status ?? 1);
    });
  });
}

/** One process for all projects: a process each takes six times as long. @returns its exit status */
function checkAll(target, args) {
  const startTime = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: workspace, stdio: 'inherit' });
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    child.once('close', (status) => {
      tasks.push({ target, startTime, endTime: Date.now(), cacheStatus: 'cache-miss' });
      resolve(status ?? 1);
    });
  });
}

const lintAll = () =>
  checkAll('lint', ['node_modules/eslint/bin/eslint.js', '--max-warnings=0', 'apps', 'libs', 'tools']);

/** The types of all projects as one program, whose configurations are alike. */
function typecheckAll() {
  const project = join(workspace, 'dist/tsconfig.json');
  const include = ['apps', 'libs', 'tools'].map((folder) => `../${folder}/*/src`);
  writeFileSync(project, JSON.stringify({ extends: '../tsconfig.base.json', include }));
  return checkAll('typecheck', ['node_modules/typescript-native/bin/tsc', '--project', project]);
}

/** Keeps the times of the run that has just ended; a suite may run Nx too, and leave the record of that. */
function noteTasks(targets) {
  const { run, tasks: ended } = JSON.parse(readFileSync(runRecord, 'utf8'));
  if (run.command.includes(targets)) tasks.push(...ended);
  else
    process.stderr.write(`the times of ${targets} are not in the table: another run of Nx ended at the same moment\n`);
}

const suitesIn = (folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.e2e.ts'))
    .map((file) => `e2e-${basename(file, '.e2e.ts')}`);

async function runAll() {
  const cache = await serveCache();
  try {
    const built = await nx(['--targets=build,synth,synth-all', '--parallel=3'], { variables: cache.writer });
    const prepared = built || (await nx(['--targets=snapshot-local']));
    if (prepared !== 0) return prepared;
    const waited = await nx([`--targets=${suitesIn(join(suitesFolder, 'real-time')).join(',')}`, '--parallel=3']);
    const checks = typecheckAll().then(async (status) => Math.max(status, await lintAll()));
    // One more than there are cores: each of these suites waits for other processes now and then.
    const worked = await nx([`--targets=${['test', ...suitesIn(suitesFolder)].join(',')}`, '--parallel=3'], {
      makesWay: true,
      variables: cache.reader,
    });
    return Math.max(waited, worked, await checks);
  } finally {
    cache.stop();
  }
}

/** Runs a remote cache. @returns the variables of Nx that fills it, and those of suites, whose copies read it */
async function serveCache() {
  const [read, write] = [randomBytes(32), randomBytes(32)].map((token) => token.toString('hex'));
  // Kept from run to run: what Nx has in its own cache is not put again.
  const args = [await bundle('remote-cache'), 'serve', '--store=.nx/remote-cache', '--port=0'];
  const server = spawn(process.execPath, args, {
    cwd: workspace,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NX_CACHE_READ_TOKEN: read, NX_CACHE_WRITE_TOKEN: write, INIT_CWD: workspace },
  });
  const [ready] = await once(server.stdout.setEncoding('utf8'), 'data');
  const [url] = /http:\S+\d/.exec(ready);
  return {
    writer: { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: url, NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: write },
    reader: { DR_REMOTE_CACHE: url, DR_REMOTE_CACHE_TOKEN: read },
    stop: () => server.kill(),
  };
}

const [mode, ...rest] = process.argv.slice(2);
const beganAt = Date.now();
const status =
  mode === '--nightly'
    ? await nx(['--targets=nightly', '--parallel=2', ...rest])
    : mode === undefined
      ? await runAll()
      : await nx(['--targets=typecheck,lint,test,e2e', mode, ...rest]);

if (process.env['CI']) {
  spawnSync(process.execPath, [join(workspace, 'node_modules/.bin/nx'), 'daemon', '--stop'], { cwd: workspace });
}

const results = readJson(resultsFolder);
const sum = (field) => results.reduce((total, result) => total + result[field], 0);
const [passed, skipped] = [sum('numPassedTests'), sum('numPendingTests')];
// A suite that cannot be loaded has no tests of its own, and a failed type check or lint none at all.
const failedTests = sum('numFailedTests') + sum('numRuntimeErrorTestSuites');
const failed = status === 0 ? failedTests : Math.max(failedTests, 1);

const table = timesTable((Date.now() - beganAt) / 1000);
writeFileSync(join(resultsFolder, 'times.md'), table);
process.stdout.write(
  `\n${table}\n${failuresOf(results)}${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
);
process.exitCode = failed === 0 ? 0 : status || 1;

function readJson(folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  return files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

/** Each failure again, at the end of the log, which is what a reader of a long one sees; long messages are cut. */
function failuresOf(results) {
  const suites = results.flatMap(({ testResults }) => testResults).filter(({ status }) => status === 'failed');
  const failures = suites.flatMap(({ name, message, assertionResults }) => {
    const file = relative(workspace, name);
    const tests = assertionResults.filter(({ status }) => status === 'failed');
    if (tests.length === 0) return [{ title: file, message }];
    return tests.map(({ fullName, failureMessages }) => ({
      title: `${file}: ${fullName}`,
      message: failureMessages.join('\n'),
    }));
  });
  return failures
    .map(({ title, message }) => `FAILED ${title}\n${stripVTControlCharacters(message).slice(0, 3_000)}\n\n`)
    .join('');
}

/** Seconds of each target over all projects, and of each task that took long, the longest first. */
function timesTable(totalSeconds) {
  const groups = new Map();
  for (const { projectName: project, target, startTime, endTime, cacheStatus } of tasks) {
    const seconds = (new Date(endTime) - new Date(startTime)) / 1000;
    const cached = cacheStatus !== 'cache-miss';
    const name = target.startsWith('e2e-') || target.startsWith('snapshot-') ? target : `${target} (all projects)`;
    for (const row of project && seconds >= 5 && name !== target ? [name, `  ${project}:${target}`] : [name]) {
      const { seconds: before = 0, cached: all = true } = groups.get(row) ?? {};
      groups.set(row, { seconds: before + seconds, cached: all && cached });
    }
  }
  const rows = [...groups].sort(([, a], [, b]) => b.seconds - a.seconds);
  return [
    '| task | seconds |',
    '| --- | ---: |',
    ...rows.map(([name, { seconds, cached }]) => `| ${name.trim()} | ${cached ? 'cached' : seconds.toFixed(1)} |`),
    `| the whole run | ${totalSeconds.toFixed(1)} |`,
    '',
  ].join('\n');
}
