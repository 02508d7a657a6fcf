import { NO_ROUNDS, type RegionAssessment, type RoundsInARow } from '../failure-detection/assess-region';
import { amendRecord, type ConditionalWrite, enterStep } from '../fencing/conditional-write';
import type { Step } from '../fencing/control-record';
import { drainWaitMs } from '../fencing/drain-wait';
import type { RecoverySettings } from '../recovery-settings';
import type { Effect, Notice } from './effect';
import type { Situation } from './situation';
import { watchedRegion } from './roles';
import { noticeOf } from './step-guide';

/** One step's decision. */
export type StepDecision = (situation: Situation, settings: RecoverySettings) => Effect;

/** How long to wait before looking again at something that another system is doing, ms. */
const POLL_MS = 5_000;

/** Begins the cause of a record whose evacuation was given up. */
export const GIVEN_UP = 'the evacuation was given up: ';

export const nothing = (reason: string): Effect => ({ kind: 'none', reason });

export const waitFor = (reason: string, ms = POLL_MS): Effect => ({ kind: 'wait', ms, reason });

export const write = (conditionalWrite: ConditionalWrite, reason: string): Effect => ({
  kind: 'write',
  write: conditionalWrite,
  reason,
});

/** Until when a call that rests on this reading of the ledger may be begun, monotonic ms. */
export function beginByMs(situation: Situation, settings: RecoverySettings): number {
  return situation.recordReadStartedAtMs + settings.fencing.permitLeaseMs;
}

/** The notice, unless this process has sent it or tried to: a failing notification delays no recovery. */
export function notifyOnce(situation: Situation, notice: Notice = noticeOf(situation.record)): Effect | null {
  return situation.notice?.id === notice.id ? null : { kind: 'notify', notice };
}

/** The step's notice until it is delivered, then a mark in the ledger, then nothing. A crash between sends it again. */
export function announce(situation: Situation): Effect | null {
  const { record, notice } = situation;
  if (record.announced) return null;
  const send = notifyOnce(situation);
  if (send) return send;
  return notice?.delivered ? write(amendRecord(record, { announced: true }), 'a person was notified') : null;
}

/** A person is notified, and nothing else is done. */
export const waitForPerson: StepDecision = (situation) => announce(situation) ?? nothing('waiting for a person');

/** Assessment of a region by this process, which observes one, and is no witness of its own. */
export function assessmentOf(situation: Situation, region: string, { regions }: RecoverySettings): RegionAssessment {
  return watchedRegion(situation.record, regions, situation.region) === region
    ? situation.watched
    : { kind: 'uncertain', shape: 'none', reason: `${region} is not watched from here` };
}

/** Rounds in a row of a region by this process. */
export function roundsOf(situation: Situation, region: string, { regions }: RecoverySettings): RoundsInARow {
  return watchedRegion(situation.record, regions, situation.region) === region ? situation.inARow : NO_ROUNDS;
}

/** How long the ledger has been in its step, by wall clocks; ms. */
export function stepAgeMs({ record, wallClockMs }: Situation): number {
  return wallClockMs - record.enteredAtMs;
}

/** Whether the database's writer rests in a region. */
export function writerRestsIn({ database }: Situation, region: string): boolean {
  return database.status === 'idle' && database.writer === region;
}

/** Waits until what was in flight when writes were closed has ended, by this process's own clock. */
export function drainThen(
  { closureWatch, monotonicMs, record }: Situation,
  settings: RecoverySettings,
  proceed: () => Effect,
): Effect {
  const endMs = drainEndMs({ closureWatch, record }, settings);
  if (endMs === null) return waitFor('this process has not seen yet that writes are closed', 0);
  if (monotonicMs >= endMs) return proceed();
  return waitFor('earlier writes may still be in flight', endMs - monotonicMs);
}

/** When what was in flight as writes were closed has ended, by this process's own clock, ms; null while it has not seen the closing. */
export function drainEndMs(
  { closureWatch, record }: Pick<Situation, 'closureWatch' | 'record'>,
  { fencing }: RecoverySettings,
): number | null {
  if (closureWatch?.closedAtVersion !== record.closedAtVersion) return null;
  return closureWatch.seenAtMs + drainWaitMs(fencing);
}

/** Proves a write until it succeeds; calls a person when that takes longer than `proofMs`. */
export function proveThen(
  situation: Situation,
  settings: RecoverySettings,
  region: string,
  unproven: Step,
  proceed: () => ConditionalWrite,
): Effect {
  const { record } = situation;
  if (situation.provedAtVersion === record.version) return write(proceed(), `a write in ${region} was proved`);
  if (record.step === unproven) {
    const announcement = announce(situation);
    if (announcement) return announcement;
  } else if (stepAgeMs(situation) > settings.timeouts.proofMs) {
    return write(enterStep(record, unproven, situation.wallClockMs), `no write in ${region} succeeded in time`);
  }
  return {
    kind: 'prove-write',
    region,
    version: record.version,
    beginByMs: beginByMs(situation, settings),
    // Aurora is believed of a copy that follows, and not of one that was taken out.
    ...(record.replication !== 'whole' && record.opening && { after: record.opening }),
  };
}
