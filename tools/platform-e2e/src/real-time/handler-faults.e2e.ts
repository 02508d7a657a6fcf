/**
 * The deployed controller under faults: of the ledger, the lag, the clock, the credentials, the database's own calls,
 * and of an event that comes twice.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeGlobalClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import type { Fault } from '@dr/aws-sandbox';
import type { ControlRecord } from '@dr/recovery';
import { archiveOf, FunctionProcess, type LogLine, unpack } from '../function-process';
import { TestAccount } from '../workspace';

const STANDBY = 'us-west-2';
const PRIMARY = 'us-east-1';
const CONTROLLER = 'dr-local-failover-controller';
const TABLE = 'dr-local-control';
const KEY = { item: { S: 'control' } };

type Faults = readonly Fault[];

/** Whoever calls there is refused at once, so that a round of looks takes no time. */
const primaryDark = (sinceMs = Date.now()): Faults => [{ kind: 'dark', region: PRIMARY, manner: 'refused', sinceMs }];

const failing = (service: string, operation: string, code: string, status = 400): Faults => [
  { kind: 'failing', service, operation, code, status },
];

const SCHEDULE = { source: 'aws.events', 'detail-type': 'Scheduled Event', time: '2026-11-24T10:00:00Z' };
const ALARM = {
  Records: [
    { EventSource: 'aws:sns', Sns: { Message: '{"AlarmName":"dr-local-replication-lag","NewStateValue":"ALARM"}' } },
  ],
};

interface RunOptions {
  /** Time that Lambda would give it; it ends a second before, and begins nothing that could last longer. */
  readonly timeMs: number;
  readonly event?: unknown;
  readonly requestId?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Offset of the function's wall clock from the account's, ms. @default 0 */
  readonly skewMs?: number;
}

/** The platform as it was deployed, in an account of its own: what one test does to it, no other sees. */
class DeployedPlatform {
  private readonly account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '2' } });
  private clientSettings!: {
    region: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  private functionVariables!: Readonly<Record<string, string>>;
  private codeFolder!: string;

  private get home(): string {
    return this.account.sandboxHome;
  }

  async open(): Promise<this> {
    // Once, since runs at the same time load what is there.
    this.codeFolder = unpack('failover-controller', this.home);
    writeFileSync(join(this.home, 'skew.cjs'), SKEWED_DATE);
    const { endpoint } = await this.account.start();
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    this.clientSettings = { region: STANDBY, endpoint, credentials };
    const { Environment: environment, Role: role } = await this.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: CONTROLLER }),
    );
    this.functionVariables = {
      ...environment?.Variables,
      AWS_REGION: STANDBY,
      AWS_ENDPOINT_URL: endpoint,
      SANDBOX_ADDRESS: endpoint,
      SANDBOX_NETWORK: this.home,
      ...roleNamed(role?.split('/').at(-1) ?? ''),
    };
    // The first question starts the standby's own check, whose answer a run would else wait for.
    await this.lambda.send(new InvokeCommand({ FunctionName: 'dr-local-region-check', Payload: HEALTH_REQUEST }));
    return this;
  }

  get lambda(): LambdaClient {
    return new LambdaClient(this.clientSettings);
  }

  close(): Promise<void> {
    return this.account.dispose();
  }

  async suffer(...faults: readonly Faults[]): Promise<void> {
    const sandbox = await this.account.connect();
    await sandbox.clearFaults();
    await sandbox.setFaults(...faults.flat());
  }

  /** The deployed code in a process of its own, with the variables and the role that it was deployed with. */
  async runController({
    event = SCHEDULE,
    requestId,
    skewMs = 0,
    timeMs,
    variables,
  }: RunOptions): Promise<FunctionProcess> {
    const skew = join(this.home, 'skew.cjs');
    const controller = new FunctionProcess(this.codeFolder, {
      ...this.functionVariables,
      ...variables,
      ...(skewMs === 0 ? {} : { SKEW_MS: String(skewMs), NODE_OPTIONS: `--enable-source-maps --require ${skew}` }),
    });
    // The deadline is told by the wall clock, the function's own.
    await controller.invoke(event, timeMs + skewMs, requestId).finally(() => controller.end());
    return controller;
  }

  /** Null while there is no item. Faults of the table hold for this call too. */
  async ledger(): Promise<ControlRecord | null> {
    const { Item: item } = await this.table.send(
      new GetItemCommand({ TableName: TABLE, Key: KEY, ConsistentRead: true }),
    );
    return item === undefined ? null : (JSON.parse(item['record']?.S ?? 'null') as ControlRecord);
  }

  async storeRecord(text: string): Promise<void> {
    const Item = { ...KEY, version: { N: '1' }, record: { S: text } };
    await this.table.send(new PutItemCommand({ TableName: TABLE, Item }));
  }

  async removeRecord(): Promise<void> {
    await this.table.send(new DeleteItemCommand({ TableName: TABLE, Key: KEY }));
  }

  async writer(): Promise<string | undefined> {
    const rds = new RDSClient(this.clientSettings);
    const { GlobalClusters: found } = await rds.send(new DescribeGlobalClustersCommand({}));
    return found?.[0]?.GlobalClusterMembers?.find(({ IsWriter: writes }) => writes)?.DBClusterArn?.split(':')[3];
  }

  log(): string {
    return readFileSync(join(this.home, 'logs', STANDBY, `${CONTROLLER}.log`), 'utf8');
  }

  private get table(): DynamoDBClient {
    return new DynamoDBClient(this.clientSettings);
  }
}

/** Event that a function URL makes of a request. */
const HEALTH_REQUEST = new TextEncoder().encode('{"path":"/able"}');

/** How the sandbox knows in whose name a function calls. */
function roleNamed(role: string) {
  return { AWS_ACCESS_KEY_ID: `SANDBOXROLE:${role}`, AWS_SECRET_ACCESS_KEY: 'sandbox', AWS_SESSION_TOKEN: CONTROLLER };
}

const SKEWED_DATE = `const Real = Date;
const ms = Number(process.env.SKEW_MS);
globalThis.Date = class extends Real {
  constructor(...given) {
    if (given.length === 0) super(Real.now() + ms);
    else super(...given);
  }
  static now() {
    return Real.now() + ms;
  }
};
`;

/** Actions that a run logged: the steps that it wrote, and the outcomes of its calls. */
const stepsIn = ({ lines }: FunctionProcess) =>
  lines.filter(({ message, outcome }) => message === 'control record' && outcome === 'written').map(({ step }) => step);
const promotionsIn = (runs: readonly FunctionProcess[]) =>
  runs.flatMap(({ lines }) => lines).filter(({ message }) => message === 'promote was accepted').length;
const trouble = (message: string, problem: string): LogLine => ({ level: 'WARN', message, problem });
/** After three rounds without a ledger. */
const MISSED: LogLine = { level: 'WARN', message: 'a recovery misses' };
/** Without the looks that a busy machine was too slow for: no fault here makes one hang. */
const troublesOf = (...runs: readonly FunctionProcess[]) => {
  const troubles = runs.flatMap((run) => run.troubles).map((line) => JSON.stringify(line));
  const each = [...new Set(troubles)].map((text) => JSON.parse(text) as LogLine);
  return each.filter(({ problem }) => problem !== 'no answer within 2000 ms');
};

/** Each told after the one before: a lane shares nothing with others but this machine, which has few cores. */
class Lane {
  private last: Promise<unknown> = Promise.resolve();

  play<Found>(story: () => Promise<Found>): Promise<Found> {
    const told = this.last.then(story);
    // Its own test says so.
    this.last = told.catch(() => undefined);
    return told;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const platforms: DeployedPlatform[] = [];
const open = () => {
  const platform = new DeployedPlatform();
  platforms.push(platform);
  return platform.open();
};

/** Three rounds of looks, the epoch, the drain, the guard; and some for a busy machine. */
const TAKEOVER_MS = 32_000;

async function unreadableLedger() {
  const platform = await open();
  const deployed = await platform.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: CONTROLLER }));
  const malformed = await platform.lambda.send(
    new InvokeCommand({ FunctionName: CONTROLLER, Payload: new TextEncoder().encode('{"command":"failover"}') }),
  );
  const log = platform.log();

  await platform.suffer(primaryDark(), failing('dynamodb', 'GetItem', 'ThrottlingException'));
  const throttled = await platform.runController({ timeMs: 14_000 });
  await platform.suffer(primaryDark());
  const afterThrottled = await platform.ledger();

  await platform.storeRecord('{"schema":1,"version":1');
  const damaged = await platform.runController({ timeMs: 14_000 });
  await platform.removeRecord();

  const denied = await platform.runController({
    timeMs: 18_000,
    variables: roleNamed('dr-local-health-check-us-west-2'),
  });
  const afterDenied = await platform.ledger();
  return {
    deployed,
    malformed,
    log,
    throttled,
    afterThrottled,
    damaged,
    denied,
    afterDenied,
    writer: await platform.writer(),
  };
}

/** Runs the controller as the schedule does, until it is past the drain: a busy machine may take more than one run. */
async function takeOver(platform: DeployedPlatform, options: RunOptions): Promise<readonly FunctionProcess[]> {
  const runs: FunctionProcess[] = [];
  for (let step: string | undefined; runs.length < 3 && (step ?? 'draining') === 'draining';) {
    runs.push(await platform.runController(options));
    step = (await platform.ledger())?.step;
  }
  return runs;
}

async function lagCase(faults: () => Faults, skewMs: () => number = () => 0) {
  const platform = await open();
  await platform.suffer(faults());
  const ended = await takeOver(platform, { timeMs: TAKEOVER_MS, skewMs: skewMs() });
  await platform.suffer(primaryDark());
  return { ended, record: await platform.ledger(), writer: await platform.writer() };
}

async function takeover() {
  const platform = await open();
  await platform.suffer(
    primaryDark(),
    failing('rds', 'DescribeGlobalClusters', 'InternalFailure', 500),
    failing('sns', 'Publish', 'ThrottlingException'),
  );
  const blind = await takeOver(platform, { timeMs: TAKEOVER_MS, event: ALARM });
  const afterBlind = await platform.ledger();

  await platform.suffer(primaryDark(), failing('rds', 'FailoverGlobalCluster', 'ExpiredToken', 403));
  const expired = await platform.runController({ timeMs: 9_000 });
  const afterExpired = { record: await platform.ledger(), writer: await platform.writer() };

  // Performed six seconds later, after who called has given up: whether it took effect, only the database can tell.
  await platform.suffer(primaryDark(), [
    { kind: 'slow', service: 'rds', operation: 'FailoverGlobalCluster', delayMs: 6_000 },
  ]);
  const late = await platform.runController({ timeMs: 10_000 });
  for (let tries = 0; tries < 50 && (await platform.writer()) !== STANDBY; tries++) await pause(200);

  await platform.suffer(primaryDark(), failing('rds-data', 'ExecuteStatement', 'ThrottlingException'));
  const unproved = await platform.runController({ timeMs: 12_000 });
  const afterUnproved = { record: await platform.ledger(), writer: await platform.writer() };

  await platform.suffer(primaryDark());
  const twice = { timeMs: 14_000, event: ALARM, requestId: '11111111-2222-3333-4444-555555555555' };
  const both = await Promise.all([platform.runController(twice), platform.runController(twice)]);
  const recovered = { record: await platform.ledger(), writer: await platform.writer() };

  const again = await platform.runController({ ...twice, timeMs: 6_000 });
  return {
    blind,
    afterBlind,
    expired,
    afterExpired,
    late,
    unproved,
    afterUnproved,
    both,
    recovered,
    again,
    afterAgain: await platform.ledger(),
  };
}

let stories: {
  readonly ledger: ReturnType<typeof unreadableLedger>;
  readonly lags: Readonly<Record<string, ReturnType<typeof lagCase>>>;
  readonly takeover: ReturnType<typeof takeover>;
};

beforeAll(() => {
  const [first, second, third, fourth] = [new Lane(), new Lane(), new Lane(), new Lane()];
  const hourMs = 3_600_000;
  const clockOff = 300_000;
  stories = {
    takeover: first.play(takeover),
    ledger: second.play(unreadableLedger),
    lags: {
      behind: second.play(() =>
        lagCase(
          () => primaryDark(),
          () => -clockOff,
        ),
      ),
      unreadable: third.play(() =>
        lagCase(() => [...primaryDark(), ...failing('monitoring', 'GetMetricData', 'ExpiredTokenException')]),
      ),
      stale: third.play(() => lagCase(() => primaryDark(Date.now() - clockOff))),
      missing: fourth.play(() => lagCase(() => primaryDark(Date.now() - 4 * hourMs))),
      ahead: fourth.play(() =>
        lagCase(
          () => primaryDark(),
          () => clockOff,
        ),
      ),
    },
  };
});

afterAll(() => Promise.all(platforms.map((platform) => platform.close())));

describe('the controller that is run here', () => {
  it('is the code that was deployed', async () => {
    const { deployed } = await stories.ledger;

    expect(deployed.CodeSha256).toBe(
      createHash('sha256')
        .update(readFileSync(archiveOf('failover-controller')))
        .digest('base64'),
    );
  });

  it('refuses an event that it was not deployed for, in the account as well', async () => {
    const { log, malformed } = await stories.ledger;
    const line = log.split('\n').find((text) => text.includes('event refused')) ?? '{}';

    expect(malformed.FunctionError).toBeUndefined();
    expect(JSON.parse(line)).toMatchObject({
      level: 'ERROR',
      message: 'event refused: no observation and no action',
      problem: 'neither a schedule nor a record of SNS',
    });
  });
});

describe('a primary that is gone while the ledger', () => {
  it('cannot be read is left alone', async () => {
    const { afterThrottled, throttled } = await stories.ledger;

    expect(troublesOf(throttled)).toEqual([
      trouble('reading the control record failed', 'ThrottlingException'),
      MISSED,
    ]);
    expect(afterThrottled).toBeNull();
  });

  it('is damaged is left alone, and so is the item', async () => {
    const { damaged } = await stories.ledger;

    expect(troublesOf(damaged)).toEqual([
      trouble('reading the control record failed', 'InvalidControlRecordError'),
      MISSED,
    ]);
    expect(stepsIn(damaged)).toEqual([]);
  });

  it('may not be written by the role is left alone: nothing else is done without the epoch', async () => {
    const { afterDenied, denied, writer } = await stories.ledger;

    expect(troublesOf(denied)).toEqual([
      trouble('describing the global database failed', 'AccessDenied'),
      trouble('reading the replication lag failed', 'AccessDenied'),
      trouble('reporting the run to the witness region failed', 'AccessDenied'),
      trouble('control record', 'unknown: AccessDeniedException'),
    ]);
    expect(denied.output.join('\n')).not.toContain('not authorized to perform');
    expect(afterDenied).toBeNull();
    expect(writer).toBe(PRIMARY);
  });
});

describe('a primary that is gone while the lag', () => {
  it.each([
    [
      'unreadable',
      'replication lag is unknown',
      [trouble('reading the replication lag failed', 'ExpiredTokenException')],
    ],
    ['stale', /^replication lag was measured 3\d{5} ms ago, limit 180000 ms$/, []],
    ['missing', 'replication lag is unknown', []],
    ['ahead', /^replication lag was measured [34]\d{5} ms ago, limit 180000 ms$/, []],
    ['behind', 'replication lag is unknown', []],
  ])('is %s has its entry taken over, and its writer left to a person', async (name, cause, troubles) => {
    const { ended, record, writer } = await (stories.lags[name] as ReturnType<typeof lagCase>);

    expect(troublesOf(...ended)).toEqual(troubles);
    expect(record).toMatchObject({
      step: 'awaiting-approval',
      epoch: 2,
      holder: STANDBY,
      latchedRegion: PRIMARY,
      sqlWrites: 'closed',
      cause: expect.stringMatching(cause),
    });
    expect(promotionsIn(ended)).toBe(0);
    expect(writer).toBe(PRIMARY);
  });
});

describe('a takeover', () => {
  it('goes as far as the guard while the database cannot be described, and nobody can be told', async () => {
    const { afterBlind, blind } = await stories.takeover;

    expect(troublesOf(...blind)).toEqual([
      trouble('describing the global database failed', 'InternalFailure'),
      trouble('notify failed', 'ThrottlingException'),
    ]);
    expect(blind.flatMap(stepsIn)).toEqual(['draining', 'guarding']);
    expect(afterBlind).toMatchObject({ step: 'guarding', epoch: 2, latchedRegion: PRIMARY, sqlWrites: 'closed' });
  });

  it('promotes nothing with credentials that expired', async () => {
    const { afterExpired, expired } = await stories.takeover;

    expect(troublesOf(expired)).toEqual([trouble('promote failed', 'ExpiredToken')]);
    expect(afterExpired).toMatchObject({
      writer: PRIMARY,
      record: { step: 'promoting', epoch: 2, sqlWrites: 'closed' },
    });
  });

  it('gives up a promotion that hangs, and finds it done later: it is made once', async () => {
    const { both, expired, late, unproved } = await stories.takeover;

    expect(troublesOf(late)).toEqual([trouble('promote failed', 'no answer within 5000 ms')]);
    expect(promotionsIn([expired, late, unproved, ...both])).toBe(0);
    expect(stepsIn(unproved)).toEqual(['proving']);
  });

  it('opens no writes that are not proved', async () => {
    const { afterUnproved, unproved } = await stories.takeover;

    expect(troublesOf(unproved)).toEqual([trouble('prove-write failed', 'ThrottlingException')]);
    expect(afterUnproved).toMatchObject({
      writer: STANDBY,
      record: { step: 'proving', epoch: 2, sqlWrites: 'closed' },
    });
  });

  it('is ended by two runs at once, of one event that came twice, when the faults are over', async () => {
    const { both, recovered } = await stories.takeover;

    expect(recovered).toMatchObject({
      writer: STANDBY,
      record: { step: 'serving', epoch: 2, promotionEpoch: 2, holder: STANDBY, sqlWrites: 'open', announced: true },
    });
    // What one of them wrote, the other did not.
    expect(both.flatMap(stepsIn).filter((step) => step === 'serving')).not.toHaveLength(0);
    expect(new Set(both.map(({ lines }) => lines[0]?.['message']))).toEqual(new Set(['run']));
  });

  it('is done no second time when the event comes a third time', async () => {
    const { again, afterAgain, recovered } = await stories.takeover;

    expect(troublesOf(again)).toEqual([]);
    expect(stepsIn(again)).toEqual([]);
    expect(afterAgain).toEqual(recovered.record);
  });
});
