import { blocks, text } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';
import type { NamedMetric } from '../../model/put-metrics';
import { dimensionsOf } from './alarm-notice';
import type { Alarms } from './alarms';
import { decideState } from './decide-state';

const MINUTE_SECONDS = 60;

/** One metric that an alarm is on, with its periods. */
export interface WatchedMetric {
  readonly metric: NamedMetric;
  readonly statistic: string;
  /** Of a period without data; undefined where the alarm itself says how that counts. */
  readonly missingValue: number | undefined;
  readonly periodMs: number;
  /** Begins of the periods that it evaluates, the oldest first: those that are over. */
  readonly periodsMs: readonly number[];
}

/** `FILL(runs, 0)`: a metric with a value for periods without data, the one expression that is evaluated. */
const FILLED = /^FILL\((\w+), ?(\d+(?:\.\d+)?)\)$/;

/** Undefined for an alarm on periods of less than a minute, or on any other expression. */
export function watchedMetricOf({ attributes: alarm }: ResourceRecord, nowMs: number): WatchedMetric | undefined {
  const queries = blocks(alarm['metric_query']);
  const [, filled, missingValue] =
    queries.map(({ expression }) => FILLED.exec(text(expression))).find((match) => match !== null) ?? [];
  const [queried] = queries.filter(({ id }) => id === filled).flatMap(({ metric }) => blocks(metric));
  const attributes = queried ?? alarm;
  const periodSeconds = Number(attributes['period']);
  if (text(attributes['metric_name']) === '' || !(periodSeconds % MINUTE_SECONDS === 0)) return undefined;
  const periodMs = periodSeconds * 1_000;
  const lastMs = Math.floor(nowMs / periodMs) * periodMs - periodMs;
  const count = Number(alarm['evaluation_periods']);
  return {
    metric: {
      namespace: text(attributes['namespace']),
      name: text(attributes['metric_name']),
      dimensions: Object.fromEntries(dimensionsOf(attributes).map(({ name, value }) => [name, value])),
    },
    statistic: text(attributes['stat']) || text(attributes['statistic']) || text(attributes['extended_statistic']),
    missingValue: missingValue === undefined ? undefined : Number(missingValue),
    periodMs,
    periodsMs: Array.from({ length: count }, (_, index) => lastMs - (count - 1 - index) * periodMs),
  };
}

/** Puts an alarm into the state that its metric's values in these periods mean, where that is another one. */
export function evaluateAlarm(
  alarms: Pick<Alarms, 'put' | 'stateOf'>,
  alarm: ResourceRecord,
  { missingValue, periodsMs }: WatchedMetric,
  valueAt: (periodBeganAtMs: number) => number | undefined,
): void {
  const datapoints = periodsMs.map((atMs) => ({ atMs, value: valueAt(atMs) ?? missingValue }));
  const decided = decideState(alarm.attributes, datapoints);
  if (decided === undefined || decided.value === alarms.stateOf(alarm).value) return;
  alarms.put(alarm, decided.value, decided.reason);
}
