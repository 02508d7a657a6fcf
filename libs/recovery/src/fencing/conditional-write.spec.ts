import { amendRecord, conditionHolds, enterStep } from './conditional-write';
import type { ControlRecord } from './control-record';

const RECORD: ControlRecord = {
  schema: 1,
  version: 7,
  epoch: 2,
  holder: 'us-west-2',
  sqlWrites: 'closed',
  closedAtVersion: 6,
  step: 'draining',
  announced: true,
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
  cause: 'primary failed: 3 bad rounds in a row (black-hole)',
  lagAtTake: { lagMs: 800, ageMs: 3_000 },
  enteredAtMs: 1_780_315_200_000,
  writerMovedAtMs: null,
};

describe('enterStep', () => {
  it('enters the step at the given time with the next version, untold, and keeps the rest', () => {
    expect(enterStep(RECORD, 'guarding', 1_780_315_212_000)).toEqual({
      expected: { version: 7 },
      next: { ...RECORD, version: 8, step: 'guarding', announced: false, enteredAtMs: 1_780_315_212_000 },
    });
  });

  it('makes its changes in the same write', () => {
    const changes = { promotionEpoch: 2, announced: true, cause: 'lag' };

    expect(enterStep(RECORD, 'promoting', 1_780_315_212_000, changes)).toEqual({
      expected: { version: 7 },
      next: {
        ...RECORD,
        version: 8,
        step: 'promoting',
        announced: true,
        promotionEpoch: 2,
        cause: 'lag',
        enteredAtMs: 1_780_315_212_000,
      },
    });
  });

  it('enters the step that it is in anew', () => {
    const { next } = enterStep(RECORD, 'draining', 1_780_315_212_000);

    expect(next).toMatchObject({ version: 8, step: 'draining', enteredAtMs: 1_780_315_212_000 });
  });

  it('leaves the record that the decision was made on as it was', () => {
    const before = { ...RECORD };

    enterStep(RECORD, 'guarding', 1_780_315_212_000, { cause: 'other' });

    expect(RECORD).toEqual(before);
  });
});

describe('amendRecord', () => {
  it('keeps the step, its time of entry and whether a person was told', () => {
    const approval = { epoch: 2, by: 'ada', approvedAtMs: 1, expiresAtMs: 2 };

    expect(amendRecord(RECORD, { approval })).toEqual({
      expected: { version: 7 },
      next: { ...RECORD, version: 8, approval },
    });
  });
});

describe('conditionHolds', () => {
  it('holds for the version that the decision was made on', () => {
    expect(conditionHolds(RECORD, { version: 7 })).toBe(true);
  });

  it.each([6, 8])('does not hold for version %s', (version) => {
    expect(conditionHolds(RECORD, { version })).toBe(false);
  });

  it('does not hold for a version when nothing is stored', () => {
    expect(conditionHolds(null, { version: 1 })).toBe(false);
  });

  it('holds for the first record when nothing is stored', () => {
    expect(conditionHolds(null, 'absent')).toBe(true);
  });

  it('does not hold for the first record when there is one', () => {
    expect(conditionHolds(RECORD, 'absent')).toBe(false);
  });

  it('refuses the repetition of a write that took effect', () => {
    const { expected, next } = amendRecord(RECORD, { announced: true });

    expect(conditionHolds(RECORD, expected)).toBe(true);
    expect(conditionHolds(next, expected)).toBe(false);
  });
});
