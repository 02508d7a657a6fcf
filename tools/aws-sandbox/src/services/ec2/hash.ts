/** Stable hex digits for what is the same in one region of one account. */
export function hashOf(...parts: readonly string[]): string {
  return [...parts]
    .reduce((hash, part) => crc32(`${hash}${part}`).toString(16).padStart(8, '0') + hash.slice(0, 9), '')
    .padEnd(17, '0');
}

export function crc32(value: string): number {
  let crc = ~0;
  for (const byteOf of Buffer.from(value)) {
    crc ^= byteOf;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
