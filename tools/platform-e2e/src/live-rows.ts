import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ScenarioResult } from '@dr/failover-drill';
import { type Outcome, PAGE_SEED, ROWS, runRow, SERVED_MS, type Tier, TIERS } from '@dr/recovery-world';
import { run, TestAccount, WORKSPACE } from './workspace';

const SEEDS = [PAGE_SEED, 1, 2, 3, 4, 5, 6, 7];
/** Measured results, by the row's title: they are in the page of the matrix. */
const RESULTS = join(WORKSPACE, 'libs/recovery-world/src/matrix/live-results.json');
/** Of what has the sandbox take longer than the model's virtual clock: its processes, and schedules that are looked at twice a second. */
const SLOWER_SECONDS = 60;
/** A client that tries twice a second misses nothing, s. */
const AT_ONCE_SECONDS = SERVED_MS / 1_000 + 2;
/** Acknowledged within the usual lag of the replication, where the region dies: of two a second. */
const WITHIN_LAG = 1;

/** A row whose commands are others than the model's, since the environment's settings are others. */
interface Differs {
  readonly name: string;
  readonly commands: readonly string[];
}

/** Tests: rows of the recovery matrix happen to what is deployed, each in an account of its own, and come to what the model says. */
export function playRows(scenarios: readonly (string | Differs)[]): void {
  const rows = scenarios.map((each) => (typeof each === 'string' ? { name: each } : each));
  it.each(rows.map((each) => ({ title: `${each.name}; us-east-1 holds, automatic`, ...each })))(
    '$title',
    async ({ title, ...differs }) => {
      const row = ROWS.find((each) => each.title === title);
      if (row === undefined) throw new Error(`${title}: the matrix has no such row`);
      const models: Outcome[] = [];
      for (const seed of SEEDS) models.push(await runRow(row, seed));
      const live = await play(title);
      keep(live);

      // What chance decides in the model, it may decide here.
      const expected = models.map((model) => ({
        ...pick(model),
        ...('commands' in differs && byPerson(differs.commands)),
      }));
      expect(expected).toContainEqual(pick(live));
      expect(live.twoWritersMs).toBe(0);
      if (models.every(({ lost }) => lost === 0)) expect(live.lost ?? 0).toBeLessThanOrEqual(WITHIN_LAG);
      const missed: string[] = [];
      for (const tier of TIERS) {
        const seconds = live.unservedSeconds[tier];
        const longest = Math.max(...models.map((model) => longestOf(model, tier)));
        if ((seconds ?? Infinity) > longest) missed.push(`${tier}: ${seconds} s, expected at most ${longest} s`);
      }
      expect(missed).toEqual([]);
      expect(models.map(({ messages }) => messages.length > 0)).toContain(live.told.length > 0);
    },
  );
}

const pick = ({
  commands,
  holder,
  step,
  verdict,
}: Pick<ScenarioResult, 'commands' | 'holder' | 'step' | 'verdict'>) => ({
  commands,
  holder,
  step,
  verdict,
});

/** Longest time without service that the model allows, s. */
function longestOf({ unserved, unservedMs }: Outcome, tier: Tier): number {
  if (unserved.includes(tier)) return Infinity;
  return unservedMs[tier] <= SERVED_MS ? AT_ONCE_SECONDS : unservedMs[tier] / 1_000 + SLOWER_SECONDS;
}

const byPerson = (commands: readonly string[]) => ({ commands, verdict: 'served after a command' });

async function play(title: string): Promise<ScenarioResult> {
  // Aurora's move is a setting of the account: the model's minute would only be waited for.
  const account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '2' } });
  try {
    await account.start();
    const output = join(account.home, 'result.json');
    const played = await run('node', ['node_modules/.bin/stacks', 'scenario', title, '--output', output], {
      env: account.variables(),
    });
    process.stdout.write(`${played.output}\n`);
    if (played.status !== 0) throw new Error(played.output);
    return JSON.parse(readFileSync(output, 'utf8')) as ScenarioResult;
  } finally {
    await account.dispose();
  }
}

/** With `UPDATE_LIVE=1`, what was measured is kept for the page. */
function keep(live: ScenarioResult): void {
  if (process.env['UPDATE_LIVE'] === undefined) return;
  const known = JSON.parse(readFileSync(RESULTS, 'utf8')) as Record<string, unknown>;
  const { row, ...measured } = live;
  const suite = `nightly-${basename(expect.getState().testPath ?? '', '.nightly.ts')}`;
  writeFileSync(RESULTS, `${JSON.stringify({ ...known, [row]: { suite, ...measured } }, null, 2)}\n`);
}
