import type { DetectionSettings } from '../recovery-settings';
import { type DetectionState, windowRatio } from './detection-state';
import type { FailureShape } from './probe-round';

/**
 * One observer's assessment of a region.
 * - `failed`: the only verdict on which an epoch is taken
 * - `degraded`: grey failure, flapping or recovering; a person is notified, and decides
 * - `healthy`: what a failback needs
 * - `cut-off`: no probe reaches it, and it says of itself that it is healthy
 * - `isolated`: the observer reaches nothing, so it knows nothing of the region
 * - `uncertain`: too little, too old or contradictory evidence
 */
export interface RegionAssessment {
  readonly kind: 'failed' | 'degraded' | 'healthy' | 'cut-off' | 'isolated' | 'uncertain';
  readonly shape: FailureShape | 'flapping' | 'recovering';
  /** A sentence for the ledger, the log and the notice. */
  readonly reason: string;
}

/** The verdict at a time on the observer's monotonic clock, ms. */
export function assessRegion(
  state: DetectionState,
  monotonicMs: number,
  settings: DetectionSettings,
): RegionAssessment {
  const assessment = (
    kind: RegionAssessment['kind'],
    shape: RegionAssessment['shape'],
    reason: string,
  ): RegionAssessment => ({
    kind,
    shape,
    reason,
  });
  if (state.lastGrade === null) return assessment('uncertain', 'none', 'nothing was observed yet');
  const silenceMs = monotonicMs - state.lastObservedAtMs;
  if (silenceMs < 0) return assessment('uncertain', 'none', 'the clock went backwards');
  if (silenceMs > settings.maximumGapMs) {
    return assessment('uncertain', 'none', `the last observation is ${silenceMs} ms old`);
  }
  if (state.lastGrade === 'void') {
    return assessment('isolated', 'none', 'the observer reaches nothing, not even what does not depend on the region');
  }
  if (state.lastGrade === 'unknown')
    return assessment('uncertain', 'none', 'the outcome of the last probes is unknown');
  if (state.status === 'failed') {
    return state.lastGrade === 'bad'
      ? assessment('failed', state.lastShape, describeFailure(state, settings))
      : assessment('degraded', 'recovering', `${state.consecutiveGood} of ${settings.recoveryThreshold} good rounds`);
  }
  if (state.flipsAtMs.length >= settings.flapLimit) {
    return assessment('degraded', 'flapping', `${state.flipsAtMs.length} changes within ${settings.windowMs} ms`);
  }
  const degradedRatio = windowRatio(state.window, 'degraded', settings);
  if (degradedRatio >= settings.windowDegradedRatio) {
    const last = state.lastShape === 'none' ? 'the last one good' : state.lastShape;
    return assessment('degraded', state.lastShape, `${percent(degradedRatio)} of the rounds were degraded (${last})`);
  }
  return state.status === 'healthy' && state.lastGrade !== 'bad'
    ? assessment('healthy', 'none', `${state.consecutiveGood} good rounds in a row`)
    : assessment('uncertain', 'none', `${state.consecutiveBad} bad and ${state.consecutiveGood} good rounds in a row`);
}

/** Rounds of one kind that one observer has seen in a row, up to its last one; of at most one kind there are any. */
export interface RoundsInARow {
  readonly good: number;
  readonly bad: number;
  /** Healthy by its own check, with an entry that serves nobody. */
  readonly entryFailed: number;
}

/** The rounds in a row at a time on the observer's monotonic clock, ms; none when the last round is too old, or unknown. */
export function roundsInARow(state: DetectionState, monotonicMs: number, settings: DetectionSettings): RoundsInARow {
  const silenceMs = monotonicMs - state.lastObservedAtMs;
  const isNoEvidence = state.lastGrade === null || state.lastGrade === 'unknown';
  return isNoEvidence || silenceMs < 0 || silenceMs > settings.maximumGapMs
    ? NO_ROUNDS
    : {
        good: state.consecutiveGood,
        bad: state.consecutiveBad,
        entryFailed: state.consecutiveEntryFailures,
      };
}

export const NO_ROUNDS: RoundsInARow = { good: 0, bad: 0, entryFailed: 0 };

function describeFailure(state: DetectionState, settings: DetectionSettings): string {
  const badRatio = windowRatio(state.window, 'bad', settings);
  return state.consecutiveBad >= settings.failureThreshold
    ? `${state.consecutiveBad} bad rounds in a row (${state.lastShape})`
    : `${percent(badRatio)} of the rounds were bad (${state.lastShape})`;
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
