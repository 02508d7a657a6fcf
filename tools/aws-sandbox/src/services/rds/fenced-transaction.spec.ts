import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { EAST, TestGlobalDatabase } from '../../testing/global-database';
import { TestSandbox } from '../../testing/test-sandbox';

const WORKSPACE = join(__dirname, '../../../../..');
const program = join(WORKSPACE, `node_modules/.cache/dr-fenced-transaction-${process.pid}.js`);
/** Time of a write, and a pause that is longer. */
const IN_FLIGHT_MS = 1_000;
const PAUSE_MS = 1_300;

/** A task that writes one row, and says before and after each message that it stands in a gap. */
const TASK = `
import { Client } from 'pg';
import { fencedTransaction, WriteFence } from '@dr/control-table';
import { initialControlRecord } from '@dr/recovery';

const [port, id, inFlightMs] = process.argv.slice(2);
const gap = (name) => new Promise((resume) => {
  process.once('message', resume);
  process.send({ gap: name });
});
(async () => {
  const client = new Client({ host: '127.0.0.1', port: Number(port), user: 'trading', password: 'x', database: 'orders',
    ssl: { rejectUnauthorized: false } });
  client.on('error', () => undefined);
  await client.connect();
  const connection = {
    query: async (text) => {
      const name = text.trim().split(/\\s/)[0] + (text.endsWith('COMMIT') ? ' and COMMIT' : '');
      await gap('before ' + name);
      const answer = await client.query(text);
      await gap('after ' + name);
      return answer;
    },
  };
  const fence = new WriteFence({
    region: 'us-east-1',
    reader: { read: async () => initialControlRecord('us-east-1', 0) },
    settings: { permitLeaseMs: 60000, inFlightMs: Number(inFlightMs), clockRateDriftPpm: 0 },
  });
  let outcome;
  // The fence gives up what it waits for: what becomes of the transaction is what is asked here.
  let transaction;
  await fence.write((admitted) => (transaction = fencedTransaction(connection, admitted,
    () => connection.query('INSERT INTO fenced VALUES (' + id + ')')))).catch(() => undefined);
  outcome = await transaction.then(() => 'committed', (error) => error.name);
  process.send({ outcome }, () => process.exit());
})();
`;

let aws: TestSandbox;
let orders: TestGlobalDatabase;
let port: number;
const tasks: ChildProcess[] = [];

beforeAll(async () => {
  buildSync({
    stdin: { contents: TASK, resolveDir: WORKSPACE, loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    tsconfig: join(WORKSPACE, 'tsconfig.base.json'),
    logLevel: 'error',
  });
  aws = await TestSandbox.start();
  orders = TestGlobalDatabase.deploy(aws);
  await orders.sql(EAST, 'CREATE TABLE fenced (id bigint PRIMARY KEY)');
  const cluster = aws.terraform.account.find('aws_rds_cluster', EAST, `orders-${EAST}`);
  if (cluster === undefined) throw new Error('no cluster');
  ({ port } = await aws.databases.serverOf(cluster));
});
afterAll(async () => {
  for (const task of tasks) task.kill('SIGKILL');
  rmSync(program, { force: true });
  orders.close();
  await aws.close();
});

interface Ended {
  readonly gaps: readonly string[];
  readonly outcome: string;
}

/** @param pausesMs times that the process is stopped, by the number of the gap */
function runTask(id: number, inFlightMs: number, pausesMs: Readonly<Record<number, number>> = {}): Promise<Ended> {
  const task = fork(program, [String(port), String(id), String(inFlightMs)]);
  tasks.push(task);
  const gaps: string[] = [];
  return new Promise((resolve, reject) => {
    task.once('error', reject);
    task.on('message', (said: { readonly gap?: string; readonly outcome?: string }) => {
      if (said.outcome !== undefined) return resolve({ gaps, outcome: said.outcome });
      gaps.push(said.gap ?? '');
      const pauseMs = pausesMs[gaps.length - 1];
      if (pauseMs === undefined) return void task.send('on');
      task.kill('SIGSTOP');
      setTimeout(() => {
        task.kill('SIGCONT');
        task.send('on');
      }, pauseMs);
    });
  });
}

async function isThere(id: number): Promise<boolean> {
  const { records } = await orders.sql(EAST, `SELECT id FROM fenced WHERE id = ${id}`);
  return records?.length === 1;
}

const GAPS = [
  ...['before BEGIN', 'after BEGIN', 'before SELECT', 'after SELECT', 'before INSERT', 'after INSERT'],
  ...['before DO and COMMIT', 'after DO and COMMIT'],
];

describe('a transaction of a task', () => {
  it('commits in its time', async () => {
    expect(await runTask(100, 60_000)).toEqual({ gaps: GAPS, outcome: 'committed' });
    expect(await isThere(100)).toBe(true);
  });

  it.each(GAPS.slice(0, -1).map((name, index) => [name, index] as const))(
    'never commits after its permit where the task is paused %s',
    async (name, index) => {
      const { gaps, outcome } = await runTask(index, IN_FLIGHT_MS, { [index]: PAUSE_MS });

      expect(gaps[index]).toBe(name);
      expect(outcome).not.toBe('committed');
      expect(await isThere(index)).toBe(false);
    },
  );

  it('never commits after its permit by two pauses, of which neither is too long', async () => {
    // After the first one the process itself still has time to commit; then the server alone can tell.
    const { outcome } = await runTask(50, IN_FLIGHT_MS, { 3: PAUSE_MS / 2, 6: PAUSE_MS / 2 });

    expect(outcome).toBe('WriteRefusedError');
    expect(await isThere(50)).toBe(false);
  });

  it('is committed where the task is paused after the answer alone', async () => {
    const { outcome } = await runTask(101, 60_000, { [GAPS.length - 1]: PAUSE_MS });

    expect(outcome).toBe('committed');
    expect(await isThere(101)).toBe(true);
  });
});
