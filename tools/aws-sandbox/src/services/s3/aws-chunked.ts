/**
 * The body of a call that an SDK sends in chunks of its own, each with its length in front and perhaps a signature, which
 * is not checked [Amazon S3 API Reference, signature calculations for multiple chunks].
 */
export function decodeAwsChunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', position);
    if (lineEnd < 0) break;
    const size = Number.parseInt(body.toString('latin1', position, lineEnd).split(';')[0] ?? '', 16);
    if (Number.isNaN(size) || size === 0) break;
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
