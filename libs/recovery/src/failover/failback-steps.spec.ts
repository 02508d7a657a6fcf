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
  failbackIn,
  failoverIn,
  HEALTHY,
  ISOLATED,
  NOON,
  SETTINGS,
  situationAfter,
  situationWith,
  UNCERTAIN,
} from './situation-for-test';

const IN_STANDBY: DatabaseState = { writer: 'us-west-2', status: 'idle' };
const IN_PRIMARY: DatabaseState = { writer: 'us-east-1', status: 'idle' };
const CHANGING: DatabaseState = { writer: 'us-west-2', status: 'changing' };
const UNKNOWN: DatabaseState = { writer: null, status: 'unknown' };
/** Of the primary's cluster, which follows: measured a second before noon. */
const LAG: LagSample = { lagMs: 800, measuredAtMs: 1_780_315_199_000 };
const MODES: readonly FailoverMode[] = ['automatic', 'approval', 'observe'];

/** The primary is healthy again and its database follows. */
const repaired = (record: ControlRecord, changes: Partial<Situation> = {}) =>
  situationWith(record, { primary: HEALTHY, database: IN_STANDBY, lag: LAG, ...changes });
const decide = (record: ControlRecord, changes: Partial<Situation> = {}, mode: FailoverMode = 'automatic') =>
  decideNextEffect(repaired(record, changes), { ...SETTINGS, mode });

describe('failback-checking', () => {
  /** From serving in the standby, where writes go on while it is checked. */
  const checkingSince = (enteredAtMs: number) =>
    failbackIn('failback-checking', { sqlWrites: 'open', closedAtVersion: 8, enteredAtMs });
  const CHECKING = checkingSince(1_780_315_199_000);
  /** From a blocked step of a failover, which closed writes with version 8. */
  const CHECKING_CLOSED = failoverIn('failback-checking', { cause: 'failback by ada' });

  const closes = (record: ControlRecord): Effect => ({
    kind: 'write',
    reason: 'writes stop for the switchover',
    write: {
      expected: { version: 10 },
      next: {
        ...record,
        version: 11,
        step: 'failback-draining',
        sqlWrites: 'closed',
        closedAtVersion: 11,
        announced: false,
        enteredAtMs: NOON,
      },
    },
  });
  const gives = (record: ControlRecord, step: Step, obstacle: string): Effect => ({
    kind: 'write',
    reason: obstacle,
    write: {
      expected: { version: 10 },
      next: {
        ...record,
        version: 11,
        step,
        announced: false,
        cause: `failback was given up: ${obstacle}`,
        enteredAtMs: NOON,
      },
    },
  });

  it.each(MODES)('closes writes in mode %s when nothing stands in the way', (mode) => {
    expect(decide(CHECKING, {}, mode)).toEqual(closes(CHECKING));
  });

  it('begins the drain anew when writes were closed before', () => {
    expect(decide(CHECKING_CLOSED, { database: IN_PRIMARY })).toEqual(closes(CHECKING_CLOSED));
  });

  it('does not ask whether the standby could serve', () => {
    expect(decide(CHECKING, { standbyAble: false })).toEqual(closes(CHECKING));
  });

  it.each([
    ['at the objective', { lagMs: 4_000, measuredAtMs: 1_780_315_199_000 }],
    ['as old as a measurement may be', { lagMs: 0, measuredAtMs: 1_780_315_140_000 }],
    ['as far in the future as clocks may differ', { lagMs: 0, measuredAtMs: 1_780_315_203_000 }],
  ])('closes writes with a lag %s', (_what, lag) => {
    expect(decide(CHECKING, { lag })).toEqual(closes(CHECKING));
  });

  it('needs no lag when the writer never left the primary', () => {
    expect(decide(CHECKING, { lag: null, database: IN_PRIMARY })).toEqual(closes(CHECKING));
  });

  it('needs a lag while no writer is known', () => {
    expect(decide(CHECKING, { lag: null, database: { writer: null, status: 'idle' } })).toEqual({
      kind: 'wait',
      ms: 5_000,
      reason: 'replication lag is unknown',
    });
  });

  const OBSTACLES: readonly (readonly [obstacle: string, changes: Partial<Situation>])[] = [
    ['primary is degraded: 60 % of the rounds were degraded', { primary: DEGRADED }],
    ['primary is isolated: the observer reaches nothing', { primary: ISOLATED }],
    ['primary is uncertain: 2 bad and 0 good rounds in a row', { primary: UNCERTAIN }],
    ['the global database is changing', { database: CHANGING }],
    ['the global database is unknown', { database: UNKNOWN }],
    ['the global database is changing', { database: { writer: 'us-east-1', status: 'changing' } }],
    ['replication lag is unknown', { lag: null }],
    ['replication lag is unknown', { lag: { lagMs: Number.NaN, measuredAtMs: NOON } }],
    ['replication lag is unknown', { lag: { lagMs: -1, measuredAtMs: NOON } }],
    ['replication lag is unknown', { lag: { lagMs: 0, measuredAtMs: 1_780_315_203_001 } }],
    [
      'replication lag is 4001 ms, over the objective of 4000 ms',
      { lag: { lagMs: 4_001, measuredAtMs: 1_780_315_199_000 } },
    ],
    [
      'replication lag was measured 60001 ms ago, and counts for 60000 ms',
      { lag: { lagMs: 0, measuredAtMs: 1_780_315_139_999 } },
    ],
  ];

  it.each(OBSTACLES)('waits, with writes as they were: %s %p', (reason, changes) => {
    expect(decide(CHECKING, changes)).toEqual({ kind: 'wait', ms: 5_000, reason });
  });

  it.each(OBSTACLES)('waits until its time is over: %s %p', (reason, changes) => {
    expect(decide(checkingSince(1_780_315_080_000), changes)).toEqual({ kind: 'wait', ms: 5_000, reason });
  });

  it.each(OBSTACLES)('gives up a millisecond later, and the standby serves on: %s %p', (obstacle, changes) => {
    const late = checkingSince(1_780_315_079_999);

    expect(decide(late, changes)).toEqual(gives(late, 'serving', obstacle));
  });

  it('closes writes however late, when nothing stands in the way any more', () => {
    const late = checkingSince(1_780_228_800_000);

    expect(decide(late)).toEqual(closes(late));
  });

  it('gives up at once when the primary failed', () => {
    expect(decide(CHECKING, { primary: FAILED })).toEqual(
      gives(CHECKING, 'serving', 'primary is failed: 3 bad rounds in a row (black-hole)'),
    );
  });

  it('goes back to the guard, not to serving, when writes are closed', () => {
    expect(decide(CHECKING_CLOSED, { primary: FAILED })).toEqual(
      gives(CHECKING_CLOSED, 'guarding', 'primary is failed: 3 bad rounds in a row (black-hole)'),
    );
  });

  it('names the primary before the database, and the database before the lag', () => {
    const unclear = { primary: UNCERTAIN, database: CHANGING, lag: null };

    expect(decide(CHECKING, unclear)).toMatchObject({
      reason: 'primary is uncertain: 2 bad and 0 good rounds in a row',
    });
    expect(decide(CHECKING, { ...unclear, primary: HEALTHY })).toMatchObject({
      reason: 'the global database is changing',
    });
  });

  it('waits on while its own clock is minutes behind that of the command', () => {
    expect(decide(checkingSince(1_780_315_500_000), { primary: UNCERTAIN }).kind).toBe('wait');
  });
});

describe('failback-draining', () => {
  const DRAINING = failbackIn('failback-draining');
  const seen = (seenAtMs: number, closedAtVersion = 9) => ({ closureWatch: { closedAtVersion, seenAtMs } });
  const SWITCHING: Effect = {
    kind: 'write',
    reason: 'no writer can write any more',
    write: {
      expected: { version: 10 },
      next: { ...DRAINING, version: 11, step: 'failback-switching', announced: false, enteredAtMs: NOON },
    },
  };

  it.each<[string, Situation['closureWatch']]>([
    ['of no closing', null],
    ['of an earlier closing only', { closedAtVersion: 8, seenAtMs: 400_000 }],
    ['of a later closing only', { closedAtVersion: 10, seenAtMs: 400_000 }],
  ])('reads on while this process knows %s', (_what, closureWatch) => {
    expect(decide(DRAINING, { closureWatch })).toEqual({
      kind: 'wait',
      ms: 0,
      reason: 'this process has not seen yet that writes are closed',
    });
  });

  it.each([
    [500_000, 11_045],
    [488_956, 1],
  ])('waits when the closing was seen at %s, for %s ms more', (seenAtMs, ms) => {
    expect(decide(DRAINING, seen(seenAtMs))).toEqual({
      kind: 'wait',
      ms,
      reason: 'earlier writes may still be in flight',
    });
  });

  it('intends to switch over when the closing was seen as long ago as the drain lasts', () => {
    expect(decide(DRAINING, seen(488_955))).toEqual(SWITCHING);
  });

  it.each([
    ['an hour behind', 1_780_311_600_000],
    ['a day ahead', 1_780_401_600_000],
  ])('counts on no wall clock: %s', (_what, wallClockMs) => {
    expect(decide(DRAINING, { wallClockMs, ...seen(488_956) }).kind).toBe('wait');
    expect(decide(DRAINING, { wallClockMs, ...seen(488_955) })).toMatchObject({
      write: { next: { step: 'failback-switching', enteredAtMs: wallClockMs } },
    });
  });

  it.each([HEALTHY, DEGRADED, ISOLATED, UNCERTAIN])('goes on when the primary is $kind', (primary) => {
    expect(decide(DRAINING, { primary, ...seen(488_955) })).toEqual(SWITCHING);
  });

  it.each<[string, Situation['closureWatch']]>([
    ['before the closing was seen', null],
    ['during the drain', { closedAtVersion: 9, seenAtMs: 495_000 }],
    ['after the drain', { closedAtVersion: 9, seenAtMs: 400_000 }],
  ])('gives up when the primary failed again, %s', (_what, closureWatch) => {
    expect(decide(DRAINING, { primary: FAILED, closureWatch })).toEqual({
      kind: 'write',
      reason: 'the primary failed again; nothing was moved yet',
      write: {
        expected: { version: 10 },
        next: {
          ...DRAINING,
          version: 11,
          step: 'guarding',
          announced: false,
          cause: 'failback was given up: 3 bad rounds in a row (black-hole)',
          enteredAtMs: NOON,
        },
      },
    });
  });

  it('once given up, goes back to serving in the standby without a promotion', () => {
    const situation = repaired(DRAINING, { primary: FAILED });

    const givenUp = situationAfter(decideNextEffect(situation, SETTINGS), situation);
    const proving = situationAfter(decideNextEffect(givenUp, SETTINGS), givenUp);
    const proved = situationAfter(decideNextEffect(proving, SETTINGS), proving);
    const serving = situationAfter(decideNextEffect(proved, SETTINGS), proved);

    expect([givenUp, proving, proved, serving].map(({ record }) => record.step)).toEqual([
      'guarding',
      'proving',
      'proving',
      'serving',
    ]);
    expect(serving.record).toMatchObject({ epoch: 2, holder: 'us-west-2', latchedRegion: 'us-east-1' });
  });
});

describe('failback-switching', () => {
  const switchingSince = (enteredAtMs: number) => failbackIn('failback-switching', { enteredAtMs });
  const SWITCHING = switchingSince(1_780_315_199_000);
  const SWITCH_OVER: Effect = { kind: 'switch-over', target: 'us-east-1', epoch: 2, beginByMs: 505_900 };

  it.each(MODES)('calls for the switchover to the primary in mode %s', (mode) => {
    expect(decide(SWITCHING, {}, mode)).toEqual(SWITCH_OVER);
  });

  it.each([FAILED, HEALTHY, DEGRADED, ISOLATED, UNCERTAIN])(
    'calls for it whatever the primary is said to be: $kind',
    (primary) => {
      expect(decide(SWITCHING, { primary, lag: null })).toEqual(SWITCH_OVER);
    },
  );

  it('calls for it in an epoch that promoted nothing', () => {
    expect(decide(failbackIn('failback-switching', { promotionEpoch: 0 }))).toEqual(SWITCH_OVER);
  });

  it("lets the call begin within the lease of the ledger's reading, however late it decides", () => {
    expect(decide(SWITCHING, { recordReadStartedAtMs: 494_500 })).toEqual({
      kind: 'switch-over',
      target: 'us-east-1',
      epoch: 2,
      beginByMs: 500_500,
    });
  });

  it.each<[DatabaseState, string]>([
    [CHANGING, 'the global database is changing'],
    [UNKNOWN, 'the global database is unknown'],
    [{ writer: 'us-east-1', status: 'changing' }, 'the global database is changing'],
  ])('waits on %p', (database, reason) => {
    expect(decide(SWITCHING, { database })).toEqual({ kind: 'wait', ms: 5_000, reason });
  });

  it('calls again until its time is over', () => {
    expect(decide(switchingSince(1_780_314_500_000))).toEqual(SWITCH_OVER);
  });

  it.each([IN_STANDBY, CHANGING, UNKNOWN])('is stuck a millisecond later, on %p', (database) => {
    const late = switchingSince(1_780_314_499_999);

    expect(decide(late, { database })).toEqual({
      kind: 'write',
      reason: 'the switchover did not end in time',
      write: {
        expected: { version: 10 },
        next: { ...late, version: 11, step: 'switchover-stuck', announced: false, enteredAtMs: NOON },
      },
    });
  });

  it('calls on while its own clock is minutes behind', () => {
    expect(decide(switchingSince(1_780_316_400_000))).toEqual(SWITCH_OVER);
  });

  it.each<[Step, number]>([
    ['failback-switching', 1_780_315_199_000],
    ['failback-switching', 1_780_228_800_000],
    ['switchover-stuck', 1_780_228_800_000],
  ])('goes on from %s, entered at %s, when the writer rests in the primary', (step, enteredAtMs) => {
    const record = failbackIn(step, { enteredAtMs });

    expect(decide(record, { database: IN_PRIMARY })).toEqual({
      kind: 'write',
      reason: 'the writer is in us-east-1',
      write: {
        expected: { version: 10 },
        next: { ...record, version: 11, step: 'failback-proving', announced: false, enteredAtMs: NOON },
      },
    });
  });
});

describe('switchover-stuck', () => {
  const STUCK = failbackIn('switchover-stuck', { enteredAtMs: 1_780_228_800_000 });

  it('calls a person', () => {
    expect(decide(STUCK)).toEqual({
      kind: 'notify',
      notice: {
        id: '2:switchover-stuck',
        subject: 'epoch 2, us-west-2: switchover-stuck',
        text:
          'The database was not switched over in time. SQL writes are closed. Cause: failback by ada. ' +
          'Run failback to try again, or failover to go on in the standby.',
      },
    });
  });

  it('marks that the person was called', () => {
    expect(decide(STUCK, { notice: { id: '2:switchover-stuck', delivered: true } })).toEqual({
      kind: 'write',
      reason: 'a person was told',
      write: { expected: { version: 10 }, next: { ...STUCK, version: 11, announced: true } },
    });
  });

  it.each<[string, Partial<ControlRecord>, Situation['notice']]>([
    ['who was called', { announced: true }, null],
    ['who could not be called', {}, { id: '2:switchover-stuck', delivered: false }],
  ])('waits for the person %s, and switches nothing over', (_what, recordChanges, notice) => {
    for (const database of [IN_STANDBY, CHANGING, UNKNOWN]) {
      expect(decide({ ...STUCK, ...recordChanges }, { notice, database })).toEqual({
        kind: 'none',
        reason: 'a person is awaited',
      });
    }
  });
});

describe('failback-proving', () => {
  const provingSince = (enteredAtMs: number) => failbackIn('failback-proving', { enteredAtMs });
  const PROVING = provingSince(1_780_315_199_000);
  const PROVE: Effect = { kind: 'prove-write', region: 'us-east-1', version: 10, beginByMs: 505_900 };

  it.each([
    ['none', null],
    ['one of an earlier version', 9],
    ['one of a later version', 11],
  ])('tries a write in the primary with this proof: %s', (_what, provedAtVersion) => {
    expect(decide(PROVING, { provedAtVersion, database: IN_PRIMARY })).toEqual(PROVE);
  });

  it('hands the next epoch over once one is proved, opens writes, and keeps the latch up', () => {
    const approval = { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_317_000_000 };
    const approved = failbackIn('failback-proving', { approval });

    expect(decide(approved, { provedAtVersion: 10 })).toEqual({
      kind: 'write',
      reason: 'a write in us-east-1 was proved',
      write: {
        expected: { version: 10 },
        next: {
          schema: 1,
          version: 11,
          epoch: 3,
          holder: 'us-east-1',
          latchedRegion: 'us-east-1',
          sqlWrites: 'open',
          closedAtVersion: 9,
          step: 'failback-releasing',
          announced: false,
          promotionEpoch: 2,
          approval: null,
          cause: 'failback by ada',
          lagAtTake: null,
          enteredAtMs: NOON,
          writerMovedAtMs: NOON,
        },
      },
    });
  });

  it('hands the next epoch over where the one before promoted nothing', () => {
    expect(decide(failbackIn('failback-proving', { promotionEpoch: 0 }), { provedAtVersion: 10 })).toMatchObject({
      write: { next: { step: 'failback-releasing', epoch: 3, promotionEpoch: 0 } },
    });
  });

  it('tries on until its time is over', () => {
    expect(decide(provingSince(1_780_315_080_000))).toEqual(PROVE);
  });

  it('calls for a person a millisecond later', () => {
    const late = provingSince(1_780_315_079_999);

    expect(decide(late)).toEqual({
      kind: 'write',
      reason: 'no write in us-east-1 succeeded in time',
      write: {
        expected: { version: 10 },
        next: { ...late, version: 11, step: 'failback-unproven', announced: false, enteredAtMs: NOON },
      },
    });
  });

  it('tries on while its own clock is minutes behind', () => {
    expect(decide(provingSince(1_780_315_500_000))).toEqual(PROVE);
  });

  it('tries on when the primary is said to have failed, since the writer is there', () => {
    expect(decide(PROVING, { primary: FAILED })).toEqual(PROVE);
  });
});

describe('failback-unproven', () => {
  const UNPROVEN = failbackIn('failback-unproven', { enteredAtMs: 1_780_228_800_000 });

  it('calls a person', () => {
    expect(decide(UNPROVEN)).toEqual({
      kind: 'notify',
      notice: {
        id: '2:failback-unproven',
        subject: 'epoch 2, us-west-2: failback-unproven',
        text:
          'No write in the primary succeeded yet; it is tried on. SQL writes are closed. Cause: failback by ada. ' +
          'Look at the writer instance; run failover to go on in the standby.',
      },
    });
  });

  it('marks that the person was called', () => {
    expect(decide(UNPROVEN, { notice: { id: '2:failback-unproven', delivered: true } })).toEqual({
      kind: 'write',
      reason: 'a person was told',
      write: { expected: { version: 10 }, next: { ...UNPROVEN, version: 11, announced: true } },
    });
  });

  it.each<[string, Partial<ControlRecord>, Situation['notice']]>([
    ['was called', { announced: true }, null],
    ['could not be called', {}, { id: '2:failback-unproven', delivered: false }],
  ])('tries on, however long, after a person %s', (_what, recordChanges, notice) => {
    expect(decide({ ...UNPROVEN, ...recordChanges }, { notice })).toEqual({
      kind: 'prove-write',
      region: 'us-east-1',
      version: 10,
      beginByMs: 505_900,
    });
  });

  it('hands the next epoch over once a write is proved, before it calls anybody', () => {
    expect(decide(UNPROVEN, { provedAtVersion: 10 })).toMatchObject({
      kind: 'write',
      reason: 'a write in us-east-1 was proved',
      write: { next: { step: 'failback-releasing', epoch: 3, holder: 'us-east-1', sqlWrites: 'open' } },
    });
  });
});

describe('failback-releasing', () => {
  const RELEASING: ControlRecord = {
    ...failbackIn('failback-releasing'),
    epoch: 3,
    holder: 'us-east-1',
    sqlWrites: 'open',
    lagAtTake: null,
    writerMovedAtMs: 1_780_315_199_000,
  };

  it.each([FAILED, HEALTHY, DEGRADED, ISOLATED, UNCERTAIN])(
    'takes the latch down, whatever the primary is said to be: $kind',
    (primary) => {
      expect(decide(RELEASING, { primary, database: UNKNOWN, standbyAble: false })).toEqual({
        kind: 'write',
        reason: 'the latch comes down',
        write: {
          expected: { version: 10 },
          next: {
            schema: 1,
            version: 11,
            epoch: 3,
            holder: 'us-east-1',
            latchedRegion: null,
            sqlWrites: 'open',
            closedAtVersion: 9,
            step: 'serving',
            announced: false,
            promotionEpoch: 2,
            approval: null,
            cause: 'failback ended',
            lagAtTake: null,
            enteredAtMs: NOON,
            writerMovedAtMs: 1_780_315_199_000,
          },
        },
      });
    },
  );

  it('leaves a primary that fails right after to the next failover', () => {
    const situation = repaired(RELEASING, { primary: FAILED });

    const serving = situationAfter(decideNextEffect(situation, SETTINGS), situation);

    expect(decideNextEffect(serving, SETTINGS)).toMatchObject({
      kind: 'write',
      write: { next: { step: 'draining', epoch: 4, holder: 'us-west-2', latchedRegion: 'us-east-1' } },
    });
  });
});

describe('a failback', () => {
  /** What is decided from a situation on, until something takes time. */
  function waysOf(begin: Situation): string[] {
    const ways: string[] = [];
    let now = begin;
    for (let more = 0; more < 20; more++) {
      const effect = decideNextEffect(now, SETTINGS);
      ways.push(effect.kind === 'write' ? effect.write.next.step : effect.kind);
      if (effect.kind === 'wait' || effect.kind === 'none') break;
      now = situationAfter(effect, now);
    }
    return ways;
  }

  it('goes from the drained standby to the serving primary in one way, and then tells of it once', () => {
    const drained = { closureWatch: { closedAtVersion: 9, seenAtMs: 400_000 } };

    expect(waysOf(repaired(failbackIn('failback-draining'), drained))).toEqual([
      'failback-switching',
      'switch-over',
      'failback-proving',
      'prove-write',
      'failback-releasing',
      'serving',
      'notify',
      'serving',
      'none',
    ]);
  });

  it('waits for a drain of its own, though an earlier closing was seen long ago', () => {
    const record = failbackIn('failback-checking', { sqlWrites: 'open', closedAtVersion: 8 });
    const watched = { closureWatch: { closedAtVersion: 8, seenAtMs: 400_000 } };

    expect(waysOf(repaired(record, watched))).toEqual(['failback-draining', 'wait']);
  });
});

describe('any situation', () => {
  it('leads to no switchover from a step of a failover', () => {
    fc.assert(
      fc.property(
        anySituation.filter(({ record }) => !record.step.startsWith('failback-')),
        (situation) => expect(decideNextEffect(situation, SETTINGS).kind).not.toBe('switch-over'),
      ),
      { numRuns: 1_000 },
    );
  });

  it('leads from a step of a failback to no promotion', () => {
    fc.assert(
      fc.property(
        anySituation.filter(({ record }) => /^(failback-|switchover-)/.test(record.step)),
        (situation) => {
          const effect = decideNextEffect(situation, SETTINGS);

          expect(effect.kind).not.toBe('promote');
          expect(effect.kind === 'write' && effect.write.next.step).not.toBe('promoting');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('closes writes for a failback under a healthy primary and an idle database only', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const effect = decideNextEffect(
          { ...situation, record: { ...situation.record, step: 'failback-checking' } },
          SETTINGS,
        );
        if (effect.kind !== 'write' || effect.write.next.step !== 'failback-draining') return;

        expect([situation.primary.kind, situation.database.status]).toEqual(['healthy', 'idle']);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not depend on the mode in a step of a failback', () => {
    fc.assert(
      fc.property(
        anySituation.filter(({ record }) => /^(failback-|switchover-)/.test(record.step)),
        (situation) => {
          const [automatic, approval, observe] = MODES.map((mode) =>
            decideNextEffect(situation, { ...SETTINGS, mode }),
          );

          expect(approval).toEqual(automatic);
          expect(observe).toEqual(automatic);
        },
      ),
    );
  });
});
