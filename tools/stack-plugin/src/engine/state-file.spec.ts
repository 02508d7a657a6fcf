import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { holdsResources, keptStateFile, linkState, lostState, readState } from './state-file';

const FULL = '{"serial":7,"resources":[{"mode":"managed","instances":[{}]}]}';
const OTHER = '{"serial":2,"resources":[{"mode":"managed","instances":[{}]}]}';
const EMPTY = '{"serial":8,"resources":[]}';

let home: string;
let work: string;
let kept: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dr-states-'));
  work = join(home, 'work/sandbox/local/network-us-east-1');
  kept = keptStateFile(join(home, 'account/states'), 'local', 'network-us-east-1');
  mkdirSync(work, { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const beside = () => join(work, 'terraform.tfstate');
const read = (file: string) => readFileSync(file, 'utf8');

function keep(text: string): void {
  mkdirSync(dirname(kept), { recursive: true });
  writeFileSync(kept, text);
}

describe('linkState', () => {
  it('leads to an empty file of the owner only where there is no state', async () => {
    await linkState(work, kept);

    expect(kept).toBe(join(home, 'account/states/local/network-us-east-1.tfstate'));
    expect(read(beside())).toBe('');
    expect([statSync(kept).mode & 0o777, statSync(dirname(kept)).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it('writes through the link, as often as it is made again', async () => {
    await linkState(work, kept);
    writeFileSync(beside(), FULL);
    await linkState(work, kept);

    expect(lstatSync(beside()).isSymbolicLink()).toBe(true);
    expect([read(beside()), read(kept)]).toEqual([FULL, FULL]);
  });

  it('moves a state that lies in the work folder, and the backup of it', async () => {
    writeFileSync(beside(), FULL);
    writeFileSync(`${beside()}.backup`, OTHER);

    await linkState(work, kept);

    expect([read(kept), read(`${kept}.backup`)]).toEqual([FULL, OTHER]);
    expect([read(beside()), read(`${beside()}.backup`)]).toEqual([FULL, OTHER]);
  });

  it('moves it over one that holds nothing', async () => {
    keep(EMPTY);
    writeFileSync(beside(), FULL);

    await linkState(work, kept);

    expect(read(kept)).toBe(FULL);
  });

  it('drops one that holds nothing', async () => {
    keep(FULL);
    writeFileSync(beside(), EMPTY);

    await linkState(work, kept);

    expect([read(kept), read(beside())]).toEqual([FULL, FULL]);
  });

  it('is refused where both hold resources, and moves nothing', async () => {
    keep(FULL);
    writeFileSync(beside(), OTHER);

    await expect(linkState(work, kept)).rejects.toThrow(
      `${kept}: the account keeps this state, and ${beside()} holds resources of it too, expected one of them. ` +
        'Compare both, remove the one that is out of date, and run this again. Nothing was changed.',
    );
    expect([read(kept), read(beside())]).toEqual([FULL, OTHER]);
  });
});

describe('readState', () => {
  it('is what the account keeps, else what lies beside the work folder, else empty', async () => {
    const none = await readState(kept, beside());
    writeFileSync(beside(), OTHER);
    const old = await readState(kept, beside());
    keep(FULL);

    expect([none, old, await readState(kept, beside())]).toEqual(['', OTHER, FULL]);
  });
});

const MADE = { mode: 'managed', instances: [{}] };

describe('holdsResources', () => {
  it('counts what Terraform manages and has made: no data source, and nothing that was only begun', () => {
    const state = (...resources: object[]) => JSON.stringify({ lineage: 'one', serial: 1, resources });

    expect(holdsResources(state({ mode: 'data', instances: [{}] }, { mode: 'managed', instances: [] }))).toBe(false);
    expect(holdsResources(state({ mode: 'managed', instances: [] }, MADE))).toBe(true);
    expect([holdsResources(''), holdsResources(state())]).toEqual([false, false]);
  });
});

describe('a state that holds nothing, whose backup holds resources', () => {
  const state = (serial: number, resources: number, lineage = 'one') =>
    JSON.stringify({ lineage, serial, resources: Array.from({ length: resources }, () => MADE) });
  const files = (): readonly [string, string] => [kept, beside()];
  it.each([
    ['is missing', undefined],
    ['has no byte', ''],
    ['is cut', state(5, 3).slice(0, 20)],
    ['is empty, and as old as its backup', state(4, 0)],
    ['is empty, and another one', state(9, 0, 'two')],
  ])('is lost where it %s', async (_what, text) => {
    keep(text ?? '');
    if (text === undefined) rmSync(kept);
    writeFileSync(`${kept}.backup`, state(4, 3));

    expect(await lostState(...files())).toMatchObject({ file: kept, backup: `${kept}.backup`, resources: 3 });
  });

  it('is not lost while another clone writes it: it is empty for a moment', async () => {
    keep('');
    writeFileSync(`${kept}.backup`, state(4, 3));
    setTimeout(() => keep(state(5, 3)), 150);

    expect(await lostState(...files())).toBeUndefined();
  });

  it('is lost beside the work folder too', async () => {
    writeFileSync(beside(), '');
    writeFileSync(`${beside()}.backup`, state(4, 3));

    expect(await lostState(...files())).toMatchObject({ file: beside(), resources: 3 });
  });

  it.each([
    ['a destroy left it: newer than its backup, of the same lineage', state(7, 0), state(4, 3)],
    ['there was nothing before', '', state(4, 0)],
    ['its backup is cut, and says nothing', '', state(4, 3).slice(0, 20)],
    ['it holds resources', state(4, 1), state(9, 3, 'two')],
  ])('is taken where %s', async (_what, text, backup) => {
    keep(text);
    writeFileSync(`${kept}.backup`, backup);

    expect(await lostState(...files())).toBeUndefined();
  });
});
