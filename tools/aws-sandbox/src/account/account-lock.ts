import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccountUnusableError } from './errors';
import { FILE_MODE, makePrivateFolder } from './private-folder';

const LOCK_FILE = 'account.lock';

interface Holder {
  readonly pid: number;
  /** Start time of the process: tells it from a later one with the same id. null where the system does not show it. */
  readonly bornAt: string | null;
}

/** One process at a time works on an account folder. A lock whose process is gone counts for nothing. */
export class AccountLock {
  private constructor(private readonly file: string) {}

  /** @throws AccountUnusableError naming the process that holds it */
  static take(home: string): AccountLock {
    makePrivateFolder(home);
    const file = join(home, LOCK_FILE);
    const holder = claim(file);
    if (holder !== undefined) throw AccountUnusableError.inUse(home, holder);
    return new AccountLock(file);
  }

  release(): void {
    const holder = readHolder(this.file);
    if (holder !== 'nobody' && holder?.pid === process.pid) rmSync(this.file, { force: true });
  }
}

/** The process that holds a folder's lock, or undefined. */
export function lockHolder(home: string): number | undefined {
  const holder = readHolder(join(home, LOCK_FILE));
  return holder === 'nobody' ? undefined : holder?.pid;
}

/** @returns undefined once this process has the lock, or the living process that has it */
function claim(file: string): number | undefined {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, bornAt: birthOf(process.pid) } satisfies Holder), {
    mode: FILE_MODE,
  });
  try {
    // A link appears with its whole content or not at all.
    while (!linked(own, file)) {
      const holder = readHolder(file);
      if (holder === undefined) continue;
      if (holder !== 'nobody') return holder.pid;
      const result = replaceDead(file, own);
      if (result !== 'changed') return result === 'replaced' ? undefined : result;
    }
    return undefined;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Puts our lock in the place of a dead one. Of several processes that find the same dead lock, one at a time may: the
 * others would replace the living lock of the first.
 *
 * @returns the living process that is at it already
 */
function replaceDead(file: string, own: string): 'replaced' | 'changed' | number {
  const guard = `${file}.takeover`;
  const other = claim(guard);
  if (other !== undefined) return other;
  try {
    if (readHolder(file) !== 'nobody') return 'changed';
    renameSync(own, file);
    return 'replaced';
  } finally {
    rmSync(guard, { force: true });
  }
}

function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The living process that a lock names; `nobody` for a dead one or a damaged lock, undefined without a lock. */
function readHolder(file: string): Holder | 'nobody' | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'nobody';
  }
  const holder = parseHolder(text);
  return holder !== undefined && isAlive(holder) ? holder : 'nobody';
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, bornAt } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' ? { pid, bornAt: bornAt ?? null } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, bornAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const birth = birthOf(pid);
  return birth === null || bornAt === null || birth === bornAt;
}

/** Start time of a process, in clock ticks since boot [proc(5), starttime]; null where the system has no `/proc`. */
function birthOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold blanks and brackets; the fields after the last bracket are plain, the start time is the 20th of them.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
