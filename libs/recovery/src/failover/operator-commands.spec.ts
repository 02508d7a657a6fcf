import { type ControlRecord, type Step, STEPS } from '../fencing/control-record';
import type { LagSample } from '../promotion-guard/lag-evidence';
import type { FailoverMode } from '../recovery-settings';
import { approve, evacuate, failback, failover, LAG, type Ledger, LEDGERS, outlineOf } from './commands-for-test';
import { type CommandOutcome, commandApprove, commandFailover } from './operator-commands';
import { STEP_GUIDE } from './step-guide';
import { NOON, SERVING_IN_PRIMARY, SERVING_IN_STANDBY, SETTINGS } from './situation-for-test';

type Row = readonly [ledger: Ledger, kind: CommandOutcome['kind'], whatFor: string];
type Written = readonly [what: string, outcome: CommandOutcome, next: ControlRecord];

/** Registers a test a row: the whole record that is written, on condition of version 10. */
function itWrites(rows: readonly Written[]): void {
  it.each(rows)('writes %s', (_what, outcome, next) => {
    expect(outcome).toEqual({ kind: 'write', write: { expected: { version: 10 }, next } });
  });
}

it('has a ledger of every step', () => {
  expect([...new Set(Object.values(LEDGERS).map(({ step }) => step))]).toEqual(STEPS);
});

describe('failover', () => {
  it.each<Row>([
    ['serving in the primary', 'write', 'draining'],
    [
      'serving in the standby',
      'refused',
      'failover: step is serving of epoch 2, held by us-west-2, expected serving in us-east-1. ' +
        'Nothing to do; where the standby holds, run failback once the primary is repaired.',
    ],
    [
      'draining',
      'under-way',
      'draining in epoch 2: The holder took the epoch and waits until no earlier writer can still write. ' +
        'Reads and strongly consistent writes are served.',
    ],
    ['guarding', 'under-way', 'guarding in epoch 2: The data loss of a promotion is being assessed.'],
    [
      'awaiting-copy',
      'refused',
      'failover: step is awaiting-copy of epoch 2, held by us-west-2, expected a database that is a whole copy. ' +
        STEP_GUIDE['awaiting-copy'].nextStep,
    ],
    [
      'awaiting-approval',
      'refused',
      'failover: step is awaiting-approval of epoch 2, held by us-west-2, expected a step before the approval. ' +
        'Run approve to promote and accept the loss; or evacuate, or failover to the other region, if that is healthy again.',
    ],
    [
      'promoting',
      'under-way',
      'promoting in epoch 2: Aurora is promoting the holder, which takes minutes. SQL writes are closed.',
    ],
    ['promotion-stuck', 'write', 'draining'],
    [
      'proving',
      'under-way',
      'proving in epoch 2: A write in the promoted database is being proved. SQL writes are closed.',
    ],
    ['write-unproven', 'write', 'draining'],
    ['evacuation-checking', 'write', 'draining'],
    ['evacuation-draining', 'write', 'draining'],
    ['evacuation-switching', 'write', 'draining'],
    ['switchover-stuck', 'write', 'draining'],
    ['evacuation-proving', 'write', 'draining'],
    ['evacuation-unproven', 'write', 'draining'],
    ['ledger-lost', 'write', 'draining'],
  ])('in %s: %s, %s', (ledger, kind, whatFor) => {
    expect(outlineOf(failover(LEDGERS[ledger]))).toEqual([kind, whatFor]);
  });

  it('begins a ledger that is lost anew, where there still is none, above all that it may have said', () => {
    const outcome = failover(LEDGERS['ledger-lost']);

    expect(outcome).toMatchObject({
      kind: 'write',
      write: { expected: 'absent', next: { epoch: 13, version: 1_011, closedAtVersion: 1_011, sqlWrites: 'closed' } },
    });
  });

  const TAKEN: ControlRecord = {
    schema: 1,
    version: 11,
    epoch: 2,
    holder: 'us-west-2',
    sqlWrites: 'closed',
    closedAtVersion: 11,
    step: 'draining',
    announced: false,
    begunBy: 'person',
    isMoveIntended: false,
    replication: 'whole',
    opening: null,
    losslessMoves: [],
    entryFailure: null,
    writeFailure: null,
    otherUnhealthyAtMs: NOON,
    promotionEpoch: 0,
    approval: null,
    cause: 'failover by ada',
    lagAtTake: { lagMs: 800, ageMs: 3_000 },
    enteredAtMs: NOON,
    writerMovedAtMs: null,
  };
  const takes = (mode: FailoverMode, lag: LagSample | null) =>
    commandFailover({
      record: SERVING_IN_PRIMARY,
      to: 'us-west-2',
      by: 'ada',
      lag,
      wallClockMs: NOON,
      settings: { ...SETTINGS, mode },
    });

  itWrites([
    [
      'the next epoch for the standby, with who asked for it and the lag that is known',
      failover(SERVING_IN_PRIMARY),
      TAKEN,
    ],
    ['the same in mode automatic', takes('automatic', LAG), TAKEN],
    ['the same in mode approval', takes('approval', LAG), TAKEN],
    ['the same in mode observe, where the controller only observes', takes('observe', LAG), TAKEN],
    ['the next epoch without a lag', takes('automatic', null), { ...TAKEN, lagAtTake: null }],
    [
      'an epoch that may promote again, after a stuck promotion',
      failover(LEDGERS['promotion-stuck']),
      { ...TAKEN, epoch: 3, promotionEpoch: 2, isMoveIntended: true, otherUnhealthyAtMs: null },
    ],
  ]);
});

describe('failback', () => {
  it.each<Row>([
    [
      'serving in the primary',
      'refused',
      'failback: step is serving of epoch 1, held by us-east-1, expected serving in us-west-2 or a blocked step. ' +
        'Nothing to do; where the standby holds, run failback once the primary is repaired.',
    ],
    ['serving in the standby', 'write', 'evacuation-checking'],
    [
      'draining',
      'refused',
      'failback: step is draining of epoch 2, held by us-west-2, expected serving in us-west-2 or a blocked step. ' +
        'Wait; it ends by itself.',
    ],
    [
      'guarding',
      'refused',
      'failback: step is guarding of epoch 2, held by us-west-2, expected serving in us-west-2 or a blocked step. ' +
        'Wait; a notice follows when it takes too long.',
    ],
    ['awaiting-copy', 'write', 'evacuation-checking'],
    ['awaiting-approval', 'write', 'evacuation-checking'],
    [
      'promoting',
      'refused',
      'failback: step is promoting of epoch 2, held by us-west-2, expected serving in us-west-2 or a blocked step. ' +
        'Wait; a notice follows when it takes too long.',
    ],
    ['promotion-stuck', 'write', 'evacuation-checking'],
    [
      'proving',
      'refused',
      'failback: step is proving of epoch 2, held by us-west-2, expected serving in us-west-2 or a blocked step. ' +
        'Wait; it ends by itself.',
    ],
    ['write-unproven', 'write', 'evacuation-checking'],
    [
      'evacuation-checking',
      'under-way',
      'evacuation-checking in epoch 2: The region that is to serve and the lag are being checked before an evacuation.',
    ],
    [
      'evacuation-draining',
      'under-way',
      'evacuation-draining in epoch 2: SQL writes are closed, and the last of them are ending.',
    ],
    [
      'evacuation-switching',
      'under-way',
      'evacuation-switching in epoch 2: Aurora is switching over without loss. SQL writes are closed.',
    ],
    ['switchover-stuck', 'write', 'evacuation-switching'],
    [
      'evacuation-proving',
      'under-way',
      'evacuation-proving in epoch 2: A write in the region that is to serve is being proved. SQL writes are closed.',
    ],
    [
      'evacuation-unproven',
      'under-way',
      'evacuation-unproven in epoch 2: No write in the region that is to serve succeeded yet; it is retried. SQL writes are closed.',
    ],
  ])('in %s: %s, %s', (ledger, kind, whatFor) => {
    expect(outlineOf(failback(LEDGERS[ledger]))).toEqual([kind, whatFor]);
  });

  const AWAITING: ControlRecord = {
    ...LEDGERS['awaiting-approval'],
    approval: { epoch: 2, by: 'grace', approvedAtMs: NOON, expiresAtMs: 1_780_317_000_000 },
  };
  const STUCK = { ...LEDGERS['switchover-stuck'], announced: true };
  const CHECKING = { step: 'evacuation-checking', begunBy: 'person', cause: 'failback by ada' } as const;
  const entered = { version: 11, announced: false, enteredAtMs: NOON };

  itWrites([
    [
      'the checks first, while writes go on in the standby',
      failback(SERVING_IN_STANDBY),
      { ...SERVING_IN_STANDBY, ...entered, ...CHECKING },
    ],
    [
      'what was approved away: a failback that is given up promotes nothing on it',
      failback(AWAITING),
      { ...AWAITING, ...entered, ...CHECKING, approval: null },
    ],
    [
      'a stuck switchover again, with as much time as the first and a new notice',
      failback(STUCK, 'grace'),
      { ...STUCK, ...entered, step: 'evacuation-switching' },
    ],
  ]);

  it.each<Ledger>(['awaiting-copy', 'awaiting-approval', 'promotion-stuck', 'write-unproven'])(
    'is refused in %s where the primary holds the epoch',
    (ledger) => {
      expect(failback({ ...LEDGERS[ledger], holder: 'us-east-1' }).kind).toBe('refused');
    },
  );
});

describe('evacuate', () => {
  it.each<readonly [Ledger, string, string, string]>([
    ['serving in the primary', 'us-west-2', 'write', 'evacuation-checking'],
    ['serving in the standby', 'us-east-1', 'write', 'evacuation-checking'],
    ['awaiting-approval', 'us-east-1', 'write', 'evacuation-checking'],
    ['switchover-stuck', 'us-east-1', 'write', 'evacuation-switching'],
    [
      'evacuation-switching',
      'us-east-1',
      'under-way',
      'evacuation-switching in epoch 2: Aurora is switching over without loss. SQL writes are closed.',
    ],
    [
      'evacuation-switching',
      'us-west-2',
      'refused',
      'evacuate: step is evacuation-switching of epoch 2, held by us-west-2, expected serving in us-east-1 or a blocked step. ' +
        'Wait; a notice follows when it takes too long.',
    ],
    [
      'serving in the primary',
      'us-east-1',
      'refused',
      'evacuate: step is serving of epoch 1, held by us-east-1, expected serving in us-west-2 or a blocked step. ' +
        'Nothing to do; where the standby holds, run failback once the primary is repaired.',
    ],
  ])('in %s to %s: %s, %s', (ledger, to, kind, whatFor) => {
    expect(outlineOf(evacuate(LEDGERS[ledger], to))).toEqual([kind, whatFor]);
  });

  it('says in the ledger who asked for it', () => {
    expect(evacuate(LEDGERS['serving in the primary'], 'us-west-2')).toMatchObject({
      write: { next: { cause: 'evacuate by ada', begunBy: 'person', holder: 'us-east-1' } },
    });
  });
});

describe('approve', () => {
  const stepOf = (ledger: Ledger): Step => LEDGERS[ledger].step;

  const approves = (ledger: Ledger, approvalLifetimeMs: number, expiresAtMs: number): Written => [
    `the approval of ${ledger} in the same step, good for ${approvalLifetimeMs} ms`,
    commandApprove({
      record: LEDGERS[ledger],
      by: 'ada',
      epoch: 2,
      wallClockMs: NOON,
      settings: { ...SETTINGS, guard: { ...SETTINGS.guard, approvalLifetimeMs } },
    }),
    { ...LEDGERS[ledger], version: 11, approval: { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs } },
  ];

  itWrites([
    approves('draining', 1_800_000, 1_780_317_000_000),
    approves('guarding', 1_800_000, 1_780_317_000_000),
    approves('awaiting-approval', 1_800_000, 1_780_317_000_000),
    approves('guarding', 60_000, 1_780_315_260_000),
  ]);

  it.each<readonly [ledger: Ledger, held: string, advice: string]>([
    [
      'serving in the primary',
      'epoch 1, held by us-east-1',
      'Nothing to do; where the standby holds, run failback once the primary is repaired.',
    ],
    [
      'serving in the standby',
      'epoch 2, held by us-west-2',
      'Nothing to do; where the standby holds, run failback once the primary is repaired.',
    ],
    ['awaiting-copy', 'epoch 2, held by us-west-2', STEP_GUIDE['awaiting-copy'].nextStep],
    ['promoting', 'epoch 2, held by us-west-2', 'Wait; a notice follows when it takes too long.'],
    [
      'promotion-stuck',
      'epoch 2, held by us-west-2',
      'Run failover, a new epoch and a new promotion; where Aurora refuses that too, failover --detach, the last resort; or evacuate, where the other region is healthy again.',
    ],
    ['proving', 'epoch 2, held by us-west-2', 'Wait; it ends by itself.'],
    [
      'write-unproven',
      'epoch 2, held by us-west-2',
      'Look at the writer instance and its security group; or run failover or evacuate.',
    ],
    ['evacuation-checking', 'epoch 2, held by us-west-2', 'Wait; it ends by itself.'],
    ['evacuation-draining', 'epoch 2, held by us-west-2', 'Wait; it ends by itself.'],
    ['evacuation-switching', 'epoch 2, held by us-west-2', 'Wait; a notice follows when it takes too long.'],
    [
      'switchover-stuck',
      'epoch 2, held by us-west-2',
      'Run evacuate to try again, or failover to go on in the holder.',
    ],
    ['evacuation-proving', 'epoch 2, held by us-west-2', 'Wait; it ends by itself.'],
    [
      'evacuation-unproven',
      'epoch 2, held by us-west-2',
      'Look at the writer instance; run failover to go on in the holder.',
    ],
  ])('in %s: refused, %s: %s', (ledger, held, advice) => {
    expect(approve(LEDGERS[ledger])).toEqual({
      kind: 'refused',
      reason:
        `approve: step is ${stepOf(ledger)} of ${held}, ` +
        `expected one of draining, guarding, awaiting-approval. ${advice}`,
    });
  });

  it.each([
    [1, 'epoch 1, the one that was shown'],
    [3, 'epoch 3, the one that was shown'],
  ])('is refused for epoch %s, while epoch 2 is in the ledger', (epoch, expected) => {
    expect(approve(LEDGERS['awaiting-approval'], epoch)).toEqual({
      kind: 'refused',
      reason:
        `approve: step is awaiting-approval of epoch 2, held by us-west-2, expected ${expected}. ` +
        'Run approve to promote and accept the loss; or evacuate, or failover to the other region, if that is healthy again.',
    });
  });

  it('names the epoch that was shown before the step', () => {
    expect(approve(LEDGERS.promoting, 1)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('expected epoch 1, the one that was shown. ') as string,
    });
  });
});

describe('failover of the region that took over', () => {
  it.each(['serving in the standby', 'promoting', 'awaiting-approval', 'evacuation-switching'] as const)(
    'takes the epoch back for the other region in %s',
    (ledger) => {
      const outcome = failover(LEDGERS[ledger], 'ada', 'us-east-1');

      expect(outcome).toMatchObject({
        kind: 'write',
        write: { next: { step: 'draining', holder: 'us-east-1', epoch: 3, sqlWrites: 'closed' } },
      });
    },
  );
});
