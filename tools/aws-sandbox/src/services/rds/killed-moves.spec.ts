import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeGlobalClustersCommand,
  RestoreDBClusterFromSnapshotCommand,
} from '@aws-sdk/client-rds';
import { buildSync } from 'esbuild';
import { Client } from 'pg';
import type { Fault } from '../../faults/fault';
import { connectSandbox } from '../../process/sandbox';
import { SandboxHome } from '../../process/sandbox-home';
import type { ObjectValue } from '../../model/value';
import { SNAPSHOT_RECORD } from './cluster-snapshots';
import { adminPassword } from './postgres/data-folder';
import { EAST, TestGlobalDatabase, WEST } from '../../testing/global-database';
import { TestSandbox } from '../../testing/test-sandbox';

/** Where the account kills itself. */
interface KillPoint {
  /** Method of `DatabaseServers`. */
  readonly during: 'switchOver' | 'failOver' | 'compareFormer' | 'restore';
  /** Before the first thing that it does with a server or a file whose name begins so. */
  readonly step: string;
}

/** The account's program, which kills itself as a file in its folder says. */
const KILLED_ACCOUNT = `
import fs from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseServers } from './database-servers';
import { PostgresServer } from './postgres/postgres-server';

const home = process.argv[process.argv.indexOf('--home') + 1];
const point = () => fs.existsSync(join(home, 'kill.json')) ? JSON.parse(fs.readFileSync(join(home, 'kill.json'), 'utf8')) : {};
let during;
const isDue = (what) => during !== undefined && point().during === during && what.startsWith(point().step);
const die = (what) => {
  fs.writeFileSync(join(home, 'killed.txt'), what);
  process.kill(process.pid, 'SIGKILL');
};
const step = (what) => isDue(what) && die(what);
function wrap(target, names, before) {
  for (const name of names) {
    const method = target[name];
    target[name] = function (...given) {
      before(name, given);
      return method.apply(this, given);
    };
  }
}

for (const name of ['switchOver', 'failOver', 'compareFormer', 'restore']) {
  const method = DatabaseServers.prototype[name];
  DatabaseServers.prototype[name] = async function (...given) {
    during = name;
    const result = await method.apply(this, given);
    step('record');
    during = undefined;
    return result;
  };
}
wrap(PostgresServer.prototype, ['query', 'stop'], (name, given) => step([name, ...given].join(' ')));
wrap(PostgresServer, ['start'], () => step('start'));
wrap(fs, ['renameSync', 'writeFileSync', 'rmSync'], (name, [path]) => {
  if (!path.includes('/databases/')) return;
  step(name + ' ' + basename(path));
  if (name !== 'rmSync' || !fs.existsSync(path) || !isDue('half of ' + basename(path))) return;
  fs.unlinkSync(join(path, 'PG_VERSION'));
  die('half of ' + basename(path));
});
import('../../main');
`;

/** Rows that each failover loses. */
const LOST = 3;

/** A global database whose account is killed while its writer moves. */
class KilledMoves {
  private readonly program = join(__dirname, `../../../../../node_modules/.cache/dr-killed-moves-${process.pid}.js`);
  private account: ChildProcess | undefined;
  private hasEnded = false;
  private nextId = 1;
  /** Every row that was acknowledged, and that no failover has lost. */
  private readonly kept: number[] = [];
  private writer = EAST;
  private other = WEST;

  private constructor(
    private readonly home: string,
    private orders: TestGlobalDatabase,
  ) {}

  static async start(): Promise<KilledMoves> {
    const home = mkdtempSync(join(tmpdir(), 'sandbox-'));
    const deployed = await TestSandbox.start({ home });
    const moves = new KilledMoves(home, TestGlobalDatabase.deploy(deployed));
    await deployed.leave();
    buildSync({
      stdin: { contents: KILLED_ACCOUNT, resolveDir: __dirname, sourcefile: 'killed-account.js' },
      outfile: moves.program,
      bundle: true,
      platform: 'node',
      tsconfig: join(__dirname, '../../../../../tsconfig.base.json'),
      logLevel: 'error',
    });
    await moves.serve();
    await moves.orders.sql(EAST, 'CREATE TABLE writes (id bigint PRIMARY KEY)');
    return moves;
  }

  /**
   * Moves the writer, with everything, in an account that is killed at the points, one after the other.
   *
   * @param meanwhile happens before the last process starts
   * @returns what it was about to do when it was killed last; undefined where it has no such step
   */
  async switchOver(
    steps: readonly KillPoint['step'][],
    meanwhile?: () => Promise<void> | void,
  ): Promise<string | undefined> {
    await this.write();
    const killed = await this.killed(
      () => this.orders.switchOver(this.other, this.writer),
      steps.map((step) => ({ during: 'switchOver', step })),
      meanwhile,
    );
    await until('the move ends', async () => (await this.globalCluster())?.Status === 'available');
    await (await connectSandbox(this.home)).clearFaults();
    await this.expectMoved(killed);
    return killed;
  }

  /** Faults that the next process of a killed account finds. */
  leaveFaults(...faults: readonly Fault[]): void {
    writeFileSync(new SandboxHome(this.home).faultFile, JSON.stringify(faults));
  }

  /** Whether the former writer's server is a standby, in the next process of a killed account, which has done nothing yet. */
  async isFormerStandby(): Promise<boolean> {
    const next = await TestSandbox.start({ home: this.home });
    try {
      const former = next.terraform.account.find('aws_rds_cluster', this.writer, `orders-${this.writer}`);
      if (former === undefined) throw new Error('no cluster');
      const server = await next.databases.serverOf(former);
      const [row] = await server.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
      return row?.standby === true;
    } finally {
      await next.leave();
    }
  }

  /** Moves the writer, without its last rows, in an account that is killed at the point. @returns as `switchOver` does */
  async failOver(point: KillPoint): Promise<string | undefined> {
    await this.write();
    await until('it has arrived', async () => (await this.idsIn(this.other)).includes(this.kept.at(-1) ?? 0));
    await (await connectSandbox(this.home)).setFaults({ kind: 'lag', lagMs: 3_600_000 });
    for (let row = 0; row < LOST; row++) await this.write();
    this.kept.splice(-LOST);
    const killed = await this.killed(() => this.orders.failOver(this.other), [point]);
    await (await connectSandbox(this.home)).clearFaults();
    await this.expectMoved(killed);
    return killed;
  }

  /**
   * Restores the last failover's snapshot as another cluster, in an account that is killed at the step.
   *
   * @returns what it was about to do, whether the cluster's server is a standby, and whether it has the rows that were lost
   */
  async restore(id: string, step: string) {
    const rds = this.orders.rds(this.other);
    const { DBClusterSnapshots: snapshots = [] } = await rds.send(new DescribeDBClusterSnapshotsCommand({}));
    const snapshot = snapshots
      .map((found) => found.DBClusterSnapshotIdentifier ?? '')
      .sort()
      .at(-1);
    const killed = join(this.home, 'killed.txt');
    rmSync(killed, { force: true });
    writeFileSync(join(this.home, 'kill.json'), JSON.stringify({ during: 'restore', step }));
    const given = { DBClusterIdentifier: id, SnapshotIdentifier: snapshot, Engine: 'aurora-postgresql' };
    await rds.send(new RestoreDBClusterFromSnapshotCommand(given)).catch((error: Error) => {
      if (!existsSync(killed)) throw error;
    });
    rmSync(join(this.home, 'kill.json'));
    await until('the process ends', () => this.hasEnded);
    await this.serve();
    await until(`${id} is restored`, async () => {
      const described = new DescribeDBClustersCommand({ DBClusterIdentifier: id });
      const { DBClusters: clusters = [] } = await this.orders.rds(this.other).send(described);
      return clusters[0]?.Status === 'available';
    });
    const [row] = await this.ask<{ standby: boolean }>(this.other, 'SELECT pg_is_in_recovery() AS standby', id);
    const rows = await this.ask<{ id: string }>(this.other, 'SELECT id FROM writes', id);
    const lost = rows.filter(({ id: each }) => !this.kept.includes(Number(each))).length;
    return { killed: readFileSync(killed, 'utf8'), isStandby: row?.standby, lost };
  }

  /** Ends the account. @returns what each failover lost, as the account has recorded it */
  async losses(): Promise<readonly ObjectValue[]> {
    await this.end();
    const next = await TestSandbox.start({ home: this.home });
    const losses = next.terraform.account.list(SNAPSHOT_RECORD).map(({ attributes }) => attributes);
    await next.leave();
    return losses;
  }

  async close(): Promise<void> {
    await this.end();
    rmSync(this.program, { force: true });
    rmSync(this.home, { recursive: true, force: true });
  }

  private async end(): Promise<void> {
    this.orders.close();
    this.account?.kill('SIGTERM');
    await until('the process ends', () => this.hasEnded);
  }

  private async serve(): Promise<void> {
    const args = ['serve', '--home', this.home, '--port', '0', '--promotion-seconds', '0'];
    const child = spawn(process.execPath, [this.program, ...args], { stdio: 'pipe' });
    this.account = child;
    this.hasEnded = false;
    child.once('exit', () => (this.hasEnded = true));
    const address = await new Promise<string>((resolve, reject) => {
      let output = '';
      const hear = (chunk: Buffer) => {
        output += String(chunk);
        const [found] = /http:\S+\d/.exec(output) ?? [];
        if (found !== undefined) resolve(found);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('close', () => reject(new Error(output)));
    });
    const { secretArn } = this.orders;
    this.orders.close();
    this.orders = TestGlobalDatabase.at(address, secretArn);
  }

  private async killed(
    begin: () => Promise<unknown>,
    points: readonly KillPoint[],
    meanwhile?: () => Promise<void> | void,
  ): Promise<string | undefined> {
    const [killed, armed] = ['killed.txt', 'kill.json'].map((name) => join(this.home, name)) as [string, string];
    for (const [index, point] of points.entries()) {
      rmSync(killed, { force: true });
      writeFileSync(armed, JSON.stringify(point));
      if (index === 0) {
        await begin().catch((error: Error) => {
          if (!existsSync(killed)) throw error;
        });
      }
      await until('the move ends', async () => this.hasEnded || (await this.isSettled()));
      rmSync(armed);
      if (!existsSync(killed)) return undefined;
      await until('the process ends', () => this.hasEnded);
      if (index < points.length - 1) writeFileSync(armed, JSON.stringify(points[index + 1]));
      else await meanwhile?.();
      await this.serve();
    }
    return readFileSync(killed, 'utf8');
  }

  /** Whether the writer is in the other region, and no move and no rebuild is under way. */
  private async isSettled(): Promise<boolean> {
    const found = await this.globalCluster();
    const members = found?.GlobalClusterMembers ?? [];
    return (
      found?.Status === 'available' &&
      members.every(({ SynchronizationStatus: status }) => status !== 'pending-resync') &&
      members.find(({ IsWriter: isWriter }) => isWriter)?.DBClusterArn === this.orders.arn(this.other)
    );
  }

  private async globalCluster() {
    const { GlobalClusters: [found] = [] } = await this.orders.rds(EAST).send(new DescribeGlobalClustersCommand({}));
    return found;
  }

  /** One writer, in the other region, with every row that was kept; the former one follows. */
  private async expectMoved(killed: string | undefined): Promise<void> {
    const what = `killed before ${killed ?? 'nothing'}`;
    await until(`${what}: the move ends`, () => this.isSettled());
    [this.writer, this.other] = [this.other, this.writer];
    await this.write();
    await until(`${what}: the former writer follows`, async () =>
      (await this.idsIn(this.other)).includes(this.kept.at(-1) ?? 0),
    );
    for (const region of [this.writer, this.other]) {
      const [row] = await this.ask<{ standby: boolean }>(region, 'SELECT pg_is_in_recovery() AS standby');
      expect([what, region, row?.standby, await this.idsIn(region)]).toEqual([
        ...[what, region, region === this.other],
        this.kept,
      ]);
    }
  }

  private async write(): Promise<void> {
    const id = this.nextId++;
    await this.orders.sql(this.writer, `INSERT INTO writes VALUES (${id})`);
    this.kept.push(id);
  }

  private async idsIn(region: string): Promise<readonly number[]> {
    const rows = await this.ask<{ id: string }>(region, 'SELECT id FROM writes ORDER BY id');
    return rows.map(({ id }) => Number(id));
  }

  /** Asks a region's own server, past the account. */
  private async ask<Row extends object>(region: string, sql: string, id = `orders-${region}`): Promise<readonly Row[]> {
    const regionFolder = join(this.home, 'databases', region);
    const name = readdirSync(regionFolder).find((each) => each.startsWith(`${id}-`)) ?? '';
    const folder = join(regionFolder, name, 'data');
    const port = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[3]);
    const password = adminPassword(folder);
    const client = new Client({ host: '127.0.0.1', port, user: 'rdsadmin', password, database: 'orders' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const isTrue = async () => holds();
  for (const deadline = Date.now() + 20_000; !(await isTrue().catch(() => false));) {
    if (Date.now() > deadline) throw new Error(`${what}: did not come true`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

let moves: KilledMoves;

// One story: each test goes on from where the one before it left the database.
beforeAll(async () => (moves = await KilledMoves.start()), 60_000);
afterAll(() => moves.close());

describe('a switchover whose account is killed', () => {
  it.each([
    'query SELECT pg_terminate_backend',
    'stop fast',
    'query SELECT pg_promote',
    'writeFileSync standby.signal',
    'query SELECT FROM pg_roles',
    'query SELECT pg_create',
    'start',
    'query SELECT pg_drop',
    'record',
  ])('before "%s" goes on, with every row that was committed', async (step) => {
    expect(await moves.switchOver([step])).toContain(step);
  });

  it('while a server of it starts leaves none behind', async () => {
    expect(await moves.switchOver(['query SELECT FROM pg_roles', 'query SELECT'])).toBe('query SELECT');
  });

  it('again, with the former folder half removed, goes on', async () => {
    expect(await moves.switchOver(['writeFileSync standby.signal', 'half of data'])).toMatch(/^half of data/);
  });

  it('is not rolled back once the other writer is promoted', async () => {
    const goDark = () => moves.leaveFaults({ kind: 'dark', region: 'us-west-2', manner: 'refused' });

    expect(await moves.switchOver(['query SELECT FROM pg_roles'], goDark)).toContain('pg_roles');
  });

  it.each(['writeFileSync standby.signal', 'record'])('before "%s" has no second writer', async (step) => {
    let isStandby: boolean | undefined;
    await moves.switchOver([step], async () => void (isStandby = await moves.isFormerStandby()));

    expect(isStandby).toBe(true);
  });
});

describe('a failover whose account is killed', () => {
  it.each([
    ['failOver', 'query SELECT pg_promote'],
    ['failOver', 'stop immediate'],
    ['failOver', 'record'],
    ['compareFormer', 'renameSync data'],
    ['compareFormer', 'start'],
    ['compareFormer', 'writeFileSync lost-writes.end'],
    ['compareFormer', 'query CREATE EXTENSION'],
    ['compareFormer', 'query SELECT DISTINCT xid'],
    ['compareFormer', 'stop fast'],
    ['compareFormer', 'record'],
  ] as const)('in %s before "%s" goes on, with every row that had arrived', async (during, step) => {
    expect(await moves.failOver({ during, step })).toContain(step);
  });

  it.each([
    'rmSync data.new',
    'renameSync data',
    'start',
    'query SELECT pg_is_in_recovery',
    'query SELECT pg_promote',
    'record',
  ])('while its snapshot is restored, before "%s", goes on with what was lost', async (step) => {
    const restored = await moves.restore(`restored-${step.replace(/[^a-z]+/gi, '-').toLowerCase()}`, step);

    expect(restored).toEqual({ killed: expect.stringContaining(step), isStandby: false, lost: LOST });
  });

  it('counts what is lost as it does otherwise', async () => {
    const losses = await moves.losses();

    expect(losses).toHaveLength(10);
    for (const loss of losses) {
      expect(loss).toMatchObject({ lost_transactions: LOST, lost_rows: { 'orders.public.writes': LOST } });
    }
  });
});
