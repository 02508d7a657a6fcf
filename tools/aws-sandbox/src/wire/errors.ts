/** A socket that somebody listens on. */
export class SocketInUseError extends Error {
  override readonly name = 'SocketInUseError';

  constructor(socketPath: string) {
    super(
      `${socketPath}: the socket is taken by a running process, expected none. Stop that process, or use another home folder.`,
    );
  }
}
