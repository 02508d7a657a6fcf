/** Deploys the platform into empty accounts and keeps the accounts: `take-snapshot local` or `take-snapshot release`. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf, snapshotFolder, type SnapshotName, TestAccount, type TestAccountOptions } from '../workspace';
import { deployRelease } from './release';

/** Files of the account's process, which are no part of the account. */
const LEFT_OUT = ['account.lock', 'sandbox.json', 'sandbox.log', 'sockets', 'logs'];

/** Deploys into a new account, and keeps it. */
export async function takeSnapshot(
  name: SnapshotName,
  options: TestAccountOptions,
  deploy: (account: TestAccount) => Promise<void>,
): Promise<void> {
  const folder = snapshotFolder(name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // A snapshot is used by later commits, of whatever branch: it is recorded as deployed outside git.
  const account = new TestAccount({ ...options, variables: { ...options.variables, GIT_DIR: '/nowhere' } });
  try {
    await deploy(account);
    await account.sandbox('stop');
    const leftOut = LEFT_OUT.map((name) => join(account.sandboxHome, name));
    cpSync(account.home, folder, { recursive: true, filter: (source) => !leftOut.includes(source) });
  } finally {
    await account.dispose();
  }
}

async function deployWorkspace(account: TestAccount): Promise<void> {
  outputOf(await account.runStacks('deploy'));
}

const [, , what] = process.argv;
const taken = what === 'release' ? deployRelease(takeSnapshot) : takeSnapshot('local', {}, deployWorkspace);
void taken.catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
