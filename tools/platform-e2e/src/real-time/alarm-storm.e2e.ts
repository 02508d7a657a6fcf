/**
 * The primary breaks, and every alarm of the standby's data goes off and on at once: the deployed controller takes one
 * epoch, promotes once, and loses no event.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Sandbox } from '@dr/aws-sandbox';
import type { ControlRecord } from '@dr/recovery';
import { answeredRegion, secondsUntil } from '../observed';
import { TestAccount } from '../workspace';

// One story: each test goes on from the one before.
const PRIMARY = 'us-east-1';
const STANDBY = 'us-west-2';
const CONTROLLER = 'dr-local-failover-controller';
const ALARM_TOPIC = 'arn:aws:sns:us-west-2:000000000000:dr-local-data-alarms';
const ALARMS = [
  'dr-local-control-read-throttles',
  'dr-local-control-write-throttles',
  'dr-local-activity-read-throttles',
  'dr-local-trading-us-west-2-cpu',
  'dr-local-trading-us-west-2-connections',
];
const FLIPS = ['ALARM', 'OK', 'ALARM', 'OK', 'ALARM', 'OK'] as const;
/** Reserved concurrency of the controller: more than that never runs at once. */
const RESERVED_CONCURRENCY = 3;
/** Within what a write of the control record may take. */
const SLOW_WRITE_MS = 2_000;
const RECOVERED_WITHIN_SECONDS = 150;

const account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '2' } });
const { sandboxHome } = account;
let sandbox: Sandbox;

let cloudwatch: CloudWatchClient;
let dynamodb: DynamoDBClient;
let sns: SNSClient;

beforeAll(async () => {
  await account.start();
  sandbox = await account.connect();
  const settings = {
    endpoint: account.endpoint,
    region: STANDBY,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  };
  cloudwatch = new CloudWatchClient(settings);
  dynamodb = new DynamoDBClient(settings);
  sns = new SNSClient(settings);
});

afterAll(async () => {
  for (const client of [cloudwatch, dynamodb, sns]) client.destroy();
  await account.dispose();
});

/** Undefined until there was a failover. */
async function controlRecord(): Promise<ControlRecord | undefined> {
  const { Item: item } = await dynamodb.send(
    new GetItemCommand({ TableName: 'dr-local-control', Key: { item: { S: 'control' } }, ConsistentRead: true }),
  );
  return item === undefined ? undefined : (JSON.parse(item['record']?.S ?? '') as ControlRecord);
}

const canaryTimes = new Set<string>();

/** Whether heartbeats of the primary had the times of two writes of its canary: the first one may not have arrived. */
async function isCanaryRecorded(): Promise<boolean> {
  const key = { item: { S: `heartbeat ${PRIMARY}` } };
  const { Item: item } = await dynamodb.send(
    new GetItemCommand({ TableName: 'dr-local-control', Key: key, ConsistentRead: true }),
  );
  if (item?.['canaryAtMs']?.N !== undefined) canaryTimes.add(item['canaryAtMs'].N);
  return canaryTimes.size > 1;
}

function log(): readonly string[] {
  const file = join(sandboxHome, 'logs', STANDBY, `${CONTROLLER}.log`);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
}

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** Log lines of the controller itself, its metrics left out. */
const said = (): readonly LogLine[] =>
  log()
    .filter((line) => line.startsWith('{"level"'))
    .map((line) => JSON.parse(line) as LogLine);

const saidOf = (message: string) => said().filter((line) => line.message === message);

/** Runs at once, at most and now, by the lines that Lambda logs around each. */
function runsAtOnce(): { readonly most: number; readonly now: number } {
  let [most, now] = [0, 0];
  for (const line of log()) {
    if (line.startsWith('START ')) most = Math.max(most, ++now);
    else if (line.startsWith('END ')) now--;
  }
  return { most, now };
}

function kept<Attributes>(service: string, type: string): readonly Attributes[] {
  return account
    .accountFiles()
    .filter((file) => file.startsWith(`${STANDBY}/${service}/${type}/`))
    .map((file) => JSON.parse(readFileSync(join(sandboxHome, 'account', file), 'utf8')).attributes as Attributes);
}

interface Message {
  readonly topic_arn: string;
  readonly subject: string;
  readonly message: string;
  readonly deliveries: readonly { readonly protocol: string; readonly delivered: boolean }[];
}

const messages = () => kept<Message>('sns', 'sns_message').filter(({ topic_arn: topic }) => topic === ALARM_TOPIC);

/** Events that failed for good: those of a topic, not the schedule's. */
const deadAlarms = () =>
  kept<{ readonly queue: string; readonly body: string }>('sqs', 'sqs_message').filter(
    ({ body, queue }) => queue.endsWith(`${CONTROLLER}-failed`) && 'Records' in (JSON.parse(body) as object),
  );

describe('a message that is no alarm', () => {
  it('is refused in one line, and nothing is done', async () => {
    await sns.send(new PublishCommand({ TopicArn: ALARM_TOPIC, Message: 'fail over, please' }));
    await secondsUntil('a run of the controller', 30, () => log().some((line) => line.startsWith('REPORT ')));

    expect(said()).toMatchObject([
      {
        level: 'ERROR',
        message: 'event refused: no observation and no action',
        problem: 'a record is no alarm of CloudWatch',
      },
    ]);
    expect(await controlRecord()).toBeUndefined();
  });
});

describe('an alarm storm while the primary breaks', () => {
  beforeAll(async () => {
    await sandbox.setAutomation(true);
    await secondsUntil('the primary served by DNS', 60, async () => (await answeredRegion(sandbox)) === PRIMARY);
    await secondsUntil('two writes that the canary recorded', 90, isCanaryRecorded);
    await sandbox.setFaults(
      { kind: 'dark', region: PRIMARY },
      // So that runs which began at different times decide on the same record, and one of them comes too late.
      { kind: 'slow', delayMs: SLOW_WRITE_MS, region: STANDBY, service: 'dynamodb', operation: 'PutItem' },
    );

    const before = messages().length;
    await Promise.all(
      ALARMS.map(async (alarm) => {
        for (const state of FLIPS) {
          const input = { AlarmName: alarm, StateValue: state, StateReason: 'a storm' };
          await cloudwatch.send(new SetAlarmStateCommand(input));
        }
      }),
    );
    // SNS may deliver a message more than once [Amazon SNS developer guide]: the same event, twice more.
    const { message = '', subject = '' } = messages()[before] ?? {};
    for (let copy = 0; copy < 2; copy++) {
      await sns.send(new PublishCommand({ TopicArn: ALARM_TOPIC, Subject: subject, Message: message }));
    }
    expect(messages().length - before).toBeGreaterThanOrEqual(ALARMS.length * FLIPS.length + 2);

    await secondsUntil('the standby serving', RECOVERED_WITHIN_SECONDS, async () => {
      const record = await controlRecord();
      return record?.holder === STANDBY && record.step === 'serving' && record.announced;
    });
  });

  it('runs the controller as often at once as is reserved for it', () => {
    expect(runsAtOnce().most).toBe(RESERVED_CONCURRENCY);
  });

  it('takes one epoch, by one write', async () => {
    const written = saidOf('control record').filter(({ outcome }) => outcome === 'written');

    expect(await controlRecord()).toMatchObject({ epoch: 2, holder: 'us-west-2', latchedRegion: 'us-east-1' });
    expect(written.filter(({ reason }) => reason === 'us-west-2 takes the epoch')).toMatchObject([{ epoch: 2 }]);
    // Until then the ledger may have noted that a region was unhealthy, which takes nothing and closes nothing.
    const before = written.filter(({ epoch }) => epoch === 1);
    expect(before.filter(({ step }) => step !== 'serving')).toEqual([]);
    expect(new Set(written.filter((each) => !before.includes(each)).map(({ epoch }) => epoch))).toEqual(new Set([2]));
    // Each version of the record has one writer.
    const versions = written.map(({ version }) => version);
    expect(new Set(versions).size).toBe(versions.length);
  });

  it('promotes once', () => {
    expect(saidOf('promote was accepted')).toMatchObject([{ epoch: 2 }]);
  });

  it("promotes by the row of the canary that the standby's own database has, and by no metric", () => {
    const intents = saidOf('control record').filter(
      ({ outcome, step }) => outcome === 'written' && step === 'promoting',
    );

    expect(intents.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^of what was written until 20\S+Z the last \d{1,4} ms have not arrived$/),
    ]);
  });

  it('says which alarm started a run', () => {
    const triggers = saidOf('run').map(({ trigger }) => trigger as { kind: string; alarms?: readonly string[] });
    const alarms = triggers.flatMap((trigger) => trigger.alarms ?? []);

    expect(alarms.length).toBeGreaterThanOrEqual(1);
    for (const alarm of alarms) expect([...ALARMS, 'dr-local-trading-us-west-2-replication-lag']).toContain(alarm);
  });

  it('loses no event: each started a run, or is in the dead-letter queue', () => {
    const alarmRuns = saidOf('run').filter(({ trigger }) => (trigger as { kind: string }).kind === 'alarm').length;
    const refused = saidOf('event refused: no observation and no action').length;

    expect(messages().every(({ deliveries }) => deliveries.length === 1 && deliveries[0]?.delivered === true)).toBe(
      true,
    );
    expect(alarmRuns + refused + deadAlarms().length).toBe(messages().length);
    expect(deadAlarms().length).toBeGreaterThan(0);
  });

  it('ends with the standby serving, and DNS answering it', async () => {
    const { output, status } = await account.type('npx --no-install recovery status');
    await secondsUntil('the standby served by DNS', 60, async () => (await answeredRegion(sandbox)) === STANDBY);

    expect(output).toMatch(/served by us-west-2\n +step +serving/);
    expect(status).toBe(0);
    // By one of the runs at least.
    expect(saidOf('prove-write was accepted')).toContainEqual(expect.objectContaining({ region: 'us-west-2' }));
  });
});
