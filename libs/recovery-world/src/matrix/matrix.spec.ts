import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginOfRow, matrixPage } from './matrix-page';
import { LIVE_RESULTS } from './live-results';
import { NOT_HANDLED } from './not-handled';
import { type Outcome, PAGE_SEED, runRow } from './run-row';
import { type Row, ROWS } from './scenarios';
import { DEFECTS } from './verdict';

jest.setTimeout(300_000);

const IS_UPDATE = process.env['UPDATE_MATRIX'] !== undefined;
const PAGE = join(__dirname, '../../../../docs/recovery-matrix.md');

const known = new Map<Row, Promise<Outcome>>();

/** The outcome of a row, which is run once. */
function outcomeOf(row: Row): Promise<Outcome> {
  const outcome = known.get(row) ?? runRow(row, PAGE_SEED);
  known.set(row, outcome);
  return outcome;
}

describe('in the matrix of scenarios', () => {
  it.each(ROWS)('$title: keeps its promises, and is served, or reported where nothing could serve', async (row) => {
    const outcome = await outcomeOf(row);
    const { twoWritersMs, verdict, violation } = outcome;

    expect(violation).toBeNull();
    expect(twoWritersMs).toBe(0);
    expect(DEFECTS.includes(verdict) ? verdict : undefined).toBe(NOT_HANDLED[row.title]);
    if (!IS_UPDATE) expect(readFileSync(PAGE, 'utf8')).toContain(`\n${beginOfRow(outcome)}`);
  });

  it('no two rows have the same name, and what is not handled, or was measured, is a row', () => {
    const titles = ROWS.map(({ title }) => title);

    expect(new Set(titles).size).toBe(titles.length);
    const named = [...Object.keys(NOT_HANDLED), ...Object.keys(LIVE_RESULTS)];
    expect(named.filter((title) => !titles.includes(title))).toEqual([]);
  });

  it('the page is what the rows came to: UPDATE_MATRIX=1 npx nx test recovery-world', async () => {
    const outcomes: Outcome[] = [];
    for (const row of ROWS) outcomes.push(await outcomeOf(row));
    const page = matrixPage(outcomes, LIVE_RESULTS);
    if (IS_UPDATE) writeFileSync(PAGE, page);

    expect(readFileSync(PAGE, 'utf8')).toBe(page);
  });
});
