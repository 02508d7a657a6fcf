import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  DeleteDBClusterCommand,
  DeleteDBClusterSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  EnableHttpEndpointCommand,
  ModifyDBClusterCommand,
  RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  type RestoreDBClusterFromSnapshotCommandInput,
} from '@aws-sdk/client-rds';
import { ROLE_KEY_PREFIX } from '../../endpoint/calls/credential-scope';
import { EAST, TestGlobalDatabase, WEST } from '../../testing/global-database';
import { TestSandbox } from '../../testing/test-sandbox';
import { ClusterSnapshots, SNAPSHOT_RECORD } from './cluster-snapshots';

const PROMOTION_MS = 1_000;
const LEFT = `orders-${EAST}`;
const COPY = 'orders-kept';

let aws: TestSandbox;
let orders: TestGlobalDatabase;
let rds: RDSClient;

// One story: each test goes on from where the one before it left the database.
beforeAll(async () => {
  aws = await TestSandbox.start({ promotionMs: PROMOTION_MS });
  orders = TestGlobalDatabase.deploy(aws);
  rds = orders.rds(EAST);
});
afterAll(async () => {
  orders.close();
  await aws.close();
});

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !(await holds());) {
    if (Date.now() > end) throw new Error(`not within 30 s: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

const restore = (more: Partial<RestoreDBClusterFromSnapshotCommandInput> = {}) =>
  rds.send(
    new RestoreDBClusterFromSnapshotCommand({
      DBClusterIdentifier: LEFT,
      SnapshotIdentifier: COPY,
      Engine: 'aurora-postgresql',
      EngineVersion: '16.6',
      DBSubnetGroupName: 'db',
      ...more,
    }),
  );
const ids = async () =>
  (await orders.sql(EAST, 'SELECT id FROM writes ORDER BY id')).records?.map(([id]) => id?.longValue);
const serverIn = (region: string) => {
  const found = aws.terraform.account.find('aws_rds_cluster', region, `orders-${region}`);
  if (found === undefined) throw new Error('no cluster');
  return aws.databases.serverOf(found);
};
const described = async (id = LEFT) =>
  (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: id }))).DBClusters?.[0];

describe('a cluster that is rebuilt, whose new writer is dark', () => {
  it('has its own last rows in a snapshot alone', async () => {
    await orders.sql(EAST, 'CREATE TABLE writes (id bigint PRIMARY KEY)');
    await orders.sql(EAST, 'INSERT INTO writes VALUES (1)');
    await until('it arrives', async () => {
      const standby = await (await serverIn(WEST)).connect('orders');
      const found = await standby.query('SELECT FROM writes').catch(() => ({ rows: [] }));
      await standby.end();
      return found.rows.length > 0;
    });
    aws.faults.set({ kind: 'lag', lagMs: 3_600_000 });
    await orders.sql(EAST, 'INSERT INTO writes VALUES (2)');
    aws.faults.set({ kind: 'dark', region: EAST, manner: 'refused', sinceMs: aws.nowMs });
    await orders.failOver(WEST);
    aws.nowMs += PROMOTION_MS;
    await orders.untilAvailable();
    aws.faults.clear();
    aws.faults.set({ kind: 'rebuild', rebuildMs: 3_600_000 });
    await until('the snapshot is made', async () => {
      await orders.globalCluster();
      return aws.terraform.account.list(SNAPSHOT_RECORD).length > 0;
    });
    await orders.sql(WEST, 'INSERT INTO writes VALUES (3)');
    aws.faults.set({ kind: 'dark', region: WEST, manner: 'refused', sinceMs: aws.nowMs });

    const [snapshot] = aws.terraform.account.list(SNAPSHOT_RECORD);
    await rds.send(
      new CopyDBClusterSnapshotCommand({
        SourceDBClusterSnapshotIdentifier: snapshot?.id,
        TargetDBClusterSnapshotIdentifier: COPY,
      }),
    );
    expect(snapshot?.attributes).toMatchObject({ master_username: 'trading', database_name: 'orders' });
  });

  it('frees its identifier by calls in its own region', async () => {
    const protect = (isProtected: boolean) =>
      rds.send(new ModifyDBClusterCommand({ DBClusterIdentifier: LEFT, DeletionProtection: isProtected }));
    const erase = (more: object = { SkipFinalSnapshot: true }) =>
      rds.send(new DeleteDBClusterCommand({ DBClusterIdentifier: LEFT, ...more }));
    await protect(true);
    await expect(restore()).rejects.toMatchObject({ name: 'DBClusterAlreadyExistsFault' });
    await expect(erase()).rejects.toThrow(/is a part of a global cluster/);

    await orders.takeOut(EAST);
    expect(await orders.globalCluster(EAST)).toMatchObject({ writers: [orders.arn(WEST)], members: 1 });
    await expect(serverIn(EAST)).rejects.toThrow(/no server runs/);
    await expect(ids()).rejects.toThrow(/accepts no statements: it is not rebuilt/);
    await expect(erase()).rejects.toThrow(/Cannot delete protected Cluster/);
    await protect(false);
    await expect(erase({})).rejects.toThrow(/SkipFinalSnapshot has to be specified/);
    await expect(erase()).rejects.toThrow(/still contains DB instances/);
    const { DBInstances: instances } = await rds.send(
      new DescribeDBInstancesCommand({ Filters: [{ Name: 'db-cluster-id', Values: [LEFT] }] }),
    );
    expect(instances).toMatchObject([{ DBInstanceIdentifier: `${LEFT}-1`, DBInstanceClass: 'db.r6g.large' }]);
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: `${LEFT}-1` }));
    await expect(rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: `${LEFT}-1` }))).rejects.toMatchObject(
      { name: 'DBInstanceNotFoundFault' },
    );
    expect((await erase()).DBCluster?.Status).toBe('deleting');
    await expect(described()).rejects.toMatchObject({ name: 'DBClusterNotFoundFault' });
  });
});

describe('a snapshot', () => {
  it.each<[Partial<RestoreDBClusterFromSnapshotCommandInput>, string, RegExp]>([
    [{ SnapshotIdentifier: 'none' }, 'DBClusterSnapshotNotFoundFault', /none/],
    [{ DBClusterIdentifier: 'no--name' }, 'InvalidParameterValue', /not a valid identifier/],
    [{ Engine: 'aurora-mysql' }, 'InvalidParameterCombination', /aurora-mysql is not compatible/],
    [
      { EngineVersion: '16.4' },
      'InvalidParameterCombination',
      /^The engine version you requested for your restored DB cluster \(16\.4\) is earlier than the engine version of the DB cluster snapshot \(16\.6\)\.$/,
    ],
    [{ DBSubnetGroupName: 'none' }, 'DBSubnetGroupNotFoundFault', /none/],
    [{ DBClusterParameterGroupName: 'none' }, 'DBClusterParameterGroupNotFoundFault', /none/],
    [{ VpcSecurityGroupIds: ['sg-none'] }, 'InvalidParameterValue', /Invalid security group/],
    [{ KmsKeyId: 'none' }, 'KMSKeyNotAccessibleFault', /none/],
  ])('is not restored with %j', async (more, name, words) => {
    const refused = restore(more);

    await expect(refused).rejects.toMatchObject({ name });
    await expect(refused).rejects.toThrow(words);
  });

  it('is restored under the identifier, as a cluster that writes once it has an instance', async () => {
    const { DBCluster: restored } = await restore({
      CopyTagsToSnapshot: true,
      DeletionProtection: true,
      EnableCloudwatchLogsExports: ['postgresql'],
      Tags: [{ Key: 'stage', Value: 'x' }],
    });

    expect(restored).toMatchObject({
      DBClusterIdentifier: LEFT,
      DBClusterArn: orders.arn(EAST),
      Status: 'available',
      DatabaseName: 'orders',
      MasterUsername: 'trading',
      EngineVersion: '16.6',
      StorageEncrypted: false,
      DBSubnetGroup: 'db',
      DeletionProtection: true,
      CopyTagsToSnapshot: true,
      EnabledCloudwatchLogsExports: ['postgresql'],
      BackupRetentionPeriod: 1,
      TagList: [{ Key: 'stage', Value: 'x' }],
    });
    expect(restored?.DBClusterMembers ?? []).toEqual([]);
    await expect(ids()).rejects.toMatchObject({ name: 'HttpEndpointNotEnabledException' });
    await rds.send(new EnableHttpEndpointCommand({ ResourceArn: orders.arn(EAST) }));
    await expect(ids()).rejects.toThrow(/has no available instance/);
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: `${LEFT}-1`,
        DBClusterIdentifier: LEFT,
        Engine: 'aurora-postgresql',
        DBInstanceClass: 'db.r6g.large',
      }),
    );

    await orders.sql(EAST, 'INSERT INTO writes VALUES (4)');
    expect(await ids()).toEqual([1, 2, 4]);
  });

  it('is on a timeline of its own, and stays as it was', async () => {
    const server = await serverIn(EAST);
    const timelineOf = (name: string) => Number.parseInt(name.slice(0, 8), 16);
    const [{ wal } = { wal: '' }] = await server.query<{ wal: string }>(
      'SELECT pg_walfile_name(pg_current_wal_lsn()) AS wal',
    );
    const kept = readdirSync(join(aws.terraform.home, 'databases/snapshots', EAST, COPY, 'pg_wal')).filter((name) =>
      /^[\dA-F]{24}$/.test(name),
    );

    expect(timelineOf(wal)).toBeGreaterThan(Math.max(...kept.map(timelineOf)));
    await rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: COPY }));
    expect(await ids()).toEqual([1, 2, 4]);
  });

  it('leaves Terraform the cluster that it knew: nothing is replaced', () => {
    const { terraform } = aws;
    const config = {
      region: EAST,
      cluster_identifier: LEFT,
      global_cluster_identifier: 'orders',
      database_name: 'orders',
      master_username: 'trading',
      master_password_wo: 'x',
      master_password_wo_version: 1,
      db_subnet_group_name: 'db',
      skip_final_snapshot: true,
      enable_http_endpoint: true,
      engine: 'aurora-postgresql',
      engine_version: '16.6',
    };
    const { state } = terraform.import('aws_rds_cluster', `${LEFT}@${EAST}`);

    expect(state).toMatchObject({ snapshot_identifier: null, global_cluster_identifier: null });
    expect(terraform.replacements('aws_rds_cluster', config, state ?? {})).toEqual([]);
  });

  it('is still there for the next process, whose account does nothing again', async () => {
    aws = await aws.restart();
    orders = orders.after(aws);
    rds = orders.rds(EAST);
    await orders.sql(EAST, 'INSERT INTO writes VALUES (5)');

    expect(await ids()).toEqual([1, 2, 4, 5]);
    expect(aws.defects).toEqual([]);
  });
});

describe('a role', () => {
  it('restores what it may restore, and tags it where it may do that too', async () => {
    const { terraform } = aws;
    terraform.apply('aws_iam_role', {
      name: 'operator',
      assume_role_policy:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}',
    });
    const [snapshot] = terraform.account.list(SNAPSHOT_RECORD);
    const credentials = { accessKeyId: `${ROLE_KEY_PREFIX}operator`, secretAccessKey: 'x', sessionToken: 'x' };
    rds = new RDSClient({ ...aws.client(EAST), credentials });
    const given = { DBClusterIdentifier: 'second', SnapshotIdentifier: snapshot?.id };
    const grant = (Action: string, Resource: string) =>
      terraform.apply('aws_iam_role_policy', {
        name: `policy-${Math.random()}`,
        role: 'operator',
        policy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] }),
      });
    const cluster = `arn:aws:rds:${EAST}:000000000000:cluster:second`;

    await expect(restore(given)).rejects.toThrow(/perform: rds:RestoreDBClusterFromSnapshot on resource: .*:second/);
    grant('rds:RestoreDBClusterFromSnapshot', cluster);
    await expect(restore(given)).rejects.toThrow(/on resource: .*:cluster-snapshot:rds:unplanned-global-failover/);
    grant('rds:RestoreDBClusterFromSnapshot', snapshot?.arn ?? '');
    const tagged = { ...given, Tags: [{ Key: 'stage', Value: 'x' }] };
    await expect(restore(tagged)).rejects.toThrow(/perform: rds:AddTagsToResource on resource: .*:cluster:second/);
    grant('rds:AddTagsToResource', cluster);
    expect((await restore(tagged)).DBCluster?.DBClusterIdentifier).toBe('second');
    rds.destroy();
  });
});

it('a snapshot does not expire while a cluster is restored from it', () => {
  const { account } = aws.terraform;
  const [snapshot] = account.list(SNAPSHOT_RECORD);
  const second = account.find('aws_rds_cluster', EAST, 'second');
  const restoredFrom = (id: string) =>
    account.commit([{ put: { ...(second as NonNullable<typeof second>), internal: { restoredFrom: id } } }]);
  const { databases: servers } = aws;
  const removed: string[] = [];
  const snapshots = new ClusterSnapshots({
    account,
    servers: {
      copySnapshot: (...given) => servers.copySnapshot(...given),
      removeSnapshot: (_, id) => removed.push(id),
      restore: () => new Promise(() => undefined),
    },
    events: { record: () => undefined },
    nowMs: () => aws.nowMs + 40 * 86_400_000,
    onDefect: (what) => aws.defects.push(what),
  });

  restoredFrom(snapshot?.id ?? '');
  snapshots.settle();
  expect(removed).toEqual([]);

  restoredFrom('');
  snapshots.settle();
  expect(removed).toEqual([snapshot?.id]);
});
