import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
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
  // The lock appears, and changes, with all its content at once: a reader never takes a half written one for a dead one.
  const draft = `${file}.${process.pid}.${randomUUID()}`;
  const writeDraft = () => writeFile(draft, JSON.stringify(holder, null, 2));
  await writeDraft();
  try {
    while (!(await linkIfAbsent(draft, file))) {
      const other = await readHolder(file);
      if (other?.pids.some((pid) => isAlive(pid))) throw stateLocked(state, other);
      await rm(file, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
  return {
    async addProcess(pid) {
      holder.pids.push(pid);
      await writeDraft();
      await rename(draft, file);
    },
    async release() {
      await rm(file, { force: true });
    },
  };
}

async function linkIfAbsent(existing: string, file: string): Promise<boolean> {
  try {
    await link(existing, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<LockHolder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // Released meanwhile, or damaged by something else: nobody holds it.
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
