import type { DetectionSettings } from '../recovery-settings';
import { type FailureShape, type Grade, assessRound, type ProbeRound } from './probe-round';

export interface CountedRound {
  readonly atMs: number;
  readonly grade: Exclude<Grade, 'void' | 'unknown'>;
}

/** State of one observer. Plain data; times are on the observer's monotonic clock, ms. */
export interface DetectionState {
  readonly observer: string | null;
  readonly lastSequence: number;
  readonly lastObservedAtMs: number;
  readonly lastGrade: Grade | null;
  readonly lastShape: FailureShape;
  readonly status: 'unknown' | 'healthy' | 'failed';
  readonly consecutiveBad: number;
  readonly consecutiveGood: number;
  /** Rounds in a row in which the region found itself healthy, and its entry served nobody. */
  readonly consecutiveEntryFailures: number;
  /** Begin of the run of bad rounds that goes on, null when the last round that said something was none. */
  readonly badSinceMs: number | null;
  /** Rounds of the window, oldest first, void and unknown ones left out. */
  readonly window: readonly CountedRound[];
  /** When the status changed between healthy and failed, within the window. */
  readonly flipsAtMs: readonly number[];
}

/** A process that has observed nothing. */
export const NOTHING_OBSERVED: DetectionState = {
  observer: null,
  lastSequence: -1,
  lastObservedAtMs: 0,
  lastGrade: null,
  lastShape: 'none',
  status: 'unknown',
  consecutiveBad: 0,
  consecutiveGood: 0,
  consecutiveEntryFailures: 0,
  badSinceMs: null,
  window: [],
  flipsAtMs: [],
};

/**
 * The state after one more round.
 *
 * A duplicate or late round changes nothing. Another observer, a clock that went backwards, or a silence longer than
 * `maximumGapMs` starts from nothing, since what was counted before cannot be compared or is no run any more. A void
 * round breaks every run and stays out of the window; an unknown one neither breaks nor lengthens a run.
 */
export function observeRound(
  state: DetectionState,
  round: ProbeRound,
  settings: DetectionSettings,
  grade: typeof assessRound = assessRound,
): DetectionState {
  const sameObserver = state.observer === round.observer;
  if (sameObserver && round.sequence <= state.lastSequence) return state;
  const elapsedMs = round.observedAtMs - state.lastObservedAtMs;
  const continues = sameObserver && elapsedMs >= 0 && elapsedMs <= settings.maximumGapMs;
  const before = continues ? state : NOTHING_OBSERVED;

  const graded = grade(round, settings);
  const { observer, sequence } = round;
  if (graded.grade === 'unknown') {
    const seen = { observer, lastSequence: sequence, lastObservedAtMs: round.observedAtMs };
    return { ...before, ...seen, lastGrade: graded.grade, lastShape: graded.shape };
  }
  const atMs = round.observedAtMs;
  const recent = (time: number) => time > atMs - settings.windowMs;
  const window: readonly CountedRound[] = [
    ...before.window.filter((counted) => recent(counted.atMs)),
    ...(graded.grade === 'void' ? [] : [{ atMs, grade: graded.grade }]),
  ];
  const consecutiveBad = graded.grade === 'bad' ? before.consecutiveBad + 1 : 0;
  const consecutiveGood = graded.grade === 'good' ? before.consecutiveGood + 1 : 0;
  const consecutiveEntryFailures = graded.shape === 'entry-failure' ? before.consecutiveEntryFailures + 1 : 0;
  const status = nextStatus(before.status, consecutiveBad, consecutiveGood, window, settings);
  const flipped = status !== before.status && before.status !== 'unknown';
  return {
    observer,
    lastSequence: sequence,
    lastObservedAtMs: atMs,
    lastGrade: graded.grade,
    lastShape: graded.shape,
    status,
    consecutiveBad,
    consecutiveGood,
    consecutiveEntryFailures,
    badSinceMs: consecutiveBad > 0 ? (before.badSinceMs ?? atMs) : null,
    window,
    flipsAtMs: [...before.flipsAtMs.filter(recent), ...(flipped ? [atMs] : [])],
  };
}

/** Share of the window's rounds of a grade; 0 while the window holds too few to mean anything. */
export function windowRatio(
  window: readonly CountedRound[],
  grade: CountedRound['grade'],
  settings: DetectionSettings,
): number {
  if (window.length < settings.windowMinimumRounds) return 0;
  return window.filter((counted) => counted.grade === grade).length / window.length;
}

function nextStatus(
  status: DetectionState['status'],
  consecutiveBad: number,
  consecutiveGood: number,
  window: readonly CountedRound[],
  settings: DetectionSettings,
): DetectionState['status'] {
  const badRatio = windowRatio(window, 'bad', settings);
  if (status !== 'failed') {
    const failed = consecutiveBad >= settings.failureThreshold || badRatio >= settings.windowFailureRatio;
    if (failed && consecutiveBad > 0) return 'failed';
  }
  const recovered = consecutiveGood >= settings.recoveryThreshold && badRatio <= settings.recoveryRatio;
  return recovered ? 'healthy' : status;
}
