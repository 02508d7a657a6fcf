import type { AccountView } from '../../model/account-view';
import type { ResourceRecord } from '../../model/resource-record';
import type { Ticking } from '../../runtime/automation';
import { LAG_METRIC, LAG_NAMESPACE, lagIsKnownUntil, type MetricSource } from '../rds/replication-lag';
import type { Alarms } from './alarms';
import { evaluateAlarm, watchedMetricOf } from './evaluate-alarm';

/** Of a metric that has one value a minute, and the same in each, every one of these is that value. */
const STATISTICS = /^(Maximum|Minimum|Average|p[\d.]+)$/;

/**
 * Evaluates the alarms on the replication lag, against the datapoints that GetMetricData shows.
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
    const watched = watchedMetricOf(alarm, this.nowMs());
    if (watched === undefined) return;
    const { metric, statistic } = watched;
    const isEvaluated = metric.namespace === LAG_NAMESPACE && metric.name === LAG_METRIC && STATISTICS.test(statistic);
    if (!isEvaluated) return;
    const knownUntilMs = lagIsKnownUntil(this.account, alarm.region, metric, this.source);
    evaluateAlarm(this.alarms, alarm, watched, (atMs) => (atMs < knownUntilMs ? this.source.lagMs : undefined));
  }
}
