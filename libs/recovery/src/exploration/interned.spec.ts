import { Interned, memoized, pack } from './interned';

describe('interned values', () => {
  it('have one id for equal keys, and the first value of them for the id', () => {
    const words = new Interned<string>((word) => word.toLowerCase());

    expect([words.idOf('Epoch'), words.idOf('latch'), words.idOf('EPOCH')]).toEqual([0, 1, 0]);
    expect([words.valueOf(0), words.valueOf(1)]).toEqual(['Epoch', 'latch']);
  });

  it('are refused for an id that was not given', () => {
    expect(() => new Interned<string>(String).valueOf(3)).toThrow(
      new Error('exploration: id is 3, expected one that was given.'),
    );
  });

  it('are no more than ids that fit a code unit with one to spare', () => {
    const numbers = new Interned<number>(String);
    for (let number = 0; number < 65_535; number += 1) numbers.idOf(number);

    expect(numbers.idOf(65_534)).toBe(65_534);
    expect(() => numbers.idOf(65_535)).toThrow(new Error('exploration: ids are used up, expected 65535 at most.'));
  });
});

describe('a memoized result', () => {
  it('is worked out once for an argument, also when it is null or false', () => {
    const results = new Map<string, boolean | null>();
    const worked = jest.fn((result: boolean | null) => result);

    for (const result of [null, false]) {
      expect(memoized(results, String(result), () => worked(result))).toBe(result);
      expect(memoized(results, String(result), () => worked(true))).toBe(result);
    }

    expect(worked.mock.calls).toEqual([[null], [false]]);
  });
});

describe('packed numbers', () => {
  it('differ wherever one of the four differs', () => {
    const all = Array.from({ length: 16 ** 4 }, (_, at) => pack(at >> 12, (at >> 8) & 15, (at >> 4) & 15, at & 15));

    expect(new Set(all).size).toBe(65_536);
    expect([Math.min(...all.slice(0, 16)), Math.max(...all.slice(-16))]).toEqual([0, 65_535]);
  });

  it.each([
    [16, 0, 0, 0],
    [0, 0, 0, 16],
    [0, -1, 0, 0],
  ])('are refused when they would run into each other: %d, %d, %d, %d', (...numbers) => {
    expect(() => pack(...numbers)).toThrow(
      new Error(`exploration: ${numbers.join(', ')} are packed, expected numbers from 0 to 15.`),
    );
  });
});
