const CONTRACT_IMPORT = /\bfrom\s+['"](@[\w.-]+)\/([a-z0-9-]+)\/contract['"]/g;

/**
 * The stacks whose contracts a source file imports.
 *
 * @param scope that contracts are imported by: `@dr`
 */
export function contractImports(source: string, scope: string): readonly string[] {
  return [...source.matchAll(CONTRACT_IMPORT)].flatMap(([, found, stack = '']) => (found === scope ? [stack] : []));
}

/** Readers of each stack: the stacks that import its contract, directly or through others, sorted. */
export function readersByStack(
  importsByStack: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, string[]> {
  const readers = new Map([...importsByStack.keys()].map((stack) => [stack, new Set<string>()]));
  for (const [reader, imports] of importsByStack) {
    for (const owner of imports) if (owner !== reader) readers.get(owner)?.add(reader);
  }
  return new Map([...readers].map(([stack, names]) => [stack, [...names].sort()]));
}
