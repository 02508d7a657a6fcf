/**
 * A flood of public traffic uses up what has a public URL, and moves nothing: neither DNS, nor the epoch, nor a database. The port
 * of Route 53's checkers is reached by nobody else.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Sandbox } from '@dr/aws-sandbox';
import { answeredRegion, secondsUntil } from '../observed';
import { TestAccount } from '../workspace';

const PRIMARY = 'us-east-1';
const STANDBY = 'us-west-2';
const ENTRY = `trade-${PRIMARY}.trading.example.com`;
/**
 * Clients that ask again soon after they are answered: together some times what the function may be asked in a second, so
 * that it is used up most of the time, and a refusal is little work. No more than these wait at a time, so that the
 * checks wait for little on a busy machine.
 */
const CLIENTS = 30;
const CLIENTS_OF_ENTRY = 5;
const PAUSE_MS = 15;
const FLOOD_MS = 45_000;

const account = TestAccount.deployed('local');
let sandbox: Sandbox;
let publicHost = '';

const clientSettings = () => ({
  endpoint: account.endpoint,
  region: PRIMARY,
  credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
});

/** Status of a request from outside; undefined where nothing answers in time. */
async function ask(host: string, path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  try {
    const response = await fetch(`${account.endpoint}${path}`, {
      headers: { 'x-sandbox-host': host, ...headers },
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}

/** A request of the public health check that costs the machine little, and the function's concurrency as much as any. */
const flood = () => ask(publicHost, '/none');

/** Whether a region's check without a URL finds it able, asked as a controller does. */
async function isAble(region: string): Promise<boolean> {
  const lambda = new LambdaClient({ ...clientSettings(), region });
  const { Payload: payload } = await lambda.send(
    new InvokeCommand({ FunctionName: 'dr-local-region-check', Payload: '{"path":"/able"}' }),
  );
  lambda.destroy();
  return new TextDecoder().decode(payload).includes('"region-able"');
}

/** The control record as it is kept: what moves anything writes it. */
async function ledger(): Promise<string | undefined> {
  const dynamodb = new DynamoDBClient(clientSettings());
  const { Item: item } = await dynamodb.send(
    new GetItemCommand({ TableName: 'dr-local-control', Key: { item: { S: 'control' } }, ConsistentRead: true }),
  );
  dynamodb.destroy();
  return item?.['record']?.S;
}

/** Lines of a function's log that say something: invocations begin with START. */
function logOf(region: string, name: string): readonly string[] {
  const file = join(account.sandboxHome, 'logs', region, `dr-local-${name}.log`);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
}

const invocationsOf = (region: string) =>
  logOf(region, 'region-check').filter((line) => line.startsWith('START')).length;

/** Situations that the controllers of both regions saw, each once. */
const situations = () =>
  [PRIMARY, STANDBY]
    .flatMap((region) => logOf(region, 'failover-controller'))
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ message }) => message === 'situation');

beforeAll(async () => {
  await account.start();
  sandbox = await account.connect();
  const ssm = new SSMClient(clientSettings());
  const { Parameter: host } = await ssm.send(
    new GetParameterCommand({ Name: `/dr/local/${PRIMARY}/compute/health-check-host` }),
  );
  ssm.destroy();
  publicHost = host?.Value ?? '';
  // Databases and processes start before anybody watches: that is a load of the machine's, and no flood.
  await secondsUntil('both regions are able', 120, async () => (await isAble(PRIMARY)) && (await isAble(STANDBY)));
  for (let atOnce = 1; atOnce <= 12; atOnce++) await Promise.all(Array.from({ length: atOnce }, () => flood()));
  await sandbox.setAutomation(true);
  await secondsUntil('the primary is answered', 60, async () => (await answeredRegion(sandbox)) === PRIMARY);
  await secondsUntil('the ledger is begun', 120, async () => (await ledger()) !== undefined);
  const [east, west] = [invocationsOf(PRIMARY), invocationsOf(STANDBY)];
  await secondsUntil('both are checked', 120, () => invocationsOf(PRIMARY) > east + 3 && invocationsOf(STANDBY) > west);
}, 300_000);

afterAll(() => account.dispose());

describe('a flood of the public health check and of the entry', () => {
  const statuses: (number | undefined)[] = [];
  const ofEntry: (number | undefined)[] = [];
  const answered = new Set<string | undefined>();
  let ledgerBefore: string | undefined;
  let checksBefore = 0;
  let checksAfter = 0;

  beforeAll(async () => {
    ledgerBefore = await ledger();
    checksBefore = invocationsOf(PRIMARY);
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        answered.add(await answeredRegion(sandbox));
        await sleep(250);
      }
    })();
    const endsAtMs = Date.now() + FLOOD_MS;
    const client = async (request: () => Promise<number | undefined>, found: (number | undefined)[]) => {
      for (; Date.now() < endsAtMs; await sleep(PAUSE_MS)) found.push(await request());
    };
    await Promise.all([
      ...Array.from({ length: CLIENTS }, () => client(flood, statuses)),
      ...Array.from({ length: CLIENTS_OF_ENTRY }, () => client(() => ask(ENTRY, '/healthz'), ofEntry)),
    ]);
    checksAfter = invocationsOf(PRIMARY);
    isOver = true;
    await watching;
  }, 240_000);

  it('uses up the concurrency of the function behind the URL', () => {
    const throttled = statuses.filter((status) => status === 429).length;

    expect(statuses).toContain(404);
    expect(throttled).toBeGreaterThan(statuses.length / 10);
    expect(new Set(ofEntry)).toEqual(new Set([200]));
  });

  it('leaves DNS where it is, all the time, while the checks without a URL are asked', () => {
    expect([...answered]).toEqual([PRIMARY]);
    // The other region's controller asks every 5 s, a checker every 10 s.
    expect(checksAfter - checksBefore).toBeGreaterThan(FLOOD_MS / 10_000);
  });

  it('leaves the epoch and the database where they are, and shows the controllers nothing', async () => {
    const { output, status } = await account.type('npx --no-install recovery status');

    expect(ledgerBefore).toMatch(/"holder":"us-east-1"/);
    expect(await ledger()).toBe(ledgerBefore);
    // Each run of a controller begins with "uncertain".
    expect(situations().filter(({ watched }) => watched !== 'healthy' && watched !== 'uncertain')).toEqual([]);
    expect({ status, output }).toMatchObject({
      status: 0,
      output: expect.stringContaining(`local: served by ${PRIMARY}\n`),
    });
    expect(output).toMatch(/epoch +1, held by us-east-1/);
    expect(output).toContain(`database     writer in ${PRIMARY}, idle`);
    expect(output).not.toMatch(/degraded|unknown|failed|throttled/);
  });
});

describe("the port of Route 53's checkers", () => {
  it.each([
    ['the name of the region', ENTRY],
    ['the name of the service', 'trade.trading.example.com'],
  ])(
    'answers nobody else by %s',
    async (_what, host) => {
      const asked = [ask(`${host}:8443`, '/'), ask(`${host}:8443`, '/', { 'x-sandbox-origin': '15.177.0.1' })];

      expect(await ask(host, '/healthz')).toBe(200);
      expect(await Promise.all(asked)).toEqual([undefined, undefined]);
    },
    60_000,
  );
});
