import type { Approval, ControlRecord, LagEvidence, Step } from '../fencing/control-record';
import type { LagSample } from '../promotion-guard/lag-evidence';
import { decideNextEffect } from './decide-next-effect';
import type { Effect } from './effect';
import type { DatabaseState, Situation } from './situation';
import {
  DAY_AGO,
  DEGRADED,
  enters,
  FAILED,
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
  SERVING_IN_PRIMARY,
  SERVING_IN_STANDBY,
  SETTINGS,
  situationAfter,
  situationWith,
  UNCERTAIN,
  UNKNOWN,
  VERDICTS,
  was,
} from './situation-for-test';

const CHANGING: DatabaseState = { writer: 'us-east-1', status: 'changing' };
const MOVED_CHANGING: DatabaseState = { writer: 'us-west-2', status: 'changing' };
const WITHOUT_WRITER: DatabaseState = { writer: null, status: 'idle' };
const NOT_FAILED = [HEALTHY, DEGRADED, ISOLATED, UNCERTAIN];
const GRANTED: Approval = { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_317_000_000 };

describe('serving in the primary', () => {
  const P = SERVING_IN_PRIMARY;
  const UNTOLD = { ...P, announced: false };
  const LAG: LagSample = { lagMs: 800, measuredAtMs: 1_780_315_197_000 };
  const takes = (lagAtTake: LagEvidence | null): Effect => ({
    kind: 'write',
    reason: 'us-west-2 takes the epoch',
    write: {
      expected: { version: 10 },
      next: {
        schema: 1,
        version: 11,
        epoch: 2,
        holder: 'us-west-2',
        sqlWrites: 'closed',
        closedAtVersion: 11,
        step: 'draining',
        announced: false,
        begunBy: 'controller',
        isMoveIntended: false,
        replication: 'whole',
        opening: null,
        losslessMoves: [],
        entryFailure: null,
        writeFailure: null,
        otherUnhealthyAtMs: NOON,
        promotionEpoch: 0,
        approval: null,
        cause: 'us-east-1 failed: 3 bad rounds in a row (black-hole)',
        lagAtTake,
        enteredAtMs: NOON,
        writerMovedAtMs: null,
      },
    },
  });
  const TAKEN = takes({ lagMs: 800, ageMs: 3_000 });
  const OBSERVED = 'us-east-1 failed: 3 bad rounds in a row (black-hole). In mode observe nothing is done. ';
  const observed = (epoch: number): Effect => ({
    kind: 'notify',
    notice: {
      id: `${epoch}:observed`,
      subject: `epoch ${epoch}, us-east-1: failed`,
      text: `${OBSERVED}Run failover to take over.`,
    },
  });
  const UNHEALTHY = nothing('us-east-1 failed, but us-west-2 is not healthy');
  /** People know of it. */
  const UNSERVED: ControlRecord = { ...P, entryFailure: { sinceMs: NOON, announced: true } };
  const ONCE = nothing('us-east-1 failed; mode is observe');
  const TOLD: Effect = {
    kind: 'notify',
    notice: {
      id: '1:serving',
      subject: 'epoch 1, us-east-1: serving',
      text:
        'The holder serves reads and all writes. Cause: first deployment. ' +
        'Nothing to do; where the standby holds, run failback once the primary is repaired.',
    },
  };

  itDecides([
    ['takes the epoch in mode automatic when the primary failed', P, { lag: LAG }, TAKEN],
    ['takes the epoch in mode approval when the primary failed', P, { lag: LAG }, TAKEN, 'approval'],
    ['takes the epoch without a lag', P, { lag: null }, takes(null)],
    ['takes the epoch while Aurora changes', P, { lag: LAG, database: CHANGING }, TAKEN],
    ['takes the epoch while Aurora is unknown', P, { lag: LAG, database: UNKNOWN }, TAKEN],
    ['does not put the taking off for a notice that nobody got yet', UNTOLD, { lag: LAG }, TAKEN],
    ...MODES.flatMap((mode): Row[] => [
      [
        `does nothing in mode ${mode}: healthy`,
        P,
        { watched: HEALTHY },
        nothing('us-east-1 is healthy: 8 good rounds in a row'),
        mode,
      ],
      [
        `does nothing in mode ${mode}: degraded`,
        P,
        { watched: DEGRADED },
        nothing('us-east-1 is degraded: 60 % of the rounds were degraded'),
        mode,
      ],
      [
        `does nothing in mode ${mode}: isolated`,
        P,
        { watched: ISOLATED },
        nothing('us-east-1 is isolated: the observer reaches nothing'),
        mode,
      ],
      [
        `does nothing in mode ${mode}: uncertain`,
        P,
        { watched: UNCERTAIN },
        nothing('us-east-1 is uncertain: 2 bad and 0 good rounds in a row'),
        mode,
      ],
    ]),
    ['takes nothing for a standby that could not serve', UNSERVED, { successorHealthy: false }, UNHEALTHY],
    ['says in mode observe what it would have done', P, {}, observed(1), 'observe'],
    ['says it once, and it was delivered', P, { notice: was('1:observed', true) }, ONCE, 'observe'],
    ['says it once, though it was not delivered', P, { notice: was('1:observed', false) }, ONCE, 'observe'],
    ['says it again in another epoch', { ...P, epoch: 3 }, { notice: was('1:observed', true) }, observed(3), 'observe'],
    ['takes nothing for one in mode observe either', UNSERVED, { successorHealthy: false }, UNHEALTHY, 'observe'],
    ['tells of the step while the primary is healthy', UNTOLD, { watched: HEALTHY }, TOLD],
    [
      'tells of it under a failed primary and a standby that could not serve',
      UNTOLD,
      { successorHealthy: false },
      TOLD,
    ],
  ]);

  it('ends in a step that it does not leave without a drain', () => {
    const situation = situationWith(P, { notice: { id: '2:draining', delivered: true } });

    const effect = decideNextEffect(situation, SETTINGS);

    const told = situationAfter(effect, situation);
    const marked = situationAfter(decideNextEffect(told, SETTINGS), told);

    expect(decideNextEffect(marked, SETTINGS)).toEqual({
      kind: 'wait',
      ms: 0,
      reason: 'this process has not seen yet that writes are closed',
    });
  });
});

describe('serving in the standby', () => {
  const UNTOLD = { ...SERVING_IN_STANDBY, announced: false };
  const SERVES = nothing('us-west-2 serves');
  const TELLS: Effect = {
    kind: 'notify',
    notice: {
      id: '2:serving',
      subject: 'epoch 2, us-west-2: serving',
      text:
        'The holder serves reads and all writes. Cause: us-east-1 failed: 3 bad rounds in a row (black-hole). ' +
        'Nothing to do; where the standby holds, run failback once the primary is repaired. ' +
        'What was not replicated stays in a snapshot of the cluster that wrote before, until its backups expire: ' +
        'copy it by "Keep the lost writes" of docs/runbooks/failover.md.',
    },
  };

  itDecides([
    ...MODES.flatMap((mode) =>
      VERDICTS.map((primary): Row => [
        `does nothing in mode ${mode} under a primary that is ${primary.kind}`,
        SERVING_IN_STANDBY,
        { watched: primary, database: IN_STANDBY },
        SERVES,
        mode,
      ]),
    ),
    ['tells what the step means, why it came and what to do', UNTOLD, {}, TELLS],
    ['tells of it after a notice of another epoch', UNTOLD, { notice: was('1:serving', true) }, TELLS],
    ['tells of it after a notice of another step', UNTOLD, { notice: was('2:proving', true) }, TELLS],
    [
      'marks it as told once delivered, and as it was entered',
      UNTOLD,
      { notice: was('2:serving', true) },
      marksAnnounced(UNTOLD),
    ],
    ['neither tells again nor marks what it could not deliver', UNTOLD, { notice: was('2:serving', false) }, SERVES],
    ['does not tell again what another process told', SERVING_IN_STANDBY, { notice: null }, SERVES],
  ]);
});

describe('draining', () => {
  const UNTOLD = failoverIn('draining');
  const D: ControlRecord = { ...UNTOLD, announced: true };
  const TOLD = was('2:draining', true);
  const GUARDS = enters(D, 'guarding', 'no earlier writer can write any more');
  const TELLS: Effect = {
    kind: 'notify',
    notice: {
      id: '2:draining',
      subject: 'epoch 2, us-west-2: draining',
      text:
        'The holder took the epoch and waits until no earlier writer can still write. ' +
        'Reads and strongly consistent writes are served. ' +
        'Cause: us-east-1 failed: 3 bad rounds in a row (black-hole). Wait; it ends by itself.',
    },
  };
  const KEPT: Effect = {
    kind: 'write',
    write: { expected: { version: UNTOLD.version }, next: { ...D, version: UNTOLD.version + 1 } },
    reason: 'a person was notified',
  };
  const UNSEEN: Effect = { kind: 'wait', ms: 0, reason: 'this process has not seen yet that writes are closed' };
  const waits = (ms: number): Effect => ({ kind: 'wait', ms, reason: 'earlier writes may still be in flight' });
  const seen = (seenAtMs: number, closedAtVersion = 8) => ({ closureWatch: { closedAtVersion, seenAtMs } });
  const BEHIND = 1_780_311_600_000;
  const AHEAD = 1_780_401_600_000;
  const guardsAt = (enteredAtMs: number) =>
    enters(D, 'guarding', 'no earlier writer can write any more', { enteredAtMs });
  const approved = { ...D, approval: GRANTED };

  itDecides(
    [
      ['tells a person first, before the closing was seen', UNTOLD, { notice: null }, TELLS],
      ['tells a person first, during the wait', UNTOLD, { notice: null, ...seen(495_000) }, TELLS],
      ['tells a person first, after the wait', UNTOLD, { notice: null, ...seen(400_000) }, TELLS],
      ['keeps during the wait that a person was told', UNTOLD, seen(495_000), KEPT],
      ['is put off by no notice that was delivered', UNTOLD, seen(400_000), GUARDS],
      ['is put off by no notice that was not', UNTOLD, { notice: was('2:draining', false), ...seen(400_000) }, GUARDS],
      ['tells nobody what another run has told', D, { notice: null, ...seen(495_000) }, waits(6_045)],
      ['reads on while this process knows of no closing', D, { closureWatch: null }, UNSEEN],
      ['reads on while it knows of an earlier closing only', D, seen(400_000, 7), UNSEEN],
      ['reads on while it knows of a later closing only', D, seen(400_000, 9), UNSEEN],
      ['waits for the whole drain from the closing on', D, seen(500_000), waits(11_045)],
      ['waits for what is left of the drain', D, seen(495_000), waits(6_045)],
      ['waits for its last millisecond', D, seen(488_956), waits(1)],
      ['lets the guard judge at its end', D, seen(488_955), GUARDS],
      ['lets the guard judge long after', D, seen(400_000), GUARDS],
      ['waits on with a wall clock an hour behind', D, { wallClockMs: BEHIND, ...seen(488_956) }, waits(1)],
      ['ends with a wall clock an hour behind', D, { wallClockMs: BEHIND, ...seen(488_955) }, guardsAt(BEHIND)],
      ['waits on with a wall clock a day ahead', D, { wallClockMs: AHEAD, ...seen(488_956) }, waits(1)],
      ['ends with a wall clock a day ahead', D, { wallClockMs: AHEAD, ...seen(488_955) }, guardsAt(AHEAD)],
      ...NOT_FAILED.map((primary): Row => [
        `goes on when the primary is ${primary.kind}, since the epoch is taken`,
        D,
        { watched: primary, ...seen(488_955) },
        GUARDS,
      ]),
      [
        'keeps what a person approved meanwhile',
        approved,
        seen(488_955),
        enters(approved, 'guarding', 'no earlier writer can write any more'),
      ],
    ],
    { notice: TOLD },
  );
});

describe.each<Step>(['guarding', 'awaiting-approval'])('%s', (step) => {
  /** Told already, so that what is decided is the promotion. */
  const guardIn = (changes: Partial<ControlRecord> = {}) => failoverIn(step, { announced: true, ...changes });
  const APPROVAL: Approval = { epoch: 2, by: 'ada', approvedAtMs: 1_780_315_140_000, expiresAtMs: 1_780_316_940_000 };

  type Decided = readonly [
    situation: string,
    record: Partial<ControlRecord>,
    changes: Partial<Situation>,
    verdict: 'promotes' | 'asks',
    reason: string,
    mode?: Row[4],
  ];

  /** From guarding a person is asked for; who is awaited already goes on being awaited. */
  const rowOf = ([situation, changed, changes, verdict, reason, mode]: Decided): Row => {
    const record = guardIn(changed);
    const enteredAtMs = changes.wallClockMs ?? NOON;
    const effect =
      verdict === 'promotes'
        ? enters(record, 'promoting', reason, { promotionEpoch: 2, isMoveIntended: true, enteredAtMs })
        : step === 'guarding'
          ? enters(record, 'awaiting-approval', reason, { cause: reason, enteredAtMs })
          : nothing(`waiting for a person: ${reason}`);
    return [`${verdict}: ${situation}`, record, changes, effect, ...(mode ? ([mode] as const) : ([] as const))];
  };

  const AT_TAKE = 'replication lag was 800 ms, measured 3000 ms before';
  const NO_LAG = 'replication lag is unknown';
  const OVER = 'replication lag is 4001 ms, over the objective of 4000 ms';
  const COOLDOWN = 'the writer moved less than 10 min ago, and so soon a person decides';
  const none = { lagAtTake: null };
  const measured = (lagMs: number, measuredAtMs: number) => ({ lag: { lagMs, measuredAtMs } });
  const ENTERED_BEFORE = { enteredAtMs: 1_780_315_100_000, lagAtTake: null };
  const approvedBy = (changes: Partial<Approval>) => ({ approval: { ...APPROVAL, ...changes }, lagAtTake: null });
  const HAD = 'epoch 2 has had its promotion, and another needs an epoch of its own';

  describe('where the writer is', () => {
    itDecides([
      ...MODES.flatMap((mode) =>
        (
          [
            ['without an approval', none],
            ['in an epoch that had its promotion', { promotionEpoch: 2 }],
            ['during the cooldown', { writerMovedAtMs: NOON }],
          ] as const
        ).map(([when, changed]): Row => [
          `promotes nothing in mode ${mode} when it is in the standby already, ${when}`,
          guardIn(changed),
          { database: IN_STANDBY },
          enters(guardIn(changed), 'proving', 'the writer is in us-west-2 already'),
          mode,
        ]),
      ),
      ...([CHANGING, UNKNOWN, MOVED_CHANGING, { writer: 'us-west-2', status: 'unknown' }] as const).map(
        (database): Row => [
          `decides nothing with the writer in ${database.writer} and ${database.status}, whatever was approved`,
          guardIn({ approval: APPROVAL }),
          { database },
          polls(`the global database is ${database.status}`),
        ],
      ),
    ]);
  });

  describe('the guard', () => {
    itDecides(
      (
        [
          // The lag at the taking
          ['a lag within the objective', {}, {}, 'promotes', AT_TAKE],
          [
            'no lag at all',
            { lagAtTake: { lagMs: 0, ageMs: 0 } },
            {},
            'promotes',
            'replication lag was 0 ms, measured 0 ms before',
          ],
          [
            'a lag at the objective, as old as counts',
            { lagAtTake: { lagMs: 4_000, ageMs: 60_000 } },
            {},
            'promotes',
            'replication lag was 4000 ms, measured 60000 ms before',
          ],
          ['an unknown lag', none, {}, 'asks', NO_LAG],
          ['a lag over the objective', { lagAtTake: { lagMs: 4_001, ageMs: 0 } }, {}, 'asks', OVER],
          [
            'a lag measured too long before',
            { lagAtTake: { lagMs: 0, ageMs: 60_001 } },
            {},
            'asks',
            'replication lag was measured 60001 ms ago, limit 60000 ms',
          ],
          ['a lag, by a clock five minutes behind', {}, { wallClockMs: 1_780_314_900_000 }, 'promotes', AT_TAKE],
          ['no lag, by a clock five minutes behind', none, { wallClockMs: 1_780_314_900_000 }, 'asks', NO_LAG],
          ['a lag, by a clock five minutes ahead', {}, { wallClockMs: 1_780_315_500_000 }, 'promotes', AT_TAKE],
          ['no lag, by a clock five minutes ahead', none, { wallClockMs: 1_780_315_500_000 }, 'asks', NO_LAG],
          // A lag measured since
          [
            'measured when the step was entered',
            none,
            measured(200, 1_780_315_199_000),
            'promotes',
            'replication lag was 200 ms, measured 1000 ms before',
          ],
          [
            'measured just now',
            none,
            measured(4_000, NOON),
            'promotes',
            'replication lag was 4000 ms, measured 0 ms before',
          ],
          [
            'measured as far in the future as clocks may differ',
            none,
            measured(200, 1_780_315_203_000),
            'promotes',
            'replication lag was 200 ms, measured 0 ms before',
          ],
          [
            'a larger one since the step was entered, however small before',
            {},
            measured(4_001, 1_780_315_199_000),
            'asks',
            OVER,
          ],
          ['a larger one just now', {}, measured(4_001, NOON), 'asks', OVER],
          ['a larger one before the step was entered', {}, measured(4_001, 1_780_315_198_999), 'asks', OVER],
          ['a larger one longer ago than a measurement counts', {}, measured(4_001, 1_780_315_000_000), 'asks', OVER],
          [
            'a larger one minutes ahead, by a clock that is behind',
            {},
            measured(4_001, 1_780_315_500_000),
            'asks',
            OVER,
          ],
          ['none measured', none, { lag: null }, 'asks', NO_LAG],
          ['one measured too long ago', none, measured(200, 1_780_315_139_999), 'asks', NO_LAG],
          [
            'one measured further in the future than clocks may differ',
            none,
            measured(200, 1_780_315_203_001),
            'asks',
            NO_LAG,
          ],
          ['one measured by a clock minutes ahead', none, measured(200, 1_780_315_500_000), 'asks', NO_LAG],
          ['one that is no number', none, measured(Number.NaN, NOON), 'asks', NO_LAG],
          ['a negative one', none, measured(-1, NOON), 'asks', NO_LAG],
          ['one measured at no time', none, measured(200, Number.NaN), 'asks', NO_LAG],
          [
            'one as old as a measurement counts',
            ENTERED_BEFORE,
            measured(200, 1_780_315_140_000),
            'promotes',
            'replication lag was 200 ms, measured 60000 ms before',
          ],
          ['one a millisecond older', ENTERED_BEFORE, measured(200, 1_780_315_139_999), 'asks', NO_LAG],
          [
            'one, while its own clock is minutes behind',
            none,
            { ...measured(200, NOON), wallClockMs: 1_780_315_080_000 },
            'asks',
            NO_LAG,
          ],
          [
            'one, while its own clock is minutes ahead',
            none,
            { ...measured(200, NOON), wallClockMs: 1_780_315_320_000 },
            'asks',
            NO_LAG,
          ],
          // The cooldown
          ['a millisecond of the cooldown is left', { writerMovedAtMs: 1_780_314_600_001 }, {}, 'asks', COOLDOWN],
          ['the writer moved just now', { writerMovedAtMs: NOON }, {}, 'asks', COOLDOWN],
          [
            'its own clock is minutes behind that of the move',
            { writerMovedAtMs: 1_780_315_500_000 },
            {},
            'asks',
            COOLDOWN,
          ],
          ['the cooldown is over', { writerMovedAtMs: 1_780_314_600_000 }, {}, 'promotes', AT_TAKE],
          // An approval
          ...MODES.map((mode): Decided => [
            `approved in mode ${mode}, whatever is lost and however lately the writer moved`,
            { ...approvedBy({}), writerMovedAtMs: NOON },
            {},
            'promotes',
            'approved by ada',
            mode,
          ]),
          [
            'approved until a millisecond from now',
            approvedBy({ expiresAtMs: 1_780_315_200_001 }),
            {},
            'promotes',
            'approved by ada',
          ],
          [
            'approved in the future by as much as clocks may differ',
            approvedBy({ approvedAtMs: 1_780_315_203_000 }),
            {},
            'promotes',
            'approved by ada',
          ],
          ['an approval that expired', approvedBy({ expiresAtMs: NOON }), {}, 'asks', NO_LAG],
          [
            'one further in the future than clocks may differ',
            approvedBy({ approvedAtMs: 1_780_315_203_001 }),
            {},
            'asks',
            NO_LAG,
          ],
          ['one minutes in the future', approvedBy({ approvedAtMs: 1_780_315_500_000 }), {}, 'asks', NO_LAG],
          ['one of an earlier epoch', approvedBy({ epoch: 1 }), {}, 'asks', NO_LAG],
          ['one of a later epoch', approvedBy({ epoch: 3 }), {}, 'asks', NO_LAG],
          [
            'one, when its own clock is five minutes behind',
            approvedBy({}),
            { wallClockMs: 1_780_314_900_000 },
            'asks',
            NO_LAG,
          ],
          [
            'one, when its own clock is half an hour ahead',
            approvedBy({}),
            { wallClockMs: 1_780_317_000_000 },
            'asks',
            NO_LAG,
          ],
          // The mode
          [
            'mode approval, however small the lag',
            {},
            measured(0, NOON),
            'asks',
            'promotions need an approval in mode approval',
            'approval',
          ],
          [
            'mode observe, however small the lag',
            {},
            measured(0, NOON),
            'asks',
            'promotions need an approval in mode observe',
            'observe',
          ],
          [
            'all reasons are named',
            { lagAtTake: null, writerMovedAtMs: NOON },
            {},
            'asks',
            `promotions need an approval in mode approval; ${COOLDOWN}; ${NO_LAG}`,
            'approval',
          ],
        ] as readonly Decided[]
      ).map(rowOf),
    );
  });

  itDecides(
    [null, APPROVAL].map((approval): Row => [
      `is stuck in an epoch that had its promotion, with ${approval ? 'an' : 'no'} approval`,
      guardIn({ promotionEpoch: 2, approval }),
      {},
      enters(guardIn({ promotionEpoch: 2, approval }), 'promotion-stuck', HAD, { cause: HAD }),
    ]),
  );
});

const LAG_AT_TAKE = 'replication lag was 800 ms, measured 3000 ms before';

describe('guarding', () => {
  const since = (enteredAtMs: number, announced = false) => failoverIn('guarding', { enteredAtMs, announced });
  const G = failoverIn('guarding');
  const GIVEN_UP = failoverIn('guarding', {
    cause: 'the evacuation was given up: the primary is degraded',
    lagAtTake: null,
  });
  const WAITS = polls('the global database is unknown');
  const TELLS: Effect = {
    kind: 'notify',
    notice: {
      id: '2:guarding',
      subject: 'epoch 2, us-west-2: guarding',
      text:
        'The data loss of a promotion is being assessed. Cause: us-east-1 failed: 3 bad rounds in a row (black-hole). ' +
        'Wait; a notice follows when it takes too long.',
    },
  };

  itDecides([
    [
      'judges before it tells anybody',
      G,
      {},
      enters(G, 'promoting', LAG_AT_TAKE, { promotionEpoch: 2, isMoveIntended: true }),
    ],
    ['waits without a word for as long as a proof may take', since(1_780_315_080_000), { database: UNKNOWN }, WAITS],
    ['tells a person a millisecond later', since(1_780_315_079_999), { database: UNKNOWN }, TELLS],
    ['tells the person once', since(1_780_315_079_999, true), { database: UNKNOWN }, WAITS],
    [
      'keeps the reason for which a the evacuation was given up',
      GIVEN_UP,
      {},
      enters(GIVEN_UP, 'awaiting-approval', 'replication lag is unknown', {
        cause: 'the evacuation was given up: the primary is degraded; replication lag is unknown',
      }),
    ],
  ]);
});

describe('awaiting-approval', () => {
  const A = failoverIn('awaiting-approval', { cause: 'replication lag is unknown', lagAtTake: null });
  const CALLED = { ...A, announced: true };
  const ID = '2:awaiting-approval';
  const CALLS: Effect = {
    kind: 'notify',
    notice: {
      id: ID,
      subject: 'epoch 2, us-west-2: awaiting-approval',
      text:
        'The promotion needs a person. SQL writes are closed; reads and strongly consistent writes are served. ' +
        'Cause: replication lag is unknown. ' +
        'Run approve to promote and accept the loss; or evacuate, or failover to the other region, if that is healthy again.',
    },
  };
  const APPROVED = { ...A, approval: GRANTED };
  const promotes = (record: ControlRecord, reason: string) =>
    enters(record, 'promoting', reason, { promotionEpoch: 2, isMoveIntended: true });
  /** Called, and the lag at the taking would do. */
  const DECIDABLE = { ...CALLED, lagAtTake: { lagMs: 800, ageMs: 3_000 } };
  const DECIDABLE_APPROVED = { ...DECIDABLE, approval: GRANTED };

  itDecides([
    ['calls a person', A, {}, CALLS],
    ['marks that the person was called', A, { notice: was(ID, true) }, marksAnnounced(A)],
    [
      'waits for the person though the call could not be delivered',
      A,
      { notice: was(ID, false) },
      nothing('waiting for a person: replication lag is unknown'),
    ],
    ...[CHANGING, UNKNOWN].flatMap((database): Row[] => [
      [`calls the person also while the database is ${database.status}`, A, { database }, CALLS],
      [
        `waits, once called, while it is ${database.status}`,
        CALLED,
        { database },
        polls(`the global database is ${database.status}`),
      ],
    ]),
    ...NOT_FAILED.flatMap((primary): Row[] => [
      [
        `promotes on no lag of its own while the primary is ${primary.kind}: it may be gone back to`,
        DECIDABLE,
        { watched: primary },
        nothing(`waiting for a person: us-east-1 is ${primary.kind}`),
      ],
      [
        `promotes what was approved while it is ${primary.kind}`,
        DECIDABLE_APPROVED,
        { watched: primary },
        promotes(DECIDABLE_APPROVED, 'approved by ada'),
      ],
    ]),
    [
      'promotes on a lag of its own while the primary is failed',
      DECIDABLE,
      { watched: FAILED },
      promotes(DECIDABLE, LAG_AT_TAKE),
    ],
    ['does not put off for a notice what was approved', APPROVED, {}, promotes(APPROVED, 'approved by ada')],
  ]);

  it('awaits the person on, by the very measurement that it was entered for', () => {
    const lag = { lagMs: 4_001, measuredAtMs: 1_780_315_199_500 };
    const entered = decideNextEffect(situationWith(failoverIn('guarding'), { lag }), SETTINGS);
    if (entered.kind !== 'write') throw new Error(`guarding is ${entered.kind}, expected write.`);
    const told = { ...entered.write.next, announced: true };

    expect(entered.write.next).toMatchObject({ step: 'awaiting-approval', lagAtTake: { lagMs: 800, ageMs: 3_000 } });
    for (const wallClockMs of [NOON, NOON + 60_000, NOON + 3_600_000]) {
      expect(decideNextEffect(situationWith(told, { lag, wallClockMs }), SETTINGS)).toEqual({
        kind: 'none',
        reason: 'waiting for a person: replication lag is 4001 ms, over the objective of 4000 ms',
      });
    }
  });
});

describe('promoting', () => {
  const since = (enteredAtMs: number) => failoverIn('promoting', { promotionEpoch: 2, enteredAtMs });
  const P = since(1_780_315_199_000);
  const LATE = since(1_780_314_299_999);
  const promotesBy = (beginByMs: number): Effect => ({ kind: 'promote', target: 'us-west-2', epoch: 2, beginByMs });
  const PROMOTES = promotesBy(505_900);
  const moves = (record: ControlRecord) =>
    enters(record, 'proving', 'the writer is in us-west-2', { writerMovedAtMs: NOON });
  const STUCK = failoverIn('promotion-stuck', { promotionEpoch: 2, enteredAtMs: DAY_AGO });

  itDecides([
    ...MODES.map((mode): Row => [
      `calls for the standby's promotion in mode ${mode}, since the intent was judged`,
      P,
      {},
      PROMOTES,
      mode,
    ]),
    ...VERDICTS.map((primary): Row => [
      `calls for it when the primary is ${primary.kind} and the standby not able`,
      P,
      { watched: primary, successorHealthy: false },
      PROMOTES,
    ]),
    [
      "lets the call begin within the lease of the ledger's reading, however late it decides",
      P,
      { recordReadStartedAtMs: 494_500 },
      promotesBy(500_500),
    ],
    ['calls while no writer is known', P, { database: WITHOUT_WRITER }, PROMOTES],
    ['waits while Aurora changes', P, { database: CHANGING }, polls('the global database is changing')],
    ['waits while Aurora is unknown', P, { database: UNKNOWN }, polls('the global database is unknown')],
    [
      'waits while Aurora changes, the writer in the standby',
      P,
      { database: MOVED_CHANGING },
      polls('the global database is changing'),
    ],
    ['calls again until its time is over', since(1_780_314_300_000), {}, PROMOTES],
    ...[IN_PRIMARY, CHANGING, UNKNOWN].map((database): Row => [
      `is stuck a millisecond later, while Aurora is ${database.status}`,
      LATE,
      { database },
      enters(LATE, 'promotion-stuck', 'the promotion did not end in time'),
    ]),
    ['calls on while its own clock is minutes behind that of the intent', since(1_780_316_400_000), {}, PROMOTES],
    ['goes on when the writer rests in the standby', P, { database: IN_STANDBY }, moves(P)],
    ['goes on, however late', since(DAY_AGO), { database: IN_STANDBY }, moves(since(DAY_AGO))],
    ['goes on from promotion-stuck', STUCK, { database: IN_STANDBY }, moves(STUCK)],
  ]);
});

describe('promotion-stuck', () => {
  const S = failoverIn('promotion-stuck', { promotionEpoch: 2, enteredAtMs: DAY_AGO });
  const ID = '2:promotion-stuck';
  const CALLS: Effect = {
    kind: 'notify',
    notice: {
      id: ID,
      subject: 'epoch 2, us-west-2: promotion-stuck',
      text:
        'The database was not promoted in time, or this epoch has had its promotion. SQL writes are closed. ' +
        'Cause: us-east-1 failed: 3 bad rounds in a row (black-hole). ' +
        'Run failover, a new epoch and a new promotion; where Aurora refuses that too, failover --detach, the last resort; or evacuate, where the other region is healthy again.',
    },
  };
  const AWAITS = nothing('waiting for a person');

  itDecides([
    ['calls a person', S, {}, CALLS],
    ['marks that the person was called', S, { notice: was(ID, true) }, marksAnnounced(S)],
    ...[IN_PRIMARY, CHANGING, UNKNOWN].flatMap((database): Row[] => [
      [
        `promotes nothing once called, while Aurora is ${database.status}`,
        { ...S, announced: true },
        { notice: null, database },
        AWAITS,
      ],
      [
        `promotes nothing though the call was not delivered, while Aurora is ${database.status}`,
        S,
        { notice: was(ID, false), database },
        AWAITS,
      ],
    ]),
  ]);
});

describe('proving', () => {
  const since = (enteredAtMs: number) =>
    failoverIn('proving', { promotionEpoch: 2, writerMovedAtMs: 1_780_315_199_000, enteredAtMs });
  const P = since(1_780_315_199_000);
  const LATE = since(1_780_315_079_999);
  const APPROVED = { ...P, approval: GRANTED };
  const UNPROVEN = failoverIn('write-unproven', { promotionEpoch: 2, enteredAtMs: DAY_AGO });
  const PROVES: Effect = { kind: 'prove-write', region: 'us-west-2', version: 10, beginByMs: 505_900 };
  const opens = (record: ControlRecord) =>
    enters(record, 'serving', 'a write in us-west-2 was proved', {
      sqlWrites: 'open',
      approval: null,
      isMoveIntended: false,
    });
  const ID = '2:write-unproven';
  const CALLS: Effect = {
    kind: 'notify',
    notice: {
      id: ID,
      subject: 'epoch 2, us-west-2: write-unproven',
      text:
        'No write in the promoted database succeeded yet; it is retried. SQL writes are closed. ' +
        'Cause: us-east-1 failed: 3 bad rounds in a row (black-hole). ' +
        'Look at the writer instance and its security group; or run failover or evacuate.',
    },
  };

  itDecides([
    ['tries a write in the standby without a proof', P, { provedAtVersion: null, database: IN_STANDBY }, PROVES],
    ['tries one with a proof of an earlier version', P, { provedAtVersion: 9, database: IN_STANDBY }, PROVES],
    ['tries one with a proof of a later version', P, { provedAtVersion: 11, database: IN_STANDBY }, PROVES],
    [
      'opens writes once one is proved, and the approval has served',
      APPROVED,
      { provedAtVersion: 10 },
      opens(APPROVED),
    ],
    ['tries on until its time is over', since(1_780_315_080_000), {}, PROVES],
    [
      'calls for a person a millisecond later',
      LATE,
      {},
      enters(LATE, 'write-unproven', 'no write in us-west-2 succeeded in time'),
    ],
    ['tries on while its own clock is minutes behind', since(1_780_315_500_000), {}, PROVES],
    ['opens writes once one is proved, however late', since(DAY_AGO), { provedAtVersion: 10 }, opens(since(DAY_AGO))],
    ['calls a person when unproven', UNPROVEN, {}, CALLS],
    ['marks that the person was called', UNPROVEN, { notice: was(ID, true) }, marksAnnounced(UNPROVEN)],
    ['tries on, however long, after the person was called', { ...UNPROVEN, announced: true }, { notice: null }, PROVES],
    ['tries on, however long, though the call was not delivered', UNPROVEN, { notice: was(ID, false) }, PROVES],
    ['opens writes when unproven, before it calls anybody', UNPROVEN, { provedAtVersion: 10 }, opens(UNPROVEN)],
  ]);
});
