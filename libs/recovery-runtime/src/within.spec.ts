import { within } from './within';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('a call within its time', () => {
  it('is what it came back with', async () => {
    await expect(within(1_000, () => Promise.resolve('found'))).resolves.toEqual({ ok: true, value: 'found' });
  });

  it('fails with the name of its error alone, at once or later', async () => {
    const denied = Object.assign(new Error('arn:aws:iam::1:role/x may not'), { name: 'AccessDeniedException' });
    const atOnce = () => {
      throw denied;
    };

    await expect(within(1_000, atOnce)).resolves.toEqual({ ok: false, problem: 'AccessDeniedException' });
    await expect(within(1_000, () => Promise.reject(denied))).resolves.toEqual({
      ok: false,
      problem: 'AccessDeniedException',
    });
  });

  it.each<[string, unknown, string]>([
    ['an error of the system', Object.assign(new Error('10.0.0.7:5432'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [
      'a reset, which the SDK calls a timeout',
      Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' }),
      'ECONNRESET',
    ],
    ['a code that is none of the system', Object.assign(new Error('x'), { name: 'Odd', code: 'at 10.0.0.7' }), 'Odd'],
    ['a text', 'secret of the database', 'unknown error'],
    ['nothing', undefined, 'unknown error'],
  ])('tells of %s', async (_what, error, problem) => {
    await expect(within(1_000, () => Promise.reject(error))).resolves.toEqual({ ok: false, problem });
  });

  it('has the words of an error that has some for people', async () => {
    const error = Object.assign(new Error('of a role'), { name: 'StateFault', reason: 'StateFault: not available' });

    await expect(within(1_000, () => Promise.reject(error))).resolves.toEqual({
      ok: false,
      problem: 'StateFault',
      reason: 'StateFault: not available',
    });
  });

  it('fails when it takes longer, and is aborted then, whether it heeds that or not', async () => {
    let signal: AbortSignal | undefined;
    const result = within(1_000, (given) => {
      signal = given;
      return new Promise(() => undefined);
    });

    await jest.advanceTimersByTimeAsync(999);
    expect(signal?.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);

    await expect(result).resolves.toEqual({ ok: false, problem: 'no answer within 1000 ms' });
    expect(signal?.aborted).toBe(true);
  });

  it('leaves no timer behind', async () => {
    await within(1_000, () => Promise.resolve('found'));

    expect(jest.getTimerCount()).toBe(0);
  });
});
