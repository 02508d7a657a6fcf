import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WriteOvertimeError, WriteRefusedError } from '@dr/control-table';
import { TradeServer } from './trade-server';
import { TradeConflictError, type TradeStore } from './trade-store';

/** Default of `idle_timeout`, which the deployed one has [Elastic Load Balancing user guide, connection idle timeout]. */
const LOAD_BALANCER_IDLE_MS = 60_000;
const KEY = 'order-0001';
const logged: object[] = [];
let server: TradeServer;
let store: jest.Mocked<TradeStore>;

beforeEach(async () => {
  logged.length = 0;
  store = { record: jest.fn(), find: jest.fn() };
  server = new TradeServer({ region: 'us-east-1', healthCheckPath: '/up', store, log: (event) => logged.push(event) });
  await server.listen(0);
});

afterEach(() => new Promise((resolve) => server.http.close(resolve)));

const url = (path: string) => `http://127.0.0.1:${(server.http.address() as AddressInfo).port}${path}`;
const send = (method: string, path: string, body?: string) =>
  fetch(url(path), { method, headers: { connection: 'close' }, ...(body === undefined ? {} : { body }) });

it('answers its health check without a database', async () => {
  expect((await send('GET', '/up')).status).toBe(200);
  expect(store.find).not.toHaveBeenCalled();
});

it('records a trade under the key of its client, and says whether it was new', async () => {
  const trade = { key: KEY, body: { quantity: 3 }, epoch: 4 };
  store.record.mockResolvedValueOnce({ trade, isNew: true }).mockResolvedValueOnce({ trade, isNew: false });

  const first = await send('PUT', `/trades/${KEY}`, '{"quantity":3}');
  const again = await send('PUT', `/trades/${KEY}`, '{"quantity":3}');

  expect([first.status, again.status]).toEqual([201, 200]);
  expect(await again.json()).toEqual(trade);
  expect(store.record).toHaveBeenCalledWith(KEY, { quantity: 3 });
});

it.each([
  [new WriteRefusedError('no permit.'), 503, 'this region may not write now. Send the same request again.', '1'],
  [
    new WriteOvertimeError('too long.'),
    504,
    'the write took too long, and may have taken effect. Send the same request again.',
    '1',
  ],
  [new TradeConflictError('the key was used.'), 409, 'the key was used.', null],
  [new Error('connect ECONNREFUSED'), 503, 'the database does not answer. Send the same request again.', '1'],
])('answers %s with %i', async (error, status, message, retryAfter) => {
  store.record.mockRejectedValueOnce(error);

  const response = await send('PUT', `/trades/${KEY}`, '{}');

  expect([response.status, await response.json(), response.headers.get('retry-after')]).toEqual([
    status,
    { message },
    retryAfter,
  ]);
});

it('logs of an error of the database its name and code, and nothing that a driver wrote', async () => {
  store.find.mockRejectedValueOnce(Object.assign(new Error('password=hunter2'), { code: '28P01' }));

  await send('GET', `/trades/${KEY}`);

  expect(logged).toEqual([{ level: 'ERROR', message: 'database request failed', error: 'Error', code: '28P01' }]);
});

it.each([
  ['GET', '/', undefined, 404],
  ['GET', '/trades/short', undefined, 400],
  ['POST', `/trades/${KEY}`, '{}', 405],
  ['PUT', `/trades/${KEY}`, 'no json', 400],
  ['PUT', `/trades/${KEY}`, JSON.stringify('x'.repeat(70_000)), 413],
])('refuses %s %s', async (method, path, body, status) => {
  expect((await send(method, path, body)).status).toBe(status);
  expect(store.record).not.toHaveBeenCalled();
});

it('keeps an idle connection longer than a load balancer does, whose next request would find it closed', () => {
  const { headersTimeout, keepAliveTimeout } = server.http;

  expect(keepAliveTimeout).toBeGreaterThan(LOAD_BALANCER_IDLE_MS);
  expect(headersTimeout).toBeGreaterThan(keepAliveTimeout);
});

it('serves while it drains, ends kept connections, and then accepts no more', async () => {
  store.find.mockResolvedValue({ key: KEY, body: 1, epoch: 4 });
  const agent = new Agent({ keepAlive: true });
  const kept = (path: string) =>
    new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
      request(url(path), { agent }, (answer) => {
        answer
          .resume()
          .once('end', () => resolve({ status: answer.statusCode, connection: answer.headers.connection }));
      })
        .once('error', reject)
        .end();
    });
  expect(await kept(`/trades/${KEY}`)).toEqual({ status: 200, connection: 'keep-alive' });

  const drained = server.drain(300);

  expect(await kept('/up')).toEqual({ status: 503, connection: 'close' });
  expect(await kept(`/trades/${KEY}`)).toEqual({ status: 200, connection: 'close' });
  await drained;
  expect(server.http.listening).toBe(false);
});
