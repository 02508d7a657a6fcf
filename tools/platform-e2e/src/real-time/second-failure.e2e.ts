/**
 * A short failure is handed back without loss, a long one is taken over, and once the first region is repaired the second
 * failure is handled as the first: by what was deployed, and by the command that status names. With both regions dark the
 * witness region notifies.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Sandbox } from '@dr/aws-sandbox';
import { answeredRegion, ledgerIn, secondsUntil } from '../observed';
import { TestAccount } from '../workspace';

// One story: each test goes on from where the one before it left the platform.
const PRIMARY = 'us-east-1';
const STANDBY = 'us-west-2';
const REGIONS = [PRIMARY, STANDBY] as const;
const WITNESS = 'us-east-2';
/** Two whole minutes without a run, after the one in which the last began. */
const MISSED_WITHIN_SECONDS = 200;
/** Entry objective of the environment, seconds. */
const ENTRY_SECONDS = 60;

const account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '2' } });
let sandbox: Sandbox;
let primaryTables: DynamoDBClient;

beforeAll(async () => {
  await account.start();
  sandbox = await account.connect();
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  primaryTables = new DynamoDBClient({ endpoint: account.endpoint, region: PRIMARY, credentials });
  await sandbox.setAutomation(true);
  await seconds('the primary is answered', async () => (await answered()) === PRIMARY);
});

afterAll(async () => {
  primaryTables.destroy();
  await account.dispose();
});

/** The ledger, by whichever replica answers first. @throws while nothing is stored: before the first run of a controller */
const ledger = () => Promise.any(REGIONS.map((region) => ledgerIn(account.endpoint, region)));

const answered = () => answeredRegion(sandbox);
/** Of what cannot be asked it is not known that it holds. */
const seconds = (what: string, holds: () => Promise<boolean>) =>
  secondsUntil(what, 180, () => holds().catch(() => false));

const servesSql = (region: string) => async () => {
  const { holder, sqlWrites, step } = await ledger();
  return holder === region && sqlWrites === 'open' && step === 'serving';
};

/** States that an alarm of the dead-man notified its topic of, the oldest first. */
function noticesOf(alarm: string): readonly string[] {
  return account
    .accountFiles()
    .filter((file) => file.startsWith(`${WITNESS}/sns/sns_message/`))
    .map((file) => JSON.parse(readFileSync(join(account.sandboxHome, 'account', file), 'utf8')).attributes)
    .filter(({ topic_arn: topic }) => String(topic).endsWith(':dr-local-dead-man'))
    .map(
      ({ message }) => JSON.parse(String(message)) as Record<'AlarmName' | 'NewStateValue' | 'StateChangeTime', string>,
    )
    .filter(({ AlarmName: name }) => name === `dr-local-${alarm}`)
    .sort((one, other) => one.StateChangeTime.localeCompare(other.StateChangeTime))
    .map(({ NewStateValue: state }) => state);
}

/** For whoever reads the run's log: what clients of each tier waited for. */
function report(what: string, waited: Readonly<Record<string, number>>): void {
  const tiers = Object.entries(waited).map(([tier, unserved]) => `${tier} ${unserved.toFixed(1)} s`);
  process.stdout.write(`${what}: ${tiers.join(', ')}\n`);
}

describe('a region that fails', () => {
  it('for some seconds is handed its epoch back, and nothing is moved or lost', async () => {
    await account.sandbox('fault', `--dark=${PRIMARY}`);
    const closed = await seconds('SQL closes', async () => (await ledger()).step === 'draining');
    await account.sandbox('fault', '--clear');
    const open = await seconds('SQL opens again', servesSql(PRIMARY));
    report('hand-back', { 'SQL writes': closed + open });
    await seconds('DNS answers the primary again', async () => (await answered()) === PRIMARY);

    expect(await ledger()).toMatchObject({
      epoch: 3,
      holder: PRIMARY,
      writerMovedAtMs: null,
      promotionEpoch: 0,
      cause: expect.stringContaining('handed back to us-east-1') as string,
    });
  });

  it('for good is taken over', async () => {
    await account.sandbox('fault', `--dark=${PRIMARY}`);
    const [entry, sql] = await Promise.all([
      seconds('DNS leaves the primary', async () => (await answered()) === STANDBY),
      seconds('SQL opens in the standby', servesSql(STANDBY)),
    ]);
    report('first failure', { entry, 'SQL writes': sql });

    expect(entry).toBeLessThan(ENTRY_SECONDS);
    expect(await ledger()).toMatchObject({ epoch: 4, holder: STANDBY, promotionEpoch: 4 });
  });

  it('after the first one was repaired is taken over back, by a person where the writer moved so lately', async () => {
    await account.sandbox('fault', '--clear');
    await seconds('the primary is healthy again', async () =>
      (await account.type('npx --no-install recovery status')).output.includes(
        'us-east-1 answers: failback is possible.',
      ),
    );
    await account.sandbox('fault', `--dark=${STANDBY}`);
    const beganAtMs = performance.now();
    const entry = await seconds('DNS comes back', async () => (await answered()) === PRIMARY);
    await seconds('a person is called', async () => {
      const { announced, step } = await ledger();
      return announced && step === 'awaiting-approval';
    });
    const status = await account.type('npx --no-install recovery status');
    const approved = await account.type('npx --no-install recovery approve --yes');
    report('second failure', { entry, 'SQL writes, a person included': (performance.now() - beganAtMs) / 1_000 });

    expect(entry).toBeLessThan(ENTRY_SECONDS);
    expect(status.output).toContain(
      'Run approve to promote us-east-1, which loses what was not replicated: us-west-2 is not healthy.',
    );
    expect(approved.output).toContain('approve: us-east-1 serves.');
    expect(approved.status).toBe(0);
    expect(await ledger()).toMatchObject({ epoch: 5, holder: PRIMARY, sqlWrites: 'open', promotionEpoch: 5 });
  });

  it('and whose ledger somebody deletes then is opened by the command that status names, in a new epoch', async () => {
    await primaryTables.send(new DeleteItemCommand({ TableName: 'dr-local-control', Key: { item: { S: 'control' } } }));
    await seconds('people are called', async () => (await ledger()).step === 'ledger-lost');
    const status = await account.type('npx --no-install recovery status');
    const named = /run (failover --to=\S+),/.exec(status.output)?.[1] ?? 'nothing';
    const opened = await account.type(`npx --no-install recovery ${named} --yes`);

    expect(status.output).toContain('local: WAITS FOR A PERSON in ledger-lost');
    expect(named).toBe(`failover --to=${PRIMARY}`);
    expect(opened.output).toContain(`failover: ${PRIMARY} serves.`);
    expect(await ledger()).toMatchObject({ epoch: 16, holder: PRIMARY, sqlWrites: 'open', step: 'serving' });
  });
});

describe('the dead-man in the witness region', () => {
  it('has notified nobody as long as one of the controllers ran', async () => {
    await seconds('the alarm is evaluated', async () => noticesOf('no-failover-controller-running').length > 0);

    expect(noticesOf('no-failover-controller-running')).toEqual(['OK']);
  });

  it('notifies once both regions are dark', async () => {
    for (const region of REGIONS) await account.sandbox('fault', `--dark=${region}`);
    const told = await secondsUntil(
      'people are notified',
      MISSED_WITHIN_SECONDS,
      async () => noticesOf('no-failover-controller-running').at(-1) === 'ALARM',
    );
    process.stdout.write(`both regions dark: notified after ${told.toFixed(1)} s\n`);

    expect(told).toBeGreaterThan(60);
    expect(noticesOf('no-failover-controller-running')).toEqual(['OK', 'ALARM']);
    for (const region of REGIONS) expect(noticesOf(`failover-controller-missing-${region}`)).toContain('ALARM');
  });
});
