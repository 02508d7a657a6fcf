import { watchClosure } from './closure-watch';
import { type ControlRecord, initialControlRecord } from './control-record';

const OPEN = initialControlRecord('us-east-1', 1_780_315_200_000);
const CLOSED: ControlRecord = { ...OPEN, version: 8, sqlWrites: 'closed', closedAtVersion: 8, step: 'draining' };

describe('watchClosure', () => {
  it('watches nothing while writes are open', () => {
    expect(watchClosure(null, OPEN, 200_000)).toBeNull();
  });

  it('begins with the first read that shows writes closed', () => {
    expect(watchClosure(null, CLOSED, 200_000)).toEqual({ closedAtVersion: 8, seenAtMs: 200_000 });
  });

  it('goes on from the first such read, whatever else changes in the record', () => {
    const watch = { closedAtVersion: 8, seenAtMs: 200_000 };

    expect(watchClosure(watch, { ...CLOSED, version: 9, step: 'guarding' }, 207_000)).toBe(watch);
  });

  it('goes on when the clock stood still', () => {
    const watch = { closedAtVersion: 8, seenAtMs: 200_000 };

    expect(watchClosure(watch, CLOSED, 200_000)).toBe(watch);
  });

  it.each([7, 9])('begins anew when another closing was watched, of version %s', (closedAtVersion) => {
    expect(watchClosure({ closedAtVersion, seenAtMs: 200_000 }, CLOSED, 207_000)).toEqual({
      closedAtVersion: 8,
      seenAtMs: 207_000,
    });
  });

  it('begins anew when the clock went backwards', () => {
    expect(watchClosure({ closedAtVersion: 8, seenAtMs: 200_000 }, CLOSED, 199_999)).toEqual({
      closedAtVersion: 8,
      seenAtMs: 199_999,
    });
  });

  it('ends when writes open', () => {
    expect(
      watchClosure({ closedAtVersion: 8, seenAtMs: 200_000 }, { ...CLOSED, sqlWrites: 'open' }, 207_000),
    ).toBeNull();
  });
});
