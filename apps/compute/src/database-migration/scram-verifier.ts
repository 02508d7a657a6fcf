import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

const ITERATIONS = 4_096;

/**
 * Verifier of a password, which PostgreSQL takes in its place:
 * `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>` [PostgreSQL manual, pg_authid; RFC 5802].
 *
 * @param password of printable ASCII, which SASLprep leaves as it is [RFC 4013]
 * @param salt 16 random bytes
 */
export function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const keyOf = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${keyOf('Server Key').toString('base64')}`;
}
