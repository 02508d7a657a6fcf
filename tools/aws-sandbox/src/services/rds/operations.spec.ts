import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeDBClustersCommand,
  DescribeGlobalClustersCommand,
  FailoverGlobalClusterCommand,
  RDSClient,
  SwitchoverGlobalClusterCommand,
} from '@aws-sdk/client-rds';
import { ExecuteStatementCommand, RDSDataClient, type SqlParameter } from '@aws-sdk/client-rds-data';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ObjectValue } from '../../model/value';
import { networkOf } from '../../testing/terraform-client';
import { TestSandbox } from '../../testing/test-sandbox';

const EAST = 'us-east-1';
const WEST = 'us-west-2';
const LAG_MS = 800;
const PROMOTION_MS = 30_000;
const ARN = {
  [EAST]: `arn:aws:rds:${EAST}:000000000000:cluster:orders-${EAST}`,
  [WEST]: `arn:aws:rds:${WEST}:000000000000:cluster:orders-${WEST}`,
};

let aws: TestSandbox;
let secretArn: string;
const opened: { destroy(): void }[] = [];

const open = <Client extends { destroy(): void }>(client: Client): Client => {
  opened.push(client);
  return client;
};
const rds = (region: string) => open(new RDSClient(aws.client(region)));

beforeEach(async () => {
  aws = await TestSandbox.start({ promotionMs: PROMOTION_MS });
  aws.faults.set({ kind: 'lag', lagMs: LAG_MS });
  deploy();
});

afterEach(async () => {
  for (const client of opened.splice(0)) client.destroy();
  await aws.close();
});

function deploy(): void {
  const { terraform } = aws;
  const secret = terraform.apply('aws_secretsmanager_secret', { name: 'db', replica: [{ region: WEST }] });
  secretArn = String(secret['arn']);
  terraform.apply('aws_secretsmanager_secret_version', {
    secret_id: secretArn,
    secret_string: JSON.stringify({ username: 'trading', password: 'x' }),
  });
  const engine = { engine: 'aurora-postgresql', engine_version: '16.6' };
  terraform.apply('aws_rds_global_cluster', { global_cluster_identifier: 'orders', ...engine });
  for (const region of [EAST, WEST]) {
    const { subnetIds } = networkOf(terraform, region);
    terraform.apply('aws_db_subnet_group', { region, name: 'db', subnet_ids: subnetIds });
    const founder: ObjectValue =
      region === EAST ? { master_username: 'trading', master_password_wo: 'x', master_password_wo_version: 1 } : {};
    terraform.apply('aws_rds_cluster', {
      region,
      cluster_identifier: `orders-${region}`,
      global_cluster_identifier: 'orders',
      db_subnet_group_name: 'db',
      skip_final_snapshot: true,
      enable_http_endpoint: true,
      ...engine,
      ...founder,
    });
    terraform.apply('aws_rds_cluster_instance', {
      region,
      identifier: `orders-${region}-1`,
      cluster_identifier: `orders-${region}`,
      instance_class: 'db.r6g.large',
      engine: 'aurora-postgresql',
    });
  }
}

async function globalCluster(region = WEST) {
  const { GlobalClusters: found } = await rds(region).send(
    new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: 'orders' }),
  );
  const [cluster] = found ?? [];
  return {
    status: cluster?.Status,
    failover: cluster?.FailoverState,
    writers: cluster?.GlobalClusterMembers?.filter(({ IsWriter }) => IsWriter).map((member) => member.DBClusterArn),
    members: cluster?.GlobalClusterMembers?.length,
  };
}

const failover = (target: string, region = WEST) =>
  rds(region).send(
    new FailoverGlobalClusterCommand({
      GlobalClusterIdentifier: 'orders',
      TargetDbClusterIdentifier: target,
      AllowDataLoss: true,
    }),
  );

const switchover = (target: string, region = WEST) =>
  rds(region).send(
    new SwitchoverGlobalClusterCommand({ GlobalClusterIdentifier: 'orders', TargetDbClusterIdentifier: target }),
  );

const sql = (region: keyof typeof ARN, statement: string, parameters: SqlParameter[] = []) =>
  open(new RDSDataClient(aws.client(region))).send(
    new ExecuteStatementCommand({
      resourceArn: ARN[region],
      secretArn: secretArn.replace(EAST, region),
      database: 'orders',
      sql: statement,
      parameters,
    }),
  );

const CREATE = 'CREATE TABLE IF NOT EXISTS canary (id text PRIMARY KEY, version bigint NOT NULL)';
const WRITE = 'INSERT INTO canary (id, version) VALUES (:id, :v) ON CONFLICT (id) DO UPDATE SET version = :v';

const write = (region: keyof typeof ARN, version: number) =>
  sql(region, WRITE, [
    { name: 'id', value: { stringValue: 'a' } },
    { name: 'v', value: { longValue: version } },
  ]);

async function version(region: keyof typeof ARN): Promise<number | undefined> {
  const { records } = await sql(region, "SELECT version FROM canary WHERE id = 'a'");
  return records?.[0]?.[0]?.longValue;
}

describe('a global database', () => {
  it('says who writes, in any region', async () => {
    for (const region of [EAST, WEST]) {
      expect(await globalCluster(region)).toEqual({
        status: 'available',
        failover: undefined,
        writers: [ARN[EAST]],
        members: 2,
      });
    }
    const { DBClusters: clusters } = await rds(WEST).send(new DescribeDBClustersCommand({}));
    expect(clusters).toMatchObject([
      {
        DBClusterIdentifier: `orders-${WEST}`,
        HttpEndpointEnabled: true,
        DBClusterMembers: [{ IsClusterWriter: true }],
      },
    ]);
  });

  it('fails over with the writer dark: takes its time, and says so', async () => {
    aws.faults.set({ kind: 'dark', region: EAST, manner: 'silent', sinceMs: aws.nowMs });

    await failover(ARN[WEST]);
    expect(await globalCluster()).toEqual({
      status: 'failing-over',
      failover: {
        Status: 'failing-over',
        FromDbClusterArn: ARN[EAST],
        ToDbClusterArn: ARN[WEST],
        IsDataLossAllowed: true,
      },
      writers: [ARN[EAST]],
      members: 2,
    });
    await expect(failover(ARN[WEST])).rejects.toMatchObject({ name: 'InvalidGlobalClusterStateFault' });

    aws.nowMs += PROMOTION_MS;
    expect(await globalCluster()).toMatchObject({ status: 'available', failover: undefined, writers: [ARN[WEST]] });
  });

  it('ends a failover though the process was killed in the middle', async () => {
    await failover(ARN[WEST]);
    aws = await aws.restart();
    expect(await globalCluster()).toMatchObject({ status: 'failing-over' });

    aws.nowMs += PROMOTION_MS;
    expect(await globalCluster()).toMatchObject({ status: 'available', writers: [ARN[WEST]] });
  });

  it('switches over and back, and not while a side is dark', async () => {
    await switchover(ARN[WEST]);
    aws.nowMs += PROMOTION_MS;
    expect(await globalCluster()).toMatchObject({ status: 'available', writers: [ARN[WEST]] });
    await switchover(ARN[EAST]);
    aws.nowMs += PROMOTION_MS;
    expect(await globalCluster()).toMatchObject({ status: 'available', writers: [ARN[EAST]] });

    aws.faults.set({ kind: 'dark', region: EAST, manner: 'silent', sinceMs: aws.nowMs });
    await expect(switchover(ARN[WEST])).rejects.toMatchObject({ name: 'InvalidGlobalClusterStateFault' });
  });

  it('leaves the writer where it was when a side goes dark during a switchover', async () => {
    await switchover(ARN[WEST]);
    aws.faults.set({ kind: 'dark', region: EAST, manner: 'silent', sinceMs: aws.nowMs });
    aws.nowMs += PROMOTION_MS;

    expect(await globalCluster()).toMatchObject({ status: 'available', writers: [ARN[EAST]] });
  });

  it('is refused a target that is none, that writes already, or that is in another region than the call', async () => {
    await expect(failover('arn:aws:rds:us-west-2:000000000000:cluster:none')).rejects.toMatchObject({
      name: 'DBClusterNotFoundFault',
    });
    await expect(failover(ARN[EAST], EAST)).rejects.toMatchObject({ name: 'InvalidDBClusterStateFault' });
    await expect(failover(ARN[WEST], EAST)).rejects.toThrow(/region of the target cluster, us-west-2/);
    await expect(
      rds(WEST).send(new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: 'none' })),
    ).rejects.toMatchObject({ name: 'GlobalClusterNotFoundFault' });
  });

  it('shows Terraform a promotion as AWS does', async () => {
    const { terraform } = aws;
    const state = terraform.import('aws_rds_cluster', `orders-${WEST}@${WEST}`).state ?? {};
    await failover(ARN[WEST]);
    aws.nowMs += PROMOTION_MS;
    await globalCluster();

    expect(terraform.refresh('aws_rds_cluster', state)).toMatchObject({
      replication_source_identifier: null,
      global_cluster_identifier: 'orders',
    });
    expect(terraform.import('aws_rds_cluster', `orders-${EAST}`).state).toMatchObject({
      replication_source_identifier: ARN[WEST],
      global_cluster_identifier: 'orders',
    });
    expect(
      terraform.refresh('aws_rds_global_cluster', terraform.import('aws_rds_global_cluster', 'orders').state ?? {}),
    ).toMatchObject({
      global_cluster_members: [
        { db_cluster_arn: ARN[WEST], is_writer: true },
        { db_cluster_arn: ARN[EAST], is_writer: false },
      ],
    });
  });
});

describe('the Data API', () => {
  beforeEach(() => sql(EAST, CREATE));

  it('writes and reads rows in the writer', async () => {
    expect(await write(EAST, 1)).toMatchObject({ numberOfRecordsUpdated: 1 });
    await write(EAST, 2);

    expect(await version(EAST)).toBe(2);
    expect((await sql(EAST, 'SELECT * FROM canary')).records).toEqual([[{ stringValue: 'a' }, { longValue: 2 }]]);
    expect((await sql(EAST, 'SELECT count(*) FROM canary')).records).toEqual([[{ longValue: 1 }]]);
  });

  it('serves no follower, and nobody while the writer moves', async () => {
    await expect(write(WEST, 1)).rejects.toThrow(/not the writer/);
    await failover(ARN[WEST]);
    await expect(write(EAST, 1)).rejects.toThrow(/in a failover/);
    await expect(write(WEST, 1)).rejects.toThrow(/in a failover/);
    aws.nowMs += PROMOTION_MS;
    await write(WEST, 1);
    await expect(write(EAST, 1)).rejects.toThrow(/not the writer/);
  });

  it('of a failover loses what had not been replicated, and nothing else', async () => {
    await write(EAST, 1);
    aws.nowMs += LAG_MS;
    await write(EAST, 2);
    aws.faults.set({ kind: 'dark', region: EAST, manner: 'silent', sinceMs: aws.nowMs });
    await failover(ARN[WEST]);
    aws.nowMs += PROMOTION_MS;

    expect(await version(WEST)).toBe(1);
    aws.faults.clear();
    aws.nowMs += 60_000;
    expect(await version(WEST)).toBe(1);
  });

  it('of a switchover loses nothing', async () => {
    aws.faults.set({ kind: 'lag', lagMs: 600_000 });
    await write(EAST, 2);
    await switchover(ARN[WEST]);
    aws.nowMs += PROMOTION_MS;

    expect(await version(WEST)).toBe(2);
  });

  it.each([
    ["SELECT version FROM missing WHERE id = 'a'", 'ERROR: relation "missing" does not exist; SQLState: 42P01'],
    ['SELECT nothing FROM canary', 'ERROR: column "nothing" of relation "canary" does not exist; SQLState: 42703'],
    ["INSERT INTO canary (id) VALUES ('b')", /null value in column "version".*SQLState: 23502/],
    ["INSERT INTO canary (id, version) VALUES ('b', 'x')", /SQLState: 42804/],
    ['INSERT INTO canary (id, version) VALUES (:id, 1)', 'ERROR: there is no parameter :id; SQLState: 42P02'],
    ['DROP TABLE canary', /syntax error at or near "DROP".*SQLState: 42601/],
    ['SELECT version FROM canary; DROP', /syntax error at or near "DROP"/],
    ["INSERT INTO canary (id, version) VALUES ('b', 1, 2)", /SQLState: 42601/],
  ])('refuses as PostgreSQL does: %s', async (statement, message) => {
    await expect(sql(EAST, statement)).rejects.toMatchObject({ name: 'DatabaseErrorException' });
    await expect(sql(EAST, statement)).rejects.toThrow(message);
  });

  it('refuses a second row of a key where nothing says what becomes of the first', async () => {
    await write(EAST, 1);

    await expect(sql(EAST, "INSERT INTO canary (id, version) VALUES ('a', 2)")).rejects.toThrow(
      /duplicate key value violates unique constraint "canary_pkey"; SQLState: 23505/,
    );
    await sql(EAST, "INSERT INTO canary (id, version) VALUES ('a', 2) ON CONFLICT (id) DO NOTHING");
    expect(await version(EAST)).toBe(1);
    await sql(
      EAST,
      "INSERT INTO canary (id, version) VALUES ('a', 3) ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version",
    );
    expect(await version(EAST)).toBe(3);
  });

  it('wants a cluster with an HTTP endpoint, and a secret of its user', async () => {
    const wrong = (change: object) =>
      open(new RDSDataClient(aws.client(EAST))).send(
        new ExecuteStatementCommand({
          resourceArn: ARN[EAST],
          secretArn,
          database: 'orders',
          sql: 'SELECT * FROM canary',
          ...change,
        }),
      );
    const other = aws.terraform.apply('aws_secretsmanager_secret', { name: 'other' });
    aws.terraform.apply('aws_secretsmanager_secret_version', {
      secret_id: other['arn'] ?? null,
      secret_string: '{"username":"mallory","password":"x"}',
    });

    await expect(wrong({ resourceArn: ARN[WEST] })).rejects.toMatchObject({ name: 'DatabaseNotFoundException' });
    await expect(wrong({ secretArn: `${secretArn}x` })).rejects.toMatchObject({ name: 'SecretsErrorException' });
    await expect(wrong({ secretArn: String(other['arn']) })).rejects.toThrow(
      /authentication failed for user "mallory"/,
    );
  });
});

describe('a secret', () => {
  it('has its value in the regions that it is replicated to, and in no other', async () => {
    const read = (region: string, id: string) =>
      open(new SecretsManagerClient(aws.client(region))).send(new GetSecretValueCommand({ SecretId: id }));

    expect((await read(WEST, secretArn.replace(EAST, WEST))).SecretString).toBe(
      '{"username":"trading","password":"x"}',
    );
    expect((await read(EAST, 'db')).ARN).toBe(secretArn);
    await expect(read('us-east-2', 'db')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('the replication lag', () => {
  const lag = async (region: keyof typeof ARN, cluster = `orders-${region}`) => {
    const { MetricDataResults: results } = await open(new CloudWatchClient(aws.client(region))).send(
      new GetMetricDataCommand({
        StartTime: new Date(aws.nowMs - 600_000),
        EndTime: new Date(aws.nowMs + 60_000),
        ScanBy: 'TimestampDescending',
        MetricDataQueries: [
          {
            Id: 'lag',
            MetricStat: {
              Metric: {
                Namespace: 'AWS/RDS',
                MetricName: 'AuroraGlobalDBReplicationLag',
                Dimensions: [{ Name: 'DBClusterIdentifier', Value: cluster }],
              },
              Period: 60,
              Stat: 'Maximum',
            },
          },
        ],
      }),
    );
    return {
      ages: (results?.[0]?.Timestamps ?? []).map((time) => aws.nowMs - time.getTime()),
      values: results?.[0]?.Values ?? [],
    };
  };

  it('is published where a cluster follows, a minute at a time', async () => {
    const { ages, values } = await lag(WEST);

    expect(values.length).toBeGreaterThan(8);
    expect(new Set(values)).toEqual(new Set([LAG_MS]));
    expect(ages[0]).toBeGreaterThanOrEqual(60_000);
    expect(ages[0]).toBeLessThan(120_000);
    expect((await lag(EAST)).values).toEqual([]);
    expect((await lag(WEST, 'none')).values).toEqual([]);
  });

  it('gets older, and then is missing, once the writer is dark', async () => {
    aws.faults.set({ kind: 'dark', region: EAST, manner: 'silent', sinceMs: aws.nowMs });
    aws.nowMs += 300_000;
    expect((await lag(WEST)).ages[0]).toBeGreaterThanOrEqual(300_000);

    aws.nowMs += 600_000;
    expect((await lag(WEST)).values).toEqual([]);
  });
});
