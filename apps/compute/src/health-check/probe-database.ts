import { connect } from 'node:net';

/** Asks a PostgreSQL server whether it takes TLS: length 8, code 80877103 [PostgreSQL manual, message formats]. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const WILLING = 'S'.charCodeAt(0);

/** Answer of a server at the database's address that is not PostgreSQL's; a class of its own, since logs keep names. */
export class DatabaseProbeError extends Error {
  constructor(
    override readonly name: 'TlsRefused' | 'ConnectionClosed' | 'Aborted',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Resolves when a PostgreSQL server at `host` answers that it takes TLS: the network path, the name and the server's
 * process are there. It logs in to nothing, so it needs no secret, and it does not prove that queries succeed.
 *
 * @throws Error when nothing answers so, or on abort
 */
export function probeDatabase(host: string, port: number, abortSignal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const settle = (error?: Error) => {
      abortSignal.removeEventListener('abort', onAbort);
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    const onAbort = () => settle(new DatabaseProbeError('Aborted', 'aborted'));
    abortSignal.addEventListener('abort', onAbort, { once: true });
    if (abortSignal.aborted) return onAbort();
    socket.once('connect', () => socket.write(SSL_REQUEST));
    socket.once('data', ([answer]) =>
      settle(answer === WILLING ? undefined : new DatabaseProbeError('TlsRefused', 'the server does not take TLS')),
    );
    socket.once('error', settle);
    socket.once('close', () => settle(new DatabaseProbeError('ConnectionClosed', 'the server closed the connection')));
  });
}
