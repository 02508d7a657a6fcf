import { decideTelling, type Told } from './decide-telling';
import type { Finding } from './region-check';

/** Dimension `service` of the health check's metrics. */
export const HEALTH_CHECK_SERVICE = 'health-check';

export interface TellerInstruments {
  readonly log: (level: 'info' | 'warn', message: string, fields: object) => void;
  /** Kept until they are published. */
  readonly measure: (name: string, value: number, unit: 'Count' | 'Milliseconds') => void;
  readonly publish: () => void;
  /** Monotonic, ms. */
  readonly clock: () => number;
}

/** Tells the log and the metrics of what a region finds, as often as it is worth it. */
export class RegionTeller {
  private told: Told | null = null;
  private last: Finding | undefined;

  constructor(
    private readonly region: string,
    private readonly instruments: TellerInstruments,
  ) {}

  tell(finding: Finding): void {
    // The same look answers many questions.
    if (finding === this.last) return;
    this.last = finding;
    const { clock, log, measure, publish } = this.instruments;
    const { health, latch, probeMs, problems } = finding;
    const telling = decideTelling(this.told, finding, clock());
    this.told = telling.told;
    if (telling.state) {
      const { able, reasons, serving } = health;
      log('info', 'region state', { region: this.region, able, serving, latch, reasons });
    }
    if (telling.problems) {
      for (const { probe, problem } of problems) log('warn', 'probe failed', { region: this.region, probe, problem });
    }
    measure('ProbeMilliseconds', probeMs, 'Milliseconds');
    if (!telling.metrics) return;
    measure('RegionAble', Number(health.able), 'Count');
    measure('RegionServing', Number(health.serving), 'Count');
    // Of a latch that is not known there is no figure.
    if (latch !== 'unknown') measure('Latched', Number(latch === 'latched'), 'Count');
    publish();
  }
}
