import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateManifest } from '@dr/state-manifest';
import type { RecordedState } from '../records/records';
import { ALLOWED_CHANGES_FILE, readAllowedChanges } from './allowed-changes';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dr-allowed-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const DEPLOYED = 'a'.repeat(40);
const ENTRY = {
  environment: 'prod',
  state: 'data-us-east-1',
  address: 'aws_rds_cluster.Main',
  action: 'replace',
  reason: 'restored under another name',
  from: 'aaaaaaa',
};
const MANIFESTS = [{ states: [{ name: 'data-us-east-1' }] }] as unknown as readonly StateManifest[];

function read(file: unknown, { commit = DEPLOYED, head = 'b'.repeat(40), environment = 'prod' } = {}) {
  writeFileSync(join(folder, ALLOWED_CHANGES_FILE), typeof file === 'string' ? file : JSON.stringify(file));
  const states = new Map([['data-us-east-1', { record: { commit } } as RecordedState]]);
  return readAllowedChanges(folder, environment, MANIFESTS, { states }, head, ['data-us-east-1', 'of-another-run']);
}

describe('what a review allowed', () => {
  it('is nothing where there is no file', async () => {
    expect(await readAllowedChanges(folder, 'prod', MANIFESTS, { states: new Map() }, undefined, [])).toEqual([]);
  });

  it('is each entry of the environment over the commit that is recorded', async () => {
    expect(await read([ENTRY, { ...ENTRY, environment: 'dev' }])).toEqual([ENTRY]);
    expect(await read([ENTRY], { environment: 'dev' })).toEqual([]);
    expect(await read([{ ...ENTRY, state: 'of-another-run' }])).toEqual([]);
  });

  it('names states of the environment', async () => {
    await expect(read([{ ...ENTRY, state: 'data-us-est-1' }])).rejects.toThrow(
      `${ALLOWED_CHANGES_FILE}: data-us-est-1 is no state of the environment. Did you mean data-us-east-1? Nothing was changed.`,
    );
  });

  it('is used up after it', async () => {
    await expect(read([ENTRY], { commit: 'c'.repeat(40) })).rejects.toThrow(
      'data-us-east-1: aws_rds_cluster.Main: from is aaaaaaa, and cccccccccccc is recorded',
    );
  });

  it('allows nothing more when the deploy that used it is run again', async () => {
    const head = 'd'.repeat(40);

    expect(await read([ENTRY], { commit: head, head })).toEqual([]);
  });

  it.each([
    ['no JSON', 'Unexpected token'],
    [{}, 'it: '],
    [[{ ...ENTRY, from: 'main' }], '0.from: '],
    [[{ ...ENTRY, reason: '' }], '0.reason: '],
    [[{ ...ENTRY, action: 'create' }], '0.action: '],
    [[{ ...ENTRY, adress: 'x' }], 'it: ' as string],
  ])('is refused where the file holds %j', async (file, problem) => {
    await expect(read(file)).rejects.toThrow(`${ALLOWED_CHANGES_FILE}: ${problem === 'it: ' ? '' : problem}`);
    await expect(read(file)).rejects.toThrow('See docs/runbooks/deploying.md.');
  });
});
