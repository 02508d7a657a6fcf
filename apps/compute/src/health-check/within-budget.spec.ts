import { withinBudget } from './within-budget';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('a probe within its budget', () => {
  it('is what it found', async () => {
    await expect(withinBudget(1_000, () => Promise.resolve('found'))).resolves.toBe('found');
  });

  it('is nothing when it fails, at once or later', async () => {
    const atOnce = () => {
      throw new Error('broken');
    };

    await expect(withinBudget(1_000, atOnce)).resolves.toBeNull();
    await expect(withinBudget(1_000, () => Promise.reject(new Error('refused')))).resolves.toBeNull();
  });

  it('is nothing when it takes longer, and then it is aborted', async () => {
    let signal: AbortSignal | undefined;
    const result = withinBudget(1_000, (abortSignal) => {
      signal = abortSignal;
      return new Promise(() => undefined);
    });

    await jest.advanceTimersByTimeAsync(999);
    expect(signal?.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);

    await expect(result).resolves.toBeNull();
    expect(signal?.aborted).toBe(true);
  });

  it('leaves no timer behind', async () => {
    await withinBudget(1_000, () => Promise.resolve('found'));

    expect(jest.getTimerCount()).toBe(0);
  });
});
