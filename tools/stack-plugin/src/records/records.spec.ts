import type { ParameterStore } from './parameter-store';
import { readRecords } from './records';
import { encodeRecord, type StateRecord } from './state-record';

const RECORD: StateRecord = {
  version: 1,
  stack: 'data',
  owner: 'data-team',
  regions: [],
  publishes: [],
  reads: [],
  configuration: { terraform: {}, provider: { aws: [] } },
  by: 'somebody',
  at: '2026-11-27T03:37:46.640Z',
  outcome: 'deployed',
};

/** A store whose regions hold records, or fail. */
function storeOf(regions: Readonly<Record<string, Readonly<Record<string, Partial<StateRecord>>> | Error>>) {
  const asked: string[] = [];
  const readFolder: ParameterStore['readFolder'] = async (path, region) => {
    asked.push(path);
    const held = regions[region] ?? {};
    if (held instanceof Error) throw held;
    return Object.fromEntries(
      Object.entries(held).map(([state, record]) => [state, encodeRecord(state, { ...RECORD, ...record })]),
    );
  };
  return { store: { readFolder } as ParameterStore, asked };
}

describe('the records of an environment', () => {
  it('are those of all regions, each asked once', async () => {
    const { store, asked } = storeOf({ 'us-east-1': { a: {} }, 'us-west-2': { b: { stack: 'network' } } });

    const { states } = await readRecords(store, '/dr/prod', ['us-east-1', 'us-west-2', 'us-east-1']);

    expect([...states].map(([name, { region, record }]) => [name, region, record.stack])).toEqual([
      ['a', 'us-east-1', 'data'],
      ['b', 'us-west-2', 'network'],
    ]);
    expect(asked).toEqual(['/dr/prod/us-east-1/_states', '/dr/prod/us-west-2/_states']);
  });

  it('are also those of a region that only other records name', async () => {
    const { store } = storeOf({
      'us-east-1': { a: { regions: ['us-east-1', 'eu-west-1'] } },
      'eu-west-1': { old: { regions: ['ap-south-1'] } },
      'ap-south-1': { older: {} },
    });

    const { states } = await readRecords(store, '/dr/prod', ['us-east-1']);

    expect([...states.keys()]).toEqual(['a', 'old', 'older']);
  });

  it('tell a region that refuses from one that does not answer', async () => {
    const { store } = storeOf({
      'us-east-1': Object.assign(new Error('not allowed'), {
        name: 'AccessDeniedException',
        $metadata: { httpStatusCode: 400 },
      }),
      'us-west-2': Object.assign(new Error('gone'), { name: 'AbortError' }),
      'us-east-2': Object.assign(new Error('busy'), { $metadata: { httpStatusCode: 503 } }),
    });

    const { dark, refused } = await readRecords(store, '/dr/prod', ['us-east-1', 'us-west-2', 'us-east-2']);

    expect([...dark]).toEqual(['us-west-2', 'us-east-2']);
    expect([...refused]).toEqual([['us-east-1', 'AccessDeniedException: not allowed']]);
  });
});
