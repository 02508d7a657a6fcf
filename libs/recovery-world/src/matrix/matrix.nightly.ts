import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TIERS } from '../world';
import { type Outcome, PAGE_SEED, runRow } from './run-row';
import { ROWS } from './scenarios';

const FOLDER = join(__dirname, '../../../../dist/recovery-world');
const SEEDS = [PAGE_SEED, 1, 2, 3, 4];

const ranges: string[] = [];

/** The least and the most of some numbers, in whole seconds. */
function range(ms: readonly number[]): string {
  const [least, most] = [Math.min(...ms), Math.max(...ms)].map((each) => Math.round(each / 1_000));
  return least === most ? `${least}` : `${least} to ${most}`;
}

describe('in the matrix of scenarios', () => {
  it.each(ROWS)(
    '$title: comes to the same verdict with every seed, or to the two that chance decides between',
    async (row) => {
      const outcomes: Outcome[] = [];
      for (const seed of SEEDS) outcomes.push(await runRow(row, seed));
      const unserved = TIERS.map((tier) => range(outcomes.map(({ unservedMs }) => unservedMs[tier])));
      ranges.push(`| ${[row.title, outcomes[0]?.verdict, ...unserved].join(' | ')} |`);

      expect(outcomes.map(({ violation }) => violation).filter((violation) => violation !== null)).toEqual([]);
      const verdicts = new Set(outcomes.map(({ verdict }) => verdict));
      expect(verdicts).toEqual(new Set([outcomes[0]?.verdict, row.otherwise ?? outcomes[0]?.verdict]));
    },
  );
});

afterAll(() => {
  mkdirSync(FOLDER, { recursive: true });
  const header = `| row | verdict | ${TIERS.map((tier) => `${tier}, s unserved`).join(' | ')} |`;
  writeFileSync(
    join(FOLDER, 'matrix-ranges.md'),
    [header, '| --- | --- | --- | --- | --- |', ...ranges, ''].join('\n'),
  );
});
