/**
 * A region that dies is taken over by what was deployed, within the objectives. The runbook's drill breaks it under
 * clients and measures what they see.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runbookLine } from '../runbook';
import { TestAccount } from '../workspace';

const account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '2' } });
afterAll(() => account.dispose());

/** Rows that the failover lost, by table, as the returned region's own data shows. @throws where nobody compared it */
async function lostRows(): Promise<Readonly<Record<string, number>>> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const [file] = account.accountFiles().filter((path) => path.includes('/rds_cluster_snapshot/'));
    if (file !== undefined) {
      const { attributes } = JSON.parse(readFileSync(join(account.sandboxHome, 'account', file), 'utf8')) as {
        readonly attributes: { readonly lost_rows: Readonly<Record<string, number>> };
      };
      return attributes.lost_rows;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('the data of the region that was broken was not compared');
}

describe('a region that dies', () => {
  it('is taken over by what was deployed, within the objectives', async () => {
    const drill = await account.type(runbookLine('stacks drill'));
    const status = await account.type(runbookLine('recovery status'));

    expect(drill.output).toMatch(/entry +\d+\.\d s +< 60 s/);
    expect(drill.output).toMatch(/strongly consistent writes +\d+\.\d s +< 60 s/);
    expect(drill.output).toMatch(/SQL writes +\d+\.\d s +< 1200 s/);
    expect(drill.output).toMatch(/orders +\d+\.\d s +< 1200 s/);
    expect(drill.output).toMatch(/orders +\d+ of [1-9]\d* +\d+ ms +<= \d+ ms/);
    const lost = await lostRows();
    for (const [tier, table] of [
      ['orders', 'trades'],
      ['SQL writes', 'drill_writes'],
    ] as const) {
      const [, acknowledged = 'none'] = new RegExp(`${tier} +(\\d+) of `).exec(drill.output) ?? [];
      expect(Number(acknowledged)).toBeLessThanOrEqual(lost[`trading.public.${table}`] ?? 0);
    }
    expect(drill.output).toMatch(/a client that keeps its DNS answer for ever: (\d+) of \1 tries failed since\./);
    expect(drill.status).toBe(0);
    expect(status.output).toMatch(/served by us-west-2\n +step +serving/);
    expect(status.output).toContain('DNS should answer us-west-2: us-west-2 holds the epoch');
  });
});
