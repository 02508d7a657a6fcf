/**
 * Aurora refuses to promote a database, with the other region dark: people are told why within a minute, a person detaches
 * it and SQL is served again, and what was left behind is never gone to.
 */
import type { Sandbox } from '@dr/aws-sandbox';
import type { ControlRecord } from '@dr/recovery';
import { answeredRegion, ledgerIn, secondsUntil } from '../observed';
import { TestAccount } from '../workspace';

// One story: each test goes on from where the one before it left the platform.
const PRIMARY = 'us-east-1';
const STANDBY = 'us-west-2';
const DETACH = 'npx --no-install recovery failover --detach --yes';
const HINT =
  'The database of us-west-2 is detached: nothing is replicated to the other region, and no move goes there.';

const account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '2' } });
let sandbox: Sandbox;
/** Region whose replica of the ledger is asked. */
let asked = STANDBY;

beforeAll(async () => {
  await account.start();
  sandbox = await account.connect();
  await sandbox.setAutomation(true);
  await seconds('the primary is answered', async () => (await answeredRegion(sandbox)) === PRIMARY);
});

afterAll(() => account.dispose());

const ledger = () => ledgerIn(account.endpoint, asked);

const seconds = (what: string, holds: () => Promise<boolean>) =>
  secondsUntil(what, 180, () => holds().catch(() => false));
const isIn = (step: ControlRecord['step']) => async () => (await ledger()).step === step;

describe('a promotion that Aurora refuses', () => {
  it('is told of within a minute, with its words', async () => {
    const refused = ['--fail=InvalidGlobalClusterStateFault', '--service=rds', '--operation=FailoverGlobalCluster'];
    await account.sandbox('fault', ...refused);
    await account.sandbox('fault', `--dark=${PRIMARY}`);
    await seconds('it is asked for', isIn('promoting'));
    const told = await seconds('people are told', async () => {
      const { announced, step } = await ledger();
      return step === 'promotion-stuck' && announced;
    });

    expect(told).toBeLessThan(60);
    expect((await ledger()).cause).toMatch(/^Aurora refuses the promotion: InvalidGlobalClusterStateFault: ./);
    expect((await account.type('npx --no-install recovery status')).output).toMatch(
      /WAITS FOR A PERSON in promotion-stuck[\s\S]*failover --detach, the last resort/,
    );
  });

  it('is replaced by the last resort, which a person confirms, and SQL is served again', async () => {
    const unasked = await account.type(DETACH.replace(' --yes', ''));
    const detached = await account.type(DETACH);

    expect(unasked.output).toMatch(/It cannot be undone: what was not replicated is lost.*Nothing was changed/);
    expect(detached.output).toContain(`failover --detach: us-west-2 serves. ${HINT}`);
    expect([unasked.status, detached.status]).toEqual([1, 0]);
    expect(await ledger()).toMatchObject({
      holder: STANDBY,
      step: 'serving',
      sqlWrites: 'open',
      replication: 'detached',
      opening: { region: STANDBY },
    });
  });
});

describe('the region that was left behind', () => {
  it('is gone to by no command once it is back, and status says what is left to do', async () => {
    await account.sandbox('fault', '--clear');
    const status = await account.type('npx --no-install recovery status');
    const failback = await account.type('npx --no-install recovery failback --yes');
    const failover = await account.type('npx --no-install recovery failover --to=us-east-1 --yes');
    const again = await account.type('npx --no-install recovery failover --to=us-west-2 --yes');

    expect(status.output).toContain(`next         us-west-2 serves. ${HINT}`);
    expect(status.output).toContain('database     writer in us-west-2, idle');
    for (const { output, status } of [failback, failover]) {
      expect(output).toContain(
        `us-east-1 was left behind, expected a region whose database follows us-west-2. ${HINT}`,
      );
      expect(status).toBe(1);
    }
    expect(again.output).toContain(`us-west-2 serves already. ${HINT}`);
  });

  it('takes nothing over where the other one dies, which people are told', async () => {
    const { epoch } = await ledger();
    await account.sandbox('fault', `--dark=${STANDBY}`);
    asked = PRIMARY;
    await seconds('people are told', async () => (await ledger()).entryFailure?.announced === true);

    expect(await ledger()).toMatchObject({ epoch, holder: STANDBY, step: 'serving' });
    expect((await account.type('npx --no-install recovery status')).output).toContain(
      'there is no place to go: repair it',
    );
  });
});
