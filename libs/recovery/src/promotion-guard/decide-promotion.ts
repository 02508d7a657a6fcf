import type { ControlRecord, LagEvidence } from '../fencing/control-record';
import type { FailoverMode, GuardSettings } from '../recovery-settings';
import { approvalHolds } from './approval';
import { type CanaryTrail, missingMs } from './canary-trail';
import { assessLag, type LagAssessment, lagEvidence, type LagSample } from './lag-evidence';

export type PromotionDecision =
  | {
      readonly decision: 'promote';
      readonly basis: 'canary' | 'lag' | 'approval';
      /** The loss in a sentence: if the primary stopped at its last answer, and at worst if it did not. */
      readonly reason: string;
    }
  /** A person must approve; the reasons say why. */
  | { readonly decision: 'ask'; readonly reasons: readonly string[] }
  /** No approval helps in this epoch. */
  | { readonly decision: 'refuse'; readonly reason: string };

export interface PromotionRequest {
  readonly record: ControlRecord;
  readonly mode: FailoverMode;
  /** The newest measurement that there is now, null when there is none. */
  readonly lag: LagSample | null;
  /** Of the region that the epoch was taken from; null while that is unknown. */
  readonly trail: CanaryTrail | null;
  readonly wallClockMs: number;
}

/**
 * Whether the standby may be promoted in the epoch that the ledger holds. Old writers have been drained before.
 *
 * The trail of the write canary is read while old writers are drained, and says what the standby has. It decides where it
 * is recent; one that shows too large a loss, however old it is: published lags are up to minutes old, and what has not
 * been replicated since is lost.
 *
 * Without a trail the lag at the taking bounds the loss of a primary that stopped at its last answer. If it went on until it was fenced,
 * up to the age of the measurement and the drain are lost besides; a newer measurement says so if there is one. One over
 * the objective counts whenever it was measured, and by whatever clock: what it says is lost does not come back with time.
 */
export function decidePromotion(
  { record, mode, lag: sample, trail, wallClockMs }: PromotionRequest,
  settings: GuardSettings,
): PromotionDecision {
  if (!promotionIsFirstOfEpoch(record)) {
    return {
      decision: 'refuse',
      reason: `epoch ${record.epoch} has had its promotion, and another needs an epoch of its own`,
    };
  }
  if (approvalHolds(record.approval, record.epoch, wallClockMs, settings)) {
    return { decision: 'promote', basis: 'approval', reason: `approved by ${record.approval?.by ?? 'nobody'}` };
  }
  const evidence = newestEvidence(record, sample, wallClockMs, settings);
  const shown = trail === null ? null : assessTrail(trail, settings);
  const decides = trail?.isRecent === true || shown?.acceptable === false;
  const loss = (decides ? shown : null) ?? assessLag(evidence, settings);
  const reasons = [
    ...(mode === 'automatic' ? [] : [`promotions need an approval in mode ${mode}`]),
    ...(cooldownLeftMs(record, wallClockMs, settings) > 0
      ? [`the writer moved less than ${settings.cooldownMs / 60_000} min ago, and so soon a person decides`]
      : []),
    ...(loss.acceptable ? [] : [loss.reason]),
  ];
  if (reasons.length > 0) return { decision: 'ask', reasons };
  if (trail !== null && decides) return { decision: 'promote', basis: 'canary', reason: lossBy(trail) };
  return {
    decision: 'promote',
    basis: 'lag',
    reason: `replication lag was ${evidence?.lagMs ?? 0} ms, measured ${evidence?.ageMs ?? 0} ms before`,
  };
}

function assessTrail(trail: CanaryTrail, { maximumLossMs }: GuardSettings): LagAssessment {
  if (missingMs(trail) <= maximumLossMs) return { acceptable: true };
  return { acceptable: false, reason: `${lossBy(trail)}, over the objective of ${maximumLossMs} ms` };
}

/** The loss in a clause: what the canary shows to be lost, and from when on nothing is known. */
function lossBy(trail: CanaryTrail): string {
  const recordedAt = new Date(trail.recordedAtMs).toISOString();
  return `of what was written until ${recordedAt} the last ${missingMs(trail)} ms have not arrived`;
}

function newestEvidence(
  { lagAtTake }: ControlRecord,
  sample: LagSample | null,
  wallClockMs: number,
  settings: GuardSettings,
): LagEvidence | null {
  if (sample !== null && sample.lagMs > settings.maximumLossMs) return { lagMs: sample.lagMs, ageMs: 0 };
  const newest = lagEvidence(sample, wallClockMs, settings);
  return newest !== null && newest.ageMs <= settings.maximumLagAgeMs ? newest : lagAtTake;
}

/** At most one promotion per epoch: a retry takes an epoch of its own, and drains what the one before left in flight. */
export function promotionIsFirstOfEpoch(record: ControlRecord): boolean {
  return record.promotionEpoch < record.epoch;
}

/** Time until a promotion needs no person any more, ms. A clock behind that of the last move leaves the whole cooldown. */
export function cooldownLeftMs(record: ControlRecord, wallClockMs: number, settings: GuardSettings): number {
  if (record.writerMovedAtMs === null) return 0;
  return Math.max(0, settings.cooldownMs - Math.max(0, wallClockMs - record.writerMovedAtMs));
}
