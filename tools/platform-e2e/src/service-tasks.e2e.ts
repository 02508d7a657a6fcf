/** The reference service runs behind the deployed entry: it makes its role, writes behind the fence, and goes on after a takeover. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '@dr/aws-sandbox';
import { TestAccount, WORKSPACE } from './workspace';

const EAST = 'us-east-1';
const WEST = 'us-west-2';
const BUNDLE = join(WORKSPACE, 'dist/tools/trade-service');
const KEY = 'order-0001';

const account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '1' } });
afterAll(() => account.dispose());

let sandbox: Sandbox;

const imageIn = (region: string) => `000000000000.dkr.ecr.${region}.amazonaws.com/dr-local-trade:bootstrap`;

async function send(region: string, path: string, body?: object) {
  const response = await fetch(`${account.endpoint}${path}`, {
    method: body === undefined ? 'GET' : 'PUT',
    headers: { 'x-sandbox-host': `trade-${region}.trading.example.com` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    answer: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : text,
  };
}

/** End of the log of a region's tasks. */
const logOf = (region: string) =>
  readFileSync(join(account.sandboxHome, 'logs', region, 'dr-local-trade.service.log'), 'utf8').slice(-2_000);

/** Sends the same request again, as its 503 asks for, until it has another answer. */
async function sendUntil(status: number, ...request: Parameters<typeof send>) {
  for (const deadline = Date.now() + 90_000; ;) {
    const answered = await send(...request);
    if (answered.status === status) return answered;
    if (Date.now() > deadline) {
      throw new Error(`${request[1]}: ${JSON.stringify(answered)}, expected ${status}. ${logOf(request[0])}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

beforeAll(async () => {
  await account.start();
  sandbox = await account.connect();
});

it('is answered for by the load balancer as long as nobody pushed an image', async () => {
  expect(await send(EAST, '/healthz')).toEqual({
    status: 200,
    answer: 'dr-local-trade in us-east-1: nobody pushed an image of it.',
  });
});

it('has its image in both regions by one push', async () => {
  expect(await sandbox.pushImage(imageIn(EAST), BUNDLE)).toEqual([EAST, WEST]);
});

it('serves from its first request on, as a role that a task made by the migration, and writes once per key', async () => {
  expect(await send(EAST, '/healthz')).toEqual({ status: 200, answer: { healthy: true } });

  const trade = { instrument: 'ABC', quantity: 3 };
  const written = await sendUntil(201, EAST, `/trades/${KEY}`, trade);

  expect(written.answer).toMatchObject({ key: KEY, body: trade });
  expect((await send(EAST, `/trades/${KEY}`, trade)).status).toBe(200);
  expect((await send(EAST, `/trades/${KEY}`, { quantity: 4 })).status).toBe(409);
});

it('reads at the reader endpoint of either region, and writes in the one that holds alone', async () => {
  expect((await sendUntil(200, WEST, `/trades/${KEY}`)).answer).toMatchObject({ key: KEY });
  expect(await send(WEST, '/trades/order-0002', { quantity: 1 })).toEqual({
    status: 503,
    answer: { message: 'this region may not write now. Send the same request again.' },
  });
});

it('goes on in the other region after its own is gone, with what had arrived', async () => {
  await sandbox.setAutomation(true);
  await sandbox.setFaults({ kind: 'dark', region: EAST });

  await sendUntil(201, WEST, '/trades/order-0003', { quantity: 7 });

  expect((await sendUntil(200, WEST, `/trades/${KEY}`)).answer).toMatchObject({ key: KEY });
}, 120_000);

it('ends with the account, also when that is killed', async () => {
  const tasks = () =>
    execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('run-task.js') && line.includes(account.sandboxHome));
  expect(tasks().length).toBeGreaterThan(0);

  process.kill(sandbox.pid, 'SIGKILL');

  for (const deadline = Date.now() + 10_000; tasks().length > 0 && Date.now() < deadline;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(tasks()).toEqual([]);
});
