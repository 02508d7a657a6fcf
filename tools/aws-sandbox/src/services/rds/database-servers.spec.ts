import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyDBClusterSnapshotCommand,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeEventsCommand,
  type DescribeEventsCommandInput,
  RDSClient,
} from '@aws-sdk/client-rds';
import { EAST, TestGlobalDatabase, WEST } from '../../testing/global-database';
import { TestSandbox } from '../../testing/test-sandbox';
import { SNAPSHOT_RECORD } from './cluster-snapshots';

const PROMOTION_MS = 1_000;
/** Long enough for writes to be on the wire when it is cut. */
const LAG_MS = 300;
const REBUILD_MS = 60_000;

let home: string;
let aws: TestSandbox;
let orders: TestGlobalDatabase;

// One story: each test goes on from where the one before it left the database.
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'sandbox-'));
  aws = await TestSandbox.start({ home, promotionMs: PROMOTION_MS });
  orders = TestGlobalDatabase.deploy(aws);
});
afterAll(async () => {
  orders.close();
  await aws.close();
});

const cluster = (region: string) => {
  const found = aws.terraform.account.find('aws_rds_cluster', region, `orders-${region}`);
  if (found === undefined) throw new Error('no cluster');
  return found;
};

/** Ids in a region's own server, writer or not. */
async function idsIn(region: string): Promise<readonly number[]> {
  const client = await (await aws.databases.serverOf(cluster(region))).connect('orders');
  try {
    return (await client.query<{ id: string }>('SELECT id FROM writes ORDER BY id')).rows.map(({ id }) => Number(id));
  } finally {
    await client.end();
  }
}

async function messagesIn(region: string, input: DescribeEventsCommandInput): Promise<readonly (string | undefined)[]> {
  const { Events: events = [] } = await orders.rds(region).send(new DescribeEventsCommand(input));
  return events.map(({ Message: message }) => message);
}

let nextId = 1;

/** Writes as fast as the writer takes it, until it is ended. The ids are those that were acknowledged. */
function writeOn(region: string): { readonly acknowledged: readonly number[]; end(): Promise<readonly number[]> } {
  const acknowledged: number[] = [];
  let goesOn = true;
  const writing = (async () => {
    while (goesOn) {
      const id = nextId++;
      const value = { longValue: id };
      // Refused while the writer moves: not acknowledged, so that nobody misses it.
      await orders.sql(region, 'INSERT INTO writes VALUES (:id)', [{ name: 'id', value }]).then(
        () => acknowledged.push(id),
        () => undefined,
      );
    }
  })();
  const end = async () => {
    goesOn = false;
    await writing;
    return acknowledged;
  };
  return { acknowledged, end };
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await holds());) {
    if (Date.now() > deadline) throw new Error(`${what} did not come true`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

describe('servers of a global database', () => {
  it('are none after a deploy', () => {
    expect(existsSync(join(home, 'databases'))).toBe(false);
  });

  it('replicate a write, as late as the wire is', async () => {
    await orders.sql(EAST, 'CREATE TABLE writes (id bigint PRIMARY KEY)');
    await until('the table arrives', () =>
      idsIn(WEST).then(
        () => true,
        () => false,
      ),
    );
    aws.faults.set({ kind: 'lag', lagMs: LAG_MS });
    const beganAt = performance.now();
    await orders.sql(EAST, 'INSERT INTO writes VALUES (0)');
    await until('the row arrives', async () => (await idsIn(WEST)).length === 1);

    expect(performance.now() - beganAt).toBeGreaterThanOrEqual(LAG_MS);
  });

  it('restart when their class changes, under their clients, and keep every row', async () => {
    const { terraform } = aws;
    const before = await aws.databases.serverOf(cluster(EAST));
    const rows = await idsIn(EAST);
    const instance = terraform.import('aws_rds_cluster_instance', `orders-${EAST}-1@${EAST}`).state;
    aws.services.settle();
    expect(before.isRunning).toBe(true);

    terraform.apply(
      'aws_rds_cluster_instance',
      {
        region: EAST,
        identifier: `orders-${EAST}-1`,
        cluster_identifier: `orders-${EAST}`,
        instance_class: 'db.r6g.xlarge',
        engine: 'aurora-postgresql',
      },
      instance ?? null,
    );
    aws.services.settle();
    await until('the server ends', () => !before.isRunning);

    expect(await idsIn(EAST)).toEqual(rows);
    expect(await aws.databases.serverOf(cluster(EAST))).not.toBe(before);
    await until('the standby follows again', async () => (await idsIn(WEST)).length === rows.length);
  });

  it('lose at a promotion what had not arrived when the wire was cut, and nothing else', async () => {
    const { end } = writeOn(EAST);
    await until('writes arrive', async () => (await idsIn(WEST)).length > 5);
    // Of a write that is under way as its region goes dark nobody learns whether it was committed.
    const acknowledged = [0, ...(await end())];
    aws.faults.set({ kind: 'dark', region: EAST, manner: 'refused', sinceMs: aws.nowMs });
    // A wire that is not cut would deliver meanwhile.
    await new Promise((done) => setTimeout(done, 2 * LAG_MS));
    await orders.failOver(WEST);
    aws.nowMs += PROMOTION_MS;
    expect(await orders.untilAvailable()).toBe(orders.arn(WEST));

    const kept = await idsIn(WEST);
    const lost = acknowledged.length - kept.length;
    expect(kept).toEqual(acknowledged.slice(0, kept.length));
    expect(lost).toBeGreaterThan(0);

    // The new writer goes on, with the same keys too.
    await orders.sql(WEST, 'INSERT INTO writes VALUES (1000000)');
    aws.faults.clear();
    aws.faults.set({ kind: 'rebuild', rebuildMs: REBUILD_MS });
    await until('the loss is counted', async () => {
      await orders.globalCluster();
      return aws.terraform.account.list(SNAPSHOT_RECORD).length > 0;
    });

    const [snapshot] = aws.terraform.account.list(SNAPSHOT_RECORD, EAST);
    expect(snapshot?.id).toMatch(/^rds:unplanned-global-failover-orders-us-east-1-/);
    expect(snapshot?.attributes).toMatchObject({
      db_cluster_identifier: `orders-${EAST}`,
      engine_version: '16.6',
      lost_transactions: lost,
      lost_rows: { 'orders.public.writes': lost },
    });
  });

  it('do not read at the former writer until it is rebuilt, and then follow the new one', async () => {
    await expect(aws.databases.serverOf(cluster(EAST))).rejects.toThrow(/no server runs/);
    await expect(orders.switchOver(EAST)).rejects.toThrow(/is being rebuilt after a failover/);

    aws.nowMs += REBUILD_MS;
    await until('it follows', async () => {
      await orders.globalCluster();
      return idsIn(EAST).then(
        (ids) => ids.includes(1_000_000),
        () => false,
      );
    });
    expect(await idsIn(EAST)).toEqual(await idsIn(WEST));
    const ofMembers = `resynchronizing members of DB cluster orders-${EAST} in Region ${EAST} after global failover.`;
    expect(await messagesIn(EAST, { EventCategories: ['global failover'] })).toEqual([
      `Started ${ofMembers}`,
      `Finished ${ofMembers}`,
    ]);
    expect(await messagesIn(EAST, { SourceType: 'db-cluster-snapshot' })).toEqual([
      'Creating automated cluster snapshot.',
      'Automated cluster snapshot created.',
    ]);
  });

  it('stay in a snapshot that expires with the backups of its cluster, unless it is copied', async () => {
    const rds = new RDSClient(aws.client(EAST));
    const describe = async (more: object = {}) =>
      (await rds.send(new DescribeDBClusterSnapshotsCommand(more))).DBClusterSnapshots ?? [];
    const [{ DBClusterSnapshotIdentifier: left = '' } = {}] = await describe({ SnapshotType: 'automated' });
    const copy = (to: string) =>
      rds.send(
        new CopyDBClusterSnapshotCommand({
          SourceDBClusterSnapshotIdentifier: left,
          TargetDBClusterSnapshotIdentifier: to,
        }),
      );
    const files = (id: string) => readdirSync(join(home, 'databases/snapshots', EAST, id.replace(':', '-')));
    // What an account that was killed while it copied has left.
    mkdirSync(join(home, 'databases/snapshots', EAST, 'lost-writes/half'), { recursive: true });
    const { DBClusterSnapshot: copied } = await copy('Lost-writes');
    const erase = (id: string) => rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: id }));

    expect(copied).toMatchObject({
      DBClusterSnapshotIdentifier: 'lost-writes',
      DBClusterIdentifier: `orders-${EAST}`,
      SnapshotType: 'manual',
      Status: 'available',
      SourceDBClusterSnapshotArn: `arn:aws:rds:${EAST}:000000000000:cluster-snapshot:${left}`,
    });
    expect(files('lost-writes')).toEqual(files(left));
    const ofCopy = { SourceType: 'db-cluster-snapshot', SourceIdentifier: 'lost-writes' } as const;
    expect(await messagesIn(EAST, ofCopy)).toEqual([
      'Creating manual cluster snapshot.',
      'Manual cluster snapshot created.',
    ]);
    await expect(copy('lost-writes')).rejects.toMatchObject({ name: 'DBClusterSnapshotAlreadyExistsFault' });
    await expect(copy('rds:mine')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(erase(left)).rejects.toMatchObject({ name: 'InvalidDBClusterSnapshotStateFault' });

    aws.nowMs += 86_400_000;
    expect((await describe()).map(({ DBClusterSnapshotIdentifier: id }) => id)).toEqual(['lost-writes']);
    expect(() => files(left)).toThrow('ENOENT');
    await expect(describe({ DBClusterSnapshotIdentifier: left })).rejects.toMatchObject({
      name: 'DBClusterSnapshotNotFoundFault',
    });
    await erase('lost-writes');
    expect(await describe()).toEqual([]);
    rds.destroy();
  });

  it('keep every row at a switchover under load', async () => {
    aws.faults.clear();
    aws.faults.set({ kind: 'lag', lagMs: LAG_MS });
    const before = await idsIn(WEST);
    const { acknowledged, end } = writeOn(WEST);
    await until('rows are written', () => acknowledged.length > 5);
    await orders.switchOver(EAST);
    await end();
    aws.nowMs += PROMOTION_MS;

    expect(await orders.untilAvailable()).toBe(orders.arn(EAST));
    expect(await idsIn(EAST)).toEqual([...before, ...acknowledged].sort((left, right) => left - right));
    await orders.sql(EAST, 'INSERT INTO writes VALUES (1000001)');
    await until('the former writer follows', async () => (await idsIn(WEST)).includes(1_000_001));
  });

  it('are rolled back from a switchover whose wire is cut before it has delivered', async () => {
    aws.faults.set({ kind: 'lag', lagMs: 3_600_000 });
    await orders.sql(EAST, 'INSERT INTO writes VALUES (1000002)');
    await orders.switchOver(WEST);
    aws.nowMs += PROMOTION_MS;
    await orders.globalCluster();
    await new Promise((done) => setTimeout(done, 300));
    expect((await orders.globalCluster()).status).toBe('switching-over');
    aws.faults.set({ kind: 'dark', region: WEST, manner: 'refused', sinceMs: aws.nowMs });

    await until('the writer stays', async () => (await orders.globalCluster(EAST)).status === 'available');
    aws.faults.clear();
    expect((await orders.globalCluster()).writers).toEqual([orders.arn(EAST)]);
    await orders.sql(EAST, 'INSERT INTO writes VALUES (1000003)');
    await until('the standby follows again', async () => (await idsIn(WEST)).includes(1_000_003));
  });

  it('are gone on with by the next process, with a promotion that was begun', async () => {
    const before = await idsIn(EAST);
    await until('all have arrived', async () => (await idsIn(WEST)).length === before.length);
    await orders.failOver(WEST);
    aws = await aws.restart();
    orders = orders.after(aws);
    aws.nowMs += 30_000;

    expect(await orders.untilAvailable()).toBe(orders.arn(WEST));
    expect(await idsIn(WEST)).toEqual(before);
    expect((await orders.sql(WEST, 'SELECT count(*) FROM writes')).records).toEqual([[{ longValue: before.length }]]);
    expect(aws.defects).toEqual([]);
  });

  it('write each on their own once one was taken out of the global database', async () => {
    const before = await idsIn(WEST);
    await until('all have arrived', async () => (await idsIn(EAST)).length === before.length);
    await orders.takeOut(EAST);

    await orders.sql(EAST, 'INSERT INTO writes VALUES (2000000)');
    await orders.sql(WEST, 'INSERT INTO writes VALUES (2000001)');

    expect(await idsIn(EAST)).toEqual([...before, 2_000_000]);
    expect(await idsIn(WEST)).toEqual([...before, 2_000_001]);
    aws = await aws.restart();
    orders = orders.after(aws);
    expect(await idsIn(EAST)).toEqual([...before, 2_000_000]);
    expect(aws.defects).toEqual([]);
  });

  it('have folders of their own user alone, below folders that it may only pass', () => {
    const modesOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8);
    const isRoot = process.getuid?.() === 0;
    const regions = readdirSync(join(home, 'databases'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const clusters = regions.flatMap(({ name }) =>
      readdirSync(join(home, 'databases', name)).map((folder) => join(home, 'databases', name, folder)),
    );
    const above = [
      home,
      join(home, 'databases'),
      ...regions.map(({ name }) => join(home, 'databases', name)),
      ...clusters,
    ];
    const data = clusters.map((folder) => join(folder, 'data')).filter((folder) => existsSync(folder));

    expect(data.length).toBeGreaterThan(0);
    expect(new Set(above.map(modesOf))).toEqual(new Set([isRoot ? '711' : '700']));
    expect(new Set(data.map(modesOf))).toEqual(new Set(['700']));
    expect(new Set(data.map((folder) => lstatSync(folder).uid))).toEqual(
      new Set([isRoot ? 65_534 : process.getuid?.()]),
    );
    for (const folder of data) {
      const open = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
        (entry) => (lstatSync(join(entry.parentPath, entry.name)).mode & 0o077) !== 0,
      );
      expect(open).toEqual([]);
    }
  });

  it('end with their cluster, and leave nothing', async () => {
    for (const region of [EAST, WEST]) {
      const { terraform } = aws;
      terraform.destroy(
        'aws_rds_cluster_instance',
        terraform.import('aws_rds_cluster_instance', `orders-${region}-1@${region}`).state ?? {},
      );
    }
    for (const region of [EAST, WEST]) {
      const { terraform } = aws;
      terraform.destroy('aws_rds_cluster', {
        ...terraform.import('aws_rds_cluster', `orders-${region}@${region}`).state,
        skip_final_snapshot: true,
      });
    }
    await until('the folders are gone', () => {
      aws.services.settle();
      return [EAST, WEST].every((region) => readdirSync(join(home, 'databases', region)).length === 0);
    });
  });
});

describe('a cluster of another major version', () => {
  it('runs on the one that is installed, and says so', async () => {
    const other = await TestSandbox.start();
    const database = TestGlobalDatabase.deploy(other, { engineVersion: '17.4' });
    // A standby is whole when it is copied: however late the wire is, nobody waits for it.
    other.faults.set({ kind: 'lag', lagMs: 3_600_000 });

    const { records } = await database.sql(EAST, 'SHOW server_version');
    database.close();
    await other.close();

    expect(records?.[0]?.[0]?.stringValue).toMatch(/^16\./);
    expect(other.reports).toEqual([
      expect.stringMatching(
        /^us-east-1: the cluster orders-us-east-1 wants PostgreSQL 17\.4, and runs on 16\.\d+: no other major version is installed\.$/,
      ),
    ]);
  });
});
