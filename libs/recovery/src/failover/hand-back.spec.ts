import type { ControlRecord } from '../fencing/control-record';
import type { FailoverMode } from '../recovery-settings';
import { decideNextEffect } from './decide-next-effect';
import type { Situation } from './situation';
import {
  enters,
  FAILED,
  failoverIn,
  HEALTHY,
  IN_PRIMARY,
  IN_STANDBY,
  itDecides,
  NOON,
  polls,
  SETTINGS,
  situationWith,
  UNCERTAIN,
  UNKNOWN,
} from './situation-for-test';

/** The closing was seen 11,045 ms before the database was asked, which is the drain wait. */
const DRAINED: Partial<Situation> = {
  closureWatch: { closedAtVersion: 8, seenAtMs: 488_855 },
  databaseAskedAtMs: 499_900,
};
const BACK: Partial<Situation> = { ...DRAINED, watched: UNCERTAIN, inARow: { good: 3, bad: 0, entryFailed: 0 } };
const G = failoverIn('guarding');
const LAG = 'replication lag was 800 ms, measured 3000 ms before';
const BACK_AGAIN = 'handed back to us-east-1: 3 good rounds in a row, and its database never moved';
const PROVES = { kind: 'prove-write', region: 'us-east-1', version: 10, beginByMs: 505_900 } as const;
const handBack = (atMs: number) => ({ kind: 'hand-back', atMs }) as const;
const promotes = (record: ControlRecord, reason = LAG) =>
  enters(record, 'promoting', reason, { promotionEpoch: 2, isMoveIntended: true });
const handsBack = (record: ControlRecord, cause = BACK_AGAIN, before: ControlRecord['losslessMoves'] = []) =>
  enters(record, 'serving', cause, {
    epoch: 3,
    holder: 'us-east-1',
    sqlWrites: 'open',
    lagAtTake: null,
    losslessMoves: [...before, handBack(NOON)],
    cause,
  });
const HELD = polls('us-east-1 is uncertain: 2 bad and 0 good rounds in a row; a promotion waits for a bad round');

describe('a takeover whose region is back, before anything moved', () => {
  const twice = [handBack(NOON - 599_999), handBack(NOON - 1_000)];
  const old = [handBack(NOON - 600_000), handBack(NOON - 1_000)];
  const ahead = [handBack(NOON + 7_200_000), handBack(NOON + 7_200_000)];
  const waiting = failoverIn('awaiting-approval', { announced: true });

  itDecides(
    [
      ['proves a write in the region that is back', G, {}, PROVES],
      ['hands the epoch back by a proved write, and SQL is open', G, { provedAtVersion: 10 }, handsBack(G)],
      ['hands back while a person is waited for', waiting, { provedAtVersion: 10 }, handsBack(waiting), 'approval'],
      ['hands back a second time', { ...G, losslessMoves: [handBack(NOON - 1_000)] }, {}, PROVES],
      ['hands back once the oldest is ten minutes old', { ...G, losslessMoves: old }, {}, PROVES],
      [
        'writes of the hand-backs before it those that still count',
        { ...G, losslessMoves: old },
        { provedAtVersion: 10 },
        handsBack({ ...G, losslessMoves: old }, BACK_AGAIN, [handBack(NOON - 1_000)]),
      ],
      ['holds a third one back, within a minute', { ...G, losslessMoves: twice }, {}, HELD],
      ['counts one of a clock that is ahead', { ...G, losslessMoves: ahead }, {}, HELD],
      [
        'promotes by the guard then',
        { ...G, losslessMoves: twice, enteredAtMs: NOON - 60_000 },
        {},
        promotes({ ...G, losslessMoves: twice }),
      ],
      ['holds while two rounds were good', G, { inARow: { good: 2, bad: 0, entryFailed: 0 } }, HELD],
      [
        'holds for longer than a minute while the third round is still to come',
        { ...G, enteredAtMs: NOON - 90_000 },
        { inARow: { good: 2, bad: 0, entryFailed: 0 } },
        HELD,
      ],
      ['promotes on one bad round', G, { inARow: { good: 0, bad: 1, entryFailed: 0 } }, promotes(G)],
      ['gives nothing back that a person took', { ...G, begunBy: 'person' }, {}, promotes({ ...G, begunBy: 'person' })],
      [
        'gives nothing back that a person approved',
        { ...G, approval: { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs: NOON + 1 } },
        {},
        promotes(
          { ...G, approval: { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs: NOON + 1 } },
          'approved by ada',
        ),
      ],
      [
        'promotes where no write could be proved for two minutes',
        { ...G, enteredAtMs: NOON - 120_001 },
        {},
        promotes(G),
      ],
      ['holds where the database was meant to move', { ...G, isMoveIntended: true }, {}, HELD],
      ['holds where Aurora was asked before the drain had ended', G, { databaseAskedAtMs: 499_899 }, HELD],
      ['holds where this process has not seen the closing', G, { closureWatch: null }, HELD],
    ],
    BACK,
  );

  it('is not handed back by an Aurora that does not say where the writer is', () => {
    const effects = [UNKNOWN, { writer: 'us-east-1', status: 'changing' } as const, IN_STANDBY].map((database) =>
      decideNextEffect(situationWith(G, { ...BACK, database, provedAtVersion: 10 }), SETTINGS),
    );

    expect(effects.map((effect) => (effect.kind === 'write' ? effect.write.next.step : effect.kind))).toEqual([
      'wait',
      'wait',
      'proving',
    ]);
  });
});

describe('a takeover whose region is neither bad nor back for a minute', () => {
  const late = { ...G, enteredAtMs: NOON - 60_000 };
  const reason = 'us-east-1 is uncertain: 2 bad and 0 good rounds in a row';

  itDecides([
    [
      'is left to a person',
      late,
      { watched: UNCERTAIN, inARow: { good: 0, bad: 0, entryFailed: 0 } },
      enters(late, 'awaiting-approval', reason, { cause: reason }),
    ],
    [
      'is not held by a clock that went backwards',
      { ...G, enteredAtMs: NOON + 1 },
      { watched: UNCERTAIN, inARow: { good: 0, bad: 0, entryFailed: 0 } },
      enters(G, 'awaiting-approval', reason, { cause: reason }),
    ],
  ]);
});

describe('a takeover whose own region fails, before anything moved', () => {
  const there: Partial<Situation> = { ...DRAINED, region: 'us-east-1', watched: FAILED, database: IN_PRIMARY };
  const TAKEN_BACK = 'taken back by us-east-1: us-west-2 failed: 3 bad rounds in a row (black-hole)';
  const byPerson: ControlRecord = { ...G, begunBy: 'person' };
  const thrice = [handBack(NOON - 2), handBack(NOON - 1)];

  itDecides(
    [
      ['is taken back by the other region', G, { provedAtVersion: 10 }, handsBack(G, TAKEN_BACK)],
      ['proves a write there first', G, {}, PROVES],
      ['is taken back from a person, too', byPerson, { provedAtVersion: 10 }, handsBack(byPerson, TAKEN_BACK)],
      [
        'is not taken back a third time within ten minutes',
        { ...G, losslessMoves: thrice },
        { provedAtVersion: 10 },
        polls('us-east-1 is uncertain: us-east-1 is not watched from here; a promotion waits for a bad round'),
      ],
      [
        'is not taken back by a region that is not healthy',
        G,
        { successorHealthy: false, provedAtVersion: 10 },
        polls('us-east-1 is uncertain: us-east-1 is not watched from here; a promotion waits for a bad round'),
      ],
      [
        'is not taken back from a region that is healthy',
        G,
        { watched: HEALTHY, inARow: { good: 8, bad: 0, entryFailed: 0 }, provedAtVersion: 10 },
        polls('us-east-1 is uncertain: us-east-1 is not watched from here; a promotion waits for a bad round'),
      ],
    ],
    there,
  );

  it.each<FailoverMode>(['automatic', 'approval'])(
    'promotes nothing by what the other region sees, in mode %s',
    (mode) => {
      const awaiting = failoverIn('awaiting-approval', { announced: true });

      const effect = decideNextEffect(situationWith(awaiting, { ...there, successorHealthy: false }), {
        ...SETTINGS,
        mode,
      });

      expect(effect.kind).toBe('none');
    },
  );
});
