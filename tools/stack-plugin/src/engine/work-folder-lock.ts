import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
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
 * apply. A lock whose processes are all gone is taken over, though their numbers be given to others.
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
    startedAt: { ...startOf(process.pid) },
  };
  // The lock appears, and changes, with all its content at once: a reader never takes a half written one for a dead one.
  const draft = `${file}.${process.pid}.${randomUUID()}`;
  const writeDraft = () => writeFile(draft, JSON.stringify(holder, null, 2));
  await writeDraft();
  try {
    while (!(await linkIfAbsent(draft, file))) {
      const other = await readHolder(file);
      if (other?.pids.some((pid) => isAlive(pid) && isSame(pid, other))) throw stateLocked(state, other);
      await rm(file, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
  return {
    async addProcess(pid) {
      holder.pids.push(pid);
      Object.assign(holder.startedAt, startOf(pid));
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

/** Whether the process of that number is the one that took the lock; where nothing shows it, it counts as that one. */
function isSame(pid: number, { startedAt = {} }: LockHolder): boolean {
  const [now, then] = [startOf(pid)[pid], startedAt[pid]];
  return now === undefined || then === undefined || now === then;
}

/** When a process started, by its number, in the kernel's unit; empty where the system does not show it. */
function startOf(pid: number): Record<number, string> {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name that may hold blanks and brackets. The start is the 20th field after it.
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return start === undefined ? {} : { [pid]: start };
  } catch {
    return {};
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
