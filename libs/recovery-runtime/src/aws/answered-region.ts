import { resolve4 } from 'node:dns/promises';

/** IPv4 addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/**
 * Region that name servers answer for a name: the one whose own entry has an address of it. Route 53's checkers decide on
 * that, from places that are neither region.
 *
 * @param host name that failover answers; an empty one is answered by nobody
 * @param entries names of the regions' own entries, by region
 * @returns null where no region has an address of it
 */
export async function findAnsweredRegion(
  host: string,
  entries: Readonly<Record<string, string>>,
  signal: AbortSignal,
  resolve: Resolve = resolve4,
): Promise<string | null> {
  if (host === '') return null;
  const [answered, ...own] = await Promise.all([host, ...Object.values(entries)].map((name) => resolve(name)));
  signal.throwIfAborted();
  const index = own.findIndex((addresses) => addresses.some((address) => answered?.includes(address)));
  return Object.keys(entries)[index] ?? null;
}
