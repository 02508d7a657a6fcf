import { createHash } from 'node:crypto';

/** Digits and lower-case letters that are the same for the same parts: what AWS fixes per account and region. */
export function stableId(length: number, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join(' ')).digest('hex');
  return BigInt(`0x${digest}`).toString(36).padStart(length, '0').slice(0, length);
}
