import { enterStep } from '../fencing/conditional-write';
import type { RecoverySettings } from '../recovery-settings';
import type { Effect } from './effect';
import { isLimitReached, movesWith } from './lossless-moves';
import { otherRegion } from './roles';
import type { Situation } from './situation';
import { assessmentOf, beginByMs, drainEndMs, roundsOf, stepAgeMs, write, writerRestsIn } from './step-effects';

/**
 * Gives the epoch back to the region that it was taken from, while its database never moved: SQL opens there again, and
 * nothing is lost.
 *
 * The region that took the epoch gives it back once the other one is healthy again, and where a controller took it: a
 * person may see what no probe does. Where the region that took it fails, the other takes it back, whoever had taken it.
 * Of both there is an end: two regions that are cut off from each other would take it from one another for ever.
 *
 * @returns null where it is not to be given back, or may not be
 */
export function decideHandBack(situation: Situation, settings: RecoverySettings): Effect | null {
  const { provedAtVersion, record, wallClockMs } = situation;
  const { holder } = record;
  const from = otherRegion(holder, settings.regions);
  const cause = reasonToHandBack(situation, from, settings);
  if (cause === null || !isDatabaseWhereItWas(situation, from, settings)) return null;
  if (provedAtVersion !== record.version) {
    return { kind: 'prove-write', region: from, version: record.version, beginByMs: beginByMs(situation, settings) };
  }
  const handedBack = enterStep(record, 'serving', wallClockMs, {
    epoch: record.epoch + 1,
    holder: from,
    sqlWrites: 'open',
    approval: null,
    lagAtTake: null,
    losslessMoves: movesWith('hand-back', record, wallClockMs),
    cause,
  });
  return write(handedBack, cause);
}

function reasonToHandBack(situation: Situation, from: string, settings: RecoverySettings): string | null {
  const { record, region, successorHealthy, wallClockMs } = situation;
  const { holder } = record;
  if (isLimitReached('hand-back', record, wallClockMs)) return null;
  if (region === from) {
    const { kind, reason } = assessmentOf(situation, holder, settings);
    return kind === 'failed' && successorHealthy ? `taken back by ${from}: ${holder} failed: ${reason}` : null;
  }
  const { good } = roundsOf(situation, from, settings);
  const isBack = good >= settings.detection.failureThreshold;
  // A writer that takes no writes in a region that is back ends the wait for it.
  const isLate = record.step === 'guarding' && stepAgeMs(situation) > settings.timeouts.proofMs;
  return isBack && record.begunBy === 'controller' && !isLate
    ? `handed back to ${from}: ${good} good rounds in a row, and its database never moved`
    : null;
}

/** Whether a hand-back waits for no more than the next rounds, or the drain by this process's own clock. */
export function mayBeHandedBackSoon(situation: Situation, goodRounds: number, settings: RecoverySettings): boolean {
  return goodRounds < settings.detection.failureThreshold || !isAskedSinceDrain(situation, settings);
}

function isAskedSinceDrain(situation: Situation, settings: RecoverySettings): boolean {
  const endMs = drainEndMs(situation, settings);
  return endMs !== null && situation.databaseAskedAtMs >= endMs;
}

/** Whether the database never moved, nor may yet: by Aurora, asked since all that an earlier epoch let go has ended. */
function isDatabaseWhereItWas(situation: Situation, from: string, settings: RecoverySettings): boolean {
  const isWhereItWas = !situation.record.isMoveIntended && writerRestsIn(situation, from);
  return isWhereItWas && isAskedSinceDrain(situation, settings);
}
