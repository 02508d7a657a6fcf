import { enterStep } from '../fencing/conditional-write';
import { decidePromotion } from '../promotion-guard/decide-promotion';
import {
  announce,
  beginByMs,
  drainThen,
  GIVEN_UP,
  nothing,
  notifyOnce,
  primaryHolds,
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
  const { primary, record, standbyHealthy, wallClockMs } = situation;
  const announcement = announce(situation);
  if (!primaryHolds(record, settings)) return announcement ?? nothing(`${record.holder} serves until a failback`);
  if (primary.kind !== 'failed') return announcement ?? nothing(`primary is ${primary.kind}: ${primary.reason}`);
  if (!standbyHealthy) return announcement ?? nothing('primary failed, but the standby is not healthy');
  if (settings.mode === 'observe') {
    const wouldTake = notifyOnce(situation, {
      id: `${record.epoch}:observed`,
      subject: `epoch ${record.epoch}, ${record.holder}: failed`,
      text: `Primary failed: ${primary.reason}. In mode observe nothing is done. Run failover to take over.`,
    });
    return wouldTake ?? nothing('primary failed; mode is observe');
  }
  return write(
    takeEpoch(record, `primary failed: ${primary.reason}`, situation.lag, wallClockMs, settings),
    'the standby takes the epoch, and the latch goes up',
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
  const { database, lag, primary, record, wallClockMs } = situation;
  const { standby } = settings.regions;
  if (writerRestsIn(situation, standby)) {
    return write(enterStep(record, 'proving', wallClockMs), `the writer is in ${standby} already`);
  }
  if (database.status !== 'idle') {
    const isCalled = record.step === 'awaiting-approval' || stepAgeMs(situation) > settings.timeouts.proofMs;
    return (isCalled ? announce(situation) : null) ?? waitFor(`the global database is ${database.status}`);
  }

  const promotion = decidePromotion({ record, mode: settings.mode, lag, wallClockMs }, settings.guard);
  // Once a person was called, a primary that is back may be gone back to: nothing is lost behind that person's back.
  const isLeftToPerson =
    record.step === 'awaiting-approval' &&
    promotion.decision === 'promote' &&
    promotion.basis === 'lag' &&
    primary.kind !== 'failed';
  if (isLeftToPerson) return announce(situation) ?? nothing(`waiting for a person: the primary is ${primary.kind}`);
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
  const { standby } = settings.regions;
  if (writerRestsIn(situation, standby)) {
    const moved = enterStep(record, 'proving', wallClockMs, { writerMovedAtMs: wallClockMs });
    return write(moved, `the writer is in ${standby}`);
  }
  if (record.step === 'promotion-stuck') return announce(situation) ?? nothing('waiting for a person');
  if (stepAgeMs(situation) > settings.timeouts.promotionMs) {
    return write(enterStep(record, 'promotion-stuck', wallClockMs), 'the promotion did not end in time');
  }
  if (database.status !== 'idle') return waitFor(`the global database is ${database.status}`);
  return { kind: 'promote', target: standby, epoch: record.epoch, beginByMs: beginByMs(situation, settings) };
};

/** A proved write opens SQL writes in the standby. */
export const decideProving: StepDecision = (situation, settings) => {
  const { standby } = settings.regions;
  return proveThen(situation, settings, standby, 'write-unproven', () =>
    enterStep(situation.record, 'serving', situation.wallClockMs, { sqlWrites: 'open', approval: null }),
  );
};
