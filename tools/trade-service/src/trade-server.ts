import { createServer, type IncomingMessage, type Server } from 'node:http';
import { WriteOvertimeError, WriteRefusedError } from '@dr/control-table';
import { TradeConflictError, type TradeStore } from './trade-store';

/** Longer than the 60 s that a load balancer keeps an idle connection: it is the one that closes [ALB user guide]. */
const KEEP_ALIVE_MS = 65_000;
const LARGEST_BODY_BYTES = 64 * 1_024;
/** As a UUID or an id of the client's own. */
const KEY = /^[\w.-]{8,128}$/;

export interface TradeServerOptions {
  readonly region: string;
  readonly healthCheckPath: string;
  /** None: the task has no database. */
  readonly store: TradeStore | undefined;
  /** Called with what a person should know, and never with a body. */
  readonly log: (event: Readonly<Record<string, unknown>>) => void;
}

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The service's HTTP: its health check, `PUT /trades/<key>` and `GET /trades/<key>`. */
export class TradeServer {
  readonly http: Server;
  private isDraining = false;

  constructor(private readonly options: TradeServerOptions) {
    this.http = createServer(
      { keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: KEEP_ALIVE_MS + 1_000 },
      (request, response) => {
        void this.answer(request).then(({ status, body, headers = {} }) => {
          const text = `${JSON.stringify(body)}\n`;
          response.writeHead(status, {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
            'x-region': this.options.region,
            // Whoever kept the connection opens its next one elsewhere.
            ...(this.isDraining ? { connection: 'close' } : {}),
            ...headers,
          });
          response.end(text);
        });
      },
    );
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(port, () => resolve());
    });
  }

  /** Fails the health check, goes on serving for a while, then accepts nothing more and ends what is under way. */
  async drain(drainMs: number): Promise<void> {
    this.isDraining = true;
    await new Promise((resolve) => setTimeout(resolve, drainMs));
    const closed = new Promise((resolve) => this.http.close(resolve));
    this.http.closeIdleConnections();
    await closed;
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const { method = '', url = '' } = request;
    const path = url.split('?')[0] ?? '';
    if (path === this.options.healthCheckPath) {
      return this.isDraining ? problem(503, 'the task is being stopped.') : { status: 200, body: { healthy: true } };
    }
    const key = /^\/trades\/([^/]+)$/.exec(path)?.[1];
    if (key === undefined) return problem(404, 'unknown path: expected /trades/<idempotency key>.');
    if (!KEY.test(key))
      return problem(400, 'the idempotency key is wrong: expected 8 to 128 letters, digits, ".", "_" or "-".');
    const { store } = this.options;
    if (method !== 'PUT' && method !== 'GET')
      return problem(405, `method ${method} is not allowed: expected GET or PUT.`);
    if (store === undefined) return later('the task has no database.');
    try {
      return method === 'GET' ? await find(store, key) : await record(store, key, request);
    } catch (error) {
      return this.refusal(error);
    }
  }

  private refusal(error: unknown): Answer {
    if (error instanceof BadBodyError) return problem(error.status, error.message);
    if (error instanceof TradeConflictError) return problem(409, error.message);
    if (error instanceof WriteRefusedError) return later('this region may not write now.');
    // Perhaps performed: the same key again finds out.
    if (error instanceof WriteOvertimeError)
      return { ...later('the write took too long, and may have taken effect.'), status: 504 };
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    this.options.log({ level: 'ERROR', message: 'database request failed', error: name, code });
    return later('the database does not answer.');
  }
}

async function find(store: TradeStore, key: string): Promise<Answer> {
  const trade = await store.find(key);
  return trade === undefined ? problem(404, 'unknown trade, or not replicated yet.') : { status: 200, body: trade };
}

async function record(store: TradeStore, key: string, request: IncomingMessage): Promise<Answer> {
  const { isNew, trade } = await store.record(key, await readJson(request));
  return { status: isNew ? 201 : 200, body: trade };
}

class BadBodyError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > LARGEST_BODY_BYTES) throw new BadBodyError(413, `the body is longer than ${LARGEST_BODY_BYTES} bytes.`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new BadBodyError(400, 'the body is no JSON.');
  }
}

const problem = (status: number, message: string): Answer => ({ status, body: { message } });

/** 503 with the time after which it is worth another try, here or in the other region. */
const later = (message: string): Answer => ({
  ...problem(503, `${message} Send the same request again.`),
  headers: { 'retry-after': '1' },
});
