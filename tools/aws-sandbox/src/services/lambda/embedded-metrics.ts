import { type NamedMetric, type PutMetrics, type StatisticSet, statisticSet } from '../../model/put-metrics';

/** One value of a metric that a log line carries. */
interface EmbeddedValue {
  readonly metric: NamedMetric;
  readonly set: StatisticSet;
  readonly atMs: number;
}

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics?: readonly { readonly Name?: string }[];
}

/**
 * Metrics in a log line, by CloudWatch's embedded metric format [CloudWatch user guide, embedded metric format
 * specification]; none of a line that is not of that format.
 */
export function embeddedMetrics(line: string): readonly EmbeddedValue[] {
  // Most lines have none.
  if (!line.includes('"CloudWatchMetrics"')) return [];
  let members: Readonly<Record<string, unknown>>;
  try {
    members = JSON.parse(line.slice(line.indexOf('{'))) as typeof members;
  } catch {
    return [];
  }
  const { CloudWatchMetrics: directives = [], Timestamp: at } = (members['_aws'] ?? {}) as {
    readonly CloudWatchMetrics?: readonly Directive[];
    readonly Timestamp?: number;
  };
  return directives.flatMap(({ Dimensions: dimensions = [[]], Metrics: metrics = [], Namespace: namespace }) =>
    metrics.flatMap(({ Name: name = '' }) => {
      const values = [members[name]].flat().filter((value) => typeof value === 'number');
      if (values.length === 0) return [];
      const set = statisticSet(values);
      return dimensions.map((names) => ({
        metric: {
          namespace: String(namespace),
          name,
          dimensions: Object.fromEntries(names.map((dimension) => [dimension, String(members[dimension])])),
        },
        set,
        atMs: Number(at),
      }));
    }),
  );
}

/** Lambda's own metrics of a run [AWS Lambda developer guide, metrics of functions]. */
export function putRunMetrics(
  metrics: Pick<PutMetrics, 'put'>,
  region: string,
  functionName: string,
  run: { readonly atMs: number; readonly hasFailed: boolean },
): void {
  const of = (name: string) => ({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName } });
  metrics.put(region, of('Invocations'), statisticSet([1]), run.atMs);
  metrics.put(region, of('Errors'), statisticSet([run.hasFailed ? 1 : 0]), run.atMs);
}
