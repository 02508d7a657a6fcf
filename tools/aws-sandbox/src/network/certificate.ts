import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Key and certificate, as PEM. */
export interface Identity {
  readonly key: string;
  readonly certificate: string;
}

const AUTHORITY_NAME = 'AWS sandbox RDS CA';
const LIFETIME_MS = 10 * 365 * 24 * 3_600_000;

/** A certificate authority of one account, as RDS has one a region. */
export function makeAuthority(now: Date): Identity {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isAuthority = extension('551d13', sequence(BOOLEAN_TRUE), true);
  return {
    key: pemOf(keys.privateKey),
    certificate: certificateOf(AUTHORITY_NAME, keys.publicKey, isAuthority, keys.privateKey, now),
  };
}

/** A server's certificate for its host names. */
export function makeServerIdentity(authority: Identity, hosts: readonly string[], now: Date): Identity {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const names = extension('551d11', sequence(...hosts.map((host) => der(0x82, Buffer.from(host)))));
  const signer = createPrivateKey(authority.key);
  return {
    key: pemOf(keys.privateKey),
    certificate: certificateOf('AWS sandbox database', keys.publicKey, names, signer, now),
  };
}

/** X.509, version 3 [RFC 5280, 4.1], signed by ECDSA with SHA-256 [RFC 5758, 3.2]. */
function certificateOf(name: string, key: KeyObject, extensions: Buffer, signer: KeyObject, now: Date): string {
  const algorithm = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const validity = sequence(timeOf(new Date(now.getTime() - 3_600_000)), timeOf(new Date(now.getTime() + LIFETIME_MS)));
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    nameOf(AUTHORITY_NAME),
    validity,
    nameOf(name),
    createPublicKey(key.export({ type: 'spki', format: 'pem' })).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extensions)),
  );
  const whole = sequence(
    signed,
    algorithm,
    der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', signed, signer)])),
  );
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const BOOLEAN_TRUE = der(0x01, Buffer.from([0xff]));

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** @param id object identifier, encoded, as hexadecimal */
function extension(id: string, value: Buffer, isCritical = false): Buffer {
  return sequence(der(0x06, Buffer.from(id, 'hex')), isCritical ? BOOLEAN_TRUE : Buffer.alloc(0), der(0x04, value));
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from(commonName)))));
}

/** UTCTime, YYMMDDHHMMSSZ. */
function timeOf(date: Date): Buffer {
  return der(0x17, Buffer.from(`${date.toISOString().replace(/\D/g, '').slice(2, 14)}Z`));
}

function pemOf(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}
