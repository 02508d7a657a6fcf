import { chmodSync, rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { SocketInUseError } from './errors';

/**
 * Makes the path of a unix socket free to listen on: the file that a process left which is gone is removed.
 *
 * @throws SocketInUseError where a process listens there
 */
async function claimSocket(socketPath: string): Promise<void> {
  if (await isListening(socketPath)) throw new SocketInUseError(socketPath);
  rmSync(socketPath, { force: true });
}

/**
 * Listens on a unix socket that no other user can connect to.
 *
 * @throws SocketInUseError where a process listens there; the file of one that is gone is replaced
 */
export async function listenPrivately(
  server: Pick<Server, 'listen' | 'once' | 'off'>,
  socketPath: string,
): Promise<void> {
  await claimSocket(socketPath);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // Connecting needs the right to write [unix(7)].
  chmodSync(socketPath, 0o600);
}

function isListening(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
