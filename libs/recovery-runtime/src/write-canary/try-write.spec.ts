import { type AdmittedWrite, WriteRefusedError } from '@dr/control-table';
import { NotMigratedError, tryWrite } from './try-write';

const ADMITTED: AdmittedWrite = { epoch: 4, remainingMs: 5_000, signal: new AbortController().signal };
const open = { write: <Value>(perform: (admitted: AdmittedWrite) => Promise<Value>) => perform(ADMITTED) };
const closed = { write: () => Promise.reject(new WriteRefusedError('us-west-2 holds the epoch.')) };
const failingWith = (error: object) => () => Promise.reject(error as Error);

describe("a canary's write", () => {
  it('is taken where it was committed, in the epoch that let it in', async () => {
    const epochs: number[] = [];

    const answer = await tryWrite(open, async ({ epoch }) => {
      epochs.push(epoch);
      return 1_780_315_200_000;
    });

    expect(answer).toEqual({ outcome: 'taken', writtenAtMs: 1_780_315_200_000 });
    expect(epochs).toEqual([4]);
  });

  it.each([
    ['the server is read-only', Object.assign(new Error('read-only'), { name: 'error', code: '25006' }), 'error'],
    ['nobody listens', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ])('is refused where it was let in, and %s', async (_what, error, problem) => {
    expect(await tryWrite(open, failingWith(error))).toEqual({ outcome: 'refused', problem });
  });

  it('is refused where it was let in, and does not end', async () => {
    jest.useFakeTimers();
    const trying = tryWrite(open, () => new Promise(() => undefined));
    await jest.advanceTimersByTimeAsync(1_400);
    jest.useRealTimers();

    expect(await trying).toEqual({ outcome: 'refused', problem: 'no answer within 1400 ms' });
  });

  it('is unknown where the fence let it not in', async () => {
    expect(await tryWrite(closed, () => Promise.resolve(0))).toEqual({
      outcome: 'unknown',
      problem: 'WriteRefusedError',
    });
  });

  it('is unknown where the database does not know the canary yet', async () => {
    expect(await tryWrite(open, failingWith(new NotMigratedError()))).toEqual({
      outcome: 'unknown',
      problem: 'NotMigratedError',
    });
  });
});
