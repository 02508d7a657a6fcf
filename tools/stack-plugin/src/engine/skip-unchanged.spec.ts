import type { StateEntry } from '@dr/state-manifest';
import type { StateRecord } from '../records/state-record';
import type { Run } from './run';
import { hashOfInputs, unchangedSince } from './skip-unchanged';

const INPUT = { terraformJson: {}, hash: 'configuration', inputs: 'values' };
const HOUR = 60 * 60 * 1_000;

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** Whether a state with that record is left out. */
function skipped(record: Partial<StateRecord> | undefined, movedAtMs = 0, input = INPUT): Promise<string | undefined> {
  const settings = { fixed: { 'dns.zone': 'create' }, growing: {} };
  const usual = {
    outcome: 'deployed',
    hash: 'configuration',
    inputs: 'values',
    settings,
    at: ago(HOUR),
    commit: 'f'.repeat(40),
  };
  const states = new Map(record === undefined ? [] : [['data', { record: { ...usual, ...record } }]]);
  const manifests = [{ stack: 'data', settings: { ...settings, steps: { 'dns.zone': ['Look.'] } } }];
  const run = { manifests, records: { states }, recoveryMovedAtMs: async () => movedAtMs } as unknown as Run;
  return unchangedSince(run, { stack: 'data', entry: { name: 'data' } as StateEntry }, input);
}

describe('a state that is recorded as it would be deployed', () => {
  it('is left out, as deployed at its commit', async () => {
    expect(await skipped({})).toBe('ffffffffffff');
  });

  it.each([
    ['is not recorded', undefined],
    ['has another configuration, file or version', { hash: 'other' }],
    ['has another setting', { settings: { fixed: { 'dns.zone': 'look-up' }, growing: {} } }],
    ['reads other values', { inputs: 'other' }],
    ['was deployed before values were recorded', { inputs: undefined }],
    ['failed last', { outcome: 'failed' }],
    ['has a deploy that did not end', { outcome: 'applying' }],
    ['was not looked at for a day', { at: ago(25 * HOUR) }],
    ['has a time that is none', { at: '' }],
  ] as [string, Partial<StateRecord> | undefined][])('is planned where it %s', async (_why, record) => {
    expect(await skipped(record)).toBeUndefined();
  });

  it('is planned where a recovery moved something since, or may', async () => {
    expect(await skipped({ at: ago(2 * HOUR) }, Date.now() - HOUR)).toBeUndefined();
    expect(await skipped({}, Infinity)).toBeUndefined();
    expect(await skipped({ at: ago(HOUR) }, Date.now() - 2 * HOUR)).toBe('ffffffffffff');
  });
});

describe('the hash of the values that a state reads', () => {
  const entry = {
    reads: [{ contract: 'network', region: 'us-east-1', store: 'us-west-2', hash: 'h' }],
  } as unknown as StateEntry;
  const hashed = (values: Readonly<Record<string, string>>) => hashOfInputs(entry, '/dr/local', async () => values);

  it('is of names and values, in whatever order the store lists them', async () => {
    expect(await hashed({ a: '1', b: '2' })).toBe(await hashed({ b: '2', a: '1' }));
    expect(await hashed({ a: '1', b: '2' })).not.toBe(await hashed({ a: '2', b: '1' }));
    expect(await hashed({ a: '1' })).not.toBe(await hashed({ a: '1', b: '' }));
  });

  it('asks the store that the state reads, by the path of the contract', async () => {
    const asked: string[][] = [];
    await hashOfInputs(entry, '/dr/local', async (...question) => (asked.push(question as string[]), {}));

    expect(asked).toEqual([['/dr/local/us-east-1/network', 'us-west-2']]);
  });
});
