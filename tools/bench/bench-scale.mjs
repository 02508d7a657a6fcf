import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openBenchAccount } from './bench-account.mjs';
import { inOrder, terraformEnvironment } from './bench-deploy.mjs';
import { figure, secondsOf } from './measure.mjs';

/** Numbers of stacks, each of one state in each of two regions: growth is linear where a state costs the same in all. */
const SIZES = [50, 100, 200];
/** Each stack reads the one this many before it: chains as deep as the platform's own, and many beside each other. */
const READS_BEFORE = 40;
const COPIED = [
  'libs',
  'tools',
  'nx.json',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'jest.preset.js',
];

/**
 * A workspace of many stacks: its graph, what a change affects, and a deploy that has nothing to do, against Terraform's
 * plans of the same states by themselves. What the deploy takes beyond those is its orchestration.
 */
export async function benchScale({ workspace, env, say }) {
  const rows = [];
  for (const size of SIZES) rows.push(await measure(size, { workspace, env, say }));
  const [smallest, , largest] = rows;
  return [
    figure(`graph of ${largest.size} stacks`, largest.graphSeconds, 's'),
    figure('what a change of one of them affects', largest.affectedSeconds, 's'),
    figure(`deploy of their ${largest.states} states, nothing to do`, largest.deploySeconds, 's'),
    figure("Terraform's plans of the same, by themselves", largest.planSeconds, 's'),
    figure('orchestration of a state', largest.orchestrationMs, 'ms', { atMost: 50 }),
    figure(
      `a state of ${largest.size} stacks / one of ${smallest.size}`,
      largest.deploySeconds / largest.states / (smallest.deploySeconds / smallest.states),
      'times',
      { atMost: 1.2 },
    ),
  ];
}

/** A workspace as this one, with other stacks. */
function makeWorkspace(home, workspace, size) {
  for (const entry of COPIED) {
    cpSync(join(workspace, entry), join(home, entry), {
      recursive: true,
      // Its suites name the stacks of this workspace.
      filter: (source) => !/node_modules|platform-e2e/.test(source),
    });
  }
  symlinkSync(join(workspace, 'node_modules'), join(home, 'node_modules'));
  for (let number = 0; number < size; number++) {
    for (const [file, text] of Object.entries(stackFiles(number))) {
      const path = join(home, 'apps', `stack-${number}`, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
}

/** A queue in each serving region, tagged with the one of the stack that it reads. */
function stackFiles(number) {
  const before = number - READS_BEFORE;
  const reads = before >= 0;
  return {
    'tsconfig.json': '{ "extends": "../../tsconfig.base.json", "include": ["src"] }\n',
    'src/contract.ts': `import { defineContract, text } from '@dr/stack-contracts';
export const contract = defineContract({ name: 'stack-${number}', outputs: { queueUrl: text('Queue') } });
`,
    'src/main.ts': `import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { loadEnvironment } from '@dr/environments';
import { PlatformState, runStackApp } from '@dr/platform-stack';
import { publishOutputs, readOutputs } from '@dr/stack-contracts';
import { contract } from './contract';
${reads ? `import { contract as before } from '@dr/stack-${before}/contract';` : ''}
runStackApp({ name: 'stack-${number}', owner: 'bench', loadEnvironment }, (app) => {
  for (const region of app.servingRegions) {
    const state = new PlatformState(app, \`stack-${number}-\${region}\`, { ...app.stateProps, region });
    const tags = { before: ${reads ? 'readOutputs(state, before).queueUrl' : "'none'"} };
    const queue = new SqsQueue(state, 'Queue', { name: 'stack-${number}', sqsManagedSseEnabled: true, tags });
    publishOutputs(state, contract, { queueUrl: queue.url });
  }
});
`,
  };
}

/** Each state's plan, in the folder that the deploy has left, as many at once as there are cores. */
async function plansByThemselves(account) {
  const folder = join(account.home, 'deployments/sandbox/local');
  const states = readdirSync(folder);
  const work = new Map();
  for (const state of states) {
    const env = await terraformEnvironment(join(folder, state), account);
    work.set(state, { folder: join(folder, state), env, waitsFor: new Set() });
  }
  const begun = performance.now();
  await inOrder(work, ({ folder: cwd, env }) =>
    secondsOf('terraform', ['plan', '-input=false', '-lock=false'], { cwd, env }),
  );
  return { planSeconds: (performance.now() - begun) / 1000, states: states.length };
}

async function measure(size, { workspace, env, say }) {
  const home = mkdtempSync(join(tmpdir(), 'dr-bench-scale-'));
  const account = await openBenchAccount({ workspace, env });
  try {
    makeWorkspace(home, workspace, size);
    const nx = (...args) =>
      secondsOf(process.execPath, [join(home, 'node_modules/.bin/nx'), ...args], { cwd: home, env: account.env });
    await nx('run-many', '-t', 'synth', '--parallel=2');
    const graphSeconds = await nx('graph', `--file=${join(home, 'graph.json')}`);
    const affectedSeconds = await nx('show', 'projects', '--affected', '--files=apps/stack-0/src/main.ts');
    await nx('run-many', '-t', 'deploy');
    const deploySeconds = await nx('run-many', '-t', 'deploy');
    const { planSeconds, states } = await plansByThemselves(account);
    const orchestrationMs = ((deploySeconds - planSeconds) / states) * 1_000;
    say(
      `scale, ${size} stacks: graph ${graphSeconds.toFixed(1)} s, affected ${affectedSeconds.toFixed(1)} s, deploy again ${deploySeconds.toFixed(1)} s, ${states} plans by themselves ${planSeconds.toFixed(1)} s`,
    );
    return { size, states, graphSeconds, affectedSeconds, deploySeconds, planSeconds, orchestrationMs };
  } finally {
    await account.close();
    rmSync(home, { recursive: true, force: true });
  }
}
