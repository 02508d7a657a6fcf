import { withDeadline } from '@dr/deadline';
import type { ServingRegion } from './network';
import type { Process, VirtualTime } from './virtual-time';

/** One health check: what its checkers ask, and whether the answer is what they look for. */
export interface HealthCheck {
  readonly ask: (process: Process, signal: AbortSignal) => Promise<boolean>;
}

/** Places that a check is made from; the real ones are more, and three is their least [Route 53 API, Regions]. */
const CHECKERS = 3;
const INTERVAL_MS = 10_000;
const THRESHOLD = 2;
/** Four seconds to connect and two to answer [Route 53 developer guide, health checks]. */
const PATIENCE_MS = 6_000;
/** A check is healthy while more than 18 % of its checkers say so [same]. */
const HEALTHY_SHARE = 0.18;
const TTL_MS = 10_000;

/** Checkers with a memory, and the failover pair that they decide on. */
export class Route53 {
  private readonly verdicts = new Map<HealthCheck, { good: boolean; contrary: number }[]>();
  private cached: { readonly region: ServingRegion; readonly untilMs: number } | undefined;

  constructor(
    private readonly time: VirtualTime,
    checkers: Process,
    checks: readonly HealthCheck[],
    private readonly answer: (isHealthy: (check: HealthCheck) => boolean) => ServingRegion,
  ) {
    for (const check of checks) {
      const verdicts = Array.from({ length: CHECKERS }, () => ({ good: true, contrary: 0 }));
      this.verdicts.set(check, verdicts);
      verdicts.forEach((verdict, index) => {
        const ask = () => {
          time.plan(INTERVAL_MS, checkers, ask);
          withDeadline(
            PATIENCE_MS,
            (signal) => check.ask(checkers, signal),
            () => new Error('late'),
          ).then(
            (good) => note(verdict, good),
            () => note(verdict, false),
          );
        };
        time.plan((index * INTERVAL_MS) / CHECKERS, checkers, ask);
      });
    }
  }

  /** A check has failed for long, from all places. */
  setFailed(check: HealthCheck): void {
    for (const verdict of this.verdicts.get(check) ?? []) verdict.good = false;
  }

  isHealthy(check: HealthCheck): boolean {
    const verdicts = this.verdicts.get(check) ?? [];
    return verdicts.filter(({ good }) => good).length > HEALTHY_SHARE * verdicts.length;
  }

  /** The region that name servers answer now. */
  answered(): ServingRegion {
    return this.answer((check) => this.isHealthy(check));
  }

  /** The region that a resolver answers, which keeps what it was told for the record's time to live. */
  resolved(): ServingRegion {
    const { nowMs } = this.time;
    if (this.cached === undefined || nowMs >= this.cached.untilMs) {
      this.cached = { region: this.answered(), untilMs: nowMs + TTL_MS };
    }
    return this.cached.region;
  }
}

/** A checker changes its mind after as many answers to the contrary, one after the other. */
function note(verdict: { good: boolean; contrary: number }, good: boolean): void {
  verdict.contrary = good === verdict.good ? 0 : verdict.contrary + 1;
  if (verdict.contrary < THRESHOLD) return;
  verdict.good = good;
  verdict.contrary = 0;
}
