import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forward } from './forward';

const folder = mkdtempSync(join(tmpdir(), 'dr-target-'));
afterAll(() => rmSync(folder, { recursive: true }));

let target: Server;
let path: string;
let connections: { opened: number; closed: number };
let count = 0;

/** Makes a target that keeps idle connections for as long as it is told. */
async function listen(keepAliveTimeout: number, answer: RequestListener): Promise<void> {
  target = createServer({ keepAliveTimeout }, answer);
  const counted = { opened: 0, closed: 0 };
  connections = counted;
  target.on('connection', (socket) => {
    counted.opened += 1;
    socket.once('close', () => (counted.closed += 1));
  });
  path = join(folder, `${++count}.sock`);
  await new Promise<void>((resolve) => target.listen(path, resolve));
}
afterEach(() => new Promise((resolve) => target.close(resolve)));

const send = async (idleMs: number) => {
  const call = { method: 'GET', path: '/', query: new URLSearchParams(), headers: {}, body: Buffer.alloc(0) };
  return (await forward(path, call, idleMs)).status;
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('uses the connection to a target again, also where the target says that it closes it soon', async () => {
  await listen(1_000, (_request, response) => response.end());

  expect([await send(60_000), await send(60_000), await send(60_000)]).toEqual([200, 200, 200]);
  expect(connections.opened).toBe(1);
});

it('closes a connection that was idle for its time, before a target does that keeps it longer', async () => {
  await listen(65_000, (_request, response) => response.end());

  expect(await send(300)).toBe(200);
  await pause(1_000);
  expect(connections).toEqual({ opened: 1, closed: 1 });
  expect(await send(300)).toBe(200);
});

it('answers 502 where the target closes an idle connection just as a request comes', async () => {
  let requests = 0;
  await listen(1_000, (request, response) => {
    requests += 1;
    // The second one came on the connection that the target has given up.
    if (requests === 2) request.socket.destroy();
    else response.end();
  });

  expect([await send(60_000), await send(60_000), await send(60_000)]).toEqual([200, 502, 200]);
  expect(connections.opened).toBe(2);
});

it('opens another connection where the target has closed the idle one before', async () => {
  await listen(65_000, (_request, response) => response.end());

  expect(await send(60_000)).toBe(200);
  target.closeIdleConnections();
  await pause(100);

  expect(await send(60_000)).toBe(200);
  expect(connections).toEqual({ opened: 2, closed: 1 });
});
