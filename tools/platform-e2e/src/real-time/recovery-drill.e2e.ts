/**
 * A region that dies is taken over by what was deployed, within the objectives. The runbook's drill breaks it under
 * clients and measures what they see.
 */
import { runbookLine } from '../runbook';
import { TestAccount } from '../workspace';

const account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '2' } });
afterAll(() => account.dispose());

describe('a region that dies', () => {
  it('is taken over by what was deployed, within the objectives', async () => {
    const drill = await account.type(runbookLine('stacks drill'));
    const status = await account.type(runbookLine('recovery status'));

    expect(drill.output).toMatch(/entry +\d+\.\d s +< 60 s/);
    expect(drill.output).toMatch(/strongly consistent writes +\d+\.\d s +< 60 s/);
    expect(drill.output).toMatch(/SQL writes +\d+\.\d s +< 1200 s/);
    expect(drill.output).toMatch(/orders +\d+\.\d s +< 1200 s/);
    expect(drill.output).toMatch(/orders +\d+ of [1-9]\d* +\d+ ms +<= \d+ ms/);
    expect(drill.output).toMatch(/a client that keeps its DNS answer for ever: (\d+) of \1 tries failed since\./);
    expect(drill.status).toBe(0);
    expect(status.output).toMatch(/served by us-west-2\n +step +serving/);
    expect(status.output).toContain('DNS should answer us-west-2: us-west-2 holds the epoch');
  });
});
