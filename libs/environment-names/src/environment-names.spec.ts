import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentNamesAmong, environmentNamesIn } from './environment-names';

describe('the environments', () => {
  it('are the files of their folder, the default one first', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dr-environment-names-'));
    try {
      for (const file of ['prod.ts', 'local.ts', 'dev.ts', 'README.md']) writeFileSync(join(folder, file), '');

      expect(environmentNamesIn(folder)).toEqual(['local', 'dev', 'prod']);
      expect(environmentNamesIn(folder, 'prod')).toEqual(['prod', 'dev', 'local']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are none where there is no folder', () => {
    expect(environmentNamesIn('/nowhere')).toEqual([]);
  });

  it('are found among all files of a workspace, by their folder', () => {
    const files = ['settings/test.ts', 'settings/old/gone.ts', 'other-settings/no.ts', 'settings/live.ts'];

    expect(environmentNamesAmong(files, 'settings', 'test')).toEqual(['test', 'live']);
  });
});
