import { amendRecord } from '../fencing/conditional-write';
import type { RecoverySettings } from '../recovery-settings';
import { evacuatedByItself, evacuateByItself, LEFT_IN_OBSERVE } from './automatic-evacuation';
import type { Effect, Notice } from './effect';
import { isLeftBehind } from './detachment';
import { otherRegion } from './roles';
import type { Situation } from './situation';
import { notifyOnce, write } from './step-effects';
import { rebuildHint } from './step-guide';

/** A failure that goes on is confirmed in the ledger no more often than this, ms. */
const CONFIRMED_EVERY_MS = 30_000;
/** Age from which a failure that nobody has confirmed moves nothing, ms: what was seen then may be over. */
const CONFIRMED_WITHIN_MS = 90_000;

/**
 * For the holder's own controller, whose canary tries an SQL write each round, by the way of the service: that writes fail
 * is noted in the ledger for the other region's controller, and people are notified.
 *
 * @returns null where nothing is to be done, or nothing more
 */
export function noteOwnWrites(situation: Situation, settings: RecoverySettings): Effect | null {
  const { ownWrites, record, wallClockMs } = situation;
  const { holder, writeFailure } = record;
  const enough = settings.detection.failureThreshold;
  if (writeFailure !== null && ownWrites.taken >= enough) {
    return write(amendRecord(record, { writeFailure: null }), `the database of ${holder} takes writes again`);
  }
  if (ownWrites.refused < enough) return null;
  const amended = (changes: object, reason: string) =>
    write(
      amendRecord(record, {
        writeFailure: {
          ...(writeFailure ?? { sinceMs: wallClockMs, announced: false }),
          confirmedAtMs: wallClockMs,
          ...changes,
        },
      }),
      reason,
    );
  if (writeFailure === null) return amended({}, `the database of ${holder} takes no writes`);
  // A clock that was ahead is set right, too.
  if (Math.abs(wallClockMs - writeFailure.confirmedAtMs) >= CONFIRMED_EVERY_MS) {
    return amended({}, `the database of ${holder} still takes no writes`);
  }
  if (writeFailure.announced) return null;
  const send = notifyOnce(situation, noticeOfWrites(situation, settings));
  if (send) return send;
  return situation.notice?.delivered === true ? amended({ announced: true }, 'a person was notified') : null;
}

/**
 * Evacuates a holder whose database takes no writes, while its region is healthy otherwise, by the other region's
 * controller: once that has lasted, and is still so.
 *
 * @returns null where nothing is to be done
 */
export function decideOnWrites(situation: Situation, settings: RecoverySettings): Effect | null {
  const { record, region, wallClockMs } = situation;
  const { holder, writeFailure } = record;
  if (region === null || region === holder || writeFailure === null) return null;
  const ageMs = wallClockMs - writeFailure.confirmedAtMs;
  if (ageMs >= CONFIRMED_WITHIN_MS || ageMs < -settings.guard.clockSkewAllowanceMs) return null;
  const failure = `the database of ${holder} takes no writes, and ${region} is healthy`;
  return evacuateByItself(situation, settings, writeFailure.sinceMs, failure);
}

function noticeOfWrites({ record }: Situation, { mode, regions }: RecoverySettings): Notice {
  const { epoch, holder, writeFailure } = record;
  const other = otherRegion(holder, regions);
  const next = isLeftBehind(record, other)
    ? `Repair the writer. ${rebuildHint(holder)}`
    : mode === 'observe'
      ? LEFT_IN_OBSERVE
      : evacuatedByItself(other);
  return {
    id: `${epoch}:writes-failed:${writeFailure?.sinceMs ?? 0}`,
    subject: `epoch ${epoch}, ${holder}: SQL writes fail`,
    text: `${holder} is healthy by its own check, and its database takes no SQL write: they wait. ${next}`,
  };
}
