import { long2ip, Netmask } from 'netmask';

/**
 * Reads an IPv4 block in CIDR notation, as AWS accepts it: dotted decimal, prefix length 0 to 32, no host bits.
 *
 * @returns undefined for any other text. The library alone reads more: `10.0.0.1/16`, `10/8`, `0x0a.0.0.0/8`, IPv6
 */
export function parseCidr(text: string): Netmask | undefined {
  if (text.includes(':')) return undefined;
  try {
    const block = new Netmask(text);
    return block.toString() === text ? block : undefined;
  } catch {
    return undefined;
  }
}

/** Whether two blocks have an address in common: they do where one holds the other. What is no block has no address. */
export function cidrsOverlap(a: Netmask | undefined, b: Netmask | undefined): boolean {
  return a !== undefined && b !== undefined && (a.contains(b) || b.contains(a));
}

/** Address of that number in a block, from 0: `10.0.16.9` is 9 of `10.0.16.0/20`. */
export function addressIn(block: string, number: number): string {
  return long2ip((parseCidr(block)?.netLong ?? 0) + number);
}
