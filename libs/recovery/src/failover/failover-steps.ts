import { enterStep } from '../fencing/conditional-write';
import { type ControlRecord, isStored } from '../fencing/control-record';
import { decidePromotion } from '../promotion-guard/decide-promotion';
import type { RecoverySettings } from '../recovery-settings';
import { otherRegion } from './roles';
import type { Effect } from './effect';
import { awaitCopy } from './awaiting-copy';
import { noteReplication, replicationAtOpening } from './detachment';
import { decideOnUntaken } from './entry-failure';
import { decideOnWrites, noteOwnWrites } from './write-failure';
import { noteOwnHealth } from './automatic-evacuation';
import { decideHandBack, mayBeHandedBackSoon } from './hand-back';
import type { Situation } from './situation';
import {
  announce,
  assessmentOf,
  beginByMs,
  drainThen,
  notifyOnce,
  GIVEN_UP,
  nothing,
  proveThen,
  roundsOf,
  stepAgeMs,
  type StepDecision,
  waitFor,
  write,
  writerRestsIn,
} from './step-effects';
import { decideTakeover } from './takeover';

/** Detect, then take the epoch. */
export const decideServing: StepDecision = (situation, settings) => {
  const { record, region, watched } = situation;
  const { holder } = record;
  const takeover = decideTakeover(situation, settings);
  if (takeover) return takeover;
  if (region === holder && !isStored(record)) return found(record, situation.wallClockMs);
  const announcement = announce(situation);
  if (region === null) return announcement ?? nothing(`${holder} serves`);
  if (region === holder) {
    const noted = noteReplication(situation, settings.regions) ?? noteOwnWrites(situation, settings);
    return announcement ?? noted ?? nothing(`${holder} serves`);
  }
  const untaken = announcement ?? noteOwnHealth(situation, settings) ?? decideOnUntaken(situation, settings);
  if (watched.kind !== 'failed') {
    const reason = `${holder} is ${watched.kind}: ${watched.reason}`;
    return untaken ?? decideOnWrites(situation, settings) ?? nothing(reason);
  }
  return settings.mode === 'observe' && situation.successorHealthy
    ? nothing(`${holder} failed; mode is observe`)
    : (untaken ?? nothing(`${holder} failed, but ${region} is not healthy`));
};

/** Stores the first record, before anything has happened: from then on a missing one is known to be lost. */
function found(record: ControlRecord, wallClockMs: number): Effect {
  return write({ expected: 'absent', next: { ...record, enteredAtMs: wallClockMs } }, 'the ledger begins');
}

/**
 * Nobody writes until every earlier permit and call has ended. Of several runs one notifies people: the ledger keeps that it
 * did, as long as there is something to wait for.
 */
export const decideDraining: StepDecision = (situation, settings) => {
  const { record, wallClockMs } = situation;
  const effect = drainThen(situation, settings, () =>
    write(enterStep(record, 'guarding', wallClockMs), 'no earlier writer can write any more'),
  );
  const tell = effect.kind === 'wait' || record.announced ? announce(situation) : notifyOnce(situation);
  return tell ?? effect;
};

/** The promotion guard; also while the step waits for a person, since an approval or the end of a cooldown opens it. */
export const decideGuarding: StepDecision = (situation, settings) => {
  const { database, lag, record, trail, wallClockMs } = situation;
  const { holder } = record;
  const from = otherRegion(holder, settings.regions);
  if (writerRestsIn(situation, holder)) {
    return write(enterStep(record, 'proving', wallClockMs), `the writer is in ${holder} already`);
  }
  if (database.status !== 'idle') {
    const isCalled = record.step === 'awaiting-approval' || stepAgeMs(situation) > settings.timeouts.proofMs;
    return (isCalled ? announce(situation) : null) ?? waitFor(`the global database is ${database.status}`);
  }
  if (database.resyncing?.includes(holder)) return awaitCopy(situation, from);

  const promotion = decidePromotion({ record, mode: settings.mode, lag, trail, wallClockMs }, settings.guard);
  // A person's word holds; and nobody who was called is made to wait for a write that nobody could prove.
  const isApproved = promotion.decision === 'promote' && promotion.basis === 'approval';
  if (!isApproved) {
    const handBack = decideHandBack(situation, settings);
    if (handBack) return (record.step === 'awaiting-approval' ? announce(situation) : null) ?? handBack;
  }
  if (promotion.decision === 'promote') {
    const objection = isApproved ? null : objectionToPromotion(situation, from, settings);
    if (objection) return objection;
    const intent = enterStep(record, 'promoting', wallClockMs, { promotionEpoch: record.epoch, isMoveIntended: true });
    return write(intent, promotion.reason);
  }
  if (promotion.decision === 'refuse') {
    return write(enterStep(record, 'promotion-stuck', wallClockMs, { cause: promotion.reason }), promotion.reason);
  }
  const reasons = promotion.reasons.join('; ');
  return record.step === 'guarding'
    ? callPerson(record, reasons, wallClockMs)
    : (announce(situation) ?? nothing(`waiting for a person: ${reasons}`));
};

/** Longest time for which rounds that are not bad hold a promotion back that would lose data, ms; a hand-back takes half of it. */
export const HOLD_MS = 60_000;

/** Effect in place of a promotion that nobody approved, while the region that the epoch was taken from may be back. */
function objectionToPromotion(situation: Situation, from: string, settings: RecoverySettings): Effect | null {
  const { record, wallClockMs } = situation;
  const { kind, reason } = assessmentOf(situation, from, settings);
  // Once a person was called, a region that is back may be gone back to: nothing is lost behind that person's back.
  if (record.step === 'awaiting-approval') {
    return kind === 'failed' ? null : (announce(situation) ?? nothing(`waiting for a person: ${from} is ${kind}`));
  }
  const { bad, good } = roundsOf(situation, from, settings);
  if (record.begunBy === 'person' || bad > 0) return null;
  const ageMs = stepAgeMs(situation);
  // Who runs in that region is no witness of it: a witness goes first.
  const holdMs = situation.region === from ? settings.timeouts.proofMs : HOLD_MS;
  const isHeld = (ageMs >= 0 && ageMs < holdMs) || (good > 0 && mayBeHandedBackSoon(situation, good, settings));
  if (isHeld) return waitFor(`${from} is ${kind}: ${reason}; a promotion waits for a bad round`);
  // Good, and not handed back: there were too many hand-backs, or its writer takes no writes.
  return good > 0 ? null : callPerson(record, `${from} is ${kind}: ${reason}`, wallClockMs);
}

function callPerson(record: ControlRecord, reasons: string, wallClockMs: number): Effect {
  // Why an evacuation was given up is what a person looks for.
  const cause = record.cause.startsWith(GIVEN_UP) ? `${record.cause}; ${reasons}` : reasons;
  return write(enterStep(record, 'awaiting-approval', wallClockMs, { cause }), reasons);
}

/**
 * The intent to promote is in the ledger. The call names its target and Aurora refuses it while a change runs and when
 * the target is the writer already, so repeating it after a crash promotes no second time.
 */
export const decidePromoting: StepDecision = (situation, settings) => {
  const { database, record, wallClockMs } = situation;
  const { holder } = record;
  const failure = successorFailure(situation, settings);
  if (writerRestsIn(situation, holder)) {
    const moved = enterStep(record, 'proving', wallClockMs, { writerMovedAtMs: wallClockMs });
    return write(moved, `the writer is in ${holder}`);
  }
  if (record.step === 'promotion-stuck') return announce(situation) ?? repeatRefused(situation, settings);
  if (failure) return write(enterStep(record, 'promotion-stuck', wallClockMs, { cause: failure }), failure);
  if (stepAgeMs(situation) > settings.timeouts.promotionMs) {
    return write(enterStep(record, 'promotion-stuck', wallClockMs), 'the promotion did not end in time');
  }
  if (database.status !== 'idle') return waitFor(`the global database is ${database.status}`);
  if (situation.promotionProblem !== null && stepAgeMs(situation) > PROMOTION_BEGINS_WITHIN_MS) {
    const cause = `${REFUSED}${situation.promotionProblem}`;
    return write(enterStep(record, 'promotion-stuck', wallClockMs, { cause }), cause);
  }
  return promote(situation, settings);
};

/** Begins the cause of a record whose promotion Aurora did not begin. */
const REFUSED = 'Aurora refuses the promotion: ';
/** Longest time in which Aurora has to begin a promotion before people are notified, ms. */
export const PROMOTION_BEGINS_WITHIN_MS = 45_000;

/** While people look at a promotion that Aurora refuses, controllers go on asking for it: what it refuses by may end. */
function repeatRefused(situation: Situation, settings: RecoverySettings): Effect {
  const { database, record, region } = situation;
  const isRepeated =
    region !== null &&
    record.cause.startsWith(REFUSED) &&
    database.status === 'idle' &&
    stepAgeMs(situation) <= settings.timeouts.promotionMs;
  return isRepeated ? promote(situation, settings) : nothing('waiting for a person');
}

function promote(situation: Situation, settings: RecoverySettings): Effect {
  const { epoch, holder } = situation.record;
  return { kind: 'promote', target: holder, epoch, beginByMs: beginByMs(situation, settings) };
}

/**
 * That the region which is to serve fails while its database is promoted, as the other one sees, which is healthy. A person
 * is called at once: where the promotion was accepted, it may end later, and opening SQL elsewhere would lose what follows.
 */
function successorFailure(situation: Situation, settings: RecoverySettings): string | null {
  const { record, region, successorHealthy } = situation;
  const { kind, reason } = assessmentOf(situation, record.holder, settings);
  const isSeen = region === otherRegion(record.holder, settings.regions) && kind === 'failed' && successorHealthy;
  return isSeen ? `${record.holder} failed while it was taking over: ${reason}; ${region} is healthy` : null;
}

/** A proved write opens SQL writes in the holder. */
export const decideProving: StepDecision = (situation, settings) => {
  const { record, wallClockMs } = situation;
  const failure = record.step === 'proving' ? successorFailure(situation, settings) : null;
  if (failure) return write(enterStep(record, 'write-unproven', wallClockMs, { cause: failure }), failure);
  return proveThen(situation, settings, record.holder, 'write-unproven', () =>
    enterStep(record, 'serving', wallClockMs, {
      sqlWrites: 'open',
      approval: null,
      isMoveIntended: false,
      replication: replicationAtOpening(situation, settings.regions),
    }),
  );
};
