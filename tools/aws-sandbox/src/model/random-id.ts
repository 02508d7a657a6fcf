import { randomBytes, randomInt } from 'node:crypto';

/** `0`–`9` and `a`–`f`. */
export function randomHex(length: number): string {
  return randomBytes(Math.ceil(length / 2))
    .toString('hex')
    .slice(0, length);
}

/** Lower-case letters and digits. */
export function randomBase36(length: number): string {
  return Array.from({ length }, () => randomInt(36).toString(36)).join('');
}

/** Capital letters and digits 2 to 7, as in IAM's unique ids and RDS's resource ids. */
export function randomBase32(length: number): string {
  return Array.from({ length }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[randomInt(32)]).join('');
}

/** A UUID of version 4's form. */
export function randomUuid(): string {
  const hex = randomHex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
