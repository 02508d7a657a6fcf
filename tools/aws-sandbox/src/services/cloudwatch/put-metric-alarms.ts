import type { Ticking } from '../../runtime/automation';
import type { MetricSource } from '../rds/replication-lag';
import type { Alarms } from './alarms';
import { evaluateAlarm, watchedMetricOf } from './evaluate-alarm';
import type { PutMetrics } from '../../model/put-metrics';

/** Evaluates the alarms on metrics that PutMetricData has put, by the periods that are over since automation is on. */
export class PutMetricAlarms implements Ticking {
  private onSinceMs: number | undefined;

  constructor(
    private readonly metrics: Pick<PutMetrics, 'isPut' | 'statistic'>,
    private readonly alarms: Pick<Alarms, 'list' | 'put' | 'stateOf'>,
    private readonly source: Pick<MetricSource, 'darkSince'>,
    private readonly nowMs: () => number,
  ) {}

  /** A dark region evaluates nothing. */
  tick(): void {
    const nowMs = this.nowMs();
    this.onSinceMs ??= nowMs;
    for (const alarm of this.alarms.list()) {
      const { region } = alarm;
      const watched = watchedMetricOf(alarm, nowMs);
      if (watched === undefined || this.source.darkSince(region) !== undefined) continue;
      const { metric, periodMs, periodsMs, statistic } = watched;
      // While automation was off nobody put anything: that such a period has no data says nothing.
      const isWatched = this.metrics.isPut(region, metric) && (periodsMs[0] ?? 0) >= this.onSinceMs;
      if (!isWatched) continue;
      evaluateAlarm(this.alarms, alarm, watched, (atMs) =>
        this.metrics.statistic(region, metric, statistic, atMs, periodMs),
      );
    }
  }

  forget(): void {
    this.onSinceMs = undefined;
  }
}
