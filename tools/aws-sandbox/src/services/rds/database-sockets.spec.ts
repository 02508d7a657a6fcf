import dns from 'node:dns';
import https from 'node:https';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { enterNetwork } from '../../network/region-network';
import { text } from '../../model/attribute-values';
import { EAST, TestGlobalDatabase, WEST } from '../../testing/global-database';
import { TestSandbox } from '../../testing/test-sandbox';
import { sockets } from './service';

const PROMOTION_MS = 1_000;
const outside = { fetch: globalThis.fetch, request: https.request, connect: Socket.prototype.connect };
const { resolve4 } = dns.promises;

let aws: TestSandbox;
let orders: TestGlobalDatabase;
const clients: Client[] = [];

// One story: each test goes on from where the one before it left the database.
beforeAll(async () => {
  aws = await TestSandbox.start({ promotionMs: PROMOTION_MS });
  orders = TestGlobalDatabase.deploy(aws, { instances: 2 });
  const check = { type: 'aws_lambda_function', service: 'lambda', id: 'check', attributes: {} };
  aws.terraform.account.commit([EAST, WEST].map((region) => ({ put: { ...check, region, arn: `${region}:check` } })));
  enterNetwork(aws.address, join(aws.terraform.home, 'net'));
  await aws.services.of(sockets).open();
});
afterEach(async () => {
  aws.faults.clear();
  for (const client of clients.splice(0)) await client.end().catch(() => undefined);
});
afterAll(async () => {
  Object.assign(globalThis, { fetch: outside.fetch });
  Object.assign(https, { request: outside.request });
  Object.assign(Socket.prototype, { connect: outside.connect });
  Object.assign(dns.promises, { resolve4 });
  orders.close();
  await aws.close();
});

const endpoint = (region: string, name: 'endpoint' | 'reader_endpoint' = 'endpoint') =>
  text(aws.terraform.account.find('aws_rds_cluster', region, `orders-${region}`)?.attributes[name]);
const globalEndpoint = () => text(aws.terraform.account.list('aws_rds_global_cluster')[0]?.attributes['endpoint']);

/** As a service connects: by TLS, with the name checked against the account's authority. */
async function connect(host: string, more: object = {}): Promise<Client> {
  const ca = readFileSync(join(aws.terraform.home, 'databases/rds-ca.pem'), 'utf8');
  const client = new Client({
    ...{ host, port: 5432, user: 'trading', password: 'x', database: 'orders', connectionTimeoutMillis: 5_000 },
    ssl: { ca },
    ...more,
  });
  client.on('error', () => undefined);
  clients.push(client);
  await client.connect();
  return client;
}

describe('the endpoints of a global database', () => {
  it('lead to the writer, by TLS with their own names and a password', async () => {
    // The authority is made with the first server.
    await orders.sql(EAST, 'CREATE TABLE writes (id bigint PRIMARY KEY)');
    for (const [id, host] of [endpoint(EAST), globalEndpoint()].entries()) {
      const client = await connect(host);
      await client.query('INSERT INTO writes VALUES ($1)', [id]);
      const { rows } = await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      expect(rows).toEqual([{ ssl: true }]);
    }

    await expect(connect(endpoint(EAST), { password: 'y' })).rejects.toThrow('password authentication failed');
    await expect(connect(endpoint(EAST), { ssl: false })).rejects.toThrow(/no encryption/);
    await expect(connect(endpoint(EAST), { ssl: { rejectUnauthorized: true } })).rejects.toThrow(/certificate/);
  });

  it('lead readers to a standby, in the region of the writer too', async () => {
    for (const region of [EAST, WEST]) {
      let client = await connect(endpoint(region, 'reader_endpoint'));
      // The writer's region has its reader some time after it was first asked for.
      while ((await client.query('SELECT WHERE pg_is_in_recovery()')).rowCount === 0) {
        await client.end();
        client = await connect(endpoint(region, 'reader_endpoint'));
      }

      await expect(client.query('INSERT INTO writes VALUES (9)')).rejects.toThrow(
        'cannot execute INSERT in a read-only transaction',
      );
    }
  });

  it('lead nowhere at the writer endpoint of a secondary cluster', async () => {
    await expect(connect(endpoint(WEST))).rejects.toThrow(/terminated|ECONNRESET|EPIPE|closed/);
  });

  it('are silent, or refuse, with their region', async () => {
    const client = await connect(endpoint(EAST));
    aws.faults.set({ kind: 'dark', region: EAST, manner: 'silent', sinceMs: aws.nowMs });
    const silent = client.query('SELECT 1').then(
      () => 'answered',
      () => 'ended',
    );
    const later = new Promise((done) => setTimeout(() => done('nothing'), 1_000));
    expect(await Promise.race([silent, later])).toBe('nothing');

    aws.faults.set({ kind: 'dark', region: EAST, manner: 'refused', sinceMs: aws.nowMs });
    expect(await silent).toBe('ended');
    await expect(connect(endpoint(EAST))).rejects.toThrow(/terminated|ECONNRESET|EPIPE|closed/);
  });

  it('are silent to those in a region that is cut off from theirs, or dark, and answer all others', async () => {
    /** As a function of the region connects. */
    const connectFrom = async (region: string) => {
      const { connect: before } = Socket.prototype;
      enterNetwork(aws.address, join(aws.terraform.home, 'net'), region);
      try {
        return await connect(endpoint(EAST), { connectionTimeoutMillis: 1_000 });
      } finally {
        Object.assign(Socket.prototype, { connect: before });
      }
    };
    const answers = async (client: Client) => (await client.query('SELECT 1 AS one')).rowCount;
    const [west, east] = [await connectFrom(WEST), await connectFrom(EAST)];
    for (const fault of [
      { kind: 'cut', regions: [EAST, WEST], sinceMs: aws.nowMs },
      { kind: 'dark', region: WEST, manner: 'refused', sinceMs: aws.nowMs },
    ] as const) {
      aws.faults.clear();
      aws.faults.set(fault);

      await expect(connectFrom(WEST)).rejects.toThrow('timeout');
      expect(await answers(east)).toBe(1);
      expect(await answers(await connect(endpoint(EAST)))).toBe(1);
    }
    const silent = answers(west).catch(() => 'ended');
    expect(await Promise.race([silent, new Promise((done) => setTimeout(() => done('nothing'), 500))])).toBe('nothing');

    aws.faults.clear();
    expect(await answers(await connectFrom(WEST))).toBe(1);
  });

  it('are silent at a writer that answers nothing, while the reader of the region answers, and the Data API says so', async () => {
    const client = await connect(endpoint(EAST));
    aws.faults.set({ kind: 'writer', region: EAST, sinceMs: aws.nowMs });
    const silent = client.query('SELECT 1').then(
      () => 'answered',
      () => 'ended',
    );
    const later = new Promise((done) => setTimeout(() => done('nothing'), 500));
    expect(await Promise.race([silent, later])).toBe('nothing');

    const reader = await connect(endpoint(EAST, 'reader_endpoint'));
    expect((await reader.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await expect(orders.sql(EAST, 'SELECT 1')).rejects.toMatchObject({ name: 'DatabaseUnavailableException' });

    aws.faults.clear();
    expect(await silent).toBe('ended');
    expect((await (await connect(endpoint(EAST))).query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('answer again once another instance of the cluster writes', async () => {
    const client = await connect(endpoint(EAST));
    const ended = new Promise((done) => client.once('end', done));
    aws.faults.set({ kind: 'writer', region: EAST, sinceMs: aws.nowMs });
    aws.nowMs += 1;
    await orders.failOverWithin(EAST);
    // Also at once, while the former writer's process still ends.
    const { rows } = await (await connect(endpoint(EAST))).query('SELECT count(*)::int AS rows FROM writes');
    expect(rows).toEqual([{ rows: 2 }]);
    await ended;
    const members = await orders.instances(EAST);
    expect(members.map(({ IsClusterWriter: isWriter }) => isWriter)).toEqual([false, true]);
    await expect(orders.failOverWithin(WEST)).rejects.toMatchObject({ name: 'InvalidDBClusterStateFault' });
  });

  it('follow the writer: a connection to the former one ends', async () => {
    const former = await connect(endpoint(EAST));
    const ended = new Promise((done) => former.once('end', done));
    await orders.switchOver(WEST);
    await ended;
    aws.nowMs += PROMOTION_MS;
    await orders.untilAvailable();

    for (const host of [endpoint(WEST), globalEndpoint()]) {
      const { rows } = await (await connect(host)).query('SELECT count(*)::int AS rows FROM writes');
      expect(rows).toEqual([{ rows: 2 }]);
    }
    await expect(connect(endpoint(EAST))).rejects.toThrow(/terminated|ECONNRESET|EPIPE|closed/);
  });
});
