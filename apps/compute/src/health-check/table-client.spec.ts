import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ControlTableReader } from '@dr/control-table';
import { slowestTableCallMs } from '@dr/recovery-runtime';
import { createTableClient } from './table-client';

type Manner = 'answer' | 'hang' | 'hang up' | 'throttle';

let server: Server;
let manners: Manner[];
const inherited = { ...process.env };

beforeAll(async () => {
  server = createServer((request, response) => {
    const does = manners.length > 1 ? manners.shift() : manners[0];
    request.resume();
    if (does === 'hang') return;
    if (does === 'hang up') return void request.socket.destroy();
    response.writeHead(does === 'answer' ? 200 : 400);
    response.end(does === 'answer' ? '{}' : '{"__type":"ThrottlingException","message":"Rate exceeded"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});

afterAll(() => {
  process.env = inherited;
  server.closeAllConnections();
  server.close();
});

function read(...given: readonly Manner[]) {
  manners = [...given];
  const client = createTableClient('us-east-1');
  return new ControlTableReader({ client, tableName: 'dr-test-control', regions: ['us-east-1', 'us-west-2'] }).read(
    new AbortController().signal,
  );
}

describe('the client of the control table', () => {
  it('is of its region by name, tries twice, and gives each try its time', async () => {
    const { config } = createTableClient('us-west-2');
    const { requestHandler } = config as unknown as { requestHandler: { configProvider: Promise<unknown> } };

    expect(await config.region()).toBe('us-west-2');
    expect(await config.maxAttempts()).toBe(2);
    expect(await requestHandler.configProvider).toMatchObject({
      connectionTimeout: 300,
      requestTimeout: 450,
      throwOnRequestTimeout: true,
    });
  });

  it.each<[string, readonly Manner[]]>([
    ['a try that is never answered', ['hang', 'answer']],
    ['a connection that was gone when it was used', ['hang up', 'answer']],
    ['a throttled try', ['throttle', 'answer']],
  ])('reads after %s', async (_what, given) => {
    await expect(read(...given)).resolves.toMatchObject({ version: 1 });
  });

  describe('that nobody answers', () => {
    beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
    afterEach(() => jest.useRealTimers());

    it('gives up after the second try, in the time that is reckoned with', async () => {
      let tries = 0;
      const count = () => (tries += 1);
      server.on('request', count);
      const ended = jest.fn();
      const reading = read('hang');
      reading.catch(ended);

      let tookMs = 0;
      for (; ended.mock.calls.length === 0 && tookMs < 5_000; tookMs++) await jest.advanceTimersByTimeAsync(1);
      server.off('request', count);

      await expect(reading).rejects.toMatchObject({ name: 'TimeoutError' });
      expect(tries).toBe(2);
      expect(tookMs).toBeGreaterThanOrEqual(900);
      expect(tookMs).toBeLessThanOrEqual(slowestTableCallMs());
    });
  });
});
