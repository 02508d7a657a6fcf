import type { Item } from './attribute-value';

/** One state of an item. */
export interface ItemVersion {
  /** null: deleted. */
  readonly item: Item | null;
  /** ms since 1970. */
  readonly writtenAtMs: number;
  readonly writtenIn: string;
}

/** An item of a global table: the copy that each region shows, and what is on its way to them. */
export interface ItemCopies {
  readonly shown: Readonly<Record<string, ItemVersion>>;
  readonly underWay: readonly { readonly to: string; readonly version: ItemVersion; readonly dueAtMs: number }[];
}

export const NO_COPIES: ItemCopies = { shown: {}, underWay: [] };

/** How long a write takes to the other region. */
export interface ReplicationLink {
  /** ms */
  readonly lagMs: number;
  /** Whether nothing passes between the two now: what was due and could not pass waits. */
  isCut(from: string, to: string): boolean;
}

/** What has arrived by now is shown where it is newer than what is there: the last writer wins, by the clock. */
export function arrive(copies: ItemCopies, nowMs: number, { isCut }: ReplicationLink): ItemCopies {
  const arrived = copies.underWay.filter(
    ({ to, version, dueAtMs }) => dueAtMs <= nowMs && !isCut(version.writtenIn, to),
  );
  if (arrived.length === 0) return copies;
  const shown = { ...copies.shown };
  for (const { to, version } of arrived) {
    const present = shown[to];
    if (present === undefined || isLater(version, present)) shown[to] = version;
  }
  return { shown, underWay: copies.underWay.filter((transfer) => !arrived.includes(transfer)) };
}

/** A write is shown at once where it was made, and under way to the table's other regions. */
export function write(
  copies: ItemCopies,
  version: ItemVersion,
  regions: readonly string[],
  { lagMs }: ReplicationLink,
): ItemCopies {
  const others = regions.filter((region) => region !== version.writtenIn);
  return {
    shown: { ...copies.shown, [version.writtenIn]: version },
    underWay: [...copies.underWay, ...others.map((to) => ({ to, version, dueAtMs: version.writtenAtMs + lagMs }))],
  };
}

/** The newest state wherever it was written: what a strongly consistent global table decides and reads by. */
export function newest({ shown, underWay }: ItemCopies): ItemVersion | undefined {
  return [...Object.values(shown), ...underWay.map(({ version }) => version)].reduce<ItemVersion | undefined>(
    (latest, version) => (latest === undefined || isLater(version, latest) ? version : latest),
    undefined,
  );
}

/** Of writes in the same millisecond that of the greater region's name wins everywhere. */
function isLater(left: ItemVersion, right: ItemVersion): boolean {
  return left.writtenAtMs === right.writtenAtMs
    ? left.writtenIn > right.writtenIn
    : left.writtenAtMs > right.writtenAtMs;
}
