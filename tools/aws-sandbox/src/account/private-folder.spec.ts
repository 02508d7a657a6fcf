import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResourceRecord } from '../model/resource-record';
import { Account } from './account';
import { safeName } from './account-files';
import { makePrivateFolder, makePrivateWhole, PrivateFolder } from './private-folder';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'dr-private-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
const record = (change: Partial<ResourceRecord>): ResourceRecord => ({
  type: 'aws_vpc',
  region: 'us-east-1',
  service: 'ec2',
  id: 'vpc-1',
  attributes: {},
  ...change,
});

const NAMES = ['..', '.', '', '/etc', 'a/../../b', '../b', 'a/b', 'a\\b', 'a\0b'];

describe('a private folder', () => {
  it.each(NAMES)('takes no name that is a path, or none: %j', (name) => {
    const folder = new PrivateFolder(join(home, 'inner'));

    expect(() => folder.fileOf(name)).toThrow(
      `${join(home, 'inner')}: name is ${JSON.stringify(name)}, expected one without slashes that is not "", "." or "..". Correct whatever it is made from.`,
    );
  });

  it('takes names that only look like a way out', () => {
    const folder = new PrivateFolder(home);
    for (const name of ['%2e%2e', '...', '..a', 'ünï', '%00']) folder.replace(folder.fileOf(name), 'x');

    expect(readdirSync(home).sort()).toEqual(['%00', '%2e%2e', '...', '..a', 'ünï']);
  });

  it('reads, writes, appends and removes nothing outside of itself, whatever a caller forgot', () => {
    const folder = new PrivateFolder(join(home, 'inner'));
    const outside = join(home, 'inner/../outside');
    writeFileSync(outside, 'before');
    const ways: readonly (() => unknown)[] = [
      () => folder.replace(outside, 'x'),
      () => folder.append(outside, 'x'),
      () => folder.read(outside),
      () => folder.has(outside),
      () => folder.remove(outside),
      () => folder.removeEmpty(outside),
      () => folder.makeFolder(`${home}/inner-beside`),
      () => folder.replace(`${home}/inner-beside`, 'x'),
      () => folder.replace('/etc/dr-outside', 'x'),
      () => folder.replace(`${home}/inner/a\0b`, 'x'),
    ];

    for (const way of ways) expect(way).toThrow(/expected one inside of the folder/);
    expect(readdirSync(home)).toEqual(['outside']);
  });

  it.each([0o000, 0o022, 0o077])('is private with umask %o', (mask) => {
    const before = process.umask(mask);
    try {
      const folder = new PrivateFolder(join(home, 'deep/inner'));
      folder.replace(folder.fileOf('a', 'b'), 'x');
      folder.append(folder.fileOf('c', 'd'), 'x');
    } finally {
      process.umask(before);
    }

    expect(['deep', 'deep/inner', 'deep/inner/a', 'deep/inner/c'].map((name) => modeOf(join(home, name)))).toEqual(
      Array.from({ length: 4 }, () => '700'),
    );
    expect(['deep/inner/a/b', 'deep/inner/c/d'].map((name) => modeOf(join(home, name)))).toEqual(['600', '600']);
  });

  it('is taken back from others where an older version left it open, and links are left alone', () => {
    const outside = join(home, 'outside');
    writeFileSync(outside, '');
    chmodSync(outside, 0o644);
    mkdirSync(join(home, 'kept/inner'), { recursive: true });
    writeFileSync(join(home, 'kept/inner/program'), '');
    symlinkSync(outside, join(home, 'kept/link'));
    chmodSync(join(home, 'kept/inner/program'), 0o755);
    for (const folder of ['kept', 'kept/inner']) chmodSync(join(home, folder), 0o777);

    makePrivateWhole(join(home, 'kept'));

    expect(['kept', 'kept/inner', 'kept/inner/program', 'outside'].map((name) => modeOf(join(home, name)))).toEqual([
      '700',
      '700',
      '700',
      '644',
    ]);
  });

  it('is not made of a folder that is everybody’s', () => {
    chmodSync(home, 0o1777);

    expect(() => makePrivateFolder(home)).toThrow(
      `${home}: it belongs to other users too, expected a folder of this user alone. Choose another with --home or DR_SANDBOX_HOME.`,
    );
    expect(modeOf(home)).toBe('1777');
  });
});

describe('the account’s files', () => {
  it.each([
    { region: '..' },
    { region: '../../../outside' },
    { region: '/etc' },
    { region: 'us-east-1\0' },
    { service: '..' },
    { type: '../../..' },
  ])('are not written outside of the folder: %j', (change) => {
    const account = Account.open({ home: join(home, 'a/b') });

    expect(() => account.commit([{ put: record(change) }])).toThrow(/expected one without slashes/);
    expect(() => account.commit([{ put: record({ id: 'vpc-0' }) }, { put: record(change) }])).toThrow(
      /expected one without slashes/,
    );
    expect(account.size).toBe(0);
    account.close();
    expect(readdirSync(home)).toEqual(['a']);
    expect(readdirSync(join(home, 'a/b'))).toEqual([]);
  });

  it('are named after any id, and found again', () => {
    const ids = [
      '..',
      '../../outside',
      '/etc/passwd',
      'a\0b',
      '%2e%2e',
      '%2E%2E',
      'x'.repeat(5_000),
      `${'x'.repeat(5_000)}y`,
      'ünï\u{1f600}',
      '\ud800',
      '\udfff',
      '\ufffd',
      '.',
      '',
    ];
    const account = Account.open({ home });
    for (const id of ids) account.commit([{ put: record({ id }) }]);
    account.close();

    const again = Account.open({ home });
    expect(ids.filter((id) => again.find('aws_vpc', 'us-east-1', id)?.id !== id)).toEqual([]);
    again.close();
    expect(readdirSync(join(home, 'account/us-east-1/ec2/aws_vpc'))).toHaveLength(ids.length);
    expect(existsSync(join(home, 'outside.json'))).toBe(false);
  });

  it('have names of one file each', () => {
    expect(['../a', '..', '/', 'a\0', '\ud800', 'ü'].map(safeName)).toEqual([
      '%2E.~a',
      '%2E.',
      '~',
      'a%00',
      '%D800',
      '%C3%BC',
    ]);
  });
});
