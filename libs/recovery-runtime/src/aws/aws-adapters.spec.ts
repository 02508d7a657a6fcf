import type { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import type { SNSClient } from '@aws-sdk/client-sns';
import { AuroraGlobalDatabaseAdapter, databaseState } from './aurora-global-database';
import { arnInRegion, proveWrite } from './database-proof';
import { notify } from './notifier';
import { newestLag } from './replication-lag';
import { reportRun } from './report-run';

const EAST = 'arn:aws:rds:us-east-1:111111111111:cluster:trading-us-east-1';
const WEST = 'arn:aws:rds:us-west-2:111111111111:cluster:trading-us-west-2';
const MEMBERS = [
  { DBClusterArn: EAST, IsWriter: true },
  { DBClusterArn: WEST, IsWriter: false },
];

const signal = () => new AbortController().signal;

/** A client that answers one after the other, and keeps what it was asked. */
function clientOf<Client>(...answers: unknown[]) {
  const asked: { name: string; input: unknown }[] = [];
  const client = {
    send: async (command: { readonly input: unknown }) => {
      asked.push({ name: command.constructor.name, input: command.input });
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as Client;
  return { asked, client };
}

describe('the state of the global database', () => {
  it('is idle with the region of its one writer', () => {
    expect(databaseState({ Status: 'available', GlobalClusterMembers: MEMBERS })).toEqual({
      writer: 'us-east-1',
      status: 'idle',
      resyncing: [],
    });
  });

  it('says which cluster is no whole copy yet', () => {
    const rebuilt = MEMBERS.map((member) => ({ ...member, SynchronizationStatus: 'pending-resync' as const }));

    expect(databaseState({ Status: 'available', GlobalClusterMembers: rebuilt }).resyncing).toEqual(['us-west-2']);
  });

  it.each([
    ['while AWS fails it over', { Status: 'failing-over' }],
    ['while a failover is noted and has not begun', { Status: 'available', FailoverState: { Status: 'pending' } }],
    ['while it is modified', { Status: 'modifying' }],
  ] as const)('is changing %s', (_when, cluster) => {
    expect(databaseState({ ...cluster, GlobalClusterMembers: MEMBERS }).status).toBe('changing');
  });

  it('has no known writer when two members or none say that they write', () => {
    const both = MEMBERS.map((member) => ({ ...member, IsWriter: true }));
    const none = MEMBERS.map((member) => ({ ...member, IsWriter: false }));

    expect(databaseState({ Status: 'available', GlobalClusterMembers: both }).writer).toBeNull();
    expect(databaseState({ Status: 'available', GlobalClusterMembers: none }).writer).toBeNull();
    expect(databaseState({}).status).toBe('unknown');
  });
});

describe('moving the writer', () => {
  const described = { GlobalClusters: [{ Status: 'available', GlobalClusterMembers: MEMBERS }] };

  it('is asked for in the region of the target with loss, and in that of the writer without', async () => {
    const called: string[] = [];
    const { asked, client } = clientOf<RDSClient>(described, {}, {});
    const database = new AuroraGlobalDatabaseAdapter({
      clientOf: (region) => (called.push(region), client),
      region: 'us-west-2',
      globalClusterIdentifier: 'trading',
      deployedClusterArns: {},
    });
    await database.describe(signal());

    await database.promote('us-east-1', signal());
    await database.switchOver('us-east-1', 'us-west-2', signal());

    expect(asked.slice(1)).toEqual([
      {
        name: 'FailoverGlobalClusterCommand',
        input: { GlobalClusterIdentifier: 'trading', TargetDbClusterIdentifier: EAST, AllowDataLoss: true },
      },
      {
        name: 'SwitchoverGlobalClusterCommand',
        input: { GlobalClusterIdentifier: 'trading', TargetDbClusterIdentifier: EAST },
      },
    ]);
    expect(called).toEqual(['us-west-2', 'us-east-1', 'us-west-2']);
  });

  it('takes a cluster out in its own region, by the ARN that it was deployed with', async () => {
    const called: string[] = [];
    const { asked, client } = clientOf<RDSClient>({});
    const database = new AuroraGlobalDatabaseAdapter({
      clientOf: (region) => (called.push(region), client),
      region: 'us-east-1',
      globalClusterIdentifier: 'trading',
      deployedClusterArns: { 'us-west-2': WEST },
    });

    await database.detach('us-west-2', signal());

    expect(asked).toEqual([
      {
        name: 'RemoveFromGlobalClusterCommand',
        input: { GlobalClusterIdentifier: 'trading', DbClusterIdentifier: WEST },
      },
    ]);
    expect(called).toEqual(['us-west-2']);
  });

  it.each([
    [
      'InvalidGlobalClusterStateFault',
      'InvalidGlobalClusterStateFault: Global cluster trading is not in available state.',
    ],
    // It names the caller.
    ['AccessDenied', undefined],
  ])('fails with the words of Aurora where it refuses by %s', async (name, reason) => {
    const refusal = Object.assign(new Error('Global cluster trading\n is not in available state.'), {
      name,
      $fault: 'client',
    });
    const { client } = clientOf<RDSClient>(refusal);
    const database = new AuroraGlobalDatabaseAdapter({
      clientOf: () => client,
      region: 'us-east-1',
      globalClusterIdentifier: 'trading',
      deployedClusterArns: { 'us-west-2': WEST },
    });

    const failure: unknown = await database.promote('us-west-2', signal()).catch((error: unknown) => error);

    expect((failure as { readonly reason?: string }).reason).toBe(reason);
  });

  it('has no cluster at all where the global database is gone', async () => {
    const { client } = clientOf<RDSClient>(Object.assign(new Error(), { name: 'GlobalClusterNotFoundFault' }));
    const database = new AuroraGlobalDatabaseAdapter({
      clientOf: () => client,
      region: 'us-east-1',
      globalClusterIdentifier: 'trading',
      deployedClusterArns: {},
    });

    expect(await database.describe(signal())).toEqual({ writer: null, status: 'unknown', clusters: {} });
  });

  it('calls nothing for a region that it knows no cluster of', async () => {
    const called: string[] = [];
    const { asked, client } = clientOf<RDSClient>(described);
    const database = new AuroraGlobalDatabaseAdapter({
      clientOf: (region) => (called.push(region), client),
      region: 'us-west-2',
      globalClusterIdentifier: 'trading',
      deployedClusterArns: {},
    });

    await expect(database.promote('us-west-2', signal())).rejects.toThrow(
      'no cluster of the global database is known in us-west-2',
    );
    expect(asked).toEqual([]);
  });
});

describe('proving a write', () => {
  const options = (client: RDSDataClient) => ({
    clientOf: () => client,
    clusterArnOf: () => WEST,
    secretArn: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:trading-a1b2c3',
    databaseName: 'trading',
    wallClockMs: () => 1_780_000_000_000,
  });

  it('creates, writes and reads back through the Data API, with the secret of the region', async () => {
    const { asked, client } = clientOf<RDSDataClient>({}, {}, { records: [[{ longValue: 9 }]] });

    await proveWrite(options(client), 'us-west-2', 9, null, signal());

    expect(asked.map(({ name }) => name)).toEqual(Array(3).fill('ExecuteStatementCommand'));
    expect(asked[1]?.input).toMatchObject({
      resourceArn: WEST,
      secretArn: 'arn:aws:secretsmanager:us-west-2:111111111111:secret:trading-a1b2c3',
      database: 'trading',
      parameters: [
        { name: 'id', value: { stringValue: 'us-west-2' } },
        { name: 'version', value: { longValue: 9 } },
        { name: 'written_at_ms', value: { longValue: 1_780_000_000_000 } },
      ],
    });
  });

  it('is none when another version, or nothing, is read back', async () => {
    const older = clientOf<RDSDataClient>({}, {}, { records: [[{ longValue: 8 }]] });
    const nothing = clientOf<RDSDataClient>({}, {}, { records: [] });

    await expect(proveWrite(options(older.client), 'us-west-2', 9, null, signal())).rejects.toThrow(
      "us-west-2: the canary's version is 8, expected 9.",
    );
    await expect(proveWrite(options(nothing.client), 'us-west-2', 9, null, signal())).rejects.toThrow(
      "us-west-2: the canary's version is missing, expected 9.",
    );
  });

  it('is none in a database that lacks the write before, and writes nothing there', async () => {
    const after = { region: 'us-east-1', version: 7 };
    const lacking = clientOf<RDSDataClient>({}, { records: [[{ longValue: 6 }]] });
    const having = clientOf<RDSDataClient>(
      {},
      { records: [[{ longValue: 7 }]] },
      {},
      { records: [[{ longValue: 9 }]] },
    );

    await expect(proveWrite(options(lacking.client), 'us-west-2', 9, after, signal())).rejects.toThrow(
      "us-east-1: the canary's version is 6, expected 7.",
    );
    await proveWrite(options(having.client), 'us-west-2', 9, after, signal());

    expect(lacking.asked).toHaveLength(2);
    expect(having.asked[1]?.input).toMatchObject({ parameters: [{ name: 'id', value: { stringValue: 'us-east-1' } }] });
  });

  it('is none when the database refuses to write', async () => {
    const { asked, client } = clientOf<RDSDataClient>(new Error('cannot execute in a read-only transaction'));

    await expect(proveWrite(options(client), 'us-west-2', 9, null, signal())).rejects.toThrow('read-only');
    expect(asked).toHaveLength(1);
  });

  it('changes the region of an ARN and nothing else', () => {
    expect(arnInRegion('arn:aws:secretsmanager:us-east-1:1:secret:us-east-1-name', 'us-west-2')).toBe(
      'arn:aws:secretsmanager:us-west-2:1:secret:us-east-1-name',
    );
  });
});

describe('the replication lag', () => {
  const lag = (client: CloudWatchClient) =>
    newestLag({ client, clusterIdentifier: 'trading-us-west-2', wallClockMs: () => 1_780_000_030_000 }, signal());

  it('is the newest of the last three hours, dated at the begin of its minute', async () => {
    const { asked, client } = clientOf<CloudWatchClient>({
      MetricDataResults: [
        { Values: [812, 40], Timestamps: [new Date(1_779_999_960_000), new Date(1_779_999_900_000)] },
      ],
    });

    expect(await lag(client)).toEqual({ lagMs: 812, measuredAtMs: 1_779_999_960_000 });
    expect(asked[0]?.input).toMatchObject({
      StartTime: new Date(1_779_989_230_000),
      EndTime: new Date(1_780_010_830_000),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: [
        {
          MetricStat: {
            Metric: {
              Namespace: 'AWS/RDS',
              MetricName: 'AuroraGlobalDBReplicationLag',
              Dimensions: [{ Name: 'DBClusterIdentifier', Value: 'trading-us-west-2' }],
            },
            Stat: 'Maximum',
          },
        },
      ],
    });
  });

  it('is the newest that there is, not the newest that a clock which is behind has heard of', async () => {
    // Published each minute; the clock that asks is five minutes behind, so that four of them lie ahead of it.
    const published = [240_000, 180_000, 120_000, 60_000, 0, -60_000].map((ms) => 1_780_000_020_000 + ms);
    const client = {
      send: ({ input }: GetMetricDataCommand) => {
        const times = published.filter((ms) => ms < (input.EndTime?.getTime() ?? 0));
        const found = { Values: times.map(() => 9), Timestamps: times.map((ms) => new Date(ms)) };
        return Promise.resolve({ MetricDataResults: [found] });
      },
    } as unknown as CloudWatchClient;

    expect(await lag(client)).toEqual({ lagMs: 9, measuredAtMs: 1_780_000_260_000 });
  });

  it('is unknown without a datapoint, never none', async () => {
    expect(
      await lag(clientOf<CloudWatchClient>({ MetricDataResults: [{ Values: [], Timestamps: [] }] }).client),
    ).toBeNull();
    expect(await lag(clientOf<CloudWatchClient>({}).client)).toBeNull();
  });
});

describe('a notice', () => {
  it('has a subject that SNS takes, which says where it is from, and its id', async () => {
    const { asked, client } = clientOf<SNSClient>({});

    await notify(
      client,
      'arn:aws:sns:us-west-2:1:dr-prod-failover',
      { id: '2:serving', subject: `é\n${'x'.repeat(120)}`, text: 'all' },
      signal(),
    );

    expect(asked[0]?.input).toEqual({
      TopicArn: 'arn:aws:sns:us-west-2:1:dr-prod-failover',
      Subject: `dr-prod-failover: ??${'x'.repeat(80)}`,
      Message: 'all Runbook: docs/runbooks/failover.md.',
      MessageAttributes: { noticeId: { DataType: 'String', StringValue: '2:serving' } },
    });
  });
});

describe('the report of a run', () => {
  it("is one request with two figures: of the region's controller, and of all of them", async () => {
    const { asked, client } = clientOf<CloudWatchClient>({});

    await reportRun(client, 'us-west-2', signal());

    const service = { Name: 'service', Value: 'failover-controller' };
    const figure = { MetricName: 'ControllerRunning', Unit: 'Count', Value: 1 };
    expect(asked).toEqual([
      {
        name: 'PutMetricDataCommand',
        input: {
          Namespace: 'Recovery',
          MetricData: [
            { ...figure, Dimensions: [service, { Name: 'region', Value: 'us-west-2' }] },
            { ...figure, Dimensions: [service] },
          ],
        },
      },
    ]);
  });
});
