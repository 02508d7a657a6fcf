import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { openBenchAccount } from './bench-account.mjs';
import { figure, median, secondsOf } from './measure.mjs';
import { stacksOf } from './stacks.mjs';

/**
 * A deploy of everything from built, into an empty account that runs, against the same Terraform commands by hand:
 * init, plan and apply of each state, begun as soon as what it reads is published, as many at once as a deploy runs.
 */
export async function benchDeploy({ workspace, nx, env, rounds, say }) {
  const account = await openBenchAccount({ workspace, env });
  const deploy = () =>
    secondsOf(process.execPath, [nx, 'run-many', '-t', 'deploy', '--output-style=stream'], {
      cwd: workspace,
      env: account.env,
    });
  const deploys = [];
  const secondDeploys = [];
  const byHand = [];
  const plansByHand = [];
  try {
    await deploy();
    for (let round = 0; round < rounds; round++) {
      await account.empty();
      deploys.push(await deploy());
      secondDeploys.push(await deploy());
      await account.empty();
      const hand = await deployByHand(workspace, account);
      byHand.push(hand.deploySeconds);
      plansByHand.push(hand.planSeconds);
      say(
        `deploy, round ${round + 1} of ${rounds}: ${deploys.at(-1).toFixed(2)} s, again ${secondDeploys.at(-1).toFixed(2)} s, by hand ${byHand.at(-1).toFixed(2)} s, plans by hand ${plansByHand.at(-1).toFixed(2)} s`,
      );
    }
  } finally {
    await account.close();
  }
  return [
    figure('deploy of all stacks, from built', median(deploys), 's', { values: deploys }),
    figure('the same Terraform commands by hand, best order', median(byHand), 's', { values: byHand }),
    figure('deploy / by hand', median(deploys) / median(byHand), 'times', { atMost: 1.3 }),
    figure('second deploy, nothing to do', median(secondDeploys), 's', { atMost: 5, values: secondDeploys }),
    figure('the same plans by hand, nothing to do', median(plansByHand), 's', { values: plansByHand }),
    figure('second deploy / plans by hand', median(secondDeploys) / median(plansByHand), 'times', { atMost: 1 }),
  ];
}

async function deployByHand(workspace, account) {
  const states = stacksOf(workspace).flatMap((stack) => {
    const folder = join(workspace, 'dist/synth/local', stack);
    const manifest = JSON.parse(readFileSync(join(folder, 'states.json'), 'utf8'));
    return manifest.states.map((state) => ({ ...state, source: join(folder, state.folder) }));
  });
  const key = ({ contract, region, store }) => `${contract} ${region} ${store}`;
  const publishers = new Map(states.flatMap((state) => state.publishes.map((output) => [key(output), state.name])));
  const work = new Map();
  for (const state of states) {
    const folder = join(account.home, 'by-hand', state.name);
    mkdirSync(folder, { recursive: true });
    cpSync(state.source, folder, { recursive: true });
    const terraformEnv = await terraformEnvironment(folder, account);
    work.set(state.name, {
      folder,
      env: terraformEnv,
      waitsFor: new Set(state.reads.map((read) => publishers.get(key(read)))),
    });
  }

  const begun = performance.now();
  await inOrder(work, async ({ folder, env }) => {
    const terraform = (...args) => secondsOf('terraform', args, { cwd: folder, env });
    await terraform('init', '-input=false');
    await terraform('plan', '-input=false', '-out=by-hand.tfplan');
    await terraform('apply', '-input=false', 'by-hand.tfplan');
  });
  const deployed = performance.now();
  // What they read is published: none waits for another.
  await inOrder(
    new Map([...work].map(([name, entry]) => [name, { ...entry, waitsFor: new Set() }])),
    ({ folder, env }) => secondsOf('terraform', ['plan', '-input=false', '-out=by-hand.tfplan'], { cwd: folder, env }),
  );
  const planned = performance.now();
  rmSync(join(account.home, 'by-hand'), { recursive: true });
  return { deploySeconds: (deployed - begun) / 1000, planSeconds: (planned - deployed) / 1000 };
}

/** Variables of a Terraform by hand, told of what a state uses only, as a deploy tells it. */
export async function terraformEnvironment(folder, account) {
  const json = JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8'));
  const types = new Set(['resource', 'data', 'ephemeral'].flatMap((kind) => Object.keys(json[kind] ?? {})));
  const blocks = new Set(JSON.stringify(json).match(/[a-z][a-z0-9_]*/g));
  return {
    ...account.env,
    ...(await account.environmentFor(folder, { types: [...types], blocks: [...blocks] })),
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
  };
}

/** Runs each entry once those that it waits for are done, those with the longest chain of others behind them first. */
export async function inOrder(work, apply) {
  const chainOf = (name) =>
    1 +
    Math.max(
      0,
      ...[...work]
        .filter(([other, { waitsFor }]) => other !== name && waitsFor.has(name))
        .map(([other]) => chainOf(other)),
    );
  const waiting = new Map([...work].sort(([a], [b]) => chainOf(b) - chainOf(a)));
  const done = new Set();
  const running = new Map();
  while (waiting.size + running.size > 0) {
    for (const [name, entry] of waiting) {
      if (running.size >= Math.max(2, cpus().length)) break;
      if (![...entry.waitsFor].every((other) => other === name || done.has(other))) continue;
      waiting.delete(name);
      running.set(
        name,
        apply(entry).then(() => name),
      );
    }
    const name = await Promise.race(running.values());
    running.delete(name);
    done.add(name);
  }
}
