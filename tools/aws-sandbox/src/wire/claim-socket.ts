import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { SocketInUseError } from './errors';

/**
 * Makes the path of a unix socket free to listen on: the file that a process left which is gone is removed.
 *
 * @throws SocketInUseError where a process listens there
 */
export async function claimSocket(socketPath: string): Promise<void> {
  if (await isListening(socketPath)) throw new SocketInUseError(socketPath);
  rmSync(socketPath, { force: true });
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
