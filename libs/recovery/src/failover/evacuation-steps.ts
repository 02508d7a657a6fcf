import { type ConditionalWrite, enterStep } from '../fencing/conditional-write';
import type { ControlRecord } from '../fencing/control-record';
import { assessLag, lagEvidence } from '../promotion-guard/lag-evidence';
import type { RecoverySettings } from '../recovery-settings';
import type { Effect } from './effect';
import { otherRegion } from './roles';
import type { Situation } from './situation';
import {
  assessmentOf,
  beginByMs,
  drainThen,
  GIVEN_UP,
  proveThen,
  roundsOf,
  stepAgeMs,
  type StepDecision,
  waitFor,
  waitForPerson,
  write,
  writerRestsIn,
} from './step-effects';
import { takeEpoch } from './take-epoch';
import { decideTakeover } from './takeover';

/** Longest time in which Aurora has to begin a switchover, ms: SQL is closed meanwhile, and nothing has moved. */
export const SWITCHOVER_BEGINS_WITHIN_MS = 60_000;

/** Health and lag before anything is stopped. */
export const decideEvacuationChecking: StepDecision = (situation, settings) => {
  const { database, lag, record, wallClockMs } = situation;
  const { guard, timeouts } = settings;
  const takeover = decideTakeover(situation, settings);
  if (takeover) return takeover;
  const [to, watched] = successorOf(situation, settings);
  const lagProblem = assessLag(lagEvidence(lag, wallClockMs, guard), guard);
  const unfit = isFit(situation, to, settings) ? null : `${to} is ${watched.kind}: ${watched.reason}`;
  const unready =
    database.status !== 'idle'
      ? `the global database is ${database.status}`
      : database.writer !== to && !lagProblem.acceptable
        ? lagProblem.reason
        : null;
  // Who runs in that region is no witness of it: what is wrong with the database says more.
  const obstacle = situation.region === to ? (unready ?? unfit) : (unfit ?? unready);
  if (!obstacle) {
    const closed = enterStep(record, 'evacuation-draining', wallClockMs, {
      sqlWrites: 'closed',
      closedAtVersion: record.version + 1,
    });
    return write(closed, 'writes stop for the switchover');
  }
  const hopeless = watched.kind === 'failed' || stepAgeMs(situation) > timeouts.proofMs;
  return hopeless ? write(giveUpBefore(record, obstacle, wallClockMs), obstacle) : waitFor(obstacle);
};

/**
 * Whether a region may be evacuated to. For a controller, which begins only where that region found itself healthy for
 * ten minutes, the other one's first rounds agree; a person may begin at any time.
 */
function isFit(situation: Situation, to: string, settings: RecoverySettings): boolean {
  const { good } = roundsOf(situation, to, settings);
  const isConfirmed = situation.record.begunBy === 'controller' && good >= settings.detection.failureThreshold;
  return isConfirmed || assessmentOf(situation, to, settings).kind === 'healthy';
}

/** Whatever was admitted in the holder, and whatever call an earlier step left in flight, ends first. */
export const decideEvacuationDraining: StepDecision = (situation, settings) => {
  const { record, wallClockMs } = situation;
  const takeover = decideTakeover(situation, settings);
  if (takeover) return takeover;
  const [to, { kind, reason }] = successorOf(situation, settings);
  if (kind === 'failed') {
    return write(giveUpBefore(record, `${to} failed: ${reason}`, wallClockMs), `${to} failed; nothing was moved yet`);
  }
  return drainThen(situation, settings, () =>
    write(
      enterStep(record, 'evacuation-switching', wallClockMs, { isMoveIntended: true }),
      'no writer can write any more',
    ),
  );
};

/** The switchover: Aurora itself waits until nothing is left to replicate. */
export const decideEvacuationSwitching: StepDecision = (situation, settings) => {
  const { database, record, wallClockMs } = situation;
  const [to] = successorOf(situation, settings);
  if (writerRestsIn(situation, to)) {
    return write(enterStep(record, 'evacuation-proving', wallClockMs), `the writer is in ${to}`);
  }
  const escape = decideTakeover(situation, settings) ?? leaveFailedSuccessor(situation, settings);
  if (escape) return escape;
  if (record.step === 'switchover-stuck') return waitForPerson(situation, settings);
  const isHolderSound =
    situation.region === record.holder || assessmentOf(situation, record.holder, settings).kind === 'healthy';
  const isRefused = writerRestsIn(situation, record.holder) && stepAgeMs(situation) > SWITCHOVER_BEGINS_WITHIN_MS;
  if (isRefused && isHolderSound) return giveUp(situation, 'Aurora did not begin the switchover', settings);
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
export const decideEvacuationProving: StepDecision = (situation, settings) => {
  const { provedAtVersion, record, wallClockMs } = situation;
  const [to] = successorOf(situation, settings);
  // A write that is proved ends it, whatever probes say of either region.
  const escape =
    provedAtVersion === record.version
      ? null
      : (decideTakeover(situation, settings) ?? leaveFailedSuccessor(situation, settings));
  if (escape) return escape;
  return proveThen(situation, settings, to, 'evacuation-unproven', () =>
    enterStep(record, 'serving', wallClockMs, {
      epoch: record.epoch + 1,
      holder: to,
      sqlWrites: 'open',
      isMoveIntended: false,
      approval: null,
      lagAtTake: null,
      writerMovedAtMs: wallClockMs,
      cause: 'evacuation ended',
    }),
  );
};

/** The region that is to serve, and what this process sees of it. */
function successorOf(situation: Situation, settings: RecoverySettings) {
  const to = otherRegion(situation.record.holder, settings.regions);
  return [to, assessmentOf(situation, to, settings)] as const;
}

/** Back to serving in the holder; through the guard, which finds the writer there, when writes are closed. */
function giveUpBefore(record: ControlRecord, obstacle: string, wallClockMs: number): ConditionalWrite {
  const cause = `${GIVEN_UP}${obstacle}`;
  return enterStep(record, record.sqlWrites === 'open' ? 'serving' : 'guarding', wallClockMs, { cause });
}

/** Once a switchover may have begun: the holder goes on where the writer is by then. */
function leaveFailedSuccessor(situation: Situation, settings: RecoverySettings): Effect | null {
  const [to, { kind, reason }] = successorOf(situation, settings);
  return kind === 'failed' ? giveUp(situation, `${to} failed: ${reason}`, settings) : null;
}

/** An epoch of its own ends every call that is still on its way, before SQL opens where the writer is. */
function giveUp(situation: Situation, obstacle: string, settings: RecoverySettings): Effect {
  const { lag, record, wallClockMs } = situation;
  const { begunBy, holder } = record;
  const cause = `${GIVEN_UP}${obstacle}`;
  return write(takeEpoch(record, holder, { begunBy, cause }, lag, wallClockMs, settings), obstacle);
}
