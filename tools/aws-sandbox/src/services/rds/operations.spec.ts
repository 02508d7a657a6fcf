import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeDBClustersCommand, DescribeGlobalClustersCommand } from '@aws-sdk/client-rds';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { EAST, TestGlobalDatabase, WEST } from '../../testing/global-database';
import { TestSandbox } from '../../testing/test-sandbox';

const LAG_MS = 800;
const PROMOTION_MS = 30_000;

let aws: TestSandbox;
let orders: TestGlobalDatabase;
const opened: { destroy(): void }[] = [];

const open = <Client extends { destroy(): void }>(client: Client): Client => {
  opened.push(client);
  return client;
};

beforeEach(async () => {
  aws = await TestSandbox.start({ promotionMs: PROMOTION_MS });
  aws.faults.set({ kind: 'lag', lagMs: LAG_MS });
  orders = TestGlobalDatabase.deploy(aws);
});

afterEach(async () => {
  for (const client of opened.splice(0)) client.destroy();
  orders.close();
  await aws.close();
});

// No server runs here: nobody asks for one. What becomes of rows is in database-servers.spec.ts.
describe('a global database', () => {
  it('says who writes, in any region', async () => {
    for (const region of [EAST, WEST]) {
      expect(await orders.globalCluster(region)).toEqual({
        status: 'available',
        failover: undefined,
        writers: [orders.arn(EAST)],
        members: 2,
      });
    }
    const { DBClusters: clusters } = await orders.rds(WEST).send(new DescribeDBClustersCommand({}));
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

    await orders.failOver(WEST);
    expect(await orders.globalCluster()).toEqual({
      status: 'failing-over',
      failover: {
        Status: 'failing-over',
        FromDbClusterArn: orders.arn(EAST),
        ToDbClusterArn: orders.arn(WEST),
        IsDataLossAllowed: true,
      },
      writers: [orders.arn(EAST)],
      members: 2,
    });
    await expect(orders.failOver(WEST)).rejects.toMatchObject({ name: 'InvalidGlobalClusterStateFault' });

    aws.nowMs += PROMOTION_MS;
    expect(await orders.globalCluster()).toMatchObject({
      status: 'available',
      failover: undefined,
      writers: [orders.arn(WEST)],
    });
  });

  it('moves its writer only between clusters of one engine version: none while an upgrade is half way', async () => {
    const { terraform } = aws;
    const upgrade = (region: string) => {
      const given = {
        region,
        cluster_identifier: `orders-${region}`,
        global_cluster_identifier: 'orders',
        db_subnet_group_name: 'db',
        engine: 'aurora-postgresql',
        engine_version: '16.8',
      };
      const { state } = terraform.import('aws_rds_cluster', `orders-${region}@${region}`);
      terraform.apply('aws_rds_cluster', given, state ?? null);
    };
    upgrade(WEST);

    const refusal = {
      name: 'InvalidGlobalClusterStateFault',
      message: `DBCluster ${orders.arn(WEST)} has engine version 16.8, and the primary cluster 16.6: upgrade both to one.`,
    };
    await expect(orders.failOver(WEST)).rejects.toMatchObject(refusal);
    await expect(orders.switchOver(WEST)).rejects.toMatchObject(refusal);

    upgrade(EAST);
    await orders.failOver(WEST);
    aws.nowMs += PROMOTION_MS;
    expect(await orders.globalCluster()).toMatchObject({ status: 'available', writers: [orders.arn(WEST)] });
  });

  it('ends a failover though the process was killed in the middle', async () => {
    await orders.failOver(WEST);
    aws = await aws.restart();
    orders = orders.after(aws);
    expect(await orders.globalCluster()).toMatchObject({ status: 'failing-over' });

    aws.nowMs += PROMOTION_MS;
    expect(await orders.globalCluster()).toMatchObject({ status: 'available', writers: [orders.arn(WEST)] });
  });

  it('switches over and back, and not while a side is dark', async () => {
    await orders.switchOver(WEST);
    aws.nowMs += PROMOTION_MS;
    expect(await orders.globalCluster()).toMatchObject({ status: 'available', writers: [orders.arn(WEST)] });
    await orders.switchOver(EAST);
    aws.nowMs += PROMOTION_MS;
    expect(await orders.globalCluster()).toMatchObject({ status: 'available', writers: [orders.arn(EAST)] });

    aws.faults.set({ kind: 'dark', region: EAST, manner: 'silent', sinceMs: aws.nowMs });
    await expect(orders.switchOver(WEST)).rejects.toMatchObject({ name: 'InvalidGlobalClusterStateFault' });
  });

  it('leaves the writer where it was when a side goes dark during a switchover', async () => {
    await orders.switchOver(WEST);
    aws.faults.set({ kind: 'dark', region: EAST, manner: 'silent', sinceMs: aws.nowMs });
    aws.nowMs += PROMOTION_MS;

    expect(await orders.globalCluster()).toMatchObject({ status: 'available', writers: [orders.arn(EAST)] });
  });

  it('is refused a target that is none, that writes already, or that is in another region than the call', async () => {
    await expect(orders.failOver('none', WEST)).rejects.toMatchObject({
      name: 'DBClusterNotFoundFault',
    });
    await expect(orders.failOver(EAST, EAST)).rejects.toMatchObject({ name: 'InvalidDBClusterStateFault' });
    await expect(orders.failOver(WEST, EAST)).rejects.toThrow(/region of the target cluster, us-west-2/);
    await expect(
      orders.rds(WEST).send(new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: 'none' })),
    ).rejects.toMatchObject({ name: 'GlobalClusterNotFoundFault' });
  });

  it('lets a cluster be taken out, which writes alone from then on, with the writer dark too', async () => {
    aws.faults.set({ kind: 'dark', region: EAST, manner: 'silent', sinceMs: aws.nowMs });

    const { GlobalCluster: left } = await orders.takeOut(WEST);

    expect(left?.GlobalClusterMembers?.map(({ DBClusterArn: arn }) => arn)).toEqual([orders.arn(EAST)]);
    expect(await orders.globalCluster()).toMatchObject({
      status: 'available',
      writers: [orders.arn(EAST)],
      members: 1,
    });
    await expect(orders.failOver(WEST)).rejects.toMatchObject({ name: 'DBClusterNotFoundFault' });
    await expect(orders.takeOut(WEST)).rejects.toMatchObject({ name: 'DBClusterNotFoundFault' });
  });

  it('refuses to let one be taken out from another region, before those that follow it, or while the writer moves', async () => {
    const refusal = { name: 'InvalidGlobalClusterStateFault' };
    await expect(orders.takeOut(WEST, EAST)).rejects.toMatchObject(refusal);
    await expect(orders.takeOut(EAST)).rejects.toMatchObject(refusal);
    await orders.failOver(WEST);
    await expect(orders.takeOut(WEST)).rejects.toMatchObject(refusal);
    aws.nowMs += PROMOTION_MS;
    await orders.globalCluster();

    await orders.takeOut(EAST);
    await orders.takeOut(WEST);
    expect(await orders.globalCluster()).toMatchObject({ members: 0 });
  });

  it('shows Terraform a cluster that was taken out as AWS does', async () => {
    const { terraform } = aws;
    await orders.takeOut(WEST);

    expect(terraform.import('aws_rds_cluster', `orders-${WEST}@${WEST}`).state).toMatchObject({
      replication_source_identifier: null,
      global_cluster_identifier: null,
      master_username: 'trading',
    });
    expect(
      terraform.refresh('aws_rds_global_cluster', terraform.import('aws_rds_global_cluster', 'orders').state ?? {}),
    ).toMatchObject({ global_cluster_members: [{ db_cluster_arn: orders.arn(EAST), is_writer: true }] });
  });

  it('shows Terraform a promotion as AWS does', async () => {
    const { terraform } = aws;
    const state = terraform.import('aws_rds_cluster', `orders-${WEST}@${WEST}`).state ?? {};
    await orders.failOver(WEST);
    aws.nowMs += PROMOTION_MS;
    await orders.globalCluster();

    expect(terraform.refresh('aws_rds_cluster', state)).toMatchObject({
      replication_source_identifier: null,
      global_cluster_identifier: 'orders',
    });
    expect(terraform.import('aws_rds_cluster', `orders-${EAST}`).state).toMatchObject({
      replication_source_identifier: orders.arn(WEST),
      global_cluster_identifier: 'orders',
    });
    expect(
      terraform.refresh('aws_rds_global_cluster', terraform.import('aws_rds_global_cluster', 'orders').state ?? {}),
    ).toMatchObject({
      global_cluster_members: [
        { db_cluster_arn: orders.arn(WEST), is_writer: true },
        { db_cluster_arn: orders.arn(EAST), is_writer: false },
      ],
    });
  });
});

describe('a secret', () => {
  it('has its value in the regions that it is replicated to, and in no other', async () => {
    const read = (region: string, id: string) =>
      open(new SecretsManagerClient(aws.client(region))).send(new GetSecretValueCommand({ SecretId: id }));

    expect((await read(WEST, orders.secretArn.replace(EAST, WEST))).SecretString).toBe(
      '{"username":"trading","password":"x"}',
    );
    expect((await read(EAST, 'db')).ARN).toBe(orders.secretArn);
    await expect(read('us-east-2', 'db')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('the replication lag', () => {
  const lag = async (region: string, cluster = `orders-${region}`) => {
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
