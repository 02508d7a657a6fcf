import { CommandError } from '@dr/command-line';
import { git, readWorkTree } from '@dr/stack-plugin/commands';

/** The two commits of a comparison. */
export interface Comparison {
  /** Full hash of the newest commit that both have: what the other branch did since is none of this change. */
  readonly base: string;
  /** Full hash of the commit that is checked out. */
  readonly head: string;
  /** Whether the work tree has changes that the commit does not hold. */
  readonly changed: boolean;
}

/**
 * Compares the work tree with a revision.
 *
 * @param base `main`, or a commit @param head the commit that has to be checked out, without changes; undefined for the
 *   work tree as it is
 * @throws CommandError with what to type instead
 */
export async function compare(folder: string, base: string, head: string | undefined): Promise<Comparison> {
  const { commit: here, changed } = await readWorkTree(folder);
  if (here === undefined) throw new CommandError(`${folder}: in no git repository with a commit, expected one.`);
  if (head !== undefined) {
    const asked = await commitOf(folder, 'head', head);
    if (asked !== here) {
      throw new CommandError(
        `--head is ${head} (${short(asked)}), and ${short(here)} is checked out, expected one commit: the work tree is planned. Run: git checkout ${head}`,
      );
    }
    if (changed) {
      throw new CommandError(
        `--head is ${head}, and the work tree has changes that it does not hold, expected none. Commit them, or leave out --head.`,
      );
    }
  }
  const other = await commitOf(folder, 'base', base);
  const common = await git(folder, 'merge-base', other, here);
  if (common === undefined) {
    throw new CommandError(
      `--base is ${base} (${short(other)}): has no commit in common with ${short(here)} in this clone. Run: git fetch --unshallow`,
    );
  }
  return { base: common, head: here, changed };
}

async function commitOf(folder: string, option: string, revision: string): Promise<string> {
  const commit = await git(folder, 'rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`);
  if (commit !== undefined) return commit;
  throw new CommandError(
    `--${option} is ${revision}, expected a commit or a branch of this clone. Run: git fetch origin ${revision}`,
  );
}

export const short = (commit: string) => commit.slice(0, 12);
