import fc from 'fast-check';
import type { ControlRecord, Step } from '../fencing/control-record';
import type { LagSample } from '../promotion-guard/lag-evidence';
import type { FailoverMode } from '../recovery-settings';
import { decideNextEffect } from './decide-next-effect';
import type { Effect } from './effect';
import type { DatabaseState, Situation } from './situation';
import {
  anySituation,
  DEGRADED,
  FAILED,
  failoverIn,
  HEALTHY,
  ISOLATED,
  NOON,
  SERVING_IN_PRIMARY,
  SERVING_IN_STANDBY,
  SETTINGS,
  situationAfter,
  situationWith,
  UNCERTAIN,
} from './situation-for-test';

const decide = (record: ControlRecord, changes: Partial<Situation> = {}, mode: FailoverMode = 'automatic') =>
  decideNextEffect(situationWith(record, changes), { ...SETTINGS, mode });

const MODES: readonly FailoverMode[] = ['automatic', 'approval', 'observe'];
const CHANGING: DatabaseState = { writer: 'us-east-1', status: 'changing' };
const UNKNOWN: DatabaseState = { writer: null, status: 'unknown' };
const MOVED: DatabaseState = { writer: 'us-west-2', status: 'idle' };

describe('serving in the primary', () => {
  const TAKEN: Effect = {
    kind: 'write',
    reason: 'the standby takes the epoch, and the latch goes up',
    write: {
      expected: { version: 10 },
      next: {
        schema: 1,
        version: 11,
        epoch: 2,
        holder: 'us-west-2',
        latchedRegion: 'us-east-1',
        sqlWrites: 'closed',
        closedAtVersion: 11,
        step: 'draining',
        announced: false,
        promotionEpoch: 0,
        approval: null,
        cause: 'primary failed: 3 bad rounds in a row (black-hole)',
        lagAtTake: { lagMs: 800, ageMs: 3_000 },
        enteredAtMs: NOON,
        writerMovedAtMs: null,
      },
    },
  };
  const LAG: LagSample = { lagMs: 800, measuredAtMs: 1_780_315_197_000 };

  it.each<FailoverMode>(['automatic', 'approval'])('takes the epoch in mode %s when the primary failed', (mode) => {
    expect(decide(SERVING_IN_PRIMARY, { lag: LAG }, mode)).toEqual(TAKEN);
  });

  it('takes the epoch without a lag', () => {
    expect(decide(SERVING_IN_PRIMARY, { lag: null })).toMatchObject({
      write: { next: { step: 'draining', epoch: 2, lagAtTake: null } },
    });
  });

  it.each([CHANGING, UNKNOWN])('takes the epoch whatever Aurora says: %p', (database) => {
    expect(decide(SERVING_IN_PRIMARY, { lag: LAG, database })).toEqual(TAKEN);
  });

  it('does not put the taking off for a notice that nobody got yet', () => {
    expect(decide({ ...SERVING_IN_PRIMARY, announced: false }, { lag: LAG })).toEqual(TAKEN);
  });

  it.each([
    [HEALTHY, 'primary is healthy: 8 good rounds in a row'],
    [DEGRADED, 'primary is degraded: 60 % of the rounds were degraded'],
    [ISOLATED, 'primary is isolated: the observer reaches nothing'],
    [UNCERTAIN, 'primary is uncertain: 2 bad and 0 good rounds in a row'],
  ])('does nothing in any mode on the verdict $kind', (primary, reason) => {
    for (const mode of MODES) {
      expect(decide(SERVING_IN_PRIMARY, { primary }, mode)).toEqual({ kind: 'none', reason });
    }
  });

  it('takes nothing for a standby that could not serve', () => {
    expect(decide(SERVING_IN_PRIMARY, { standbyAble: false })).toEqual({
      kind: 'none',
      reason: 'primary failed, but the standby is not able to serve',
    });
  });

  it('ends in a step that it does not leave without a drain', () => {
    const situation = situationWith(SERVING_IN_PRIMARY, { notice: { id: '2:draining', delivered: true } });

    const effect = decideNextEffect(situation, SETTINGS);

    expect(decideNextEffect(situationAfter(effect, situation), SETTINGS)).toEqual({
      kind: 'wait',
      ms: 0,
      reason: 'this process has not seen yet that writes are closed',
    });
  });

  describe('in mode observe', () => {
    it('says what it would have done', () => {
      expect(decide(SERVING_IN_PRIMARY, {}, 'observe')).toEqual({
        kind: 'notify',
        notice: {
          id: '1:observed',
          subject: 'epoch 1, us-east-1: failed',
          text:
            'Primary failed: 3 bad rounds in a row (black-hole). In mode observe nothing is done. ' +
            'Run failover to take over.',
        },
      });
    });

    it.each([true, false])('says it once, though it was delivered: %s', (delivered) => {
      expect(decide(SERVING_IN_PRIMARY, { notice: { id: '1:observed', delivered } }, 'observe')).toEqual({
        kind: 'none',
        reason: 'primary failed; mode is observe',
      });
    });

    it('says it again in another epoch', () => {
      const thirdEpoch = { ...SERVING_IN_PRIMARY, epoch: 3 };

      expect(decide(thirdEpoch, { notice: { id: '1:observed', delivered: true } }, 'observe')).toMatchObject({
        kind: 'notify',
        notice: { id: '3:observed', subject: 'epoch 3, us-east-1: failed' },
      });
    });

    it('says nothing of a standby that could not serve', () => {
      expect(decide(SERVING_IN_PRIMARY, { standbyAble: false }, 'observe')).toEqual({
        kind: 'none',
        reason: 'primary failed, but the standby is not able to serve',
      });
    });
  });
});

describe('serving in the standby', () => {
  it.each([FAILED, HEALTHY, DEGRADED, ISOLATED, UNCERTAIN])(
    'does nothing in any mode, whatever became of the primary: $kind',
    (primary) => {
      for (const mode of MODES) {
        expect(decide(SERVING_IN_STANDBY, { primary, database: MOVED }, mode)).toEqual({
          kind: 'none',
          reason: 'us-west-2 serves until a failback',
        });
      }
    },
  );
});

describe('a step that a person is to know of', () => {
  const NOT_TOLD = { ...SERVING_IN_STANDBY, announced: false };

  it('is told with what it means, why it came and what to do', () => {
    expect(decide(NOT_TOLD)).toEqual({
      kind: 'notify',
      notice: {
        id: '2:serving',
        subject: 'epoch 2, us-west-2: serving',
        text:
          'The holder serves reads and all writes. Cause: primary failed: 3 bad rounds in a row (black-hole). ' +
          'Nothing to do; with a region latched, run failback once it is repaired.',
      },
    });
  });

  it.each([
    ['of another epoch', '1:serving'],
    ['of another step', '2:proving'],
  ])('is told after a notice %s', (_what, id) => {
    expect(decide(NOT_TOLD, { notice: { id, delivered: true } })).toMatchObject({
      kind: 'notify',
      notice: { id: '2:serving' },
    });
  });

  it('is marked as told once the notice is delivered, and stays as it was entered', () => {
    expect(decide(NOT_TOLD, { notice: { id: '2:serving', delivered: true } })).toEqual({
      kind: 'write',
      reason: 'a person was told',
      write: { expected: { version: 10 }, next: { ...NOT_TOLD, version: 11, announced: true } },
    });
  });

  it('is not told again by a process that could not deliver it, and not marked', () => {
    expect(decide(NOT_TOLD, { notice: { id: '2:serving', delivered: false } })).toEqual({
      kind: 'none',
      reason: 'us-west-2 serves until a failback',
    });
  });

  it('is not told again by a process that was started anew', () => {
    expect(decide({ ...NOT_TOLD, announced: true }, { notice: null })).toEqual({
      kind: 'none',
      reason: 'us-west-2 serves until a failback',
    });
  });

  it.each<[string, Partial<Situation>]>([
    ['is healthy', { primary: HEALTHY }],
    ['failed, with a standby that could not serve', { standbyAble: false }],
  ])('is told while the primary %s', (_what, changes) => {
    expect(decide({ ...SERVING_IN_PRIMARY, announced: false }, changes)).toMatchObject({
      kind: 'notify',
      notice: { id: '1:serving' },
    });
  });
});

describe('draining', () => {
  const DRAINING = failoverIn('draining');
  const TOLD: Situation['notice'] = { id: '2:draining', delivered: true };
  const drain = (changes: Partial<Situation>) => decide(DRAINING, { notice: TOLD, ...changes });
  const GUARDING: Effect = {
    kind: 'write',
    reason: 'no earlier writer can write any more',
    write: {
      expected: { version: 10 },
      next: { ...DRAINING, version: 11, step: 'guarding', announced: false, enteredAtMs: NOON },
    },
  };
  const seen = (seenAtMs: number, closedAtVersion = 8) => ({ closureWatch: { closedAtVersion, seenAtMs } });

  it.each<[string, Situation['closureWatch']]>([
    ['before the closing was seen', null],
    ['during the wait', { closedAtVersion: 8, seenAtMs: 495_000 }],
    ['after the wait', { closedAtVersion: 8, seenAtMs: 400_000 }],
  ])('tells a person first, %s', (_what, closureWatch) => {
    expect(drain({ notice: null, closureWatch })).toEqual({
      kind: 'notify',
      notice: {
        id: '2:draining',
        subject: 'epoch 2, us-west-2: draining',
        text:
          'The standby took the epoch and waits until no earlier writer can still write. ' +
          'Reads and strongly consistent writes are served. ' +
          'Cause: primary failed: 3 bad rounds in a row (black-hole). Wait; it ends by itself.',
      },
    });
  });

  it.each([true, false])('is put off by no notice, though it was delivered: %s', (delivered) => {
    expect(drain({ notice: { id: '2:draining', delivered }, ...seen(400_000) })).toEqual(GUARDING);
  });

  it.each<[string, Situation['closureWatch']]>([
    ['of no closing', null],
    ['of an earlier closing only', { closedAtVersion: 7, seenAtMs: 400_000 }],
    ['of a later closing only', { closedAtVersion: 9, seenAtMs: 400_000 }],
  ])('reads on while this process knows %s', (_what, closureWatch) => {
    expect(drain({ closureWatch })).toEqual({
      kind: 'wait',
      ms: 0,
      reason: 'this process has not seen yet that writes are closed',
    });
  });

  it.each([
    [500_000, 11_045],
    [495_000, 6_045],
    [488_956, 1],
  ])('waits when the closing was seen at %s, for %s ms more', (seenAtMs, ms) => {
    expect(drain(seen(seenAtMs))).toEqual({ kind: 'wait', ms, reason: 'earlier writes may still be in flight' });
  });

  it.each([488_955, 400_000])('lets the guard judge when the closing was seen at %s', (seenAtMs) => {
    expect(drain(seen(seenAtMs))).toEqual(GUARDING);
  });

  it.each([
    ['an hour behind', 1_780_311_600_000],
    ['a day ahead', 1_780_401_600_000],
  ])('counts on no wall clock: %s', (_what, wallClockMs) => {
    expect(drain({ wallClockMs, ...seen(488_956) }).kind).toBe('wait');
    expect(drain({ wallClockMs, ...seen(488_955) })).toMatchObject({
      write: { next: { step: 'guarding', enteredAtMs: wallClockMs } },
    });
  });

  it.each([HEALTHY, DEGRADED, ISOLATED, UNCERTAIN])(
    'goes on when the primary is failed no more, since the epoch is taken: $kind',
    (primary) => {
      expect(drain({ primary, ...seen(488_955) })).toEqual(GUARDING);
    },
  );

  it('keeps what a person approved meanwhile', () => {
    const approval = { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_317_000_000 };

    const effect = decide({ ...DRAINING, approval }, { notice: TOLD, ...seen(488_955) });

    expect(effect).toMatchObject({ write: { next: { step: 'guarding', approval } } });
  });
});

describe.each<Step>(['guarding', 'awaiting-approval'])('%s', (step) => {
  /** Told already, so that what is decided is the promotion. */
  const guardIn = (changes: Partial<ControlRecord> = {}) => failoverIn(step, { announced: true, ...changes });
  const guard = (
    recordChanges: Partial<ControlRecord> = {},
    changes: Partial<Situation> = {},
    mode: FailoverMode = 'automatic',
  ) => decide(guardIn(recordChanges), changes, mode);

  const APPROVAL = { epoch: 2, by: 'ada', approvedAtMs: 1_780_315_140_000, expiresAtMs: 1_780_316_940_000 };

  const promotes = (reason: string, recordChanges: Partial<ControlRecord> = {}, wallClockMs = NOON): Effect => ({
    kind: 'write',
    reason,
    write: {
      expected: { version: 10 },
      next: {
        ...guardIn(recordChanges),
        version: 11,
        step: 'promoting',
        announced: false,
        promotionEpoch: 2,
        enteredAtMs: wallClockMs,
      },
    },
  });

  /** From guarding a person is asked for; who is awaited already goes on being awaited. */
  const asks = (reasons: string, recordChanges: Partial<ControlRecord> = {}, wallClockMs = NOON): Effect =>
    step === 'guarding'
      ? {
          kind: 'write',
          reason: reasons,
          write: {
            expected: { version: 10 },
            next: {
              ...guardIn(recordChanges),
              version: 11,
              step: 'awaiting-approval',
              announced: false,
              cause: reasons,
              enteredAtMs: wallClockMs,
            },
          },
        }
      : { kind: 'none', reason: `a person is awaited: ${reasons}` };

  describe('and where the writer is', () => {
    it.each<[string, Partial<ControlRecord>]>([
      ['without an approval', { lagAtTake: null }],
      ['in an epoch that had its promotion', { promotionEpoch: 2 }],
      ['during the cooldown', { writerMovedAtMs: NOON }],
    ])('promotes nothing when it is in the standby already, %s', (_what, recordChanges) => {
      for (const mode of MODES) {
        expect(guard(recordChanges, { database: MOVED }, mode)).toEqual({
          kind: 'write',
          reason: 'the writer is in us-west-2 already',
          write: {
            expected: { version: 10 },
            next: { ...guardIn(recordChanges), version: 11, step: 'proving', announced: false, enteredAtMs: NOON },
          },
        });
      }
    });

    it.each<[DatabaseState, string]>([
      [CHANGING, 'the global database is changing'],
      [UNKNOWN, 'the global database is unknown'],
      [{ writer: 'us-west-2', status: 'changing' }, 'the global database is changing'],
      [{ writer: 'us-west-2', status: 'unknown' }, 'the global database is unknown'],
    ])('decides nothing on %p, whatever was approved', (database, reason) => {
      expect(guard({ approval: APPROVAL }, { database })).toEqual({ kind: 'wait', ms: 5_000, reason });
    });
  });

  describe('by the lag at the taking', () => {
    it.each([
      [{ lagMs: 800, ageMs: 3_000 }, 'replication lag was 800 ms, measured 3000 ms before'],
      [{ lagMs: 0, ageMs: 0 }, 'replication lag was 0 ms, measured 0 ms before'],
      [{ lagMs: 4_000, ageMs: 60_000 }, 'replication lag was 4000 ms, measured 60000 ms before'],
    ])('intends to promote with %p', (lagAtTake, reason) => {
      expect(guard({ lagAtTake })).toEqual(promotes(reason, { lagAtTake }));
    });

    it.each([
      [null, 'replication lag is unknown'],
      [{ lagMs: 4_001, ageMs: 0 }, 'replication lag is 4001 ms, over the objective of 4000 ms'],
      [{ lagMs: 0, ageMs: 60_001 }, 'replication lag was measured 60001 ms ago, and counts for 60000 ms'],
    ])('asks for a person with %p', (lagAtTake, reason) => {
      expect(guard({ lagAtTake })).toEqual(asks(reason, { lagAtTake }));
    });

    it.each([
      ['five minutes behind', 1_780_314_900_000],
      ['five minutes ahead', 1_780_315_500_000],
    ])('counts on no wall clock: %s', (_what, wallClockMs) => {
      expect(guard({}, { wallClockMs })).toEqual(
        promotes('replication lag was 800 ms, measured 3000 ms before', {}, wallClockMs),
      );
      expect(guard({ lagAtTake: null }, { wallClockMs })).toEqual(
        asks('replication lag is unknown', { lagAtTake: null }, wallClockMs),
      );
    });
  });

  describe('by a lag measured since', () => {
    it.each<[string, LagSample, string]>([
      [
        'when the step was entered',
        { lagMs: 200, measuredAtMs: 1_780_315_199_000 },
        'replication lag was 200 ms, measured 1000 ms before',
      ],
      ['just now', { lagMs: 4_000, measuredAtMs: NOON }, 'replication lag was 4000 ms, measured 0 ms before'],
      [
        'as far in the future as clocks may differ',
        { lagMs: 200, measuredAtMs: 1_780_315_203_000 },
        'replication lag was 200 ms, measured 0 ms before',
      ],
    ])('intends to promote on the one measured %s', (_what, lag, reason) => {
      expect(guard({ lagAtTake: null }, { lag })).toEqual(promotes(reason, { lagAtTake: null }));
    });

    it.each<[string, LagSample]>([
      ['when the step was entered', { lagMs: 4_001, measuredAtMs: 1_780_315_199_000 }],
      ['just now', { lagMs: 4_001, measuredAtMs: NOON }],
      ['before the step was entered', { lagMs: 4_001, measuredAtMs: 1_780_315_198_999 }],
      ['longer ago than a measurement counts', { lagMs: 4_001, measuredAtMs: 1_780_315_000_000 }],
      ['minutes ahead, by a clock that is behind', { lagMs: 4_001, measuredAtMs: 1_780_315_500_000 }],
    ])('asks for a person on a larger one measured %s, however small it was before', (_what, lag) => {
      expect(guard({}, { lag })).toEqual(asks('replication lag is 4001 ms, over the objective of 4000 ms'));
    });

    it.each<[string, LagSample | null]>([
      ['missing', null],
      ['measured too long ago', { lagMs: 200, measuredAtMs: 1_780_315_139_999 }],
      ['measured further in the future than clocks may differ', { lagMs: 200, measuredAtMs: 1_780_315_203_001 }],
      ['measured by a clock minutes ahead', { lagMs: 200, measuredAtMs: 1_780_315_500_000 }],
      ['no number', { lagMs: Number.NaN, measuredAtMs: NOON }],
      ['negative', { lagMs: -1, measuredAtMs: NOON }],
      ['measured at no time', { lagMs: 200, measuredAtMs: Number.NaN }],
    ])('counts on none that is %s', (_what, lag) => {
      expect(guard({ lagAtTake: null }, { lag })).toEqual(asks('replication lag is unknown', { lagAtTake: null }));
    });

    it('counts on it for as long as a measurement counts', () => {
      const entered = { enteredAtMs: 1_780_315_100_000, lagAtTake: null };

      expect(guard(entered, { lag: { lagMs: 200, measuredAtMs: 1_780_315_140_000 } })).toEqual(
        promotes('replication lag was 200 ms, measured 60000 ms before', entered),
      );
      expect(guard(entered, { lag: { lagMs: 200, measuredAtMs: 1_780_315_139_999 } })).toEqual(
        asks('replication lag is unknown', entered),
      );
    });

    it('counts on none while its own clock is minutes behind or ahead', () => {
      const lag = { lagMs: 200, measuredAtMs: NOON };

      expect(guard({ lagAtTake: null }, { lag, wallClockMs: 1_780_315_080_000 })).toEqual(
        asks('replication lag is unknown', { lagAtTake: null }, 1_780_315_080_000),
      );
      expect(guard({ lagAtTake: null }, { lag, wallClockMs: 1_780_315_320_000 })).toEqual(
        asks('replication lag is unknown', { lagAtTake: null }, 1_780_315_320_000),
      );
    });
  });

  describe('by the cooldown', () => {
    it.each([
      ['a millisecond is left of it', 1_780_314_600_001],
      ['the writer moved just now', NOON],
      ['its own clock is minutes behind that of the move', 1_780_315_500_000],
    ])('asks for a person when %s', (_what, writerMovedAtMs) => {
      expect(guard({ writerMovedAtMs })).toEqual(asks('the writer moved less than 600000 ms ago', { writerMovedAtMs }));
    });

    it('intends to promote from its end on', () => {
      expect(guard({ writerMovedAtMs: 1_780_314_600_000 })).toEqual(
        promotes('replication lag was 800 ms, measured 3000 ms before', { writerMovedAtMs: 1_780_314_600_000 }),
      );
    });
  });

  describe('by an approval', () => {
    it.each(MODES)('intends to promote in mode %s, whatever is lost and however lately the writer moved', (mode) => {
      const asked = { approval: APPROVAL, lagAtTake: null, writerMovedAtMs: NOON };

      expect(guard(asked, {}, mode)).toEqual(promotes('approved by ada', asked));
    });

    it.each([
      ['until a millisecond before it expires', { ...APPROVAL, expiresAtMs: 1_780_315_200_001 }],
      ['dated in the future by as much as clocks may differ', { ...APPROVAL, approvedAtMs: 1_780_315_203_000 }],
    ])('intends to promote %s', (_what, approval) => {
      const asked = { approval, lagAtTake: null };

      expect(guard(asked)).toEqual(promotes('approved by ada', asked));
    });

    it.each([
      ['that expired', { ...APPROVAL, expiresAtMs: NOON }],
      ['dated further in the future than clocks may differ', { ...APPROVAL, approvedAtMs: 1_780_315_203_001 }],
      ['dated minutes in the future', { ...APPROVAL, approvedAtMs: 1_780_315_500_000 }],
      ['of an earlier epoch', { ...APPROVAL, epoch: 1 }],
      ['of a later epoch', { ...APPROVAL, epoch: 3 }],
    ])('asks for a person with one %s', (_what, approval) => {
      const asked = { approval, lagAtTake: null };

      expect(guard(asked)).toEqual(asks('replication lag is unknown', asked));
    });

    it.each([
      ['five minutes behind', 1_780_314_900_000],
      ['half an hour ahead', 1_780_317_000_000],
    ])('asks for a person when its own clock is %s', (_what, wallClockMs) => {
      const asked = { approval: APPROVAL, lagAtTake: null };

      expect(guard(asked, { wallClockMs })).toEqual(asks('replication lag is unknown', asked, wallClockMs));
    });
  });

  describe('by the mode', () => {
    it.each([
      ['approval', 'promotions need an approval in mode approval'],
      ['observe', 'promotions need an approval in mode observe'],
    ] as const)('asks for a person in mode %s, however small the lag', (mode, reason) => {
      expect(guard({}, { lag: { lagMs: 0, measuredAtMs: NOON } }, mode)).toEqual(asks(reason));
    });
  });

  it('names all reasons for which a person is needed', () => {
    const recordChanges = { lagAtTake: null, writerMovedAtMs: NOON };

    expect(guard(recordChanges, {}, 'approval')).toEqual(
      asks(
        'promotions need an approval in mode approval; the writer moved less than 600000 ms ago; ' +
          'replication lag is unknown',
        recordChanges,
      ),
    );
  });

  it.each([null, APPROVAL])('is stuck in an epoch that had its promotion, with the approval %p', (approval) => {
    const reason = 'epoch 2 has had its promotion, and another needs an epoch of its own';

    expect(guard({ promotionEpoch: 2, approval })).toEqual({
      kind: 'write',
      reason,
      write: {
        expected: { version: 10 },
        next: {
          ...guardIn({ promotionEpoch: 2, approval }),
          version: 11,
          step: 'promotion-stuck',
          announced: false,
          cause: reason,
          enteredAtMs: NOON,
        },
      },
    });
  });
});

describe('guarding', () => {
  it('judges before it tells anybody', () => {
    expect(decide(failoverIn('guarding', { announced: false }))).toMatchObject({
      kind: 'write',
      write: { next: { step: 'promoting' } },
    });
  });
});

describe('guarding, while the database cannot be described', () => {
  const guardingSince = (enteredAtMs: number, announced = false) =>
    decide(failoverIn('guarding', { enteredAtMs, announced }), { database: UNKNOWN });
  const WAIT = { kind: 'wait', ms: 5_000, reason: 'the global database is unknown' };

  it('waits without a word for as long as a proof may take, and then tells a person once', () => {
    expect(guardingSince(1_780_315_080_000)).toEqual(WAIT);
    expect(guardingSince(1_780_315_079_999)).toMatchObject({ kind: 'notify', notice: { id: '2:guarding' } });
    expect(guardingSince(1_780_315_079_999, true)).toEqual(WAIT);
  });
});

describe('awaiting-approval', () => {
  const AWAITING = failoverIn('awaiting-approval', { cause: 'replication lag is unknown', lagAtTake: null });

  it('calls a person', () => {
    expect(decide(AWAITING)).toEqual({
      kind: 'notify',
      notice: {
        id: '2:awaiting-approval',
        subject: 'epoch 2, us-west-2: awaiting-approval',
        text:
          'The promotion needs a person. SQL writes are closed; reads and strongly consistent writes are served. ' +
          'Cause: replication lag is unknown. ' +
          'Run approve to promote and accept the loss, or failback if the primary is able again.',
      },
    });
  });

  it('marks that the person was called', () => {
    expect(decide(AWAITING, { notice: { id: '2:awaiting-approval', delivered: true } })).toEqual({
      kind: 'write',
      reason: 'a person was told',
      write: { expected: { version: 10 }, next: { ...AWAITING, version: 11, announced: true } },
    });
  });

  it('waits for the person though the call could not be delivered', () => {
    expect(decide(AWAITING, { notice: { id: '2:awaiting-approval', delivered: false } })).toEqual({
      kind: 'none',
      reason: 'a person is awaited: replication lag is unknown',
    });
  });

  it('awaits the person on, by the very measurement that it was entered for', () => {
    const lag = { lagMs: 4_001, measuredAtMs: 1_780_315_199_500 };
    const entered = decide(failoverIn('guarding'), { lag });
    if (entered.kind !== 'write') throw new Error(`guarding is ${entered.kind}, expected write.`);
    const told = { ...entered.write.next, announced: true };

    expect(entered.write.next).toMatchObject({ step: 'awaiting-approval', lagAtTake: { lagMs: 800, ageMs: 3_000 } });
    for (const wallClockMs of [NOON, NOON + 60_000, NOON + 3_600_000]) {
      expect(decide(told, { lag, wallClockMs })).toEqual({
        kind: 'none',
        reason: 'a person is awaited: replication lag is 4001 ms, over the objective of 4000 ms',
      });
    }
  });

  it.each([CHANGING, UNKNOWN])('calls the person also while the database is %j', (database) => {
    expect(decide(AWAITING, { database })).toMatchObject({ kind: 'notify', notice: { id: '2:awaiting-approval' } });
    expect(decide({ ...AWAITING, announced: true }, { database })).toEqual({
      kind: 'wait',
      ms: 5_000,
      reason: `the global database is ${database.status}`,
    });
  });

  it.each([HEALTHY, DEGRADED, ISOLATED, UNCERTAIN])(
    'promotes on no lag of its own while the primary is not known to fail ($kind): it may be gone back to',
    (primary) => {
      const over = { ...AWAITING, announced: true, lagAtTake: { lagMs: 800, ageMs: 3_000 } };
      const approval = { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_317_000_000 };

      expect(decide(over, { primary })).toEqual({
        kind: 'none',
        reason: `a person is awaited: the primary is ${primary.kind}`,
      });
      expect(decide(over, { primary: FAILED })).toMatchObject({
        kind: 'write',
        write: { next: { step: 'promoting' } },
      });
      expect(decide({ ...over, approval }, { primary })).toMatchObject({
        kind: 'write',
        reason: 'approved by ada',
        write: { next: { step: 'promoting' } },
      });
    },
  );

  it('keeps the reason for which a failback was given up', () => {
    const record = failoverIn('guarding', { cause: 'failback was given up: the primary is degraded', lagAtTake: null });

    expect(decide(record)).toMatchObject({
      kind: 'write',
      write: {
        next: {
          step: 'awaiting-approval',
          cause: 'failback was given up: the primary is degraded; replication lag is unknown',
        },
      },
    });
  });

  it('does not put off for a notice what was approved', () => {
    const approval = { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_317_000_000 };

    expect(decide({ ...AWAITING, approval })).toMatchObject({
      kind: 'write',
      reason: 'approved by ada',
      write: { next: { step: 'promoting', promotionEpoch: 2 } },
    });
  });
});

describe('promoting', () => {
  const promotingSince = (enteredAtMs: number) => failoverIn('promoting', { promotionEpoch: 2, enteredAtMs });
  const PROMOTING = promotingSince(1_780_315_199_000);
  const PROMOTE: Effect = { kind: 'promote', target: 'us-west-2', epoch: 2, beginByMs: 505_900 };

  it.each(MODES)("calls for the standby's promotion in mode %s, since the intent was judged", (mode) => {
    expect(decide(PROMOTING, {}, mode)).toEqual(PROMOTE);
  });

  it.each([FAILED, HEALTHY, DEGRADED, ISOLATED, UNCERTAIN])(
    'calls for it whatever became of the primary: $kind',
    (primary) => {
      expect(decide(PROMOTING, { primary, standbyAble: false })).toEqual(PROMOTE);
    },
  );

  it("lets the call begin within the lease of the ledger's reading, however late it decides", () => {
    expect(decide(PROMOTING, { recordReadStartedAtMs: 494_500 })).toEqual({
      kind: 'promote',
      target: 'us-west-2',
      epoch: 2,
      beginByMs: 500_500,
    });
  });

  it('calls while no writer is known', () => {
    expect(decide(PROMOTING, { database: { writer: null, status: 'idle' } })).toEqual(PROMOTE);
  });

  it.each<[DatabaseState, string]>([
    [CHANGING, 'the global database is changing'],
    [UNKNOWN, 'the global database is unknown'],
    [{ writer: 'us-west-2', status: 'changing' }, 'the global database is changing'],
  ])('waits on %p', (database, reason) => {
    expect(decide(PROMOTING, { database })).toEqual({ kind: 'wait', ms: 5_000, reason });
  });

  it('calls again until its time is over', () => {
    expect(decide(promotingSince(1_780_314_300_000))).toEqual(PROMOTE);
  });

  it.each([{ writer: 'us-east-1', status: 'idle' } as const, CHANGING, UNKNOWN])(
    'is stuck a millisecond later, on %p',
    (database) => {
      const late = promotingSince(1_780_314_299_999);

      expect(decide(late, { database })).toEqual({
        kind: 'write',
        reason: 'the promotion did not end in time',
        write: {
          expected: { version: 10 },
          next: { ...late, version: 11, step: 'promotion-stuck', announced: false, enteredAtMs: NOON },
        },
      });
    },
  );

  it('calls on while its own clock is minutes behind that of the intent', () => {
    expect(decide(promotingSince(1_780_316_400_000))).toEqual(PROMOTE);
  });

  it.each<[Step, number]>([
    ['promoting', 1_780_315_199_000],
    ['promoting', 1_780_228_800_000],
    ['promotion-stuck', 1_780_228_800_000],
  ])('goes on from %s, entered at %s, when the writer rests in the standby', (step, enteredAtMs) => {
    const record = failoverIn(step, { promotionEpoch: 2, enteredAtMs });

    expect(decide(record, { database: MOVED })).toEqual({
      kind: 'write',
      reason: 'the writer is in us-west-2',
      write: {
        expected: { version: 10 },
        next: {
          ...record,
          version: 11,
          step: 'proving',
          announced: false,
          enteredAtMs: NOON,
          writerMovedAtMs: NOON,
        },
      },
    });
  });
});

describe('promotion-stuck', () => {
  const STUCK = failoverIn('promotion-stuck', { promotionEpoch: 2, enteredAtMs: 1_780_228_800_000 });

  it('calls a person', () => {
    expect(decide(STUCK)).toEqual({
      kind: 'notify',
      notice: {
        id: '2:promotion-stuck',
        subject: 'epoch 2, us-west-2: promotion-stuck',
        text:
          'The database was not promoted in time, or this epoch has had its promotion. SQL writes are closed. ' +
          'Cause: primary failed: 3 bad rounds in a row (black-hole). ' +
          'Look at the global database in the RDS console; ' +
          'then run failover (a new epoch and a new promotion) or failback.',
      },
    });
  });

  it('marks that the person was called', () => {
    expect(decide(STUCK, { notice: { id: '2:promotion-stuck', delivered: true } })).toEqual({
      kind: 'write',
      reason: 'a person was told',
      write: { expected: { version: 10 }, next: { ...STUCK, version: 11, announced: true } },
    });
  });

  it.each<[string, Partial<ControlRecord>, Situation['notice']]>([
    ['who was called', { announced: true }, null],
    ['who could not be called', {}, { id: '2:promotion-stuck', delivered: false }],
  ])('waits for the person %s, and promotes nothing', (_what, recordChanges, notice) => {
    for (const database of [{ writer: 'us-east-1', status: 'idle' } as const, CHANGING, UNKNOWN]) {
      expect(decide({ ...STUCK, ...recordChanges }, { notice, database })).toEqual({
        kind: 'none',
        reason: 'a person is awaited',
      });
    }
  });
});

describe('proving', () => {
  const provingSince = (enteredAtMs: number) =>
    failoverIn('proving', { promotionEpoch: 2, writerMovedAtMs: 1_780_315_199_000, enteredAtMs });
  const PROVING = provingSince(1_780_315_199_000);
  const PROVE: Effect = { kind: 'prove-write', region: 'us-west-2', version: 10, beginByMs: 505_900 };

  it.each([
    ['none', null],
    ['one of an earlier version', 9],
    ['one of a later version', 11],
  ])('tries a write in the standby with this proof: %s', (_what, provedAtVersion) => {
    expect(decide(PROVING, { provedAtVersion, database: MOVED })).toEqual(PROVE);
  });

  it('opens writes once one is proved, and the approval has served', () => {
    const approval = { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_317_000_000 };
    const approved = { ...PROVING, approval };

    expect(decide(approved, { provedAtVersion: 10 })).toEqual({
      kind: 'write',
      reason: 'a write in us-west-2 was proved',
      write: {
        expected: { version: 10 },
        next: {
          ...PROVING,
          version: 11,
          step: 'serving',
          sqlWrites: 'open',
          approval: null,
          announced: false,
          enteredAtMs: NOON,
        },
      },
    });
  });

  it('tries on until its time is over', () => {
    expect(decide(provingSince(1_780_315_080_000))).toEqual(PROVE);
  });

  it('calls for a person a millisecond later', () => {
    const late = provingSince(1_780_315_079_999);

    expect(decide(late)).toEqual({
      kind: 'write',
      reason: 'no write in us-west-2 succeeded in time',
      write: {
        expected: { version: 10 },
        next: { ...late, version: 11, step: 'write-unproven', announced: false, enteredAtMs: NOON },
      },
    });
  });

  it('tries on while its own clock is minutes behind', () => {
    expect(decide(provingSince(1_780_315_500_000))).toEqual(PROVE);
  });

  it('opens writes once one is proved, however late', () => {
    expect(decide(provingSince(1_780_228_800_000), { provedAtVersion: 10 })).toMatchObject({
      write: { next: { step: 'serving', sqlWrites: 'open' } },
    });
  });
});

describe('write-unproven', () => {
  const UNPROVEN = failoverIn('write-unproven', { promotionEpoch: 2, enteredAtMs: 1_780_228_800_000 });
  const PROVE: Effect = { kind: 'prove-write', region: 'us-west-2', version: 10, beginByMs: 505_900 };

  it('calls a person', () => {
    expect(decide(UNPROVEN)).toEqual({
      kind: 'notify',
      notice: {
        id: '2:write-unproven',
        subject: 'epoch 2, us-west-2: write-unproven',
        text:
          'No write in the promoted database succeeded yet; it is tried on. SQL writes are closed. ' +
          'Cause: primary failed: 3 bad rounds in a row (black-hole). ' +
          'Look at the writer instance and its security group; or run failover or failback.',
      },
    });
  });

  it('marks that the person was called', () => {
    expect(decide(UNPROVEN, { notice: { id: '2:write-unproven', delivered: true } })).toEqual({
      kind: 'write',
      reason: 'a person was told',
      write: { expected: { version: 10 }, next: { ...UNPROVEN, version: 11, announced: true } },
    });
  });

  it.each<[string, Partial<ControlRecord>, Situation['notice']]>([
    ['was called', { announced: true }, null],
    ['could not be called', {}, { id: '2:write-unproven', delivered: false }],
  ])('tries on, however long, after a person %s', (_what, recordChanges, notice) => {
    expect(decide({ ...UNPROVEN, ...recordChanges }, { notice })).toEqual(PROVE);
  });

  it('opens writes once one is proved, before it calls anybody', () => {
    expect(decide(UNPROVEN, { provedAtVersion: 10 })).toEqual({
      kind: 'write',
      reason: 'a write in us-west-2 was proved',
      write: {
        expected: { version: 10 },
        next: { ...UNPROVEN, version: 11, step: 'serving', sqlWrites: 'open', enteredAtMs: NOON },
      },
    });
  });
});

/** In every step and with everything that a process may believe of it, right or wrong. */
describe('any situation', () => {
  const anyMode = fc.constantFrom(...MODES);
  const nextOf = (effect: Effect) => (effect.kind === 'write' ? effect.write.next : null);
  const check = (property: (situation: Situation, effect: Effect, mode: FailoverMode) => void) =>
    fc.assert(
      fc.property(anySituation, anyMode, (situation, mode) =>
        property(situation, decideNextEffect(situation, { ...SETTINGS, mode }), mode),
      ),
      { numRuns: 1_000 },
    );

  it('is decided the same way twice', () => {
    check((situation, effect, mode) => {
      expect(decideNextEffect(structuredClone(situation), { ...SETTINGS, mode })).toEqual(effect);
    });
  });

  it('stays as it was', () => {
    fc.assert(
      fc.property(anySituation, anyMode, (situation, mode) => {
        const before = structuredClone(situation);

        decideNextEffect(situation, { ...SETTINGS, mode });

        expect(situation).toEqual(before);
      }),
    );
  });

  it('is written of on condition of the version that was read, as the next one', () => {
    check(({ record }, effect) => {
      if (effect.kind !== 'write') return;
      expect(effect.write.expected).toEqual({ version: record.version });
      expect(effect.write.next.version - record.version).toBe(1);
    });
  });

  it('lets the epoch never fall, and rise by one only as the standby takes it or a failback hands it over', () => {
    const rises = [
      'serving to draining',
      'failback-proving to failback-releasing',
      'failback-unproven to failback-releasing',
    ];

    check(({ record }, effect) => {
      const next = nextOf(effect);
      if (!next) return;
      expect(next.epoch - record.epoch).toBe(rises.includes(`${record.step} to ${next.step}`) ? 1 : 0);
    });
  });

  it('lets the holder change with the epoch only', () => {
    check(({ record }, effect) => {
      const next = nextOf(effect);
      if (next && next.epoch === record.epoch) expect(next.holder).toBe(record.holder);
    });
  });

  it('lets the latch come down at the end of a failback only', () => {
    check(({ record }, effect) => {
      const next = nextOf(effect);
      if (next && record.latchedRegion !== null && next.latchedRegion === null) {
        expect(record.step).toBe('failback-releasing');
        expect(next.step).toBe('serving');
      }
    });
  });

  it('opens closed writes only after this process proved one of the version that it read', () => {
    check(({ provedAtVersion, record }, effect) => {
      if (record.sqlWrites === 'closed' && nextOf(effect)?.sqlWrites === 'open') {
        expect(provedAtVersion).toBe(record.version);
      }
    });
  });

  it('has the epoch taken on the verdict failed only, from the primary, for a standby that is able', () => {
    check(({ primary, record, standbyAble }, effect, mode) => {
      if (nextOf(effect)?.step !== 'draining' || record.step === 'draining') return;
      expect([mode, primary.kind, standbyAble, record.step, record.holder]).toEqual([
        expect.stringMatching(/^(automatic|approval)$/),
        'failed',
        true,
        'serving',
        'us-east-1',
      ]);
    });
  });

  it('moves the database only where its ledger says so, while nothing else changes it, within the lease', () => {
    check(({ database, record, recordReadStartedAtMs }, effect) => {
      if (effect.kind !== 'promote' && effect.kind !== 'switch-over') return;
      expect([record.step, database.status, effect]).toEqual([
        effect.kind === 'promote' ? 'promoting' : 'failback-switching',
        'idle',
        {
          kind: effect.kind,
          target: effect.kind === 'promote' ? 'us-west-2' : 'us-east-1',
          epoch: record.epoch,
          beginByMs: recordReadStartedAtMs + 6_000,
        },
      ]);
    });
  });

  const noApproval = fc.constantFrom(
    null,
    { epoch: 2, by: 'ada', approvedAtMs: 1_780_314_000_000, expiresAtMs: NOON },
    { epoch: 2, by: 'ada', approvedAtMs: 1_780_315_203_001, expiresAtMs: 1_780_318_800_000 },
    { epoch: 1, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_318_800_000 },
    { epoch: 3, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_318_800_000 },
  );

  it.each<FailoverMode>(['approval', 'observe'])(
    'leads in mode %s to no intent to promote without an approval that holds',
    (mode) => {
      fc.assert(
        fc.property(anySituation, noApproval, (situation, approval) => {
          const record = { ...situation.record, epoch: 2, approval };

          const effect = decideNextEffect({ ...situation, record }, { ...SETTINGS, mode });

          expect(nextOf(effect)?.step === 'promoting' && record.step !== 'promoting').toBe(false);
        }),
        { numRuns: 1_000 },
      );
    },
  );

  it('leads to no second intent to promote in one epoch', () => {
    check(({ record }, effect) => {
      const next = nextOf(effect);
      if (next?.step !== 'promoting' || record.step === 'promoting') return;
      expect(record.promotionEpoch).toBeLessThan(record.epoch);
      expect(next.promotionEpoch).toBe(record.epoch);
    });
  });

  it('comes to rest, or to something that takes time, and enters no step twice on the way', () => {
    check((situation, _effect, mode) => {
      const steps: Step[] = [situation.record.step];
      let now = situation;
      let effect = decideNextEffect(now, { ...SETTINGS, mode });
      for (let more = 0; more < 20 && (effect.kind === 'write' || effect.kind === 'notify'); more++) {
        now = situationAfter(effect, now);
        if (effect.kind === 'write' && effect.reason !== 'a person was told') steps.push(now.record.step);
        effect = decideNextEffect(now, { ...SETTINGS, mode });
      }

      expect(effect.kind).toMatch(/^(wait|none|promote|switch-over|prove-write)$/);
      expect(steps).toEqual([...new Set(steps)]);
    });
  });
});
