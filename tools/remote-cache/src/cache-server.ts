import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { ArtifactStore } from './stores/artifact-store';

/** Secrets of clients: pull requests have the one that reads, the main branch alone the one that writes too. */
export interface CacheTokens {
  readonly read: string;
  readonly write: string;
}

export interface CacheServerOptions {
  readonly store: ArtifactStore;
  readonly tokens: CacheTokens;
  /** Largest artifact that is taken, bytes. */
  readonly largestBytes: number;
  /** Told of what went wrong in the server or its store. */
  readonly onDefect: (text: string) => void;
}

/** An answer other than success: a status of HTTP, and a sentence. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Nx's hashes are decimal; a name of a file or an object is made of one. */
const ARTIFACT = /^\/v1\/cache\/([A-Za-z0-9]{1,128})$/;

/**
 * A remote cache that Nx asks by its own protocol [Nx, self-hosted caching: OpenAPI specification]: an artifact, the
 * outputs of a task as one archive, is put once by the hash of all the task is made of, and is never replaced.
 */
export function createCacheServer(options: CacheServerOptions): Server {
  return createServer((request, response) => {
    answer(request, response, options).catch((error: Error) => {
      const known = error instanceof Refusal;
      if (!known) options.onDefect(`${request.method} ${request.url}: ${error.message}`);
      // A download that breaks off must not look whole.
      if (response.headersSent) return void response.destroy();
      response.writeHead(known ? error.status : 500, { 'content-type': 'text/plain', connection: 'close' });
      response.end(known ? error.message : 'The cache failed: its log says why.');
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { store, tokens, largestBytes }: CacheServerOptions,
): Promise<void> {
  if (request.method === 'GET' && request.url === '/health') return void response.end('healthy');
  const right = rightOf(request.headers.authorization, tokens);
  if (right === undefined) throw new Refusal(401, 'Send one of the tokens: Authorization: Bearer <token>.');
  const [, hash] = ARTIFACT.exec(request.url ?? '') ?? [];
  if (hash === undefined) throw new Refusal(404, 'Expected /v1/cache/<hash>.');

  if (request.method === 'GET') {
    const artifact = await store.read(hash);
    if (artifact === undefined) throw new Refusal(404, 'No such artifact.');
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': artifact.bytes });
    return pipeline(artifact.content, response);
  }
  if (request.method !== 'PUT') throw new Refusal(405, 'Expected GET or PUT.');
  if (right !== 'write') throw new Refusal(403, 'This token reads only: the main branch writes.');
  const bytes = Number(request.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(bytes)) throw new Refusal(411, 'Send a Content-Length.');
  if (bytes > largestBytes) throw new Refusal(413, `At most ${largestBytes} bytes are kept.`);
  if (!(await store.add(hash, request, bytes))) throw new Refusal(409, 'There is one: an artifact is never replaced.');
  response.end();
}

function rightOf(header: string | undefined, { read, write }: CacheTokens): keyof CacheTokens | undefined {
  const [, given] = /^Bearer (\S+)$/.exec(header ?? '') ?? [];
  if (given === undefined) return undefined;
  if (isSame(given, write)) return 'write';
  return isSame(given, read) ? 'read' : undefined;
}

/** Takes as long whatever is given. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
