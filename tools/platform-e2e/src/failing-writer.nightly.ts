/**
 * A writer that takes no writes, in a region that is sound otherwise: its canary sees it, the other region serves after an
 * evacuation without loss, and where that is down, what status says makes another instance the writer.
 */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ExecuteStatementCommand, RDSDataClient } from '@aws-sdk/client-rds-data';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Sandbox } from '@dr/aws-sandbox';
import type { ControlRecord } from '@dr/recovery';
import { findAws } from './aws-command/aws-command';
import { answeredRegion, secondsUntil } from './observed';
import { run, TestAccount } from './workspace';

// One story: each test goes on from where the one before it left the platform.
const PRIMARY = 'us-east-1';
const STANDBY = 'us-west-2';
const CREDENTIALS = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

const account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '2' } });
let sandbox: Sandbox;
let client: DynamoDBClient;

beforeAll(async () => {
  await account.start();
  sandbox = await account.connect();
  client = new DynamoDBClient({
    endpoint: account.endpoint,
    region: STANDBY,
    credentials: CREDENTIALS,
  });
  await sandbox.setAutomation(true);
});

afterAll(async () => {
  client.destroy();
  await account.dispose();
});

async function ledger(): Promise<ControlRecord | undefined> {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: 'dr-local-control', Key: { item: { S: 'control' } }, ConsistentRead: true }),
  );
  return item && (JSON.parse(item['record']?.S ?? '') as ControlRecord);
}

/** Regions whose canary has a row, by the writer. */
async function canaryRows(): Promise<readonly (string | undefined)[]> {
  const region = (await ledger())?.holder ?? PRIMARY;
  const settings = { endpoint: account.endpoint, region, credentials: CREDENTIALS };
  const parameters = new SSMClient(settings);
  const data = new RDSDataClient(settings);
  const published = async (name: string) =>
    (await parameters.send(new GetParameterCommand({ Name: `/dr/local/${region}/database/${name}` }))).Parameter?.Value;
  try {
    const { records } = await data.send(
      new ExecuteStatementCommand({
        resourceArn: await published('cluster-arn'),
        secretArn: await published('secret-arn'),
        database: 'trading',
        sql: 'SELECT region FROM write_canary',
      }),
    );
    return (records ?? []).map(([field]) => field?.stringValue);
  } catch (error) {
    // The table is made when the first canary misses it.
    if ((error as Error).name === 'DatabaseErrorException') return [];
    throw error;
  } finally {
    parameters.destroy();
    data.destroy();
  }
}

const status = async () => (await account.type('npx --no-install recovery status')).output;

const writesFail = async () => ((await ledger())?.writeFailure ?? null) !== null;

describe('a writer that takes no writes, in a region that is sound otherwise', () => {
  it('is no writer that a canary finds well', async () => {
    await secondsUntil('the primary served by DNS', 60, async () => (await answeredRegion(sandbox)) === PRIMARY);
    await secondsUntil('a canary whose row is written', 60, async () => (await canaryRows()).includes(PRIMARY));

    expect(await writesFail()).toBe(false);
    expect(await status()).toContain('SQL writes   open in us-east-1\n');
  });

  it('is told, and left for the other region without loss', async () => {
    await account.sandbox('fault', `--writer=${PRIMARY}`);
    const noted = await secondsUntil('the failure in the ledger', 60, writesFail);
    const told = await status();
    // Where the standby was found unhealthy once, in the first moments of a busy machine, it waits ten minutes longer.
    const served = await secondsUntil('SQL writes in the standby', 1_020, async () => {
      const record = await ledger();
      return record?.holder === STANDBY && record.step === 'serving' && record.sqlWrites === 'open';
    });
    const entry = await secondsUntil(
      'the standby served by DNS',
      60,
      async () => (await answeredRegion(sandbox)) === STANDBY,
    );
    process.stdout.write(
      `a writer that takes no writes: noted after ${noted.toFixed(1)} s, SQL writes after ${(noted + served).toFixed(1)} s, DNS ${entry.toFixed(1)} s later\n`,
    );

    expect(told).toContain('local: served by us-east-1, SQL writes fail');
    expect(told).toContain('us-east-1 takes no SQL writes, since ');
    expect(await ledger()).toMatchObject({
      epoch: 2,
      promotionEpoch: 0,
      writeFailure: null,
      losslessMoves: [{ kind: 'evacuation' }],
    });
    await secondsUntil('a row of the canary there', 60, async () => (await canaryRows()).includes(STANDBY));
  });

  it('with the other region dark is replaced by another instance, by the line that status gives', async () => {
    const aws = findAws();
    if (aws === undefined) throw new Error('no aws command: install awscli');
    await account.sandbox('fault', '--clear');
    await secondsUntil('the primary healthy again', 120, async () => (await status()).includes('failback is possible'));
    await account.sandbox('fault', `--dark=${PRIMARY}`, `--writer=${STANDBY}`);
    await secondsUntil('the failure in the ledger', 60, writesFail);
    const [line = ''] = /aws rds failover-db-cluster [^.\s]+ [^.\s]+/.exec(await status()) ?? [];
    const { output, status: exit } = await run(
      aws,
      [...line.split(' ').slice(1), `--endpoint-url=${account.endpoint}`],
      {
        env: { ...account.variables(), AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' },
      },
    );
    expect([exit, output]).toEqual([0, expect.stringContaining('"IsClusterWriter": true')]);
    await secondsUntil('writes that are taken again', 60, async () => !(await writesFail()));

    expect(await ledger()).toMatchObject({ epoch: 2, holder: STANDBY, sqlWrites: 'open', step: 'serving' });
  });
});
