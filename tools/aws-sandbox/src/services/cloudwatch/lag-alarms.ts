import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';
import type { Ticking } from '../../runtime/automation';
import {
  LAG_METRIC,
  LAG_NAMESPACE,
  lagIsKnownUntil,
  type MetricSource,
  type NamedMetric,
} from '../rds/replication-lag';
import { dimensionsOf } from './alarm-notice';
import type { Alarms } from './alarms';
import { decideState } from './decide-state';

const MINUTE_SECONDS = 60;
/** Of a metric that has one value a minute, and the same in each, every one of these is that value. */
const STATISTICS = /^(Maximum|Minimum|Average|p[\d.]+)$/;

/**
 * Evaluates the alarms on the replication lag, the one metric that there is: against the datapoints that GetMetricData
 * shows. Alarms on anything else stay as they are until somebody sets them.
 */
export class LagAlarms implements Ticking {
  constructor(
    private readonly account: AccountView,
    private readonly alarms: Pick<Alarms, 'list' | 'put' | 'stateOf'>,
    private readonly source: MetricSource,
    private readonly nowMs: () => number,
  ) {}

  /** A dark region evaluates nothing. */
  tick(): void {
    for (const alarm of this.alarms.list()) {
      if (this.source.darkSince(alarm.region) === undefined) this.evaluate(alarm);
    }
  }

  forget(): void {
    // The states are in the account.
  }

  private evaluate(alarm: ResourceRecord): void {
    const { attributes, region } = alarm;
    const metric: NamedMetric = {
      namespace: text(attributes['namespace']),
      name: text(attributes['metric_name']),
      dimensions: Object.fromEntries(dimensionsOf(attributes).map(({ name, value }) => [name, value])),
    };
    const statistic = text(attributes['statistic']) || text(attributes['extended_statistic']);
    const periodSeconds = Number(attributes['period']);
    const isEvaluated =
      metric.namespace === LAG_NAMESPACE &&
      metric.name === LAG_METRIC &&
      STATISTICS.test(statistic) &&
      periodSeconds % MINUTE_SECONDS === 0;
    if (!isEvaluated) return;
    const knownUntilMs = lagIsKnownUntil(this.account, region, metric, this.source);
    const periodMs = periodSeconds * 1_000;
    const lastMs = Math.floor(this.nowMs() / periodMs) * periodMs - periodMs;
    const count = Number(attributes['evaluation_periods']);
    const datapoints = Array.from({ length: count }, (_, index) => {
      const atMs = lastMs - (count - 1 - index) * periodMs;
      return { atMs, value: atMs < knownUntilMs ? this.source.lagMs : undefined };
    });
    const decided = decideState(attributes, datapoints);
    if (decided === undefined || decided.value === this.alarms.stateOf(alarm).value) return;
    this.alarms.put(alarm, decided.value, decided.reason);
  }
}
