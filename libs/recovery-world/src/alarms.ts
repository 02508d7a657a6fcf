import { RUN_METRIC } from '@dr/recovery';
import { type Network, PREFERRED, type Region, REGIONS, type ServingRegion, SERVING_REGIONS, WITNESS } from './network';
import type { VirtualTime } from './virtual-time';

/** A message to people that CloudWatch sends as an alarm goes off. */
export interface RaisedAlarm {
  readonly name: string;
  readonly atMs: number;
}

const MINUTE_MS = 60_000;
/** Alarms on what a controller measures, with the minutes in a row that each takes, as compute defines them. */
const ON_METRICS = [
  { name: 'primary-failed', metric: 'PrimaryFailed', minutes: 1 },
  { name: 'primary-degraded', metric: 'PrimaryDegraded', minutes: 2 },
  { name: 'recovery-impaired', metric: 'RecoveryImpaired', minutes: 2 },
] as const;
const NOT_RUNNING_MINUTES = 2;
/** The dead-man's alarm on the controllers of both regions. */
export const NONE_RUNNING = 'no-failover-controller-running';
/** The dead-man's alarm on the controller of a region. */
export const missingIn = (region: ServingRegion) => `failover-controller-missing-${region}`;

/**
 * The deployed alarms, each in its region, whose failure silences it: on what the controllers measure, on a controller that
 * does not run, on Route 53's checks, which are all in us-east-1, and the dead-man's in the witness region. One that goes on notifies nobody again.
 */
export class Alarms {
  readonly raised: RaisedAlarm[] = [];
  private readonly active = new Set<string>();
  /** Minutes in a row up to the last one in which a metric was one, or no controller ran, by alarm and region. */
  private readonly minutes = new Map<string, number>();
  /** Metrics that were one in this minute, and regions whose controller was reported. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly time: VirtualTime,
    private readonly network: Network,
    failingChecks: () => readonly string[],
    private readonly onRaise: (alarm: RaisedAlarm) => void,
  ) {
    // Controllers have run before a walk begins.
    for (const region of SERVING_REGIONS) {
      this.reported(region);
      this.measured(region, RUN_METRIC, 1);
    }
    const everyMinute = () => {
      for (const region of SERVING_REGIONS) this.evaluate(region);
      this.evaluateDeadMan();
      const failing = failingChecks();
      for (const name of [
        'primary-not-serving',
        'primary-entry-failing',
        'standby-entry-failing',
        'standby-not-serving',
      ])
        this.set(name, PREFERRED, failing.includes(name));
      this.seen.clear();
      time.plan(MINUTE_MS, null, everyMinute);
    };
    time.plan(MINUTE_MS, null, everyMinute);
  }

  /** An alarm has gone off long ago. */
  setActive(name: string, region: Region): void {
    this.active.add(`${name} ${region}`);
  }

  isActive(name: string): boolean {
    return REGIONS.some((region) => !this.network.dark.has(region) && this.active.has(`${name} ${region}`));
  }

  measured(region: ServingRegion, metric: string, value: number): void {
    if (value === 1) this.seen.add(`${metric} ${region}`);
  }

  /** The witness region has accepted the report of a run of a region's controller. */
  reported(region: ServingRegion): void {
    this.seen.add(`reported ${region}`);
  }

  private evaluateDeadMan(): void {
    const isSilent = (region: ServingRegion) => !this.seen.has(`reported ${region}`);
    const silent: readonly (readonly [string, boolean])[] = [
      ...SERVING_REGIONS.map((region) => [missingIn(region), isSilent(region)] as const),
      [NONE_RUNNING, SERVING_REGIONS.every(isSilent)],
    ];
    for (const [name, holds] of silent) {
      this.set(name, WITNESS, this.inARow(name, WITNESS, holds) >= NOT_RUNNING_MINUTES);
    }
  }

  private evaluate(region: ServingRegion): void {
    for (const { metric, minutes, name } of ON_METRICS) {
      this.set(name, region, this.inARow(name, region, this.seen.has(`${metric} ${region}`)) >= minutes);
    }
    const name = 'failover-controller-not-running';
    const isIdle = !this.seen.has(`${RUN_METRIC} ${region}`);
    this.set(name, region, this.inARow(name, region, isIdle) >= NOT_RUNNING_MINUTES);
  }

  private inARow(name: string, region: Region, holds: boolean): number {
    const minutes = holds ? (this.minutes.get(`${name} ${region}`) ?? 0) + 1 : 0;
    this.minutes.set(`${name} ${region}`, minutes);
    return minutes;
  }

  private set(name: string, region: Region, isActive: boolean): void {
    if (this.network.dark.has(region)) return;
    const key = `${name} ${region}`;
    if (!isActive) this.active.delete(key);
    if (!isActive || this.active.has(key)) return;
    this.active.add(key);
    const alarm = { name, atMs: this.time.nowMs };
    this.raised.push(alarm);
    this.onRaise(alarm);
  }
}
