import { byEither } from './by-either';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

type Outcome = 'answers' | 'fails' | 'hangs';

/** Asks two of which each behaves as it is said, the near one after 100 ms. @returns the answer, and who was asked when */
function ask(near: Outcome, other: Outcome | undefined) {
  const asked: [who: string, atMs: number][] = [];
  const ended: string[] = [];
  const beganAtMs = Date.now();
  const controller = new AbortController();
  const call = async ([who, outcome]: readonly [string, Outcome], signal: AbortSignal) => {
    signal.addEventListener('abort', () => ended.push(who));
    asked.push([who, Date.now() - beganAtMs]);
    await new Promise((done) => setTimeout(done, 100));
    if (outcome === 'hangs') await new Promise(() => undefined);
    if (outcome === 'fails') throw new Error(`${who} failed`);
    return who;
  };
  const answer = byEither(['near', near] as const, other && (['other', other] as const), 300, controller.signal, call);
  return { answer, asked, ended, abort: () => controller.abort() };
}

describe('asking either of two', () => {
  it.each<[near: Outcome, other: Outcome | undefined, answer: string, asked: [string, number][]]>([
    ['answers', 'answers', 'near', [['near', 0]]],
    [
      'fails',
      'answers',
      'other',
      [
        ['near', 0],
        ['other', 100],
      ],
    ],
    [
      'hangs',
      'answers',
      'other',
      [
        ['near', 0],
        ['other', 300],
      ],
    ],
    ['answers', undefined, 'near', [['near', 0]]],
  ])('of which the near one %s, and the other one %s, gives the answer of %s', async (near, other, answer, asked) => {
    const asking = ask(near, other);
    await jest.advanceTimersByTimeAsync(1_000);

    expect(await asking.answer).toBe(answer);
    expect(asking.asked).toEqual(asked);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each<[Outcome | undefined]>([['fails'], [undefined]])(
    'of which the near one fails, and the other one %s, fails as the near one does',
    async (other) => {
      const { answer } = ask('fails', other);
      const outcome = expect(answer).rejects.toThrow('near failed');
      await jest.advanceTimersByTimeAsync(1_000);

      await outcome;
    },
  );

  it('ends what is not waited for any more', async () => {
    const { answer, ended } = ask('hangs', 'answers');
    await jest.advanceTimersByTimeAsync(1_000);

    await answer;
    expect(ended).toEqual(['near', 'other']);
  });

  it('ends both when it is given up', async () => {
    const { abort, ended } = ask('hangs', 'hangs');
    await jest.advanceTimersByTimeAsync(1_000);
    abort();

    expect(ended).toEqual(['near', 'other']);
  });
});
