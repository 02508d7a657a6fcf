import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { probeDatabase } from './probe-database';

let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

function listen(onConnection: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  return new Promise((resolve) =>
    server?.listen(0, '127.0.0.1', () => resolve((server?.address() as AddressInfo).port)),
  );
}

const probe = (port: number, signal = new AbortController().signal) => probeDatabase('127.0.0.1', port, signal);

describe('probing the database', () => {
  it('succeeds when a PostgreSQL server takes TLS, and asks nothing but that', async () => {
    const received: Buffer[] = [];
    const port = await listen((socket) =>
      socket.on('data', (bytes: Buffer) => {
        received.push(bytes);
        socket.write('S');
      }),
    );

    await expect(probe(port)).resolves.toBeUndefined();
    expect(Buffer.concat(received).toString('hex')).toBe('0000000804d2162f');
  });

  it('fails when the server takes no TLS', async () => {
    const port = await listen((socket) => socket.on('data', () => socket.write('N')));

    await expect(probe(port)).rejects.toThrow('the server does not take TLS');
  });

  it('fails when nobody listens', async () => {
    const port = await listen(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;

    await expect(probe(port)).rejects.toThrow('ECONNREFUSED');
  });

  it('fails when the server hangs up', async () => {
    const port = await listen((socket) => socket.end());

    await expect(probe(port)).rejects.toThrow('the server closed the connection');
  });

  it('ends when it is aborted: a server that takes the connection and says nothing is a failure', async () => {
    const port = await listen(() => undefined);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);

    await expect(probe(port, controller.signal)).rejects.toThrow('aborted');
  });
});
