import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figure, median, secondsOf } from './measure.mjs';
import { stacksOf } from './stacks.mjs';

/**
 * Synthesis of all apps: nothing cached, everything cached, and the same apps one after the other through
 * `cdktf synth` with ts-node, as CDKTF's own template runs them.
 */
export async function benchSynth({ workspace, nx, env, rounds, say }) {
  const synth = (...args) =>
    secondsOf(process.execPath, [nx, 'run-many', '-t', 'synth', ...args], { cwd: workspace, env });
  const cdktf = join(workspace, 'tools/bench/cdktf-cli/node_modules/.bin/cdktf');
  const hasCdktf = existsSync(cdktf);
  if (!hasCdktf)
    say('cdktf-cli is not installed, its comparison is left out. Install it: npm ci --prefix tools/bench/cdktf-cli');

  await synth();
  const uncached = [];
  const cached = [];
  const throughCdktf = [];
  for (let round = 0; round < rounds; round++) {
    uncached.push(await synth('--skip-nx-cache'));
    await synth();
    cached.push(await synth());
    if (hasCdktf) throughCdktf.push(await synthThroughCdktf(workspace, cdktf, env));
    say(
      `synth, round ${round + 1} of ${rounds}: ${uncached.at(-1).toFixed(2)} s, cached ${cached.at(-1).toFixed(2)} s${hasCdktf ? `, cdktf synth ${throughCdktf.at(-1).toFixed(2)} s` : ''}`,
    );
  }
  return [
    figure('synth of all apps, nothing cached', median(uncached), 's', { values: uncached }),
    figure('synth of all apps, all cached', median(cached), 's', { atMost: 0.6, values: cached }),
    ...(hasCdktf
      ? [
          figure('the same apps through cdktf synth with ts-node', median(throughCdktf), 's', { values: throughCdktf }),
          figure('cdktf synth / synth', median(throughCdktf) / median(uncached), 'times', { atLeast: 8 }),
        ]
      : []),
  ];
}

async function synthThroughCdktf(workspace, cdktf, env) {
  const folder = mkdtempSync(join(tmpdir(), 'dr-bench-cdktf-'));
  const modules = join(workspace, 'tools/bench/cdktf-cli/node_modules');
  for (const sources of ['apps', 'libs']) cpSync(join(workspace, sources), join(folder, sources), { recursive: true });
  symlinkSync(join(workspace, 'node_modules'), join(folder, 'node_modules'));
  // It has the handlers' archives for nothing.
  const handlers = join(workspace, 'dist/apps/compute/handlers');
  cpSync(handlers, join(folder, 'apps/compute/src/handlers'), { recursive: true });
  // tsconfig-paths takes no pattern with text behind the star.
  const contracts = stacksOf(workspace).map((stack) => [`@dr/${stack}/contract`, [`./apps/${stack}/src/contract.ts`]]);
  const paths = Object.fromEntries([...contracts, ['@dr/*', ['./libs/*/src/index.ts']]]);
  const compilerOptions = { paths, typeRoots: ['./node_modules/@types'], types: ['node'] };
  const project = join(folder, 'tsconfig.json');
  writeFileSync(project, JSON.stringify({ extends: join(workspace, 'tsconfig.base.json'), compilerOptions }));
  const settings = { language: 'typescript', app: 'node', projectId: 'bench', sendCrashReports: 'false' };
  writeFileSync(join(folder, 'cdktf.json'), JSON.stringify(settings));
  const variables = {
    ...env,
    CI: '1',
    CHECKPOINT_DISABLE: '1',
    DISABLE_VERSION_CHECK: '1',
    TS_NODE_PROJECT: project,
    TS_NODE_COMPILER_OPTIONS: JSON.stringify({ module: 'commonjs', moduleResolution: 'node' }),
  };
  let seconds = 0;
  for (const stack of stacksOf(workspace)) {
    const output = join(folder, 'out', stack);
    mkdirSync(output, { recursive: true });
    const tsNode = `node ${modules}/.bin/ts-node -r ${modules}/tsconfig-paths/register`;
    const app = `${tsNode} apps/${stack}/src/main.ts --environment local --outdir ${output}`;
    const options = { cwd: folder, env: variables };
    seconds += await secondsOf(process.execPath, [cdktf, 'synth', '--app', app, '--output', output], options);
  }
  rmSync(folder, { recursive: true });
  return seconds;
}
