import { createServer, type Http2Server, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import { listenPrivately } from './claim-socket';

/** Status codes of gRPC that are answered here [gRPC, statuscodes]. */
const OK = 0;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;

/** Bytes before each message: a compression flag and the length [gRPC over HTTP/2]. */
const FRAME_HEADER_BYTES = 5;

/**
 * Answers one unary call, or returns undefined where it serves no such method.
 *
 * @param connection the same object for all calls of one client connection, and for no other
 */
export type UnaryHandler = (
  method: string,
  message: Uint8Array,
  connection: object,
) => Promise<Uint8Array | undefined> | Uint8Array | undefined;

/**
 * Unary gRPC over HTTP/2 on a unix socket. It is served on HTTP/2 itself since a provider's configuration belongs to
 * the connection that sent it, and clients of a unix socket have no address to tell them apart by.
 */
export class GrpcServer {
  private readonly server: Http2Server = createServer();
  private readonly sessions = new Set<Http2Session>();
  private calls = 0;

  constructor(private readonly handle: UnaryHandler) {
    this.server.on('session', (session) => {
      this.sessions.add(session);
      session.on('close', () => this.sessions.delete(session));
      // A client that is killed resets its connection; that ends its calls and nothing else.
      session.on('error', () => undefined);
    });
    this.server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      this.answer(stream, String(headers[':path'] ?? ''));
    });
  }

  /** Connections that are open, and calls under way: a call ends after the client that made it is gone. */
  get load(): number {
    return this.sessions.size + this.calls;
  }

  /** @throws SocketInUseError where a process listens there; the file of one that is gone is replaced */
  listen(socketPath: string): Promise<void> {
    return listenPrivately(this.server, socketPath);
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private answer(stream: ServerHttp2Stream, method: string): void {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const message = Buffer.concat(chunks).subarray(FRAME_HEADER_BYTES);
      const connection = stream.session ?? stream;
      this.calls += 1;
      void Promise.resolve()
        .then(() => this.handle(method, message, connection))
        .then(
          (answer) => (answer ? respond(stream, answer) : refuse(stream, UNIMPLEMENTED, `${method} is not served`)),
          (error: Error) => refuse(stream, INTERNAL, error.message),
        )
        .finally(() => (this.calls -= 1));
    });
  }
}

function respond(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(OK) }));
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  stream.write(header);
  stream.end(message);
}

function refuse(stream: ServerHttp2Stream, status: number, message: string): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(status),
      'grpc-message': encodeURIComponent(message),
    },
    { endStream: true },
  );
}
