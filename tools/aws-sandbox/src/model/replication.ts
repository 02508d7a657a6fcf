/** One state of something that is replicated: an item, a row. */
export interface Version<Value> {
  /** null: deleted. */
  readonly value: Value | null;
  /** ms since 1970. */
  readonly writtenAtMs: number;
  readonly writtenIn: string;
}

/** The copy that each region shows, and what is on its way to them. */
export interface Copies<Value> {
  readonly shown: Readonly<Record<string, Version<Value>>>;
  readonly underWay: readonly {
    readonly to: string;
    readonly version: Version<Value>;
    readonly dueAtMs: number;
  }[];
}

export const NO_COPIES: Copies<never> = { shown: {}, underWay: [] };

/** Replication between regions: its lag and its interruptions. */
export interface ReplicationLink {
  /** Time from a write until another region shows it, ms. */
  readonly lagMs: number;
  /** Time at which the link between two regions broke, ms since 1970; undefined while it works. Writes due later wait. */
  cutSince(from: string, to: string): number | undefined;
}

/** Applies the writes that are due: the later of two versions is shown, by the clock (last writer wins). */
export function arrive<Value>(copies: Copies<Value>, nowMs: number, link: ReplicationLink): Copies<Value> {
  const arrived = copies.underWay.filter(
    ({ to, version, dueAtMs }) => dueAtMs <= Math.min(nowMs, link.cutSince(version.writtenIn, to) ?? nowMs),
  );
  if (arrived.length === 0) return copies;
  const shown = { ...copies.shown };
  for (const { to, version } of arrived) {
    const present = shown[to];
    if (present === undefined || isLater(version, present)) shown[to] = version;
  }
  return { shown, underWay: copies.underWay.filter((transfer) => !arrived.includes(transfer)) };
}

/** A write is shown at once where it was made, and under way to the other regions. */
export function write<Value>(
  copies: Copies<Value>,
  version: Version<Value>,
  regions: readonly string[],
  { lagMs }: Pick<ReplicationLink, 'lagMs'>,
): Copies<Value> {
  const others = regions.filter((region) => region !== version.writtenIn);
  return {
    shown: { ...copies.shown, [version.writtenIn]: version },
    underWay: [...copies.underWay, ...others.map((to) => ({ to, version, dueAtMs: version.writtenAtMs + lagMs }))],
  };
}

/** Latest version of all regions, writes under way included: a strongly consistent global table reads and checks this one. */
export function newest<Value>({ shown, underWay }: Copies<Value>): Version<Value> | undefined {
  return [...Object.values(shown), ...underWay.map(({ version }) => version)].reduce<Version<Value> | undefined>(
    (latest, version) => (latest === undefined || isLater(version, latest) ? version : latest),
    undefined,
  );
}

/** Makes one region's copy that of every region; other versions, writes under way included, are lost. */
export function settleOn<Value>({ shown }: Copies<Value>, region: string, regions: readonly string[]): Copies<Value> {
  const kept = shown[region];
  return kept === undefined
    ? NO_COPIES
    : { shown: Object.fromEntries(regions.map((name) => [name, kept])), underWay: [] };
}

/** Of writes in the same millisecond that of the greater region's name wins everywhere. */
function isLater(left: Version<unknown>, right: Version<unknown>): boolean {
  return left.writtenAtMs === right.writtenAtMs
    ? left.writtenIn > right.writtenIn
    : left.writtenAtMs > right.writtenAtMs;
}
