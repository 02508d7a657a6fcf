import type { ControlRecord } from '../fencing/control-record';
import type { FailoverMode, GuardSettings } from '../recovery-settings';
import { cooldownLeftMs, decidePromotion, promotionIsFirstOfEpoch, type PromotionRequest } from './decide-promotion';

const NOON = 1_780_315_200_000;

const SETTINGS: GuardSettings = {
  maximumLossMs: 5_000,
  maximumLagAgeMs: 60_000,
  cooldownMs: 600_000,
  approvalLifetimeMs: 1_800_000,
  clockSkewAllowanceMs: 5_000,
};

/** The standby took epoch 2, with a lag that the guard accepts. */
const GUARDING: ControlRecord = {
  schema: 1,
  version: 9,
  epoch: 2,
  holder: 'us-west-2',
  sqlWrites: 'closed',
  closedAtVersion: 8,
  step: 'guarding',
  announced: false,
  begunBy: 'controller',
  isMoveIntended: false,
  replication: 'whole',
  opening: null,
  losslessMoves: [],
  entryFailure: null,
  writeFailure: null,
  otherUnhealthyAtMs: null,
  promotionEpoch: 0,
  approval: null,
  cause: 'primary failed',
  lagAtTake: { lagMs: 800, ageMs: 3_000 },
  enteredAtMs: NOON,
  writerMovedAtMs: null,
};

/** By Ada, for epoch 2, a minute before noon, for half an hour. */
const APPROVAL = { epoch: 2, by: 'ada', approvedAtMs: 1_780_315_140_000, expiresAtMs: 1_780_316_940_000 };

const decide = (changes: Partial<ControlRecord>, request: Partial<PromotionRequest> = {}) =>
  decidePromotion(
    { record: { ...GUARDING, ...changes }, mode: 'automatic', lag: null, trail: null, wallClockMs: NOON, ...request },
    SETTINGS,
  );

describe('decidePromotion', () => {
  describe('by the lag', () => {
    it('promotes on the lag at the taking of the epoch', () => {
      expect(decide({})).toEqual({
        decision: 'promote',
        basis: 'lag',
        reason: 'replication lag was 800 ms, measured 3000 ms before',
      });
    });

    it('promotes at the objective', () => {
      expect(decide({ lagAtTake: { lagMs: 5_000, ageMs: 60_000 } })).toEqual({
        decision: 'promote',
        basis: 'lag',
        reason: 'replication lag was 5000 ms, measured 60000 ms before',
      });
    });

    it.each<[string, ControlRecord['lagAtTake'], string]>([
      ['is unknown', null, 'replication lag is unknown'],
      [
        'is over the objective',
        { lagMs: 5_001, ageMs: 0 },
        'replication lag is 5001 ms, over the objective of 5000 ms',
      ],
      [
        'was measured too long before',
        { lagMs: 800, ageMs: 60_001 },
        'replication lag was measured 60001 ms ago, limit 60000 ms',
      ],
    ])('asks when the lag %s', (_what, lagAtTake, reason) => {
      expect(decide({ lagAtTake })).toEqual({ decision: 'ask', reasons: [reason] });
    });

    it('believes a lag measured since, the smaller one', () => {
      expect(decide({ lagAtTake: null }, { lag: { lagMs: 200, measuredAtMs: 1_780_315_199_000 } })).toEqual({
        decision: 'promote',
        basis: 'lag',
        reason: 'replication lag was 200 ms, measured 1000 ms before',
      });
    });

    it('believes a lag measured since, the larger one', () => {
      expect(decide({}, { lag: { lagMs: 9_000, measuredAtMs: 1_780_315_199_000 } })).toEqual({
        decision: 'ask',
        reasons: ['replication lag is 9000 ms, over the objective of 5000 ms'],
      });
    });

    it('believes a small lag measured since for as long as a measurement counts', () => {
      const measured = (measuredAtMs: number) => decide({ lagAtTake: null }, { lag: { lagMs: 200, measuredAtMs } });

      expect(measured(1_780_315_140_000).decision).toBe('promote');
      expect(measured(1_780_315_139_999)).toEqual({ decision: 'ask', reasons: ['replication lag is unknown'] });
    });

    it.each([
      ['an hour ago', 1_780_311_600_000],
      ['an hour ahead, by a clock that is behind', 1_780_318_800_000],
      ['at no time', Number.NaN],
    ])('believes a large lag measured %s, however small it was at the taking', (_what, measuredAtMs) => {
      expect(decide({}, { lag: { lagMs: 5_001, measuredAtMs } })).toEqual({
        decision: 'ask',
        reasons: ['replication lag is 5001 ms, over the objective of 5000 ms'],
      });
    });

    it.each([Number.NaN, -1])('goes by the taking where the newest lag is %d, which is none', (lagMs) => {
      expect(decide({}, { lag: { lagMs, measuredAtMs: NOON } }).decision).toBe('promote');
    });
  });

  describe("by the canary's trail", () => {
    const trail = (arrivedAtMs: number, isRecent = true) => ({
      recordedAtMs: 1_780_315_180_000,
      arrivedAtMs,
      isRecent,
    });

    it('promotes where the last write that was recorded has arrived, though no lag is known', () => {
      expect(decide({ lagAtTake: null }, { trail: trail(1_780_315_180_000) })).toEqual({
        decision: 'promote',
        basis: 'canary',
        reason: 'of what was written until 2026-06-01T11:59:40.000Z the last 0 ms have not arrived',
      });
    });

    it('promotes at the objective', () => {
      expect(decide({}, { trail: trail(1_780_315_175_000) }).decision).toBe('promote');
    });

    it('asks where more than the objective is missing, however small the lag was that was published', () => {
      expect(decide({}, { trail: trail(1_780_315_174_999), lag: { lagMs: 20, measuredAtMs: NOON } })).toEqual({
        decision: 'ask',
        reasons: [
          'of what was written until 2026-06-01T11:59:40.000Z the last 5001 ms have not arrived, over the objective of 5000 ms',
        ],
      });
    });

    it('promotes where all has arrived, however large the lag was before', () => {
      const lag = { lagMs: 9_000, measuredAtMs: 1_780_315_140_000 };

      expect(decide({ lagAtTake: { lagMs: 9_000, ageMs: 0 } }, { lag, trail: trail(1_780_315_180_000) }).decision).toBe(
        'promote',
      );
    });

    it('goes by the lag where the record is too old to bound the loss', () => {
      const old = trail(1_780_315_180_000, false);

      expect(decide({}, { trail: old })).toMatchObject({ decision: 'promote', basis: 'lag' });
      expect(decide({ lagAtTake: null }, { trail: old })).toMatchObject({ decision: 'ask' });
    });

    it('asks where more than the objective is missing, however old the record is', () => {
      expect(decide({}, { trail: trail(1_780_315_174_999, false) }).decision).toBe('ask');
    });

    it('asks by the mode and the cooldown all the same', () => {
      const request = { mode: 'approval', trail: trail(1_780_315_180_000) } as const;

      expect(decide({ writerMovedAtMs: NOON }, request)).toEqual({
        decision: 'ask',
        reasons: [
          'promotions need an approval in mode approval',
          'the writer moved less than 10 min ago, and so soon a person decides',
        ],
      });
    });
  });

  describe('by the mode', () => {
    it.each<FailoverMode>(['approval', 'observe'])('asks in mode %s, however small the lag', (mode) => {
      expect(decide({}, { mode })).toEqual({
        decision: 'ask',
        reasons: [`promotions need an approval in mode ${mode}`],
      });
    });

    it.each<FailoverMode>(['automatic', 'approval', 'observe'])('promotes in mode %s with an approval', (mode) => {
      expect(decide({ approval: APPROVAL }, { mode })).toEqual({
        decision: 'promote',
        basis: 'approval',
        reason: 'approved by ada',
      });
    });
  });

  describe('by an approval', () => {
    it('promotes whatever is lost, and however lately the writer moved', () => {
      expect(decide({ approval: APPROVAL, lagAtTake: null, writerMovedAtMs: NOON })).toEqual({
        decision: 'promote',
        basis: 'approval',
        reason: 'approved by ada',
      });
    });

    it.each([
      ['of another epoch', { ...APPROVAL, epoch: 1 }],
      ['that expired', { ...APPROVAL, expiresAtMs: NOON }],
      ['from the future', { ...APPROVAL, approvedAtMs: 1_780_315_205_001 }],
    ])('asks with an approval %s', (_what, approval) => {
      expect(decide({ approval, lagAtTake: null })).toEqual({
        decision: 'ask',
        reasons: ['replication lag is unknown'],
      });
    });
  });

  describe('by the cooldown', () => {
    it('asks while the writer moved lately', () => {
      expect(decide({ writerMovedAtMs: 1_780_314_600_001 })).toEqual({
        decision: 'ask',
        reasons: ['the writer moved less than 10 min ago, and so soon a person decides'],
      });
    });

    it('promotes when the cooldown is over', () => {
      expect(decide({ writerMovedAtMs: 1_780_314_600_000 }).decision).toBe('promote');
    });
  });

  it('names every reason to ask', () => {
    expect(decide({ lagAtTake: null, writerMovedAtMs: NOON }, { mode: 'approval' })).toEqual({
      decision: 'ask',
      reasons: [
        'promotions need an approval in mode approval',
        'the writer moved less than 10 min ago, and so soon a person decides',
        'replication lag is unknown',
      ],
    });
  });

  describe('once in an epoch', () => {
    it('refuses a second promotion', () => {
      expect(decide({ promotionEpoch: 2 })).toEqual({
        decision: 'refuse',
        reason: 'epoch 2 has had its promotion, and another needs an epoch of its own',
      });
    });

    it('refuses a second promotion whatever was approved', () => {
      expect(decide({ promotionEpoch: 2, approval: APPROVAL }).decision).toBe('refuse');
    });

    it('promotes again in the next epoch', () => {
      expect(decide({ epoch: 3, promotionEpoch: 2 }).decision).toBe('promote');
    });
  });
});

describe('promotionIsFirstOfEpoch', () => {
  it.each([
    [0, true],
    [1, true],
    [2, false],
  ])('after an intent in epoch %s, in epoch 2: %s', (promotionEpoch, first) => {
    expect(promotionIsFirstOfEpoch({ ...GUARDING, promotionEpoch })).toBe(first);
  });
});

describe('cooldownLeftMs', () => {
  const left = (writerMovedAtMs: number | null) => cooldownLeftMs({ ...GUARDING, writerMovedAtMs }, NOON, SETTINGS);

  it('is nothing when the writer never moved', () => {
    expect(left(null)).toBe(0);
  });

  it('is what remains since the last move', () => {
    expect(left(1_780_315_080_000)).toBe(480_000);
  });

  it('is nothing once it is over', () => {
    expect(left(1_780_314_600_000)).toBe(0);
    expect(left(1_780_228_800_000)).toBe(0);
  });

  it('is the whole of it when the clock is behind that of the last move', () => {
    expect(left(1_780_318_800_000)).toBe(600_000);
  });
});
