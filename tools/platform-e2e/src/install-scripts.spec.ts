import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './workspace';

const readJson = (file: string) => JSON.parse(readFileSync(join(WORKSPACE, file), 'utf8'));

describe('install scripts of packages', () => {
  it('are each allowed or refused in package.json, so that npm runs none unread and warns of none', () => {
    const { packages } = readJson('package-lock.json') as { packages: Record<string, { hasInstallScript?: boolean }> };
    const withScript = Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));

    expect(Object.keys(readJson('package.json').allowScripts)).toEqual([...new Set(withScript)].sort());
  });
});
