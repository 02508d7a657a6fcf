import { execFile, execFileSync } from 'node:child_process';

/** Commit that a workspace is at. */
export interface WorkTree {
  /** Full hash; undefined outside a git repository, and before its first commit. */
  readonly commit: string | undefined;
  /** Whether there are changes that it does not hold. */
  readonly changed: boolean;
}

export async function readWorkTree(workspaceRoot: string): Promise<WorkTree> {
  const [head, status] = await Promise.all([
    git(workspaceRoot, 'rev-parse', '--verify', 'HEAD'),
    git(workspaceRoot, 'status', '--porcelain'),
  ]);
  return head === undefined || status === undefined
    ? { commit: undefined, changed: false }
    : { commit: head, changed: status !== '' };
}

/**
 * The commits among some that HEAD does not contain. One that this clone does not know counts as such: it may be newer.
 *
 * @param commits full hashes
 */
export async function notContained(workspaceRoot: string, commits: Iterable<string>): Promise<ReadonlySet<string>> {
  const asked = await Promise.all(
    [...new Set(commits)].map(async (commit) => {
      const isContained = await git(workspaceRoot, 'merge-base', '--is-ancestor', commit, 'HEAD');
      return isContained === undefined ? [commit] : [];
    }),
  );
  return new Set(asked.flat());
}

/** Short hash of the commit before HEAD that deleted a file; undefined where none did. @param file relative */
export function deletedIn(workspaceRoot: string, file: string): string | undefined {
  const args = ['log', '-1', '--diff-filter=D', '--format=%h', '--abbrev=12', '--', `:(literal)${file}`];
  try {
    return execFileSync('git', args, { cwd: workspaceRoot, stdio: 'pipe', encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Runs git in a folder. @returns what it prints, trimmed; undefined where it fails: without git, outside a repository */
export function git(cwd: string, ...args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('git', args, { cwd, maxBuffer: 256 * 1024 * 1024 }, (error, stdout) =>
      resolve(error === null ? stdout.trim() : undefined),
    );
  });
}
