import type { StateEntry } from '@dr/state-manifest';
import type { ParameterStore } from './parameter-store';
import { createRecorder, type Deployment } from './recorder';
import { readRecords } from './records';
import { decodeRecord, type StateRecord } from './state-record';

const ENTRY: StateEntry = {
  name: 'data-us-east-1',
  region: 'us-east-1',
  folder: '',
  digest: '',
  publishes: [],
  reads: [{ contract: 'network', region: 'us-east-1', store: 'us-east-1', hash: 'h', outputs: [] }],
};
const STATE = { stack: 'data', entry: ENTRY };
const INPUT = { terraformJson: { terraform: {}, provider: { aws: [] } }, hash: 'one' };
const PATH = '/dr/local/us-east-1/_states/data-us-east-1';

/** Parameter store in memory, of one region. */
function memoryStore() {
  const values = new Map<string, string>();
  const writes: (StateRecord | undefined)[] = [];
  const store = {
    readFolder: async (path: string) =>
      Object.fromEntries([...values].map(([name, value]) => [name.slice(path.length + 1), value])),
    write: async (name: string, value: string) => {
      values.set(name, value);
      writes.push(decodeRecord(value));
    },
    remove: async (name: string) => void values.delete(name),
  } as Partial<ParameterStore> as ParameterStore;
  return { store, values, writes };
}

let now = new Date('2026-11-27T00:00:00Z');
let memory = memoryStore();
beforeEach(() => {
  now = new Date('2026-11-27T00:00:00Z');
  memory = memoryStore();
});

/** The recorder of a new run. */
async function recorder(changes: Partial<Deployment> = {}) {
  const records = await readRecords(memory.store, '/dr/local', ['us-east-1']);
  const deployment: Deployment = {
    parameterRoot: '/dr/local',
    regions: ['us-east-1'],
    ownerOf: () => 'data-team',
    workTree: { commit: 'c1', changed: false },
    by: 'somebody',
    ...changes,
  };
  return createRecorder(memory.store, records, deployment, () => now);
}

const identity = (serial: number) => async () => ({ lineage: 'l', serial });

/** Deploys a change of the state, and records it. */
async function deploy(serial: number, entry: StateEntry = ENTRY): Promise<void> {
  const run = await recorder();
  await run.begin({ ...STATE, entry }, INPUT);
  await run.end({ ...STATE, entry }, INPUT, 'deployed', identity(serial));
}

describe('the recorder of a run', () => {
  it('records that an apply begins, and how it ended', async () => {
    await deploy(3);

    expect(memory.writes.map((record) => [record?.outcome, record?.serial, record?.hash])).toEqual([
      ['applying', undefined, undefined],
      ['deployed', 3, 'one'],
    ]);
    expect(memory.writes[1]).toMatchObject({ stack: 'data', owner: 'data-team', commit: 'c1', by: 'somebody' });
  });

  it('keeps that an apply has begun when the run dies, with what the state was before', async () => {
    await deploy(3);
    await (await recorder()).begin(STATE, INPUT);

    expect(decodeRecord(memory.values.get(PATH) ?? '')).toMatchObject({ outcome: 'applying', lineage: 'l', serial: 3 });
  });

  it('counts what was read before as read until an apply has succeeded', async () => {
    await deploy(3);
    const other = {
      ...ENTRY,
      reads: [{ contract: 'dns-zone', region: 'us-east-1', store: 'us-east-1', hash: 'h', outputs: [] }],
    };
    const run = await recorder();
    await run.begin({ ...STATE, entry: other }, INPUT);
    await run.end({ ...STATE, entry: other }, INPUT, 'failed', identity(4));
    const afterFailure = memory.writes.at(-1);
    await deploy(5, other);

    expect(afterFailure?.reads.map(({ contract }) => contract)).toEqual(['dns-zone', 'network']);
    expect(memory.writes.at(-1)?.reads.map(({ contract }) => contract)).toEqual(['dns-zone']);
  });

  it('does not write what is recorded already, and does after half a day', async () => {
    await deploy(3);
    const before = memory.writes.length;
    const endUnchanged = async () =>
      (await recorder({ by: 'somebody else' })).end(STATE, INPUT, 'deployed', () => Promise.reject(new Error('asked')));
    now = new Date('2026-11-27T11:59:00Z');
    await endUnchanged();
    const soon = memory.writes.length;
    now = new Date('2026-11-27T12:01:00Z');
    await endUnchanged();

    expect(soon).toBe(before);
    expect(memory.writes.at(-1)).toMatchObject({ at: '2026-11-27T12:01:00.000Z', by: 'somebody else', serial: 3 });
  });

  it('writes another commit, and asks for the identity of a state that was not recorded', async () => {
    await (await recorder()).end(STATE, INPUT, 'deployed', identity(9));
    await (
      await recorder({ workTree: { commit: 'c2', changed: true } })
    ).end(STATE, INPUT, 'deployed', () => Promise.reject(new Error('asked')));

    expect(memory.writes.map((record) => [record?.commit, record?.changed, record?.serial])).toEqual([
      ['c1', undefined, 9],
      ['c2', true, 9],
    ]);
  });

  it('keeps the settings of the last deploy that succeeded until another one does', async () => {
    const settingsOf = (version: string) => () => ({ fixed: {}, growing: { version } });
    const first = await recorder({ settingsOf: settingsOf('16.6') });
    await first.end(STATE, INPUT, 'failed', identity(1));
    await first.end(STATE, INPUT, 'deployed', identity(2));
    const second = await recorder({ settingsOf: settingsOf('16.8') });
    await second.begin(STATE, INPUT);
    await second.end(STATE, INPUT, 'failed', identity(3));
    await second.end(STATE, INPUT, 'deployed', identity(4));

    expect(memory.writes.map((record) => record?.settings?.growing['version'])).toEqual([
      undefined,
      '16.6',
      '16.6',
      '16.6',
      '16.8',
    ]);
  });

  it('remembers a region that the settings no longer name while a state is recorded there', async () => {
    await deploy(3);
    await (await recorder({ regions: ['us-west-2'] })).begin(STATE, INPUT);

    expect(memory.writes.at(-1)?.regions).toEqual(['us-east-1', 'us-west-2']);
  });

  it('removes the record of a state that is destroyed', async () => {
    await deploy(3);
    await (await recorder()).remove(STATE);

    expect([...memory.values]).toEqual([]);
  });

  it('stops before an apply that it cannot record, and says so after one', async () => {
    const run = await recorder();
    memory.store.write = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));

    await expect(run.begin(STATE, INPUT)).rejects.toThrow(
      `data-us-east-1: its record ${PATH} could not be written (AccessDeniedException: no). Nothing of this state was changed.`,
    );
    await expect(run.end(STATE, INPUT, 'deployed', identity(1))).rejects.toThrow('What it deployed is there.');
  });
});
