import { assessPrimary } from '../failure-detection/assess-primary';
import { assessRound } from '../failure-detection/probe-round';
import { watchClosure } from '../fencing/closure-watch';
import { conditionHolds } from '../fencing/conditional-write';
import { drainWaitMs } from '../fencing/drain-wait';
import { decideLatchAnswer } from '../fencing/latch-answer';
import { assessRegionHealth } from '../fencing/region-health';
import { decideWritePermit } from '../fencing/write-permit';
import { approvalHolds } from '../promotion-guard/approval';
import { promotionIsFirstOfEpoch, type PromotionRules } from '../promotion-guard/decide-promotion';
import { assessLag } from '../promotion-guard/lag-evidence';
import { effectIsCurrent } from './effect';

/**
 * The guards that safety rests on, one function each. The decisions are written in terms of them, so that the
 * exploration can take one away at a time and must then find what goes wrong.
 */
export interface RecoveryRules extends PromotionRules {
  readonly assessRound: typeof assessRound;
  readonly assessPrimary: typeof assessPrimary;
  readonly conditionHolds: typeof conditionHolds;
  readonly decideWritePermit: typeof decideWritePermit;
  readonly drainWaitMs: typeof drainWaitMs;
  readonly watchClosure: typeof watchClosure;
  readonly decideLatchAnswer: typeof decideLatchAnswer;
  readonly assessRegionHealth: typeof assessRegionHealth;
  readonly effectIsCurrent: typeof effectIsCurrent;
  readonly writesDrained: typeof writesDrained;
}

/** Whether all that was in flight when writes were closed has ended, by the waiting process's own clock. */
export function writesDrained(seenAtMs: number, monotonicMs: number, waitMs: number): boolean {
  return monotonicMs - seenAtMs >= waitMs;
}

export const RECOVERY_RULES: RecoveryRules = {
  assessRound,
  assessPrimary,
  conditionHolds,
  decideWritePermit,
  drainWaitMs,
  watchClosure,
  decideLatchAnswer,
  assessRegionHealth,
  assessLag,
  approvalHolds,
  promotionIsFirstOfEpoch,
  effectIsCurrent,
  writesDrained,
};
