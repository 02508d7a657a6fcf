import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For specs: a new repository of git, whose branch is main, for every test of a file. */
export function repositoryPerTest() {
  let folder = '';
  const run = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'dr-git-')));
    run('init', '--quiet', '--initial-branch=main');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return {
    run,
    /** Absolute. */
    folder: () => folder,
    /** @returns the full hash of a new commit */
    commit(message: string): string {
      run('commit', '--quiet', '--allow-empty', '--message', message);
      return run('rev-parse', 'HEAD');
    },
  };
}
