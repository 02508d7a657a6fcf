/** A contract as found in one region's parameter store; no values: it was never published there. */
export interface PublishedContract {
  readonly contract: string;
  readonly region: string;
  readonly store: string;
  /** By parameter name without its path: `vpc-id`. */
  readonly values: Readonly<Record<string, string>>;
}

/** Published values for people (`table`) or programs (`json`: store → region → contract → output → value). */
export function formatOutputs(contracts: readonly PublishedContract[], format: 'table' | 'json'): string {
  const sorted = [...contracts].sort((a, b) => heading(a).localeCompare(heading(b), 'en'));
  return format === 'json' ? asJson(sorted) : sorted.map(asTable).join('\n');
}

function asJson(contracts: readonly PublishedContract[]): string {
  const tree: Record<string, Record<string, Record<string, Readonly<Record<string, string>>>>> = {};
  for (const { contract, region, store, values } of contracts) {
    ((tree[store] ??= {})[region] ??= {})[contract] = values;
  }
  return `${JSON.stringify(tree, null, 2)}\n`;
}

function asTable(contract: PublishedContract): string {
  const entries = Object.entries(contract.values);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  const lines = entries.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return `${[heading(contract), ...(lines.length > 0 ? lines : ['  (not published)'])].join('\n')}\n`;
}

function heading({ contract, region, store }: PublishedContract): string {
  return store === region ? `${contract} ${region}` : `${contract} ${region} (mirrored in ${store})`;
}
