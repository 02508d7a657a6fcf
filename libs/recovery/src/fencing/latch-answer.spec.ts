import { type ControlRecord, initialControlRecord } from './control-record';
import { decideLatchAnswer, newestRecord } from './latch-answer';
import type { EpochProof } from './write-permit';

const INITIAL = initialControlRecord('us-east-1', 1_780_315_200_000);
const UNLATCHED: ControlRecord = { ...INITIAL, version: 5 };
const LATCHED: ControlRecord = { ...INITIAL, version: 6, latchedRegion: 'us-east-1' };
const RELEASED: ControlRecord = { ...INITIAL, version: 7 };

const strong = (record: ControlRecord): EpochProof => ({ record, consistency: 'strong', readStartedAtMs: 100_000 });
const eventual = (record: ControlRecord): EpochProof => ({ ...strong(record), consistency: 'eventual' });

describe('decideLatchAnswer', () => {
  it.each<[string, ControlRecord | null, EpochProof | null]>([
    ['a strongly consistent read shows a latch', null, strong(LATCHED)],
    ['an eventually consistent read shows a latch', null, eventual(LATCHED)],
    ['a read shows a latch that was not known', UNLATCHED, strong(LATCHED)],
    ['a latch is known and the table is out of reach', LATCHED, null],
    ['a latch is known and an old replica knows none', LATCHED, eventual(UNLATCHED)],
    ['a latch is known and a read that was overtaken knows none', LATCHED, strong(UNLATCHED)],
  ])('is latched when %s', (_what, known, read) => {
    expect(decideLatchAnswer(known, read)).toBe('latched');
  });

  it.each<[string, ControlRecord | null, EpochProof | null]>([
    ['shows no latch', null, strong(UNLATCHED)],
    ['shows again what is known', UNLATCHED, strong({ ...UNLATCHED })],
    ['shows a newer record without the latch', LATCHED, strong(RELEASED)],
  ])('is released when a strongly consistent read %s', (_what, known, read) => {
    expect(decideLatchAnswer(known, read)).toBe('released');
  });

  it.each<[string, ControlRecord | null, EpochProof | null]>([
    ['nothing was ever read', null, null],
    ['only an eventually consistent read shows no latch', null, eventual(UNLATCHED)],
    ['no latch is known and the table is out of reach', UNLATCHED, null],
    ['an overtaken read shows a latch that is known to have come down', RELEASED, strong(LATCHED)],
  ])('is unknown when %s', (_what, known, read) => {
    expect(decideLatchAnswer(known, read)).toBe('unknown');
  });
});

describe('newestRecord', () => {
  it('is the record with the higher version, whichever was read last', () => {
    expect(newestRecord(LATCHED, UNLATCHED)).toBe(LATCHED);
    expect(newestRecord(UNLATCHED, LATCHED)).toBe(LATCHED);
  });

  it('is the one just read when the versions are equal', () => {
    const again = { ...LATCHED };

    expect(newestRecord(LATCHED, again)).toBe(again);
  });

  it('is the only one there is', () => {
    expect(newestRecord(LATCHED, null)).toBe(LATCHED);
    expect(newestRecord(null, LATCHED)).toBe(LATCHED);
    expect(newestRecord(null, null)).toBeNull();
  });
});
