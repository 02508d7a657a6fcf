import { amendRecord, enterStep } from '../fencing/conditional-write';
import type { RecoverySettings } from '../recovery-settings';
import type { Effect } from './effect';
import { isLimitReached, movesWith } from './lossless-moves';
import type { Situation } from './situation';
import { write } from './step-effects';

/**
 * How long a part of the holder fails before its region is evacuated, ms. DNS has moved clients after a minute, Aurora has
 * replaced a writer that died, and what most failures need is there by then, a restarted task or a rolled-back deployment.
 * SQL waits all the while, so that it is no longer.
 */
export const EVACUATED_AFTER_MS = 180_000;
/** How long the other region must have been healthy, ms: what was deployed to both fails in both. */
const HEALTHY_FOR_MS = 600_000;
/** An unhealthy region is noted no more often than this, ms. */
const NOTED_EVERY_MS = 60_000;

/** An evacuation waits for replication, and for Aurora. */
const WHERE_REFUSED =
  'Where it is given up, since replication has stalled or Aurora refuses, run failover, which loses what was not replicated.';
/** Sentences of a notice about a failure that a controller evacuates for. */
export const evacuatedByItself = (region: string): string =>
  `It is evacuated to ${region} by itself, without loss, where this lasts for three minutes and ${region} was healthy for ten. Run evacuate if it is not. ${WHERE_REFUSED}`;
export const LEFT_IN_OBSERVE = `In mode observe nothing is done. Run evacuate, which loses nothing. ${WHERE_REFUSED}`;

/** Notes, for the region that does not hold, when it was last not healthy itself. */
export function noteOwnHealth(situation: Situation, { detection }: RecoverySettings): Effect | null {
  const { record, region, successorUnhealthyRounds, wallClockMs } = situation;
  const isDue = isOld(record.otherUnhealthyAtMs, NOTED_EVERY_MS, wallClockMs);
  return region !== null && successorUnhealthyRounds >= detection.failureThreshold && isDue
    ? write(amendRecord(record, { otherUnhealthyAtMs: wallClockMs }), `${region} is not healthy`)
    : null;
}

/**
 * Evacuates the holder, which loses nothing, by the controller of the other region, once a part of it has failed for long
 * and the other region was healthy for long.
 *
 * @param sinceMs wall clock since when it fails, ms since 1970
 * @returns null where that may not be
 */
export function evacuateByItself(
  { record, successorHealthy, wallClockMs }: Situation,
  { mode }: RecoverySettings,
  sinceMs: number,
  failure: string,
): Effect | null {
  const mayBe =
    mode !== 'observe' &&
    successorHealthy &&
    isOld(record.otherUnhealthyAtMs, HEALTHY_FOR_MS, wallClockMs) &&
    !isLimitReached('evacuation', record, wallClockMs) &&
    isOld(sinceMs, EVACUATED_AFTER_MS, wallClockMs);
  if (!mayBe) return null;
  const cause = `${failure}; mode ${mode}`;
  const checking = enterStep(record, 'evacuation-checking', wallClockMs, {
    begunBy: 'controller',
    approval: null,
    losslessMoves: movesWith('evacuation', record, wallClockMs),
    cause,
  });
  return write(checking, cause);
}

/** Whether a time is so long ago; a time that never was is. */
function isOld(atMs: number | null, ms: number, wallClockMs: number): boolean {
  return atMs === null || wallClockMs - atMs >= ms;
}
