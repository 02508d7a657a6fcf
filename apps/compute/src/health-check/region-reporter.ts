import { decideReport, type LastReport } from './decide-report';
import type { CheckResult } from '@dr/recovery-runtime';

/** Dimension `service` of the health check's metrics. */
export const HEALTH_CHECK_SERVICE = 'health-check';

export interface ReporterInstruments {
  readonly log: (level: 'info' | 'warn', message: string, fields: object) => void;
  /** Kept until they are published. */
  readonly measure: (name: string, value: number, unit: 'Count' | 'Milliseconds') => void;
  readonly publish: () => void;
  /** Monotonic, ms. */
  readonly clock: () => number;
}

/** Logs and measures the results of a region's check, as often as they are due. */
export class RegionReporter {
  private reported: LastReport | null = null;
  private last: CheckResult | undefined;

  constructor(
    private readonly region: string,
    private readonly instruments: ReporterInstruments,
  ) {}

  report(result: CheckResult): void {
    // The same look answers many questions.
    if (result === this.last) return;
    this.last = result;
    const { clock, log, measure, publish } = this.instruments;
    const { health, probeMs, problems } = result;
    const due = decideReport(this.reported, result, clock());
    this.reported = due.reported;
    if (due.state) {
      const { healthy, reasons, serving } = health;
      log('info', 'region state', { region: this.region, healthy, serving, reasons });
    }
    if (due.problems) {
      for (const { probe, problem } of problems) log('warn', 'probe failed', { region: this.region, probe, problem });
    }
    measure('ProbeMilliseconds', probeMs, 'Milliseconds');
    if (!due.metrics) return;
    measure('RegionAble', Number(health.healthy), 'Count');
    measure('RegionServing', Number(health.serving), 'Count');
    publish();
  }
}
