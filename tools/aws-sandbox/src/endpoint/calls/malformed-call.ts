/** A call that is no call of its protocol. Which code AWS refuses it with, the protocol knows. */
export class MalformedCall extends Error {
  override readonly name = 'MalformedCall';
}

/** @throws MalformedCall for a `%` that begins no byte, or bytes that are no UTF-8 */
export function requireDecodable(text: string): void {
  try {
    decodeURIComponent(text);
  } catch {
    throw new MalformedCall('The request has a percent-encoding that cannot be decoded.');
  }
}

/** @throws MalformedCall for bytes that are no UTF-8 */
export function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new MalformedCall('The request body is not valid UTF-8.');
  }
}
