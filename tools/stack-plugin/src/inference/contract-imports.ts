const CONTRACT_IMPORT = /\bfrom\s+['"]@dr\/([a-z0-9-]+)\/contract['"]/g;

/** The stacks whose contracts a source file imports. */
export function contractImports(source: string): readonly string[] {
  return [...source.matchAll(CONTRACT_IMPORT)].map(([, stack]) => stack as string);
}

/** Who reads whom: for each stack, the stacks that import its contract, directly or through others, sorted. */
export function readersByStack(
  importsByStack: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, string[]> {
  const readers = new Map([...importsByStack.keys()].map((stack) => [stack, new Set<string>()]));
  for (const [reader, imports] of importsByStack) {
    for (const owner of imports) if (owner !== reader) readers.get(owner)?.add(reader);
  }
  return new Map([...readers].map(([stack, names]) => [stack, [...names].sort()]));
}
