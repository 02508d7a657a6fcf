import fc from 'fast-check';
import { conditionHolds } from '../fencing/conditional-write';
import type { LagEvidence } from '../fencing/control-record';
import type { LagSample } from '../promotion-guard/lag-evidence';
import { anyRecord, evacuationIn, NOON, SERVING_IN_PRIMARY, SERVING_IN_STANDBY, SETTINGS } from './situation-for-test';
import { takeEpoch } from './take-epoch';

const LAG: LagSample = { lagMs: 800, measuredAtMs: 1_780_315_197_000 };

describe('takeEpoch', () => {
  it('makes the region the holder and closes writes, all in one write', () => {
    expect(
      takeEpoch(SERVING_IN_PRIMARY, 'us-west-2', { begunBy: 'person', cause: 'failover by ada' }, LAG, NOON, SETTINGS),
    ).toEqual({
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
        promotionEpoch: 0,
        approval: null,
        begunBy: 'person',
        isMoveIntended: false,
        replication: 'whole',
        opening: null,
        losslessMoves: [],
        entryFailure: null,
        writeFailure: null,
        otherUnhealthyAtMs: NOON,
        cause: 'failover by ada',
        lagAtTake: { lagMs: 800, ageMs: 3_000 },
        enteredAtMs: NOON,
        writerMovedAtMs: null,
      },
    });
  });

  it('begins the drain anew where writes were closed, and drops what was approved and known in the epoch before', () => {
    const stuck = evacuationIn('switchover-stuck', {
      announced: true,
      approval: { epoch: 2, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_317_000_000 },
    });

    expect(
      takeEpoch(stuck, 'us-west-2', { begunBy: 'person', cause: 'failover by grace' }, null, NOON, SETTINGS),
    ).toEqual({
      expected: { version: 10 },
      next: {
        schema: 1,
        version: 11,
        epoch: 3,
        holder: 'us-west-2',
        sqlWrites: 'closed',
        closedAtVersion: 11,
        step: 'draining',
        announced: false,
        promotionEpoch: 2,
        approval: null,
        begunBy: 'person',
        isMoveIntended: true,
        replication: 'whole',
        opening: null,
        losslessMoves: [],
        entryFailure: null,
        writeFailure: null,
        otherUnhealthyAtMs: null,
        cause: 'failover by grace',
        lagAtTake: null,
        enteredAtMs: NOON,
        writerMovedAtMs: 1_780_271_940_000,
      },
    });
  });

  it.each<[string, LagSample | null, LagEvidence | null]>([
    ['none', null, null],
    ['just measured', { lagMs: 0, measuredAtMs: NOON }, { lagMs: 0, ageMs: 0 }],
    [
      'over the objective and old, which the guard judges',
      { lagMs: 90_000, measuredAtMs: 1_780_311_600_000 },
      { lagMs: 90_000, ageMs: 3_600_000 },
    ],
    [
      'as far in the future as clocks may differ',
      { lagMs: 800, measuredAtMs: 1_780_315_203_000 },
      { lagMs: 800, ageMs: 0 },
    ],
    ['further in the future', { lagMs: 800, measuredAtMs: 1_780_315_203_001 }, null],
    ['no number', { lagMs: Number.NaN, measuredAtMs: NOON }, null],
    ['negative', { lagMs: -1, measuredAtMs: NOON }, null],
  ])('keeps the newest lag as a duration: %s', (_what, lag, lagAtTake) => {
    expect(
      takeEpoch(SERVING_IN_PRIMARY, 'us-west-2', { begunBy: 'person', cause: 'failover by ada' }, lag, NOON, SETTINGS)
        .next.lagAtTake,
    ).toEqual(lagAtTake);
  });

  it('is taken back by the region that held before', () => {
    const taken = takeEpoch(
      SERVING_IN_STANDBY,
      'us-east-1',
      { begunBy: 'person', cause: 'us-west-2 failed' },
      LAG,
      NOON,
      SETTINGS,
    );

    expect(taken.next).toMatchObject({ holder: 'us-east-1', epoch: 3, step: 'draining', sqlWrites: 'closed' });
  });

  it('is taken once, though two take it at the same time', () => {
    const first = takeEpoch(
      SERVING_IN_PRIMARY,
      'us-west-2',
      { begunBy: 'person', cause: 'failover by ada' },
      LAG,
      NOON,
      SETTINGS,
    );
    const second = takeEpoch(
      SERVING_IN_PRIMARY,
      'us-west-2',
      { begunBy: 'person', cause: 'failover by grace' },
      LAG,
      NOON,
      SETTINGS,
    );

    expect(conditionHolds(SERVING_IN_PRIMARY, first.expected)).toBe(true);
    expect(conditionHolds(first.next, second.expected)).toBe(false);
  });

  it('fences whatever the ledger held: one epoch more, a new closing, nobody writes', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const { next } = takeEpoch(
          record,
          'us-west-2',
          { begunBy: 'person', cause: 'failover by ada' },
          LAG,
          NOON,
          SETTINGS,
        );

        expect(next.epoch - record.epoch).toBe(1);
        expect(next.version - record.version).toBe(1);
        expect(next.closedAtVersion).toBe(next.version);
        expect(next).toMatchObject({ step: 'draining', sqlWrites: 'closed', holder: 'us-west-2', approval: null });
      }),
    );
  });
});
