import type { Approval, ControlRecord, Step } from '../fencing/control-record';
import type { LagSample } from '../promotion-guard/lag-evidence';
import { decideNextEffect } from './decide-next-effect';
import type { Effect } from './effect';
import type { DatabaseState, Situation } from './situation';
import {
  DAY_AGO,
  DEGRADED,
  enters,
  FAILED,
  evacuationIn,
  failoverIn,
  HEALTHY,
  IN_PRIMARY,
  IN_STANDBY,
  ISOLATED,
  itDecides,
  marksAnnounced,
  MODES,
  NOON,
  nothing,
  polls,
  type Row,
  SETTINGS,
  situationAfter,
  situationWith,
  UNCERTAIN,
  UNKNOWN,
  VERDICTS,
  was,
} from './situation-for-test';

const CHANGING: DatabaseState = { writer: 'us-west-2', status: 'changing' };
const PRIMARY_CHANGING: DatabaseState = { writer: 'us-east-1', status: 'changing' };
/** Of the primary's cluster, which follows: measured a second before noon. */
const LAG: LagSample = { lagMs: 800, measuredAtMs: 1_780_315_199_000 };
/** The primary is healthy again and its database follows. */
const REPAIRED = { watched: HEALTHY, database: IN_STANDBY, lag: LAG };

const repaired = (record: ControlRecord, changes: Partial<Situation> = {}) =>
  situationWith(record, { ...REPAIRED, ...changes });
/** The standby goes on in an epoch of its own. */
const givesUp = (record: ControlRecord, obstacle: string) =>
  enters(record, 'draining', obstacle, {
    epoch: 3,
    closedAtVersion: 11,
    lagAtTake: { lagMs: 800, ageMs: 1_000 },
    cause: `the evacuation was given up: ${obstacle}`,
  });
const measured = (lagMs: number, measuredAtMs: number) => ({ lag: { lagMs, measuredAtMs } });

describe('evacuation-checking', () => {
  /** From serving in the standby, where writes go on while it is checked. */
  const since = (enteredAtMs: number) =>
    evacuationIn('evacuation-checking', { sqlWrites: 'open', closedAtVersion: 8, enteredAtMs });
  const C = since(1_780_315_199_000);
  const LAST = since(1_780_315_080_000);
  const LATE = since(1_780_315_079_999);
  const CLOCK_BEHIND = since(1_780_315_500_000);
  /** From a blocked step of a failover, which closed writes with version 8. */
  const CLOSED = failoverIn('evacuation-checking', { cause: 'failback by ada' });
  const closes = (record: ControlRecord) =>
    enters(record, 'evacuation-draining', 'writes stop for the switchover', {
      sqlWrites: 'closed',
      closedAtVersion: 11,
    });
  const gives = (record: ControlRecord, step: Step, obstacle: string) =>
    enters(record, step, obstacle, { cause: `the evacuation was given up: ${obstacle}` });
  const WITHOUT_WRITER = { lag: null, database: { writer: null, status: 'idle' } } as const;
  const AGAIN = 'us-east-1 is failed: 3 bad rounds in a row (black-hole)';
  const UNCLEAR = { watched: UNCERTAIN, database: CHANGING, lag: null };
  const UNSURE = 'us-east-1 is uncertain: 2 bad and 0 good rounds in a row';

  itDecides(
    [
      ...MODES.map((mode): Row => [
        `closes writes in mode ${mode} when nothing stands in the way`,
        C,
        {},
        closes(C),
        mode,
      ]),
      ['begins the drain anew when writes were closed before', CLOSED, { database: IN_PRIMARY }, closes(CLOSED)],
      ['does not ask whether the standby could serve', C, { successorHealthy: false }, closes(C)],
      ['closes writes with a lag at the objective', C, measured(4_000, 1_780_315_199_000), closes(C)],
      ['closes them with one as old as a measurement may be', C, measured(0, 1_780_315_140_000), closes(C)],
      ['closes them with one as far in the future as clocks may differ', C, measured(0, 1_780_315_203_000), closes(C)],
      ['needs no lag when the writer never left the primary', C, { lag: null, database: IN_PRIMARY }, closes(C)],
      ['needs a lag while no writer is known', C, WITHOUT_WRITER, polls('replication lag is unknown')],
      [
        'closes writes however late, when nothing stands in the way any more',
        since(DAY_AGO),
        {},
        closes(since(DAY_AGO)),
      ],
      ['gives up at once when the primary failed', C, { watched: FAILED }, gives(C, 'serving', AGAIN)],
      ['goes back to the guard when writes are closed', CLOSED, { watched: FAILED }, gives(CLOSED, 'guarding', AGAIN)],
      ...[2, 3].map((good): Row => [
        `that a controller began ${good < 3 ? 'waits after two good rounds' : 'closes writes after three'}`,
        { ...C, begunBy: 'controller' },
        { watched: UNCERTAIN, inARow: { good, bad: 0, entryFailed: 0 } },
        good < 3 ? polls(UNSURE) : closes({ ...C, begunBy: 'controller' }),
      ]),
      [
        'that a person began waits until the verdict is healthy',
        C,
        { watched: UNCERTAIN, inARow: { good: 7, bad: 0, entryFailed: 0 } },
        polls(UNSURE),
      ],
      ['names the primary before the database', C, UNCLEAR, polls(UNSURE)],
      [
        'names the database before the primary in that region, which is no witness of it',
        C,
        { ...UNCLEAR, region: 'us-east-1' },
        polls('the global database is changing'),
      ],
      [
        'names the database before the lag',
        C,
        { ...UNCLEAR, watched: HEALTHY },
        polls('the global database is changing'),
      ],
      [
        'waits on while its clock is minutes behind that of the command',
        CLOCK_BEHIND,
        { watched: UNCERTAIN },
        polls(UNSURE),
      ],
    ],
    REPAIRED,
  );

  const OBSTACLES: readonly (readonly [what: string, obstacle: string, changes: Partial<Situation>])[] = [
    ['degraded', 'us-east-1 is degraded: 60 % of the rounds were degraded', { watched: DEGRADED }],
    ['isolated', 'us-east-1 is isolated: the observer reaches nothing', { watched: ISOLATED }],
    ['uncertain', UNSURE, { watched: UNCERTAIN }],
    ['Aurora changes', 'the global database is changing', { database: CHANGING }],
    ['Aurora is unknown', 'the global database is unknown', { database: UNKNOWN }],
    ['Aurora changes, the writer in the primary', 'the global database is changing', { database: PRIMARY_CHANGING }],
    ['no lag', 'replication lag is unknown', { lag: null }],
    ['a lag that is no number', 'replication lag is unknown', measured(Number.NaN, NOON)],
    ['a negative lag', 'replication lag is unknown', measured(-1, NOON)],
    ['a lag too far in the future', 'replication lag is unknown', measured(0, 1_780_315_203_001)],
    ['too much lag', 'replication lag is 4001 ms, over the objective of 4000 ms', measured(4_001, 1_780_315_199_000)],
    ['an old lag', 'replication lag was measured 60001 ms ago, limit 60000 ms', measured(0, 1_780_315_139_999)],
  ];

  itDecides(
    OBSTACLES.flatMap(([what, obstacle, changes]): Row[] => [
      [`waits, with writes as they were: ${what}`, C, changes, polls(obstacle)],
      [`waits until its time is over: ${what}`, LAST, changes, polls(obstacle)],
      [
        `gives up a millisecond later, and the standby serves on: ${what}`,
        LATE,
        changes,
        gives(LATE, 'serving', obstacle),
      ],
    ]),
    REPAIRED,
  );
});

describe('evacuation-draining', () => {
  const D = evacuationIn('evacuation-draining');
  const seen = (seenAtMs: number, closedAtVersion = 9) => ({ closureWatch: { closedAtVersion, seenAtMs } });
  const UNSEEN: Effect = { kind: 'wait', ms: 0, reason: 'this process has not seen yet that writes are closed' };
  const waits = (ms: number): Effect => ({ kind: 'wait', ms, reason: 'earlier writes may still be in flight' });
  const switchesAt = (enteredAtMs: number) =>
    enters(D, 'evacuation-switching', 'no writer can write any more', { enteredAtMs, isMoveIntended: true });
  const SWITCHES = switchesAt(NOON);
  const BEHIND = 1_780_311_600_000;
  const AHEAD = 1_780_401_600_000;
  const GIVES = enters(D, 'guarding', 'us-east-1 failed; nothing was moved yet', {
    cause: 'the evacuation was given up: us-east-1 failed: 3 bad rounds in a row (black-hole)',
  });

  itDecides(
    [
      ['reads on while this process knows of no closing', D, { closureWatch: null }, UNSEEN],
      ['reads on while it knows of an earlier closing only', D, seen(400_000, 8), UNSEEN],
      ['reads on while it knows of a later closing only', D, seen(400_000, 10), UNSEEN],
      ['waits for the whole drain from the closing on', D, seen(500_000), waits(11_045)],
      ['waits for its last millisecond', D, seen(488_956), waits(1)],
      ['intends to switch over at its end', D, seen(488_955), SWITCHES],
      ['waits on with a wall clock an hour behind', D, { wallClockMs: BEHIND, ...seen(488_956) }, waits(1)],
      ['ends with a wall clock an hour behind', D, { wallClockMs: BEHIND, ...seen(488_955) }, switchesAt(BEHIND)],
      ['waits on with a wall clock a day ahead', D, { wallClockMs: AHEAD, ...seen(488_956) }, waits(1)],
      ['ends with a wall clock a day ahead', D, { wallClockMs: AHEAD, ...seen(488_955) }, switchesAt(AHEAD)],
      ...[HEALTHY, DEGRADED, ISOLATED, UNCERTAIN].map((primary): Row => [
        `goes on when the primary is ${primary.kind}`,
        D,
        { watched: primary, ...seen(488_955) },
        SWITCHES,
      ]),
      ['gives up when the primary failed again, before the closing was seen', D, { watched: FAILED }, GIVES],
      ['gives up then during the drain', D, { watched: FAILED, ...seen(495_000) }, GIVES],
      ['gives up then after the drain', D, { watched: FAILED, ...seen(400_000) }, GIVES],
    ],
    REPAIRED,
  );

  it('once given up, goes back to serving in the standby without a promotion', () => {
    const situation = repaired(D, { watched: FAILED });

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
    expect(serving.record).toMatchObject({ epoch: 2, holder: 'us-west-2' });
  });
});

describe('evacuation-switching', () => {
  const since = (enteredAtMs: number) => evacuationIn('evacuation-switching', { enteredAtMs });
  const S = since(1_780_315_199_000);
  const LATE = since(1_780_314_499_999);
  const UNPROMOTED = evacuationIn('evacuation-switching', { promotionEpoch: 0 });
  const STUCK = evacuationIn('switchover-stuck', { enteredAtMs: DAY_AGO });
  const switchesBy = (beginByMs: number): Effect => ({ kind: 'switch-over', target: 'us-east-1', epoch: 2, beginByMs });
  const SWITCHES = switchesBy(505_900);
  const FAILED_AGAIN = 'us-east-1 failed: 3 bad rounds in a row (black-hole)';
  const moves = (record: ControlRecord) => enters(record, 'evacuation-proving', 'the writer is in us-east-1');

  itDecides(
    [
      ...MODES.map((mode): Row => [`calls for the switchover to the primary in mode ${mode}`, S, {}, SWITCHES, mode]),
      ...VERDICTS.filter((verdict) => verdict !== FAILED).map((primary): Row => [
        `calls for it when the primary is ${primary.kind}`,
        S,
        { watched: primary, lag: null },
        SWITCHES,
      ]),
      ['calls for it in an epoch that promoted nothing', UNPROMOTED, {}, SWITCHES],
      [
        "lets the call begin within the lease of the ledger's reading",
        S,
        { recordReadStartedAtMs: 494_500 },
        switchesBy(500_500),
      ],
      ['waits while Aurora changes', S, { database: CHANGING }, polls('the global database is changing')],
      ['waits while Aurora is unknown', S, { database: UNKNOWN }, polls('the global database is unknown')],
      [
        'waits while Aurora changes, the writer in the primary',
        S,
        { database: PRIMARY_CHANGING },
        polls('the global database is changing'),
      ],
      ['calls again for a minute while nothing has begun', since(NOON - 60_000), {}, SWITCHES],
      [
        'is given up a millisecond later by who runs in the standby',
        since(NOON - 60_001),
        { region: 'us-west-2' },
        givesUp(since(NOON - 60_001), 'Aurora did not begin the switchover'),
      ],
      [
        'is given up by who runs in the primary while the standby is healthy',
        since(NOON - 60_001),
        { region: 'us-east-1', watched: HEALTHY },
        givesUp(since(NOON - 60_001), 'Aurora did not begin the switchover'),
      ],
      [
        'is not given up by a command, which does not see the standby',
        since(NOON - 60_001),
        { region: null },
        SWITCHES,
      ],
      ['is given up when the primary failed', S, { watched: FAILED }, givesUp(S, FAILED_AGAIN)],
      ['is given up then when it is stuck', STUCK, { watched: FAILED }, givesUp(STUCK, FAILED_AGAIN)],
      [
        'is given up then while Aurora changes, which goes on where the writer is in the end',
        S,
        { watched: FAILED, database: CHANGING },
        givesUp(S, FAILED_AGAIN),
      ],
      ['goes on when the primary failed with the writer in it', S, { watched: FAILED, database: IN_PRIMARY }, moves(S)],
      [
        'waits until its time is over',
        since(1_780_314_500_000),
        { database: CHANGING },
        polls('the global database is changing'),
      ],
      ...[CHANGING, UNKNOWN].map((database): Row => [
        `is stuck a millisecond later, while Aurora is ${database.status}`,
        LATE,
        { database },
        enters(LATE, 'switchover-stuck', 'the switchover did not end in time'),
      ]),
      ['calls on while its own clock is minutes behind', since(1_780_316_400_000), {}, SWITCHES],
      ['goes on when the writer rests in the primary', S, { database: IN_PRIMARY }, moves(S)],
      ['goes on, however late', since(DAY_AGO), { database: IN_PRIMARY }, moves(since(DAY_AGO))],
      ['goes on from switchover-stuck', STUCK, { database: IN_PRIMARY }, moves(STUCK)],
    ],
    REPAIRED,
  );
});

describe('switchover-stuck', () => {
  const S = evacuationIn('switchover-stuck', { enteredAtMs: DAY_AGO });
  const ID = '2:switchover-stuck';
  const AWAITS = nothing('waiting for a person');
  const CALLS: Effect = {
    kind: 'notify',
    notice: {
      id: ID,
      subject: 'epoch 2, us-west-2: switchover-stuck',
      text:
        'The database was not switched over in time. SQL writes are closed. Cause: failback by ada. ' +
        'Run evacuate to try again, or failover to go on in the holder.',
    },
  };

  itDecides(
    [
      ['calls a person', S, {}, CALLS],
      ['marks that the person was called', S, { notice: was(ID, true) }, marksAnnounced(S)],
      ...[IN_STANDBY, CHANGING, UNKNOWN].flatMap((database): Row[] => [
        [
          `switches nothing over once called, while Aurora is ${database.status}`,
          { ...S, announced: true },
          { database },
          AWAITS,
        ],
        [
          `switches nothing over though the call was not delivered, while it is ${database.status}`,
          S,
          { notice: was(ID, false), database },
          AWAITS,
        ],
      ]),
    ],
    REPAIRED,
  );
});

describe('evacuation-proving', () => {
  const since = (enteredAtMs: number) => evacuationIn('evacuation-proving', { enteredAtMs });
  const P = since(1_780_315_199_000);
  const LATE = since(1_780_315_079_999);
  const APPROVAL: Approval = { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_317_000_000 };
  const APPROVED = evacuationIn('evacuation-proving', { approval: APPROVAL });
  const UNPROMOTED = evacuationIn('evacuation-proving', { promotionEpoch: 0 });
  const UNPROVEN = evacuationIn('evacuation-unproven', { enteredAtMs: DAY_AGO });
  const PROVES: Effect = { kind: 'prove-write', region: 'us-east-1', version: 10, beginByMs: 505_900 };
  const handsOver = (promotionEpoch: number): Effect => ({
    kind: 'write',
    reason: 'a write in us-east-1 was proved',
    write: {
      expected: { version: 10 },
      next: {
        schema: 1,
        version: 11,
        epoch: 3,
        holder: 'us-east-1',
        sqlWrites: 'open',
        closedAtVersion: 9,
        step: 'serving',
        announced: false,
        begunBy: 'person',
        isMoveIntended: false,
        replication: 'whole',
        opening: { region: 'us-east-1', version: 10 },
        losslessMoves: [],
        entryFailure: null,
        writeFailure: null,
        otherUnhealthyAtMs: NOON,
        promotionEpoch,
        approval: null,
        cause: 'evacuation ended',
        lagAtTake: null,
        enteredAtMs: NOON,
        writerMovedAtMs: NOON,
      },
    },
  });
  const ID = '2:evacuation-unproven';
  const CALLS: Effect = {
    kind: 'notify',
    notice: {
      id: ID,
      subject: 'epoch 2, us-west-2: evacuation-unproven',
      text:
        'No write in the region that is to serve succeeded yet; it is retried. SQL writes are closed. Cause: failback by ada. ' +
        'Look at the writer instance; run failover to go on in the holder.',
    },
  };

  itDecides(
    [
      ['tries a write in the primary without a proof', P, { provedAtVersion: null, database: IN_PRIMARY }, PROVES],
      ['tries one with a proof of an earlier version', P, { provedAtVersion: 9, database: IN_PRIMARY }, PROVES],
      ['tries one with a proof of a later version', P, { provedAtVersion: 11, database: IN_PRIMARY }, PROVES],
      ['hands the next epoch over once one is proved', APPROVED, { provedAtVersion: 10 }, handsOver(2)],
      ['hands it over where the one before promoted nothing', UNPROMOTED, { provedAtVersion: 10 }, handsOver(0)],
      ['tries on until its time is over', since(1_780_315_080_000), {}, PROVES],
      [
        'calls for a person a millisecond later',
        LATE,
        {},
        enters(LATE, 'evacuation-unproven', 'no write in us-east-1 succeeded in time'),
      ],
      ['tries on while its own clock is minutes behind', since(1_780_315_500_000), {}, PROVES],
      [
        'is given up when the primary failed, whose writer nobody reaches',
        P,
        { watched: FAILED },
        givesUp(P, 'us-east-1 failed: 3 bad rounds in a row (black-hole)'),
      ],
      [
        'hands the epoch over by a proved write, whatever probes say',
        P,
        { watched: FAILED, provedAtVersion: 10 },
        handsOver(2),
      ],
      ['calls a person when unproven', UNPROVEN, {}, CALLS],
      ['marks that the person was called', UNPROVEN, { notice: was(ID, true) }, marksAnnounced(UNPROVEN)],
      ['tries on, however long, after the person was called', { ...UNPROVEN, announced: true }, {}, PROVES],
      ['tries on, however long, though the call was not delivered', UNPROVEN, { notice: was(ID, false) }, PROVES],
      ['hands the epoch over when unproven, before it calls anybody', UNPROVEN, { provedAtVersion: 10 }, handsOver(2)],
    ],
    REPAIRED,
  );
});

describe('a primary that was gone back to', () => {
  it('is left to the next failover when it fails right after', () => {
    const situation = repaired(evacuationIn('evacuation-proving'), { provedAtVersion: 10 });

    const serving = situationAfter(decideNextEffect(situation, SETTINGS), situation);

    expect(decideNextEffect({ ...serving, watched: FAILED }, SETTINGS)).toMatchObject({
      kind: 'write',
      write: { next: { step: 'draining', epoch: 4, holder: 'us-west-2' } },
    });
  });
});

describe('an evacuation whose region fails', () => {
  const there: Partial<Situation> = {
    region: 'us-east-1',
    watched: FAILED,
    successorHealthy: true,
    database: IN_STANDBY,
  };
  const IN_EVERY_STEP = [
    evacuationIn('evacuation-checking', { sqlWrites: 'open', closedAtVersion: 8 }),
    evacuationIn('evacuation-draining'),
    evacuationIn('evacuation-switching'),
    evacuationIn('switchover-stuck'),
    evacuationIn('evacuation-proving'),
    evacuationIn('evacuation-unproven'),
  ];

  it.each(IN_EVERY_STEP)('is taken over by the other one in $step, as from serving', (record) => {
    const effect = decideNextEffect(situationWith(record, there), SETTINGS);

    expect(effect).toMatchObject({
      kind: 'write',
      reason: 'us-east-1 takes the epoch',
      write: {
        next: {
          step: 'draining',
          epoch: 3,
          holder: 'us-east-1',
          sqlWrites: 'closed',
          begunBy: 'controller',
          cause: 'us-west-2 failed: 3 bad rounds in a row (black-hole)',
        },
      },
    });
  });

  it.each(IN_EVERY_STEP)('is told of in $step in mode observe, once', (record) => {
    const observe = { ...SETTINGS, mode: 'observe' } as const;

    const situation = situationWith({ ...record, announced: true }, there);
    const effect = decideNextEffect(situation, observe);
    const after = decideNextEffect(situationAfter(effect, situation), observe);

    expect(effect).toMatchObject({ kind: 'notify', notice: { id: '2:observed' } });
    expect(after.kind).not.toBe('notify');
    expect(after.kind === 'write' && after.write.next.step).not.toBe('draining');
  });

  it.each(IN_EVERY_STEP)('is not taken over in $step by a region that is not healthy', (record) => {
    const effect = decideNextEffect(situationWith(record, { ...there, successorHealthy: false }), SETTINGS);

    expect(effect.kind === 'write' && effect.write.next.holder).not.toBe('us-east-1');
  });
});

describe('a failback', () => {
  /** Decisions from a situation on, until something takes time. */
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

    expect(waysOf(repaired(evacuationIn('evacuation-draining'), drained))).toEqual([
      'evacuation-switching',
      'switch-over',
      'evacuation-proving',
      'prove-write',
      'serving',
      'notify',
      'serving',
      'none',
    ]);
  });

  it('waits for a drain of its own, though an earlier closing was seen long ago', () => {
    const record = evacuationIn('evacuation-checking', { sqlWrites: 'open', closedAtVersion: 8 });
    const watched = { closureWatch: { closedAtVersion: 8, seenAtMs: 400_000 } };

    expect(waysOf(repaired(record, watched))).toEqual(['evacuation-draining', 'wait']);
  });
});
