import fc from 'fast-check';
import { conditionHolds } from '../fencing/conditional-write';
import { type ControlRecord, type Step, STEPS } from '../fencing/control-record';
import { type CommandOutcome, commandApprove, commandFailback, commandFailover } from './operator-commands';
import {
  anyRecord,
  failbackIn,
  failoverIn,
  NOON,
  SERVING_IN_PRIMARY,
  SERVING_IN_STANDBY,
  SETTINGS,
} from './situation-for-test';

const LAG = { lagMs: 800, measuredAtMs: 1_780_315_197_000 };
const SETTINGS_AND_TIME = { settings: SETTINGS, wallClockMs: NOON };

const failover = (record: ControlRecord, by = 'ada') => commandFailover({ record, by, lag: LAG, ...SETTINGS_AND_TIME });
const failback = (record: ControlRecord, by = 'ada') => commandFailback({ record, by, ...SETTINGS_AND_TIME });
const approve = (record: ControlRecord, epoch = record.epoch, by = 'ada') =>
  commandApprove({ record, epoch, by, ...SETTINGS_AND_TIME });

/** The ledger in every step as a way leads to it; in serving, from either side. */
const LEDGERS = {
  'serving in the primary': SERVING_IN_PRIMARY,
  'serving in the standby': SERVING_IN_STANDBY,
  draining: failoverIn('draining'),
  guarding: failoverIn('guarding'),
  'awaiting-approval': failoverIn('awaiting-approval'),
  promoting: failoverIn('promoting', { promotionEpoch: 2 }),
  'promotion-stuck': failoverIn('promotion-stuck', { promotionEpoch: 2 }),
  proving: failoverIn('proving', { promotionEpoch: 2 }),
  'write-unproven': failoverIn('write-unproven', { promotionEpoch: 2 }),
  'failback-checking': failbackIn('failback-checking', { sqlWrites: 'open', closedAtVersion: 8 }),
  'failback-draining': failbackIn('failback-draining'),
  'failback-switching': failbackIn('failback-switching'),
  'switchover-stuck': failbackIn('switchover-stuck'),
  'failback-proving': failbackIn('failback-proving'),
  'failback-unproven': failbackIn('failback-unproven'),
  'failback-releasing': failbackIn('failback-releasing', { epoch: 3, holder: 'us-east-1', sqlWrites: 'open' }),
} as const satisfies Record<string, ControlRecord>;

type Ledger = keyof typeof LEDGERS;
type Row = readonly [ledger: Ledger, kind: CommandOutcome['kind'], whatFor: string];

/** Kind of the outcome, with the step that it writes or the reason that it gives. */
const outlineOf = (outcome: CommandOutcome) => [
  outcome.kind,
  outcome.kind === 'write' ? outcome.write.next.step : outcome.reason,
];

/** The ledger once the outcome is written. A command that writes nothing leaves it. */
const written = (record: ControlRecord, outcome: CommandOutcome): ControlRecord =>
  outcome.kind === 'write' && conditionHolds(record, outcome.write.expected) ? outcome.write.next : record;

it('has a ledger of every step', () => {
  expect([...new Set(Object.values(LEDGERS).map(({ step }) => step))]).toEqual(STEPS);
});

describe('failover', () => {
  it.each<Row>([
    ['serving in the primary', 'write', 'draining'],
    [
      'serving in the standby',
      'refused',
      'failover: step is serving of epoch 2, held by us-west-2, expected serving in the primary. ' +
        'Nothing to do; with a region latched, run failback once it is repaired.',
    ],
    [
      'draining',
      'under-way',
      'draining in epoch 2: The standby took the epoch and waits until no earlier writer can still write. ' +
        'Reads and strongly consistent writes are served.',
    ],
    ['guarding', 'under-way', 'guarding in epoch 2: The data loss of a promotion is being judged.'],
    [
      'awaiting-approval',
      'refused',
      'failover: step is awaiting-approval of epoch 2, held by us-west-2, expected a step before the approval. ' +
        'Run approve to promote and accept the loss, or failback if the primary is able again.',
    ],
    [
      'promoting',
      'under-way',
      'promoting in epoch 2: Aurora is promoting the standby, which takes minutes. SQL writes are closed.',
    ],
    ['promotion-stuck', 'write', 'draining'],
    [
      'proving',
      'under-way',
      'proving in epoch 2: A write in the promoted database is being proved. SQL writes are closed.',
    ],
    ['write-unproven', 'write', 'draining'],
    ['failback-checking', 'write', 'draining'],
    ['failback-draining', 'write', 'draining'],
    ['failback-switching', 'write', 'draining'],
    ['switchover-stuck', 'write', 'draining'],
    ['failback-proving', 'write', 'draining'],
    ['failback-unproven', 'write', 'draining'],
    [
      'failback-releasing',
      'refused',
      'failover: step is failback-releasing of epoch 3, held by us-east-1, expected serving in the primary. ' +
        'Wait; it ends by itself.',
    ],
  ])('in %s: %s, %s', (ledger, kind, whatFor) => {
    expect(outlineOf(failover(LEDGERS[ledger]))).toEqual([kind, whatFor]);
  });

  it('takes the next epoch for the standby, with who asked for it and the lag that is known', () => {
    expect(failover(SERVING_IN_PRIMARY)).toEqual({
      kind: 'write',
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
          cause: 'failover by ada',
          lagAtTake: { lagMs: 800, ageMs: 3_000 },
          enteredAtMs: NOON,
          writerMovedAtMs: null,
        },
      },
    });
  });

  it('takes it in every mode, also where the controller only observes', () => {
    for (const mode of ['automatic', 'approval', 'observe'] as const) {
      const outcome = commandFailover({
        record: SERVING_IN_PRIMARY,
        by: 'ada',
        lag: LAG,
        wallClockMs: NOON,
        settings: { ...SETTINGS, mode },
      });

      expect(outlineOf(outcome)).toEqual(['write', 'draining']);
    }
  });

  it('takes it without a lag', () => {
    const outcome = commandFailover({ record: SERVING_IN_PRIMARY, by: 'ada', lag: null, ...SETTINGS_AND_TIME });

    expect(outcome).toMatchObject({ kind: 'write', write: { next: { epoch: 2, lagAtTake: null } } });
  });

  it('leaves a stuck promotion behind with an epoch that may promote again', () => {
    expect(failover(LEDGERS['promotion-stuck'])).toMatchObject({
      kind: 'write',
      write: { next: { epoch: 3, promotionEpoch: 2, closedAtVersion: 11, cause: 'failover by ada' } },
    });
  });
});

describe('failback', () => {
  it.each<Row>([
    [
      'serving in the primary',
      'refused',
      'failback: step is serving of epoch 1, held by us-east-1, expected serving in us-west-2 or a blocked step. ' +
        'Nothing to do; with a region latched, run failback once it is repaired.',
    ],
    ['serving in the standby', 'write', 'failback-checking'],
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
    ['awaiting-approval', 'write', 'failback-checking'],
    [
      'promoting',
      'refused',
      'failback: step is promoting of epoch 2, held by us-west-2, expected serving in us-west-2 or a blocked step. ' +
        'Wait; a notice follows when it takes too long.',
    ],
    ['promotion-stuck', 'write', 'failback-checking'],
    [
      'proving',
      'refused',
      'failback: step is proving of epoch 2, held by us-west-2, expected serving in us-west-2 or a blocked step. ' +
        'Wait; it ends by itself.',
    ],
    ['write-unproven', 'write', 'failback-checking'],
    [
      'failback-checking',
      'under-way',
      'failback-checking in epoch 2: The primary and the lag are being checked before a failback.',
    ],
    [
      'failback-draining',
      'under-way',
      'failback-draining in epoch 2: SQL writes are closed, and the last of them are ending.',
    ],
    [
      'failback-switching',
      'under-way',
      'failback-switching in epoch 2: Aurora is switching over to the primary without loss. SQL writes are closed.',
    ],
    ['switchover-stuck', 'write', 'failback-switching'],
    [
      'failback-proving',
      'under-way',
      'failback-proving in epoch 2: A write in the primary is being proved. SQL writes are closed.',
    ],
    [
      'failback-unproven',
      'under-way',
      'failback-unproven in epoch 2: No write in the primary succeeded yet; it is tried on. SQL writes are closed.',
    ],
    [
      'failback-releasing',
      'under-way',
      'failback-releasing in epoch 3: The primary holds the epoch and writes; the latch is about to come down.',
    ],
  ])('in %s: %s, %s', (ledger, kind, whatFor) => {
    expect(outlineOf(failback(LEDGERS[ledger]))).toEqual([kind, whatFor]);
  });

  it('begins with the checks, while writes go on in the standby', () => {
    expect(failback(SERVING_IN_STANDBY)).toEqual({
      kind: 'write',
      write: {
        expected: { version: 10 },
        next: {
          ...SERVING_IN_STANDBY,
          version: 11,
          step: 'failback-checking',
          announced: false,
          cause: 'failback by ada',
          enteredAtMs: NOON,
        },
      },
    });
  });

  it('drops what was approved, so that a failback that is given up promotes nothing on it', () => {
    const approval = { epoch: 2, by: 'grace', approvedAtMs: NOON, expiresAtMs: 1_780_317_000_000 };

    expect(failback({ ...LEDGERS['awaiting-approval'], approval })).toMatchObject({
      kind: 'write',
      write: { next: { step: 'failback-checking', approval: null, sqlWrites: 'closed', epoch: 2 } },
    });
  });

  it('tries a stuck switchover again, with as much time as the first and a new notice', () => {
    const stuck = { ...LEDGERS['switchover-stuck'], announced: true };

    expect(failback(stuck, 'grace')).toEqual({
      kind: 'write',
      write: {
        expected: { version: 10 },
        next: { ...stuck, version: 11, step: 'failback-switching', announced: false, enteredAtMs: NOON },
      },
    });
  });

  it.each<Ledger>(['awaiting-approval', 'promotion-stuck', 'write-unproven'])(
    'is refused in %s where the primary holds the epoch',
    (ledger) => {
      expect(failback({ ...LEDGERS[ledger], holder: 'us-east-1' }).kind).toBe('refused');
    },
  );
});

describe('approve', () => {
  const stepOf = (ledger: Ledger): Step => LEDGERS[ledger].step;

  it.each<Ledger>(['draining', 'guarding', 'awaiting-approval'])(
    'in %s: writes the approval, in the same step',
    (ledger) => {
      expect(approve(LEDGERS[ledger])).toEqual({
        kind: 'write',
        write: {
          expected: { version: 10 },
          next: {
            ...LEDGERS[ledger],
            version: 11,
            approval: { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_317_000_000 },
          },
        },
      });
    },
  );

  it.each<readonly [ledger: Ledger, held: string, advice: string]>([
    [
      'serving in the primary',
      'epoch 1, held by us-east-1',
      'Nothing to do; with a region latched, run failback once it is repaired.',
    ],
    [
      'serving in the standby',
      'epoch 2, held by us-west-2',
      'Nothing to do; with a region latched, run failback once it is repaired.',
    ],
    ['promoting', 'epoch 2, held by us-west-2', 'Wait; a notice follows when it takes too long.'],
    [
      'promotion-stuck',
      'epoch 2, held by us-west-2',
      'Look at the global database in the RDS console; ' +
        'then run failover (a new epoch and a new promotion) or failback.',
    ],
    ['proving', 'epoch 2, held by us-west-2', 'Wait; it ends by itself.'],
    [
      'write-unproven',
      'epoch 2, held by us-west-2',
      'Look at the writer instance and its security group; or run failover or failback.',
    ],
    ['failback-checking', 'epoch 2, held by us-west-2', 'Wait; it ends by itself.'],
    ['failback-draining', 'epoch 2, held by us-west-2', 'Wait; it ends by itself.'],
    ['failback-switching', 'epoch 2, held by us-west-2', 'Wait; a notice follows when it takes too long.'],
    [
      'switchover-stuck',
      'epoch 2, held by us-west-2',
      'Run failback to try again, or failover to go on in the standby.',
    ],
    ['failback-proving', 'epoch 2, held by us-west-2', 'Wait; it ends by itself.'],
    [
      'failback-unproven',
      'epoch 2, held by us-west-2',
      'Look at the writer instance; run failover to go on in the standby.',
    ],
    ['failback-releasing', 'epoch 3, held by us-east-1', 'Wait; it ends by itself.'],
  ])('in %s: refused, %s: %s', (ledger, held, advice) => {
    expect(approve(LEDGERS[ledger])).toEqual({
      kind: 'refused',
      reason:
        `approve: step is ${stepOf(ledger)} of ${held}, ` +
        `expected one of draining, guarding, awaiting-approval. ${advice}`,
    });
  });

  it.each([
    [1, 'epoch 1, the one that was looked at'],
    [3, 'epoch 3, the one that was looked at'],
  ])('is refused for epoch %s, while epoch 2 is in the ledger', (epoch, expected) => {
    expect(approve(LEDGERS['awaiting-approval'], epoch)).toEqual({
      kind: 'refused',
      reason:
        `approve: step is awaiting-approval of epoch 2, held by us-west-2, expected ${expected}. ` +
        'Run approve to promote and accept the loss, or failback if the primary is able again.',
    });
  });

  it('names the epoch that was looked at before the step', () => {
    expect(approve(LEDGERS.promoting, 1)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('expected epoch 1, the one that was looked at. ') as string,
    });
  });

  it('is good for as long as the settings say', () => {
    const settings = { ...SETTINGS, guard: { ...SETTINGS.guard, approvalLifetimeMs: 60_000 } };

    const outcome = commandApprove({
      record: LEDGERS.guarding,
      by: 'ada',
      epoch: 2,
      wallClockMs: NOON,
      settings,
    });

    expect(outcome).toMatchObject({
      write: { next: { approval: { approvedAtMs: NOON, expiresAtMs: 1_780_315_260_000 } } },
    });
  });
});

describe('two people', () => {
  it('both fail over: one of them takes the epoch, and the other is told that it is under way', () => {
    const seen = LEDGERS['serving in the primary'];
    const [ada, grace] = [failover(seen, 'ada'), failover(seen, 'grace')];

    const first = written(seen, ada);
    const second = written(first, grace);

    expect(second).toBe(first);
    expect(second).toMatchObject({ epoch: 2, cause: 'failover by ada' });
    expect(outlineOf(failover(second, 'grace'))).toEqual([
      'under-way',
      'draining in epoch 2: The standby took the epoch and waits until no earlier writer can still write. ' +
        'Reads and strongly consistent writes are served.',
    ]);
  });

  it('both fail back: one of them starts it, and the other is told that it is under way', () => {
    const seen = LEDGERS['serving in the standby'];
    const [ada, grace] = [failback(seen, 'ada'), failback(seen, 'grace')];

    const first = written(seen, ada);
    const second = written(first, grace);

    expect(second).toBe(first);
    expect(second.cause).toBe('failback by ada');
    expect(outlineOf(failback(second, 'grace'))).toEqual([
      'under-way',
      'failback-checking in epoch 2: The primary and the lag are being checked before a failback.',
    ]);
  });

  it('both try a stuck switchover again: it is begun anew once', () => {
    const seen = LEDGERS['switchover-stuck'];

    const first = written(seen, failback(seen, 'ada'));
    const second = written(first, failback(seen, 'grace'));

    expect(second).toBe(first);
    expect(failback(second, 'grace').kind).toBe('under-way');
  });

  it('both approve: each approval is good, and the last one counts', () => {
    const seen = LEDGERS['awaiting-approval'];

    const first = written(seen, approve(seen, 2, 'ada'));
    const refused = written(first, approve(seen, 2, 'grace'));
    const again = written(first, approve(first, 2, 'grace'));

    expect(refused).toBe(first);
    expect(first.approval?.by).toBe('ada');
    expect(again).toMatchObject({ version: 12, step: 'awaiting-approval', approval: { epoch: 2, by: 'grace' } });
  });

  it('one fails over and the other fails back from a stuck switchover: whoever is second meets what the first did', () => {
    const seen = LEDGERS['switchover-stuck'];

    const afterFailover = written(seen, failover(seen, 'ada'));
    const afterFailback = written(seen, failback(seen, 'grace'));

    expect(written(afterFailover, failback(seen, 'grace'))).toBe(afterFailover);
    expect(failback(afterFailover, 'grace').kind).toBe('refused');
    expect(outlineOf(failover(afterFailback, 'ada'))).toEqual(['write', 'draining']);
  });

  it('one takes a new epoch while the other approves the one before: the approval is refused', () => {
    const seen = LEDGERS['promotion-stuck'];

    const third = written(seen, failover(seen, 'ada'));

    expect(approve(third, 2, 'grace')).toEqual({
      kind: 'refused',
      reason:
        'approve: step is draining of epoch 3, held by us-west-2, expected epoch 2, the one that was looked at. ' +
        'Wait; it ends by itself.',
    });
  });

  it('one approves what the other has failed back from: the approval is refused', () => {
    const seen = LEDGERS['awaiting-approval'];

    const goingBack = written(seen, failback(seen, 'ada'));

    expect(written(goingBack, approve(seen, 2, 'grace'))).toBe(goingBack);
    expect(approve(goingBack, 2, 'grace').kind).toBe('refused');
  });
});

describe('any command on any ledger', () => {
  const COMMANDS = { failover, failback, approve };
  const anyCommand = fc.constantFrom(...(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]));
  const check = (property: (record: ControlRecord, next: ControlRecord, command: keyof typeof COMMANDS) => void) =>
    fc.assert(
      fc.property(anyRecord, anyCommand, (record, command) => {
        const outcome = COMMANDS[command](record);
        if (outcome.kind === 'write') property(record, outcome.write.next, command);
      }),
      { numRuns: 1_000 },
    );

  it('writes on condition of the version that was read', () => {
    fc.assert(
      fc.property(anyRecord, anyCommand, (record, command) => {
        const outcome = COMMANDS[command](record);

        if (outcome.kind === 'write') expect(outcome.write.expected).toEqual({ version: record.version });
      }),
    );
  });

  it('writes the next version', () => {
    check((record, next) => expect(next.version - record.version).toBe(1));
  });

  it('lets the epoch rise by one with a failover, and stay with every other', () => {
    check((record, next, command) => expect(next.epoch - record.epoch).toBe(command === 'failover' ? 1 : 0));
  });

  it('takes no latch down and opens no writes', () => {
    check((record, next) => {
      if (record.latchedRegion !== null) expect(next.latchedRegion).not.toBeNull();
      if (record.sqlWrites === 'closed') expect(next.sqlWrites).toBe('closed');
    });
  });

  it('states no intent to promote', () => {
    check((record, next) => expect(next.promotionEpoch).toBe(record.promotionEpoch));
  });

  it('leaves the ledger that it read as it was', () => {
    fc.assert(
      fc.property(anyRecord, anyCommand, (record, command) => {
        const before = structuredClone(record);

        COMMANDS[command](record);

        expect(record).toEqual(before);
      }),
    );
  });
});
