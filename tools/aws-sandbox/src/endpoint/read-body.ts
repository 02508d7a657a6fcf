import type { IncomingMessage } from 'node:http';

/** AWS itself takes no larger call of the services served here, but for objects of S3. */
export const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

/** Bytes read of a body that is too large: a client reads the response only once it has sent its whole body. */
const MOST_DRAINED_BYTES = 256 * 1024 * 1024;

/** @returns undefined for a body that is too large, once it is read to its end */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (size > MOST_DRAINED_BYTES) break;
  }
  return size > LARGEST_BODY_BYTES ? undefined : Buffer.concat(chunks);
}
