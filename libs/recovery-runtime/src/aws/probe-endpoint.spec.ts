import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { probeEndpoint } from './probe-endpoint';

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/silent') return;
    if (request.url === '/broken') return void request.socket.destroy();
    if (request.url === '/moved') response.setHeader('location', '/broken');
    const named = request.headers['user-agent'] === 'failover-controller';
    const statuses: Record<string, number> = {
      '/unable': 503,
      '/throttled': 429,
      '/moved': 302,
      '/anonymous': named ? 200 : 403,
    };
    response.writeHead(statuses[request.url ?? ''] ?? 200);
    response.end(request.url === '/able' ? 'region-able' : 'region-unable');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const probe = (path: string, text?: string, timeoutMs = 2_000, signal = new AbortController().signal) =>
  probeEndpoint({ via: 'test', url: `${url}${path}`, ...(text === undefined ? {} : { text }) }, timeoutMs, signal, () =>
    performance.now(),
  );

describe('a probe', () => {
  it.each([
    ['/able', 'region-able', 'answered'],
    ['/unable', 'region-able', 'failed'],
    ['/throttled', 'region-able', 'unknown'],
    ['/throttled', undefined, 'unknown'],
    ['/other', 'region-able', 'failed'],
    ['/other', undefined, 'answered'],
    ['/moved', undefined, 'answered'],
    ['/unable', undefined, 'failed'],
    ['/anonymous', undefined, 'answered'],
    ['/broken', 'region-able', 'failed'],
    ['/broken', undefined, 'failed'],
  ])('of %s for the text %s has %s', async (path, text, outcome) => {
    expect((await probe(path, text)).outcome).toBe(outcome);
  });

  describe('of what never answers', () => {
    beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
    afterEach(() => jest.useRealTimers());

    it('is silent once its time is over, and not before', async () => {
      const arrived = once(server, 'request');
      const ended = jest.fn();
      const probing = probe('/silent', 'region-able', 2_000);
      void probing.then(ended);
      await arrived;

      await jest.advanceTimersByTimeAsync(1_999);
      expect(ended).not.toHaveBeenCalled();
      await jest.advanceTimersByTimeAsync(1);

      expect(await probing).toEqual({ via: 'test', outcome: 'silent', latencyMs: 2_000 });
    });

    it('ends with whoever asked for it', async () => {
      const asker = new AbortController();
      const arrived = once(server, 'request');
      const probing = probe('/silent', 'region-able', 60_000, asker.signal);
      await arrived;

      asker.abort();

      expect(await probing).toEqual({ via: 'test', outcome: 'silent', latencyMs: 0 });
    });
  });
});
