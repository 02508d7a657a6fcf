import { withDeadline } from './with-deadline';

const late = () => new Error('too late');
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('withDeadline', () => {
  it('gives what the call gives, and leaves no timer', async () => {
    await expect(withDeadline(1_000, () => Promise.resolve('found'), late)).resolves.toBe('found');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('throws what the call throws, and leaves no timer', async () => {
    const thrown = () => {
      throw new Error('at once');
    };

    await expect(withDeadline(1_000, thrown, late)).rejects.toThrow('at once');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends a call that does not heed its signal', async () => {
    let signal: AbortSignal | undefined;
    const ended = withDeadline(
      1_000,
      (given) => {
        signal = given;
        return new Promise(() => undefined);
      },
      late,
    );
    const outcome = expect(ended).rejects.toThrow('too late');
    await jest.advanceTimersByTimeAsync(999);
    expect(signal?.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);

    await outcome;
    expect(signal?.aborted).toBe(true);
  });

  it('says that the deadline has passed, though the aborted call fails at once with something else', async () => {
    const heedful = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    const outcome = expect(withDeadline(1_000, heedful, late)).rejects.toThrow('too late');
    await jest.advanceTimersByTimeAsync(1_000);

    await outcome;
  });
});
