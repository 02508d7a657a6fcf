import { type ConditionalWrite, enterStep } from '../fencing/conditional-write';
import type { ControlRecord } from '../fencing/control-record';
import { assessLag, lagEvidence } from '../promotion-guard/lag-evidence';
import {
  announce,
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
  const { database, lag, primary, record, wallClockMs } = situation;
  const { guard, regions, timeouts } = settings;
  const lagProblem = assessLag(lagEvidence(lag, wallClockMs, guard), guard);
  const obstacle =
    primary.kind !== 'healthy'
      ? `primary is ${primary.kind}: ${primary.reason}`
      : database.status !== 'idle'
        ? `the global database is ${database.status}`
        : database.writer !== regions.primary && !lagProblem.acceptable
          ? lagProblem.reason
          : null;
  if (!obstacle) {
    const closed = enterStep(record, 'failback-draining', wallClockMs, {
      sqlWrites: 'closed',
      closedAtVersion: record.version + 1,
    });
    return write(closed, 'writes stop for the switchover');
  }
  const hopeless = primary.kind === 'failed' || stepAgeMs(situation) > timeouts.proofMs;
  return hopeless ? write(abortFailback(record, obstacle, wallClockMs), obstacle) : waitFor(obstacle);
};

/** Whatever was admitted in the standby, and whatever call an earlier step left in flight, ends first. */
export const decideFailbackDraining: StepDecision = (situation, settings) => {
  const { primary, record, wallClockMs } = situation;
  if (primary.kind === 'failed') {
    return write(abortFailback(record, primary.reason, wallClockMs), 'the primary failed again; nothing was moved yet');
  }
  return drainThen(situation, settings, () =>
    write(enterStep(record, 'failback-switching', wallClockMs), 'no writer can write any more'),
  );
};

/** The switchover: Aurora itself waits until nothing is left to replicate. */
export const decideFailbackSwitching: StepDecision = (situation, settings) => {
  const { database, record, wallClockMs } = situation;
  const { primary } = settings.regions;
  if (writerRestsIn(situation, primary)) {
    return write(enterStep(record, 'failback-proving', wallClockMs), `the writer is in ${primary}`);
  }
  if (record.step === 'switchover-stuck') return announce(situation) ?? nothing('waiting for a person');
  if (stepAgeMs(situation) > settings.timeouts.switchoverMs) {
    return write(enterStep(record, 'switchover-stuck', wallClockMs), 'the switchover did not end in time');
  }
  if (database.status !== 'idle') return waitFor(`the global database is ${database.status}`);
  return { kind: 'switch-over', target: primary, epoch: record.epoch, beginByMs: beginByMs(situation, settings) };
};

/** A proved write hands the epoch over. Writes may open at once: they are closed, and drained, everywhere. */
export const decideFailbackProving: StepDecision = (situation, settings) => {
  const { record, wallClockMs } = situation;
  const { primary } = settings.regions;
  return proveThen(situation, settings, primary, 'failback-unproven', () =>
    enterStep(record, 'failback-releasing', wallClockMs, {
      epoch: record.epoch + 1,
      holder: primary,
      sqlWrites: 'open',
      approval: null,
      lagAtTake: null,
      writerMovedAtMs: wallClockMs,
    }),
  );
};

/** The latch comes down last, when the primary writes already: DNS never answers a region that refuses writes. */
export const decideFailbackReleasing: StepDecision = ({ record, wallClockMs }) =>
  write(
    enterStep(record, 'serving', wallClockMs, { latchedRegion: null, cause: 'failback ended' }),
    'the latch comes down',
  );

/** Back to serving in the standby; through the guard, which finds the writer there, when writes are closed. */
function abortFailback(record: ControlRecord, obstacle: string, wallClockMs: number): ConditionalWrite {
  const cause = `${GIVEN_UP}${obstacle}`;
  return enterStep(record, record.sqlWrites === 'open' ? 'serving' : 'guarding', wallClockMs, { cause });
}
