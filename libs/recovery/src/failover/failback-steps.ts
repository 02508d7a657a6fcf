import { type ConditionalWrite, enterStep } from '../fencing/conditional-write';
import type { ControlRecord } from '../fencing/control-record';
import { assessLag, lagEvidence } from '../promotion-guard/lag-evidence';
import { otherRegion } from './roles';
import {
  announce,
  assessmentOf,
  beginByMs,
  drainThen,
  GIVEN_UP,
  nothing,
  proveThen,
  stepAgeMs,
  type StepDecision,
  waitFor,
  write,
  writerRestsIn,
} from './step-effects';

/** Health and lag before anything is stopped. */
export const decideFailbackChecking: StepDecision = (situation, settings) => {
  const { database, lag, record, wallClockMs } = situation;
  const { guard, regions, timeouts } = settings;
  const to = otherRegion(record.holder, regions);
  const watched = assessmentOf(situation, to, settings);
  const lagProblem = assessLag(lagEvidence(lag, wallClockMs, guard), guard);
  const obstacle =
    watched.kind !== 'healthy'
      ? `${to} is ${watched.kind}: ${watched.reason}`
      : database.status !== 'idle'
        ? `the global database is ${database.status}`
        : database.writer !== to && !lagProblem.acceptable
          ? lagProblem.reason
          : null;
  if (!obstacle) {
    const closed = enterStep(record, 'failback-draining', wallClockMs, {
      sqlWrites: 'closed',
      closedAtVersion: record.version + 1,
    });
    return write(closed, 'writes stop for the switchover');
  }
  const hopeless = watched.kind === 'failed' || stepAgeMs(situation) > timeouts.proofMs;
  return hopeless ? write(abortFailback(record, obstacle, wallClockMs), obstacle) : waitFor(obstacle);
};

/** Whatever was admitted in the holder, and whatever call an earlier step left in flight, ends first. */
export const decideFailbackDraining: StepDecision = (situation, settings) => {
  const { record, wallClockMs } = situation;
  const watched = assessmentOf(situation, otherRegion(record.holder, settings.regions), settings);
  if (watched.kind === 'failed') {
    return write(abortFailback(record, watched.reason, wallClockMs), 'the region failed again; nothing was moved yet');
  }
  return drainThen(situation, settings, () =>
    write(
      enterStep(record, 'failback-switching', wallClockMs, { isMoveIntended: true }),
      'no writer can write any more',
    ),
  );
};

/** The switchover: Aurora itself waits until nothing is left to replicate. */
export const decideFailbackSwitching: StepDecision = (situation, settings) => {
  const { database, record, wallClockMs } = situation;
  const to = otherRegion(record.holder, settings.regions);
  if (writerRestsIn(situation, to)) {
    return write(enterStep(record, 'failback-proving', wallClockMs), `the writer is in ${to}`);
  }
  if (record.step === 'switchover-stuck') return announce(situation) ?? nothing('waiting for a person');
  if (stepAgeMs(situation) > settings.timeouts.switchoverMs) {
    return write(enterStep(record, 'switchover-stuck', wallClockMs), 'the switchover did not end in time');
  }
  if (database.status !== 'idle') return waitFor(`the global database is ${database.status}`);
  return { kind: 'switch-over', target: to, epoch: record.epoch, beginByMs: beginByMs(situation, settings) };
};

/**
 * A proved write hands the epoch over, and DNS follows it: it never answers a region that refuses writes. Writes may open
 * at once: they are closed, and drained, everywhere.
 */
export const decideFailbackProving: StepDecision = (situation, settings) => {
  const { record, wallClockMs } = situation;
  const to = otherRegion(record.holder, settings.regions);
  return proveThen(situation, settings, to, 'failback-unproven', () =>
    enterStep(record, 'serving', wallClockMs, {
      epoch: record.epoch + 1,
      holder: to,
      sqlWrites: 'open',
      isMoveIntended: false,
      approval: null,
      lagAtTake: null,
      writerMovedAtMs: wallClockMs,
      cause: 'failback ended',
    }),
  );
};

/** Back to serving in the holder; through the guard, which finds the writer there, when writes are closed. */
function abortFailback(record: ControlRecord, obstacle: string, wallClockMs: number): ConditionalWrite {
  const cause = `${GIVEN_UP}${obstacle}`;
  return enterStep(record, record.sqlWrites === 'open' ? 'serving' : 'guarding', wallClockMs, { cause });
}
