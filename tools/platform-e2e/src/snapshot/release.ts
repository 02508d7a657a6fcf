import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkOutRevision } from '@dr/change-review/revision';
import { foreignEnvironment, outputOf, run, WORKSPACE } from '../workspace';
import type { takeSnapshot } from './take-snapshot';

/** The commit whose deployments are upgraded until there is a release tag. */
export const FIRST_RELEASE = 'b506eeb';

/** Environments that are deployed with the release. */
export const RELEASE_ENVIRONMENTS = ['local', 'prod'] as const;

/** The newest release tag before this commit, else {@link FIRST_RELEASE}. */
export function releaseCommit(): string {
  return git('describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*') ?? FIRST_RELEASE;
}

/** Whether this clone's history reaches back to the release: a shallow clone's does not. */
export function hasRelease(): boolean {
  return git('cat-file', '-e', `${releaseCommit()}^{commit}`) !== undefined;
}

/**
 * Deploys the release's own stacks with the release's own tools, built from git history, into an account for each
 * environment. In a clone without that history nothing is deployed, which fails under CI.
 */
export async function deployRelease(take: typeof takeSnapshot): Promise<void> {
  if (!hasRelease()) {
    const message = `${releaseCommit()}: not in this clone, expected the history back to the release. Run: git fetch --unshallow --tags`;
    if (process.env['CI']) throw new Error(message);
    return void process.stdout.write(`${message}\n`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'dr-release-'));
  const workspace = join(folder, 'workspace');
  try {
    checkOutRevision(WORKSPACE, releaseCommit(), workspace, 'shared');
    for (const environment of RELEASE_ENVIRONMENTS) {
      await take(`release-${environment}`, { workspace }, async (account) => {
        const args = ['run-many', '-t', 'deploy', `--environment=${environment}`, '--account=sandbox'];
        const nx = join(workspace, 'node_modules/.bin/nx');
        const options = { cwd: workspace, env: { ...foreignEnvironment(), ...account.environment } };
        outputOf(await run(process.execPath, [nx, ...args], options));
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: WORKSPACE, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
