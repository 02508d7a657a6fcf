export const MINUTE_MS = 60_000;
/** How long datapoints are kept; alarms of the platform look back minutes. */
const KEPT_MS = 3 * 3_600_000;

/** One metric, as a query or an alarm names it. */
export interface NamedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Values that were put into one period of a metric. */
export interface StatisticSet {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Statistics that a set has; percentiles would need each value. */
const STATISTICS: Readonly<Record<string, (of: StatisticSet) => number>> = {
  SampleCount: ({ sampleCount }) => sampleCount,
  Sum: ({ sum }) => sum,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
  Average: ({ sampleCount, sum }) => sum / sampleCount,
};

/** Set of values, at least one, each of which occurred as often as its count says: once, where there are no counts. */
export function statisticSet(values: readonly number[], counts: readonly number[] = values.map(() => 1)): StatisticSet {
  return {
    sampleCount: counts.reduce((total, count) => total + count, 0),
    sum: values.reduce((total, value, index) => total + value * (counts[index] ?? 0), 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
  };
}

/** Metrics that were put, minute by minute, as long as this process lives. */
export class PutMetrics {
  private readonly minutes = new Map<string, Map<number, StatisticSet>>();
  private readonly names = new Set<string>();

  /** @param ages whether what is put in a region becomes known to nobody */
  constructor(private readonly ages: (region: string) => boolean = () => false) {}

  put(region: string, metric: NamedMetric, set: StatisticSet, atMs: number): void {
    if (this.ages(region)) return;
    const key = keyOf(region, metric);
    const minutes = this.minutes.get(key) ?? new Map<number, StatisticSet>();
    const minute = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    minutes.set(minute, together([minutes.get(minute), set]) ?? set);
    for (const known of minutes.keys()) if (known < minute - KEPT_MS) minutes.delete(known);
    this.minutes.set(key, minutes);
    this.names.add(nameOf(region, metric));
  }

  /** Whether a metric of that name was ever put, with whatever dimensions: of every other nothing is known. */
  isPut(region: string, metric: NamedMetric): boolean {
    return this.names.has(nameOf(region, metric));
  }

  /** Undefined where nothing was put in the period, or of a statistic that is not kept. */
  statistic(
    region: string,
    metric: NamedMetric,
    statistic: string,
    periodBeganAtMs: number,
    periodMs: number,
  ): number | undefined {
    const minutes = this.minutes.get(keyOf(region, metric)) ?? new Map<number, StatisticSet>();
    const inPeriod = [...minutes].flatMap(([minute, set]) =>
      minute >= periodBeganAtMs && minute < periodBeganAtMs + periodMs ? [set] : [],
    );
    const set = together(inPeriod);
    return set && STATISTICS[statistic]?.(set);
  }
}

function together(sets: readonly (StatisticSet | undefined)[]): StatisticSet | undefined {
  const given = sets.filter((set) => set !== undefined);
  if (given.length === 0) return undefined;
  return {
    sampleCount: given.reduce((total, { sampleCount }) => total + sampleCount, 0),
    sum: given.reduce((total, { sum }) => total + sum, 0),
    minimum: Math.min(...given.map(({ minimum }) => minimum)),
    maximum: Math.max(...given.map(({ maximum }) => maximum)),
  };
}

function nameOf(region: string, { name, namespace }: NamedMetric): string {
  return JSON.stringify([region, namespace, name]);
}

function keyOf(region: string, metric: NamedMetric): string {
  return `${nameOf(region, metric)} ${JSON.stringify(Object.entries(metric.dimensions).sort())}`;
}
