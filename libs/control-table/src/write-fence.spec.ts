import { type ControlRecord, initialControlRecord } from '@dr/recovery';
import { type AdmittedWrite, WriteFence, WriteOvertimeError, WriteRefusedError } from './write-fence';

const SETTINGS = { permitLeaseMs: 6_000, inFlightMs: 5_000, clockRateDriftPpm: 2_000 };
const HELD: ControlRecord = { ...initialControlRecord('us-east-1', 0), version: 4, epoch: 3 };
const TAKEN: ControlRecord = {
  ...HELD,
  version: 5,
  epoch: 4,
  holder: 'us-west-2',
  sqlWrites: 'closed',
  step: 'draining',
};

let nowMs: number;
let reads: number;
/** Answer of the table at this moment. */
let table: () => Promise<ControlRecord>;

beforeEach(() => {
  jest.useFakeTimers();
  nowMs = 1_000;
  reads = 0;
  table = () => Promise.resolve(HELD);
});
afterEach(() => jest.useRealTimers());

function fenceOf(region = 'us-east-1'): WriteFence {
  const reader = {
    read: () => {
      reads += 1;
      return table();
    },
  };
  return new WriteFence({ region, reader, settings: SETTINGS, monotonicMs: () => nowMs });
}

async function pass(ms: number): Promise<void> {
  nowMs += ms;
  await jest.advanceTimersByTimeAsync(ms);
}

const done = () => Promise.resolve('done');
const never = () => new Promise<never>(() => undefined);

describe('a write', () => {
  it('is admitted in the region that holds the epoch, with the time that it has', async () => {
    const admitted: Pick<AdmittedWrite, 'epoch' | 'remainingMs'>[] = [];

    const outcome = await fenceOf().write(({ epoch, remainingMs }) => {
      admitted.push({ epoch, remainingMs });
      return done();
    });

    expect(outcome).toBe('done');
    expect(admitted).toEqual([{ epoch: 3, remainingMs: 5_000 }]);
  });

  it.each<[string, string, ControlRecord, string]>([
    ['another region holds the epoch', 'us-west-2', HELD, 'epoch 3 is held by us-east-1.'],
    ['writes are closed', 'us-west-2', TAKEN, 'SQL writes are closed in epoch 4 (draining).'],
  ])('is refused, and nothing performed, where %s', async (_what, region, record, reason) => {
    table = () => Promise.resolve(record);
    let performed = false;

    const writing = fenceOf(region).write(() => {
      performed = true;
      return done();
    });

    await expect(writing).rejects.toThrow(new WriteRefusedError(reason));
    expect(performed).toBe(false);
  });

  it('is not begun by a process that stood still since it was admitted', async () => {
    let performed = false;
    // Read at the first decision, when the proof is read, at the second, and when the write is about to begin.
    const readings = [1_000, 1_000, 1_000, 6_000];
    const reader = { read: () => table() };
    const monotonicMs = () => readings.shift() ?? 6_000;
    const fence = new WriteFence({ region: 'us-east-1', reader, settings: SETTINGS, monotonicMs });

    const writing = fence.write(() => {
      performed = true;
      return done();
    });

    await expect(writing).rejects.toThrow(new WriteRefusedError("the process was paused past the write's deadline."));
    expect(performed).toBe(false);
  });

  it('fails as what it performs fails', async () => {
    await expect(fenceOf().write(() => Promise.reject(new Error('duplicate key')))).rejects.toThrow('duplicate key');
  });
});

describe('a region that is cut off from the table', () => {
  it('writes on until its lease is over, and then refuses', async () => {
    const fence = fenceOf();
    await fence.write(done);
    table = () => Promise.reject(Object.assign(new Error('secret endpoint'), { name: 'ThrottlingException' }));

    await pass(5_999);
    expect(await fence.write(done)).toBe('done');
    await pass(1);

    await expect(fence.write(done)).rejects.toThrow(
      new WriteRefusedError(
        'write lease of epoch 3 expired: last strongly consistent read 6000 ms ago, limit 6000 ms, and the control record cannot be read (ThrottlingException).',
      ),
    );
  });

  it('refuses also while the table is silent, as soon as a lease is over', async () => {
    table = never;
    const writing = fenceOf()
      .write(done)
      .catch((error: Error) => error.message);

    await pass(6_000);

    expect(await writing).toBe(
      'us-east-1 has not read the control record yet, and the control record cannot be read (TimeoutError).',
    );
  });

  it('has no write in flight any more when its lease and the time of a write are over', async () => {
    const fence = fenceOf();
    await fence.write(done);
    table = never;
    await pass(5_999);
    let aborted = false;
    const writing = fence
      .write(({ signal }) => {
        signal.addEventListener('abort', () => (aborted = true));
        return never();
      })
      .catch((error: unknown) => error);
    await pass(0);

    await pass(5_000);

    expect(nowMs - 1_000).toBeLessThan(SETTINGS.permitLeaseMs + SETTINGS.inFlightMs);
    expect(aborted).toBe(true);
    expect(await writing).toEqual(
      new WriteOvertimeError(
        'the write of epoch 3 took longer than 5000 ms and was given up: it may have taken effect.',
      ),
    );
  });
});

describe('the proof of the epoch', () => {
  it('is one read for all writes at once, and for those of a while', async () => {
    const fence = fenceOf();

    await Promise.all(Array.from({ length: 50 }, () => fence.write(done)));
    await pass(1_999);
    await fence.write(done);

    expect(reads).toBe(1);
  });

  it('is renewed beside the writes, which do not wait for it', async () => {
    const fence = fenceOf();
    await fence.write(done);
    await pass(2_000);
    table = never;

    expect(await fence.write(done)).toBe('done');
    expect(reads).toBe(2);
  });

  it('is looked for again before a refusal: writes that were opened are admitted at once', async () => {
    const fence = fenceOf('us-west-2');
    table = () => Promise.resolve(TAKEN);
    await expect(fence.write(done)).rejects.toThrow('SQL writes are closed in epoch 4 (draining).');

    table = () => Promise.resolve({ ...TAKEN, version: 9, sqlWrites: 'open', step: 'serving' });

    expect(await fence.write(done)).toBe('done');
  });

  it('is as old as the begin of its read, however long that took', async () => {
    const fence = fenceOf();
    table = () => new Promise((resolve) => setTimeout(resolve, 5_000, HELD));
    const first = fence.write(done);
    await pass(5_000);
    expect(await first).toBe('done');
    table = never;

    await pass(1_000);
    const second = fence.write(done).catch((error: Error) => error.message);
    await pass(6_000);

    expect(await second).toMatch(
      /^write lease of epoch 3 expired: last strongly consistent read 6000 ms ago, limit 6000 ms, and/,
    );
  });

  it('never goes back to an older record', async () => {
    const fence = fenceOf('us-west-2');
    table = () => Promise.resolve({ ...TAKEN, version: 9, sqlWrites: 'open', step: 'serving' });
    await fence.write(done);
    table = () => Promise.resolve(HELD);
    await pass(2_000);

    expect(await fence.write(done)).toBe('done');
  });
});
