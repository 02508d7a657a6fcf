/** The deployed archives hold one minified file each, load, and answer while what they probe is silent. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { isBuiltin } from 'node:module';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_RECOVERY_SETTINGS, initialControlRecord, SETTINGS_VARIABLE, TARGET_VARIABLES } from '@dr/recovery';
import { filesOf, FunctionProcess, type Handler, unpack } from './function-process';

const HANDLERS: readonly Handler[] = ['database-migration', 'failover-controller', 'health-check', 'write-canary'];
/** Text of the SDK that each has in it. */
const SDK: Readonly<Record<Handler, string>> = {
  'database-migration': 'rds-data',
  'failover-controller': 'DynamoDB_20120810',
  'health-check': 'DynamoDB_20120810',
  'write-canary': 'DynamoDB_20120810',
};
const LARGEST_BYTES = 1_048_576;

const home = mkdtempSync(join(tmpdir(), 'dr-handlers-'));
const processes: FunctionProcess[] = [];
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const each of processes.splice(0)) each.end();
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** @returns the port */
async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function start(handler: Handler, variables: Readonly<Record<string, string>>): FunctionProcess {
  const started = new FunctionProcess(unpack(handler, home), variables);
  processes.push(started);
  return started;
}

interface Dependencies {
  readonly table: 'answers' | 'silent';
  readonly database: 'answers' | 'silent';
}

/** Answer of the table on a platform that has never failed over. */
const FIRST_RECORD = JSON.stringify({
  Item: { record: { S: JSON.stringify(initialControlRecord('us-east-1', 1_780_315_200_000)) } },
});

/** The health check beside a table and a database that count who asks. */
async function startHealthCheck({ database, table }: Dependencies) {
  const counts = { reads: 0, connections: 0 };
  const tablePort = await listen(
    createHttpServer((request, response) => {
      counts.reads++;
      request.resume();
      if (table === 'answers') setTimeout(() => response.end(FIRST_RECORD), 50);
    }),
  );
  const databasePort = await listen(
    createServer((socket) => {
      counts.connections++;
      if (database === 'answers') socket.once('data', () => setTimeout(() => socket.write('S'), 50));
    }),
  );
  const check = start('health-check', {
    AWS_REGION: 'us-east-1',
    PRIMARY_REGION: 'us-east-1',
    STANDBY_REGION: 'us-west-2',
    CONTROL_TABLE_NAME: 'dr-test-control',
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: String(databasePort),
    AWS_ENDPOINT_URL: `http://127.0.0.1:${tablePort}`,
  });
  return { check, counts };
}

const told = (name: string, value: number, unit: string) =>
  process.stdout.write(`${name}: ${value.toFixed(0)} ${unit}\n`);

describe.each(HANDLERS)('the archive of %s', (handler) => {
  const text = (name: string) => new TextDecoder().decode(filesOf(handler)[name]);

  it('holds one minified file and its source map, and nothing else', () => {
    const files = filesOf(handler);
    const code = text('index.js');

    expect(Object.keys(files).sort()).toEqual(['index.js', 'index.js.map']);
    expect(files['index.js']?.length).toBeLessThanOrEqual(LARGEST_BYTES);
    expect(code.endsWith('//# sourceMappingURL=index.js.map\n')).toBe(true);
    // Minified code has few lines, and they are long.
    expect(code.length / code.split('\n').length).toBeGreaterThan(1_000);
    told(`${handler}: index.js`, code.length, 'bytes');
  });

  it('has the SDK and every other package in it: what is left to load is of Node itself', () => {
    const code = text('index.js');
    const loaded = [...code.matchAll(/\b(?:require|import)\(["'`]([^"'`]+)["'`]\)/g)].map(([, name = '']) => name);

    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((name) => !isBuiltin(name))).toEqual([]);
    expect(code).toContain(SDK[handler]);
  });

  it('maps to sources by relative names, and carries none of their text', () => {
    const map = JSON.parse(text('index.js.map')) as {
      readonly version: number;
      readonly sources: readonly string[];
      readonly sourcesContent?: readonly string[];
    };

    expect(map.version).toBe(3);
    expect(map.sources).toContain(`apps/compute/src/handlers/${handler}.ts`);
    expect(map.sources.filter((source) => source.startsWith('/'))).toEqual([]);
    expect(map.sourcesContent ?? []).toEqual([]);
  });
});

describe('a cold start', () => {
  it.each(HANDLERS)('loads %s with the variables that it is deployed with', async (handler) => {
    const started = start(handler, VARIABLES[handler]);

    expect(await started.ready).toBeNull();
  });

  // Its limits in ms are those that answer-budget.ts of compute sums up to less than Route 53's two seconds.
  it('answers when neither the database nor the table ever does, each given up in its own time', async () => {
    const { check } = await startHealthCheck({ database: 'silent', table: 'silent' });

    const answer = await check.invoke({ rawPath: '/' });

    expect(answer).toEqual({
      statusCode: 503,
      headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
      body: 'region-failing',
      isBase64Encoded: false,
    });
    expect(check.lines.filter(({ message }) => message === 'probe failed')).toEqual([
      expect.objectContaining({
        level: 'WARN',
        region: 'us-east-1',
        cold_start: true,
        probe: 'database',
        problem: 'no answer within 1200 ms',
      }),
      // Both tries of the SDK, or the budget of the probe, whatever is over first on a busy machine.
      expect.objectContaining({
        level: 'WARN',
        probe: 'control table',
        problem: expect.stringMatching(/^(ETIMEDOUT|no answer within 1200 ms)$/),
      }),
    ]);
  });
});

describe('30 questions at once, of 15 checkers on two paths', () => {
  it('are answered by one connection and one read, and tell of it in one line', async () => {
    const { check, counts } = await startHealthCheck({ database: 'answers', table: 'answers' });
    await check.ready;

    const answers = await Promise.all(
      Array.from({ length: 15 }, () => ['/', '/able'].map((path) => check.invoke({ path }))).flat(),
    );

    const bodies = answers.map((answer) => (answer as { readonly body: string }).body);
    expect([...new Set(bodies)].sort()).toEqual(['region-able', 'region-serving']);
    expect(counts).toEqual({ reads: 1, connections: 1 });
    expect(check.lines.filter(({ message }) => message !== undefined)).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'region state',
        service: 'health-check',
        region: 'us-east-1',
        healthy: true,
        serving: true,
        reasons: [],
      }),
    ]);
    expect(check.lines.filter(({ _aws: metrics }) => metrics !== undefined)).toEqual([
      expect.objectContaining({
        service: 'health-check',
        RegionAble: 1,
        RegionServing: 1,
        ProbeMilliseconds: expect.any(Number),
      }),
    ]);
  });
});

describe('an event that is none', () => {
  it.each([
    [null, 'the event is null, expected an object'],
    ['/', 'the event is string, expected an object'],
    [{}, 'the path is undefined, expected a text'],
    [{ rawPath: 1 }, 'the path is number, expected a text'],
  ])('%j is answered by the health check with nothing, and looked at by nobody', async (event, problem) => {
    const { check, counts } = await startHealthCheck({ database: 'answers', table: 'answers' });

    expect(await check.invoke(event)).toEqual({
      statusCode: 404,
      headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
      body: 'unknown-path',
      isBase64Encoded: false,
    });
    expect(check.troubles).toEqual([{ level: 'WARN', message: 'event refused: no observation', problem }]);
    expect(counts).toEqual({ reads: 0, connections: 0 });
  });

  it('at an unknown path is answered without a look and without a line', async () => {
    const { check, counts } = await startHealthCheck({ database: 'answers', table: 'answers' });

    expect(await check.invoke({ rawPath: '/.env' })).toMatchObject({ statusCode: 404, body: 'unknown-path' });
    expect(check.lines).toEqual([]);
    expect(counts).toEqual({ reads: 0, connections: 0 });
  });

  it.each([
    [null, 'the event is object, expected an object'],
    [{ command: 'failover' }, 'neither a schedule nor a record of SNS'],
    [{ Records: [{ Sns: { Message: 'fire' } }] }, 'a record is no alarm of CloudWatch'],
  ])('%j starts no run of the controller', async (event, problem) => {
    const controller = start('failover-controller', { ...CONTROLLER_VARIABLES, AWS_ENDPOINT_URL: UNUSED });

    expect(await controller.invoke(event)).toBeNull();
    expect(controller.lines).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'event refused: no observation and no action',
        problem,
      }),
    ]);
  });
});

/** Variables that earlier releases did not deploy: a command of this one works without. */
const OPTIONAL: readonly string[] = [
  TARGET_VARIABLES.primaryClusterArn,
  TARGET_VARIABLES.primaryRegionCheckArn,
  TARGET_VARIABLES.serviceHost,
  TARGET_VARIABLES.standbyClusterArn,
  TARGET_VARIABLES.standbyRegionCheckArn,
  TARGET_VARIABLES.writeCanaryArn,
];

describe('a function whose environment is incomplete', () => {
  it.each<[Handler, Readonly<Record<string, string>>, string]>([
    [
      'health-check',
      { AWS_REGION: 'us-east-1', PRIMARY_REGION: 'us-east-1', STANDBY_REGION: 'us-west-2', DATABASE_PORT: 'many' },
      'health-check: CONTROL_TABLE_NAME is missing; DATABASE_HOST is missing; DATABASE_PORT is many, expected a port from 1 to 65535. Deploy compute again.',
    ],
    [
      'failover-controller',
      { AWS_REGION: 'us-west-2' },
      `failover-controller: ${[...Object.values(TARGET_VARIABLES), SETTINGS_VARIABLE]
        .filter((name) => !OPTIONAL.includes(name))
        .map((name) => `${name} is missing`)
        .join('; ')}. Deploy compute again.`,
    ],
  ])('%s does not start, and names everything that is missing in one line', async (handler, variables, problem) => {
    const started = start(handler, variables);

    const error = await started.ready;

    expect(error?.errorMessage).toBe(problem);
    // By its source map.
    expect(error?.trace.join('\n')).toContain(`apps/compute/src/handlers/${handler}.ts`);
    expect(started.lines).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'environment refused: the function does not start',
        service: handler,
        problem,
      }),
    ]);
  });
});

/** Nobody listens there. */
const UNUSED = 'http://127.0.0.1:9';

const HEALTH_CHECK_VARIABLES = {
  AWS_REGION: 'us-east-1',
  PRIMARY_REGION: 'us-east-1',
  STANDBY_REGION: 'us-west-2',
  CONTROL_TABLE_NAME: 'dr-test-control',
  DATABASE_HOST: '127.0.0.1',
  DATABASE_PORT: '9',
};

const CONTROLLER_VARIABLES = {
  AWS_REGION: 'us-west-2',
  ...Object.fromEntries(Object.values(TARGET_VARIABLES).map((name) => [name, `value-of-${name}`])),
  [SETTINGS_VARIABLE]: JSON.stringify({
    ...DEFAULT_RECOVERY_SETTINGS,
    regions: { primary: 'us-east-1', standby: 'us-west-2' },
  }),
};

/** Of each handler, as it is deployed; the migration reads its own when it is invoked. */
const CANARY_VARIABLES: Readonly<Record<string, string>> = {
  AWS_REGION: 'us-east-1',
  DATABASE_HOST: 'writer.invalid',
  DATABASE_READER_HOST: 'reader.invalid',
  DATABASE_PORT: '5432',
  DATABASE_NAME: 'trading',
  DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:service',
  MIGRATION_FUNCTION_NAME: 'dr-test-database-migration',
  CONTROL_TABLE_NAME: 'dr-test-control',
  PRIMARY_REGION: 'us-east-1',
  STANDBY_REGION: 'us-west-2',
  WRITE_FENCING: JSON.stringify(DEFAULT_RECOVERY_SETTINGS.fencing),
};

const VARIABLES: Readonly<Record<Handler, Readonly<Record<string, string>>>> = {
  'database-migration': { AWS_REGION: 'us-east-1' },
  'failover-controller': CONTROLLER_VARIABLES,
  'health-check': HEALTH_CHECK_VARIABLES,
  'write-canary': CANARY_VARIABLES,
};
