import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWay, requireWay, serverUser } from './server-user';

const NOBODY = { name: 'nobody', uid: 65_534, gid: 65_534 };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dr-user-'));
  mkdirSync(join(folder, 'home/databases/us-east-1'), { recursive: true, mode: 0o700 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (...names: readonly string[]) => (lstatSync(join(folder, ...names)).mode & 0o777).toString(8);

describe('the user of servers', () => {
  it('is nobody where the account is of root, else who runs the account', () => {
    expect(serverUser(0)).toEqual(NOBODY);
    expect(serverUser(1000)).toBeUndefined();
  });

  it('passes through the folders of the account, and lists none', () => {
    chmodSync(folder, 0o711);
    openWay(join(folder, 'home'), join(folder, 'home/databases/us-east-1'), NOBODY);

    expect(modeOf('home')).toBe('711');
    expect(modeOf('home', 'databases')).toBe('711');
    expect(modeOf('home', 'databases', 'us-east-1')).toBe('711');
  });

  it('opens nothing where it is the user of the account', () => {
    openWay(join(folder, 'home'), join(folder, 'home/databases'), undefined);
    requireWay(folder, undefined);

    expect(modeOf('home', 'databases')).toBe('700');
  });

  it('is told which folder above the account keeps it out, and that stays as it is', () => {
    expect(() => openWay(join(folder, 'home'), join(folder, 'home/databases'), NOBODY)).toThrow(
      `${folder}: closed to the user nobody, whom PostgreSQL runs as where the account is root's, expected one that may be passed through. Type: chmod o+x ${folder}`,
    );
    expect(modeOf()).toBe('700');
  });
});
