import type { LagEvidence } from '../fencing/control-record';
import type { GuardSettings } from '../recovery-settings';

/** One measurement of the database's replication lag. */
export interface LagSample {
  /** Replication lag of the standby's cluster, ms. */
  readonly lagMs: number;
  /** Wall clock of the measurement, ms since 1970. */
  readonly measuredAtMs: number;
}

/**
 * A measurement with its age, as the ledger keeps it; null when none is known: no sample, no number, negative, or
 * measured further in the future than `clockSkewAllowanceMs`.
 *
 * @param wallClockMs ms since 1970
 */
export function lagEvidence(
  sample: LagSample | null,
  wallClockMs: number,
  settings: GuardSettings,
): LagEvidence | null {
  if (!sample || !Number.isFinite(sample.lagMs) || sample.lagMs < 0 || !Number.isFinite(sample.measuredAtMs))
    return null;
  const ageMs = wallClockMs - sample.measuredAtMs;
  return ageMs < -settings.clockSkewAllowanceMs ? null : { lagMs: sample.lagMs, ageMs: Math.max(0, ageMs) };
}

/** Assessment of the data that a promotion would lose, by the evidence. */
export type LagAssessment = { readonly acceptable: true } | { readonly acceptable: false; readonly reason: string };

/** Whether a lag is known, fresh and at most the objective. */
export function assessLag(evidence: LagEvidence | null, settings: GuardSettings): LagAssessment {
  if (!evidence) return { acceptable: false, reason: 'replication lag is unknown' };
  const { ageMs, lagMs } = evidence;
  if (ageMs > settings.maximumLagAgeMs) {
    return {
      acceptable: false,
      reason: `replication lag was measured ${ageMs} ms ago, limit ${settings.maximumLagAgeMs} ms`,
    };
  }
  return lagMs <= settings.maximumLossMs
    ? { acceptable: true }
    : {
        acceptable: false,
        reason: `replication lag is ${lagMs} ms, over the objective of ${settings.maximumLossMs} ms`,
      };
}
