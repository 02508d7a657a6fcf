/** Items on a page, in the order of their identifiers, and the token of the next page; undefined on the last. */
export interface Page<Item> {
  readonly records: readonly Item[];
  readonly nextToken: string | undefined;
}

/** @param token of the page before; undefined for the first page @param limit largest number of items on it */
export function pageOf<Item extends { readonly id: string }>(
  records: readonly Item[],
  token: unknown,
  limit: number,
): Page<Item> {
  const after = Buffer.from(String(token ?? ''), 'base64').toString('utf8');
  const rest = records.filter(({ id }) => id > after).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = page.at(-1)?.id ?? '';
  return { records: page, nextToken: rest.length > limit ? Buffer.from(last).toString('base64') : undefined };
}
