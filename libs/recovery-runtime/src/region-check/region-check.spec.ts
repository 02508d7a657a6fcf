import { type ControlRecord, initialControlRecord } from '@dr/recovery';
import { RegionCheck, type RegionCheckPorts } from './region-check';

const SERVING = initialControlRecord('us-east-1', 0);
const LOST: ControlRecord = { ...SERVING, version: 2, epoch: 2, holder: 'us-west-2' };
const never = () => new Promise<never>(() => undefined);

function checkOf(region: string, changes: Partial<RegionCheckPorts> = {}) {
  const probes = { reads: 0, connections: 0 };
  let now = 10_000;
  let record: ControlRecord | Error = SERVING;
  const check = new RegionCheck(region, 'us-east-1', {
    readControlRecord: () => {
      probes.reads++;
      return record instanceof Error ? Promise.reject(record) : Promise.resolve(record);
    },
    probeDatabase: () => {
      probes.connections++;
      return Promise.resolve();
    },
    clock: () => now,
    ...changes,
  });
  return {
    check,
    probes,
    later: (ms: number) => (now += ms),
    store: (next: ControlRecord | Error) => (record = next),
  };
}

describe('a region that looks at itself', () => {
  it('serves while its database and the control table answer, and it holds the epoch', async () => {
    const { check } = checkOf('us-east-1');

    expect(await check.result()).toEqual({
      health: { healthy: true, serving: true, reasons: [] },
      problems: [],
      probeMs: 0,
    });
  });

  it('is able, but does not serve, while the other region holds', async () => {
    const { check, store } = checkOf('us-east-1');
    store(LOST);

    const { health } = await check.result();

    expect(health).toMatchObject({ healthy: true, serving: false });
  });

  it('does not serve without its database, or without the table, and says why by name', async () => {
    const refused = () => Promise.reject(Object.assign(new Error('10.0.0.7:5432'), { code: 'ECONNREFUSED' }));
    const throttled = () => Promise.reject(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }));

    const noDatabase = await checkOf('us-east-1', { probeDatabase: refused }).check.result();
    const noTable = await checkOf('us-east-1', { readControlRecord: throttled }).check.result();

    expect(noDatabase.health).toEqual({ healthy: false, serving: false, reasons: ['database is not reachable'] });
    expect(noDatabase.problems).toEqual([{ probe: 'database', problem: 'ECONNREFUSED' }]);
    expect(noTable.health).toEqual({ healthy: false, serving: false, reasons: ['control table is not readable'] });
    expect(noTable.problems).toEqual([{ probe: 'control table', problem: 'ThrottlingException' }]);
  });

  it('knows who holds while the table is out of reach, and when it answers again', async () => {
    const { check, later, store } = checkOf('us-east-1');
    store(LOST);
    await check.result();
    store(new Error('timeout'));
    later(60_000);

    expect((await check.result()).health.reasons).toEqual([
      'control table is not readable',
      'us-west-2 holds the epoch',
    ]);

    store({ ...LOST, version: 3, epoch: 3, holder: 'us-east-1' });
    later(60_000);
    expect((await check.result()).health).toMatchObject({ healthy: true, serving: true });
  });
});

describe('many questions', () => {
  it('within a second are answered by one look', async () => {
    const { check, probes, later } = checkOf('us-east-1');

    await check.result();
    later(999);
    await check.result();
    expect(probes).toEqual({ reads: 1, connections: 1 });

    later(1);
    await check.result();
    expect(probes).toEqual({ reads: 2, connections: 2 });
  });

  it('of 15 checkers on two paths at once wait for the same look', async () => {
    const { check, probes } = checkOf('us-east-1');

    await Promise.all(Array.from({ length: 15 }, () => [check.result(), check.result()] as const).flat());

    expect(probes).toEqual({ reads: 1, connections: 1 });
  });

  it('are answered by one look also when it fails: what is overloaded is asked no more often', async () => {
    const probes = { reads: 0, connections: 0 };
    const { check, later } = checkOf('us-east-1', {
      readControlRecord: () => {
        probes.reads++;
        return Promise.reject(new Error('throttled'));
      },
      probeDatabase: () => {
        probes.connections++;
        return Promise.reject(new Error('too many connections'));
      },
    });

    await Promise.all(Array.from({ length: 45 }, () => check.result()));
    later(999);
    await check.result();

    expect(probes).toEqual({ reads: 1, connections: 1 });
  });
});

describe('a probe that hangs', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('fails the region within the budget, whatever the other one says', async () => {
    const { check } = checkOf('us-east-1', { probeDatabase: never });
    let found: Awaited<ReturnType<typeof check.result>> | undefined;
    void check.result().then((result) => (found = result));

    await jest.advanceTimersByTimeAsync(1_199);
    expect(found).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);

    expect(found?.health).toMatchObject({ healthy: false, reasons: ['database is not reachable'] });
    expect(found?.problems).toEqual([{ probe: 'database', problem: 'no answer within 1200 ms' }]);
  });

  it('when the process was frozen is looked at anew: the old look would end as one that took too long', async () => {
    let hangs = true;
    const { check, later, probes } = checkOf('us-west-2', {
      probeDatabase: () => (hangs ? never() : Promise.resolve()),
    });
    void check.result();
    await jest.advanceTimersByTimeAsync(0);
    hangs = false;
    later(1_201);

    expect((await check.result()).health.healthy).toBe(true);
    expect(probes.reads).toBe(2);
  });

  it('is waited for by whoever asks within its budget', async () => {
    const { check, later, probes } = checkOf('us-west-2', { probeDatabase: never });
    void check.result();
    later(1_200);
    void check.result();
    await jest.advanceTimersByTimeAsync(0);

    expect(probes.reads).toBe(1);
  });
});
