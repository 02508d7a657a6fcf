import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { type LockHolder, stateLocked } from '../errors';

const LOCK_FILE = 'deploy.lock';

/** A held lock. */
export interface WorkFolderLock {
  /** Names a process that goes on using the folder even if this one dies. */
  addProcess(pid: number): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes a work folder for one run, from preparing it to having applied: Terraform's own lock is free between plan and
 * apply. A lock whose processes are all gone is taken over.
 *
 * @throws UserError that says who holds it, since when and with which command
 */
export async function lockWorkFolder(
  workFolder: string,
  state: string,
  command: string,
  isAlive: (pid: number) => boolean = processIsAlive,
  now: () => Date = () => new Date(),
): Promise<WorkFolderLock> {
  const file = join(workFolder, LOCK_FILE);
  const holder = {
    who: `${userInfo().username}@${hostname()}`,
    since: now().toISOString(),
    command,
    pids: [process.pid],
  };
  for (;;) {
    try {
      await writeFile(file, JSON.stringify(holder, null, 2), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const other = await readHolder(file);
    if (other?.pids.some(isAlive)) throw stateLocked(state, other);
    await rm(file, { force: true });
  }
  return {
    async addProcess(pid) {
      holder.pids.push(pid);
      await writeFile(file, JSON.stringify(holder, null, 2));
    },
    async release() {
      await rm(file, { force: true });
    },
  };
}

async function readHolder(file: string): Promise<LockHolder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // Released meanwhile, or left half written by a process that died: nobody holds it.
    return undefined;
  }
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
