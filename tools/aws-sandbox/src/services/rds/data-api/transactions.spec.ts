import { EventEmitter } from 'node:events';
import {
  BatchExecuteStatementCommand,
  BeginTransactionCommand,
  CommitTransactionCommand,
  RDSDataClient,
  RollbackTransactionCommand,
} from '@aws-sdk/client-rds-data';
import { EAST, TestGlobalDatabase, WEST } from '../../../testing/global-database';
import { TestSandbox } from '../../../testing/test-sandbox';
import { Transactions } from './transactions';

const MINUTE_MS = 60_000;

let aws: TestSandbox;
let orders: TestGlobalDatabase;
let client: RDSDataClient;

// One database for all: each test has rows of its own.
beforeAll(async () => {
  aws = await TestSandbox.start();
  orders = TestGlobalDatabase.deploy(aws, { instances: 2 });
  client = new RDSDataClient(aws.client(EAST));
  await orders.sql(EAST, 'CREATE TABLE moves (id text PRIMARY KEY)');
});
afterAll(async () => {
  client.destroy();
  orders.close();
  await aws.close();
});

const scope = () => ({ resourceArn: orders.arn(EAST), secretArn: orders.secretArn });
const begin = async () =>
  (await client.send(new BeginTransactionCommand({ ...scope(), database: 'orders' }))).transactionId ?? '';
const insert = (id: string, transactionId?: string) =>
  orders.sql(EAST, `INSERT INTO moves VALUES ('${id}')`, [], transactionId === undefined ? {} : { transactionId });
const commit = (transactionId: string) => client.send(new CommitTransactionCommand({ ...scope(), transactionId }));
const rollBack = (transactionId: string) => client.send(new RollbackTransactionCommand({ ...scope(), transactionId }));
const isThere = async (id: string) =>
  ((await orders.sql(EAST, `SELECT id FROM moves WHERE id = '${id}'`)).records ?? []).length === 1;
const gone = { name: 'TransactionNotFoundException' };

describe('a transaction of the Data API', () => {
  it('is seen by nobody until it is committed, and ends then', async () => {
    const transaction = await begin();
    await insert('a', transaction);
    const before = await isThere('a');
    const { transactionStatus } = await commit(transaction);

    expect(before).toBe(false);
    expect(transactionStatus).toBe('Transaction Committed');
    expect(await isThere('a')).toBe(true);
    await expect(commit(transaction)).rejects.toMatchObject(gone);
    await expect(insert('b', transaction)).rejects.toMatchObject(gone);
  });

  it('is rolled back', async () => {
    const transaction = await begin();
    await insert('c', transaction);

    expect((await rollBack(transaction)).transactionStatus).toBe('Rollback Complete');
    expect(await isThere('c')).toBe(false);
  });

  it('commits nothing once a statement in it has failed', async () => {
    const transaction = await begin();
    await insert('d', transaction);
    await expect(insert('d', transaction)).rejects.toMatchObject({ name: 'DatabaseErrorException' });
    await expect(insert('e', transaction)).rejects.toThrow('current transaction is aborted');

    await expect(commit(transaction)).rejects.toMatchObject({ name: 'BadRequestException' });
    expect(await isThere('d')).toBe(false);
  });

  it('ends after three minutes without a call', async () => {
    const [idle, used] = [await begin(), await begin()];
    await insert('f', idle);
    aws.nowMs += 2 * MINUTE_MS;
    await insert('g', used);
    aws.nowMs += 2 * MINUTE_MS;

    await expect(commit(idle)).rejects.toMatchObject(gone);
    await commit(used);
    expect([await isThere('f'), await isThere('g')]).toEqual([false, true]);
  });

  it('ends after 24 hours, however often it is used', () => {
    let nowMs = 0;
    const transactions = new Transactions(() => nowMs);
    const named = { cluster: 'c', secret: 's', database: 'd' };
    const id = transactions.keep(Object.assign(new EventEmitter(), { end: async () => undefined }) as never, named);
    const use = () => transactions.use(id, named);
    for (; nowMs < 24 * 60 * MINUTE_MS; nowMs += 2 * MINUTE_MS) use();

    expect(use).not.toThrow();
    nowMs += 1;
    expect(use).toThrow('is not found');
  });

  it('is of the cluster, the secret and the database that it was begun with', async () => {
    const transaction = await begin();

    await expect(
      orders.sql(EAST, 'SELECT 1', [], { transactionId: transaction, database: 'postgres' }),
    ).rejects.toThrow('those that the transaction was begun with');
    await expect(insert('h', 'x')).rejects.toMatchObject(gone);
    await rollBack(transaction);
  });

  it('is gone with the writer that it was begun on', async () => {
    const transaction = await begin();
    await insert('i', transaction);
    await orders.failOverWithin(EAST);
    await orders.sql(EAST, 'SELECT 1');

    await expect(commit(transaction)).rejects.toMatchObject(gone);
    expect(await isThere('i')).toBe(false);
    await expect(
      new RDSDataClient(aws.client(WEST)).send(
        new BeginTransactionCommand({
          ...{ resourceArn: orders.arn(WEST), secretArn: orders.secretArn.replace(EAST, WEST), database: 'orders' },
        }),
      ),
    ).rejects.toThrow('not the writer');
  });
});

describe('a batch of the Data API', () => {
  const batch = (ids: readonly string[], more: object = {}) =>
    client.send(
      new BatchExecuteStatementCommand({
        ...{ ...scope(), database: 'orders', sql: 'INSERT INTO moves VALUES (:id)' },
        parameterSets: ids.map((id) => [{ name: 'id', value: { stringValue: id } }]),
        ...more,
      }),
    );

  it('performs the statement with each set of parameters, or with none', async () => {
    const { updateResults } = await batch(['k', 'l']);
    await expect(batch(['m', 'k'])).rejects.toMatchObject({ name: 'DatabaseErrorException' });

    expect(updateResults).toEqual([{ generatedFields: [] }, { generatedFields: [] }]);
    expect([await isThere('l'), await isThere('m')]).toEqual([true, false]);
  });

  it('is part of a transaction where it names one', async () => {
    const transaction = await begin();
    await batch(['n'], { transactionId: transaction });
    await rollBack(transaction);

    expect(await isThere('n')).toBe(false);
    await expect(batch(Array.from({ length: 1_001 }, String))).rejects.toMatchObject({ name: 'BadRequestException' });
  });
});
