import { enterStep } from '../fencing/conditional-write';
import { decidePromotion } from '../promotion-guard/decide-promotion';
import { otherRegion } from './roles';
import {
  announce,
  beginByMs,
  drainThen,
  GIVEN_UP,
  nothing,
  notifyOnce,
  proveThen,
  stepAgeMs,
  type StepDecision,
  waitFor,
  write,
  writerRestsIn,
} from './step-effects';
import { takeEpoch } from './take-epoch';

/** Detect, then take the epoch. */
export const decideServing: StepDecision = (situation, settings) => {
  const { record, region, successorHealthy, wallClockMs, watched } = situation;
  const { holder } = record;
  const announcement = announce(situation);
  if (region === null || region === holder) return announcement ?? nothing(`${holder} serves`);
  if (watched.kind !== 'failed') return announcement ?? nothing(`${holder} is ${watched.kind}: ${watched.reason}`);
  if (!successorHealthy) return announcement ?? nothing(`${holder} failed, but ${region} is not healthy`);
  if (settings.mode === 'observe') {
    const wouldTake = notifyOnce(situation, {
      id: `${record.epoch}:observed`,
      subject: `epoch ${record.epoch}, ${holder}: failed`,
      text: `${holder} failed: ${watched.reason}. In mode observe nothing is done. Run failover to take over.`,
    });
    return wouldTake ?? nothing(`${holder} failed; mode is observe`);
  }
  return write(
    takeEpoch(record, region, `${holder} failed: ${watched.reason}`, situation.lag, wallClockMs, settings),
    `${region} takes the epoch`,
  );
};

/** Nobody writes until every earlier permit and call has ended. */
export const decideDraining: StepDecision = (situation, settings) =>
  notifyOnce(situation) ??
  drainThen(situation, settings, () =>
    write(enterStep(situation.record, 'guarding', situation.wallClockMs), 'no earlier writer can write any more'),
  );

/** The promotion guard; also while the step waits for a person, since an approval or the end of a cooldown opens it. */
export const decideGuarding: StepDecision = (situation, settings) => {
  const { database, lag, record, wallClockMs, watched } = situation;
  const { holder } = record;
  if (writerRestsIn(situation, holder)) {
    return write(enterStep(record, 'proving', wallClockMs), `the writer is in ${holder} already`);
  }
  if (database.status !== 'idle') {
    const isCalled = record.step === 'awaiting-approval' || stepAgeMs(situation) > settings.timeouts.proofMs;
    return (isCalled ? announce(situation) : null) ?? waitFor(`the global database is ${database.status}`);
  }

  const promotion = decidePromotion({ record, mode: settings.mode, lag, wallClockMs }, settings.guard);
  // Once a person was called, a region that is back may be gone back to: nothing is lost behind that person's back.
  const isLeftToPerson =
    record.step === 'awaiting-approval' &&
    promotion.decision === 'promote' &&
    promotion.basis === 'lag' &&
    watched.kind !== 'failed';
  if (isLeftToPerson) {
    const from = otherRegion(holder, settings.regions);
    return announce(situation) ?? nothing(`waiting for a person: ${from} is ${watched.kind}`);
  }
  if (promotion.decision === 'promote') {
    const intent = enterStep(record, 'promoting', wallClockMs, { promotionEpoch: record.epoch });
    return write(intent, promotion.reason);
  }
  if (promotion.decision === 'refuse') {
    return write(enterStep(record, 'promotion-stuck', wallClockMs, { cause: promotion.reason }), promotion.reason);
  }
  const reasons = promotion.reasons.join('; ');
  if (record.step === 'guarding') {
    // Why a failback was given up is what a person looks for.
    const cause = record.cause.startsWith(GIVEN_UP) ? `${record.cause}; ${reasons}` : reasons;
    return write(enterStep(record, 'awaiting-approval', wallClockMs, { cause }), reasons);
  }
  return announce(situation) ?? nothing(`waiting for a person: ${reasons}`);
};

/**
 * The intent to promote is in the ledger. The call names its target and Aurora refuses it while a change runs and when
 * the target is the writer already, so repeating it after a crash promotes no second time.
 */
export const decidePromoting: StepDecision = (situation, settings) => {
  const { database, record, wallClockMs } = situation;
  const { holder } = record;
  if (writerRestsIn(situation, holder)) {
    const moved = enterStep(record, 'proving', wallClockMs, { writerMovedAtMs: wallClockMs });
    return write(moved, `the writer is in ${holder}`);
  }
  if (record.step === 'promotion-stuck') return announce(situation) ?? nothing('waiting for a person');
  if (stepAgeMs(situation) > settings.timeouts.promotionMs) {
    return write(enterStep(record, 'promotion-stuck', wallClockMs), 'the promotion did not end in time');
  }
  if (database.status !== 'idle') return waitFor(`the global database is ${database.status}`);
  return { kind: 'promote', target: holder, epoch: record.epoch, beginByMs: beginByMs(situation, settings) };
};

/** A proved write opens SQL writes in the holder. */
export const decideProving: StepDecision = (situation, settings) => {
  const { record, wallClockMs } = situation;
  return proveThen(situation, settings, record.holder, 'write-unproven', () =>
    enterStep(record, 'serving', wallClockMs, { sqlWrites: 'open', approval: null }),
  );
};
