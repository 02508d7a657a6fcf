import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the files of a commit into a new folder, which is no git repository, beside this clone: neither its branches nor
 * its work tree are touched.
 *
 * @param packages `shared`: those that are installed in the workspace; `own`: those where the lock file is the same, else
 *   those of the commit's own lock file, which takes as long as `npm ci`
 */
export function checkOutRevision(
  workspaceRoot: string,
  commit: string,
  folder: string,
  packages: 'shared' | 'own',
): void {
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['archive', commit], { cwd: workspaceRoot, maxBuffer: 1 << 30 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  if (packages === 'shared' || hasSameLockFile(workspaceRoot, folder)) {
    symlinkSync(join(workspaceRoot, 'node_modules'), join(folder, 'node_modules'));
  } else {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

function hasSameLockFile(...folders: readonly [string, string]): boolean {
  const [one, other] = folders.map((folder) => {
    const file = join(folder, 'package-lock.json');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  });
  return one === other;
}
