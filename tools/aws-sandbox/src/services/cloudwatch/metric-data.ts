import type { Members } from '../../endpoint/calls/members';
import { AwsError } from '../../model/aws-error';
import { type NamedMetric, type PutMetrics, type StatisticSet, statisticSet } from '../../model/put-metrics';

/** How far from now a datapoint may be [CloudWatch API Reference, MetricDatum]. */
const OLDEST_MS = 14 * 86_400_000;
const NEWEST_MS = 2 * 3_600_000;

/** Keeps what one PutMetricData puts. Codes and words: CloudWatch API Reference, PutMetricData. */
export function putMetricData(metrics: PutMetrics, input: Members, region: string, nowMs: number): void {
  const namespace = String(input['Namespace']);
  if (namespace.startsWith('AWS/')) {
    throw new AwsError('InvalidParameterValue', `The value ${namespace} for parameter Namespace is invalid.`);
  }
  const data = (input['MetricData'] ?? []) as readonly Members[];
  if (data.length === 0) throw new AwsError('MissingParameter', 'The parameter MetricData is required.');
  const read = data.map((datum, index) => {
    const path = `MetricData.member.${index + 1}`;
    const atMs = (datum['Timestamp'] as Date | undefined)?.getTime() ?? nowMs;
    if (atMs < nowMs - OLDEST_MS || atMs > nowMs + NEWEST_MS) {
      throw new AwsError('InvalidParameterValue', `The parameter ${path}.Timestamp is out of range.`);
    }
    return { metric: metricOf({ ...datum, Namespace: namespace }), set: statisticSetOf(datum, path), atMs };
  });
  for (const { atMs, metric, set } of read) metrics.put(region, metric, set, atMs);
}

/** A metric by the members of a query or a datum. */
export function metricOf(members: Members): NamedMetric {
  const dimensions = (members['Dimensions'] ?? []) as readonly Members[];
  return {
    namespace: String(members['Namespace']),
    name: String(members['MetricName']),
    dimensions: Object.fromEntries(dimensions.map(({ Name: name, Value: value }) => [String(name), String(value)])),
  };
}

function statisticSetOf(datum: Members, path: string): StatisticSet {
  const statistics = datum['StatisticValues'] as Members | undefined;
  if (statistics !== undefined) {
    return {
      sampleCount: Number(statistics['SampleCount']),
      sum: Number(statistics['Sum']),
      minimum: Number(statistics['Minimum']),
      maximum: Number(statistics['Maximum']),
    };
  }
  const values = (datum['Values'] ?? [datum['Value']].filter((value) => value !== undefined)) as readonly number[];
  const counts = (datum['Counts'] ?? values.map(() => 1)) as readonly number[];
  if (values.length === 0) {
    throw new AwsError('MissingParameter', `At least one of the parameters must be specified: ${path}.Value.`);
  }
  if (values.length !== counts.length) {
    throw new AwsError(
      'InvalidParameterValue',
      `The parameters ${path}.Values and ${path}.Counts must have the same size.`,
    );
  }
  return statisticSet(values, counts);
}
