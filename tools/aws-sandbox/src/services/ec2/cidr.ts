/** A block of IPv4 addresses as numbers, or undefined where the text is none. */
export function parseCidr(
  text: string,
): { readonly first: number; readonly last: number; readonly prefix: number } | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || prefix > 32) return undefined;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - prefix);
  return address % size === 0 ? { first: address, last: address + size - 1, prefix } : undefined;
}

export function overlaps(left: string, right: string): boolean {
  const [one, other] = [parseCidr(left), parseCidr(right)];
  return one !== undefined && other !== undefined && one.first <= other.last && other.first <= one.last;
}

export function contains(outer: string, inner: string): boolean {
  const [one, other] = [parseCidr(outer), parseCidr(inner)];
  return one !== undefined && other !== undefined && one.first <= other.first && other.last <= one.last;
}
