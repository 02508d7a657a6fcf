import { type ControlRecord, initialControlRecord } from '@dr/recovery';
import { RegionCheck, type RegionCheckPorts } from './region-check';

const SERVING = initialControlRecord('us-east-1', 0);
const LATCHED: ControlRecord = { ...SERVING, version: 2, epoch: 2, holder: 'us-west-2', latchedRegion: 'us-east-1' };
const RELEASED: ControlRecord = { ...LATCHED, version: 3, latchedRegion: null };

function checkOf(region: string, changes: Partial<RegionCheckPorts> = {}) {
  const probes = { reads: 0, connections: 0 };
  let now = 10_000;
  let record: ControlRecord | Error = SERVING;
  const check = new RegionCheck(region, {
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
  it('serves while its database and the control table answer, and it is not latched', async () => {
    const { check } = checkOf('us-east-1');

    expect(await check.state()).toEqual({
      health: { able: true, serving: true, reasons: [] },
      latch: 'released',
    });
  });

  it('is able, but does not serve, while it is latched', async () => {
    const { check, store } = checkOf('us-east-1');
    store(LATCHED);

    const { health } = await check.state();

    expect(health).toMatchObject({ able: true, serving: false });
  });

  it('does not serve without its database, or without the table', async () => {
    const broken = () => Promise.reject(new Error('down'));

    const noDatabase = await checkOf('us-east-1', { probeDatabase: broken }).check.state();
    const noTable = await checkOf('us-east-1', { readControlRecord: broken }).check.state();

    expect(noDatabase.health).toEqual({ able: false, serving: false, reasons: ['database is not reachable'] });
    expect(noTable.health).toEqual({ able: false, serving: false, reasons: ['control table is not readable'] });
  });

  it('holds a latch that it has read, while the table is out of reach', async () => {
    const { check, later, store } = checkOf('us-west-2');
    store(LATCHED);
    await check.state();
    store(new Error('timeout'));
    later(60_000);

    expect((await check.state()).latch).toBe('latched');

    store(RELEASED);
    later(60_000);
    expect((await check.state()).latch).toBe('released');
  });

  it('knows of no latch when it never reached the table', async () => {
    const { check, store } = checkOf('us-west-2');
    store(new Error('timeout'));

    expect((await check.state()).latch).toBe('unknown');
  });
});

describe('many questions', () => {
  it('within a second are answered by one look', async () => {
    const { check, probes, later } = checkOf('us-east-1');

    await check.state();
    later(999);
    await check.state();
    expect(probes).toEqual({ reads: 1, connections: 1 });

    later(1);
    await check.state();
    expect(probes).toEqual({ reads: 2, connections: 2 });
  });

  it('at once wait for the same look', async () => {
    const { check, probes } = checkOf('us-east-1');

    await Promise.all([check.state(), check.state(), check.state()]);

    expect(probes).toEqual({ reads: 1, connections: 1 });
  });
});

describe('a probe that hangs', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('fails the region within the budget, whatever the other one says', async () => {
    const { check } = checkOf('us-east-1', { probeDatabase: () => new Promise(() => undefined) });
    let state: Awaited<ReturnType<typeof check.state>> | undefined;
    void check.state().then((found) => (state = found));

    await jest.advanceTimersByTimeAsync(1_199);
    expect(state).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);

    expect(state?.health).toMatchObject({ able: false, reasons: ['database is not reachable'] });
  });
});
