/** An IPv4 block in CIDR notation, as numbers. */
export interface Cidr {
  /** The network address as an unsigned 32-bit number. */
  readonly network: number;
  /** Leading bits that all addresses of the block share, 0 to 32. */
  readonly prefixLength: number;
}

const CIDR_PATTERN = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/**
 * The block that a text in CIDR notation names, or undefined when it names none: not dotted decimal, an octet over 255,
 * a prefix over 32, or host bits set (`10.0.0.1/16`; AWS refuses those too).
 */
export function parseCidr(text: string): Cidr | undefined {
  const numbers = CIDR_PATTERN.exec(text)?.slice(1).map(Number);
  if (!numbers) return undefined;
  const [first = 0, second = 0, third = 0, fourth = 0, prefixLength = 0] = numbers;
  if ([first, second, third, fourth].some((octet) => octet > 255) || prefixLength > 32) return undefined;
  const network = ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0;
  return network % blockSize(prefixLength) === 0 ? { network, prefixLength } : undefined;
}

/** `10.0.0.0/16`. */
export function formatCidr({ network, prefixLength }: Cidr): string {
  const octets = [24, 16, 8, 0].map((shift) => (network >>> shift) & 255);
  return `${octets.join('.')}/${prefixLength}`;
}

/** Whether two blocks have an address in common. */
export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return a.network < b.network + blockSize(b.prefixLength) && b.network < a.network + blockSize(a.prefixLength);
}

/**
 * The index-th block of `prefixLength` inside a block, counted from its start.
 * The caller keeps `index` below 2^(prefixLength − block.prefixLength).
 */
export function subdivideCidr(block: Cidr, prefixLength: number, index: number): Cidr {
  return { network: block.network + index * blockSize(prefixLength), prefixLength };
}

function blockSize(prefixLength: number): number {
  return 2 ** (32 - prefixLength);
}
