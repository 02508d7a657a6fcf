import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccountUnusableError } from './errors';

const LOCK_FILE = 'account.lock';

interface Holder {
  readonly pid: number;
  /** Tells a process from a later one of the same number, where the system shows it. */
  readonly bornAt: string | null;
}

/** One process at a time works on an account folder. A lock whose process is gone counts for nothing. */
export class AccountLock {
  private constructor(private readonly file: string) {}

  /** @throws AccountUnusableError naming the process that holds it */
  static take(home: string): AccountLock {
    mkdirSync(home, { recursive: true });
    const file = join(home, LOCK_FILE);
    const own = `${file}.${process.pid}`;
    writeFileSync(own, JSON.stringify({ pid: process.pid, bornAt: birthOf(process.pid) } satisfies Holder));
    try {
      // A link appears with its whole content or not at all; two attempts, the second after a dead holder's lock is gone.
      for (let attempt = 0; attempt < 2; attempt++) {
        if (linked(own, file)) return new AccountLock(file);
        const holder = readHolder(file);
        if (holder !== undefined && isAlive(holder)) throw AccountUnusableError.inUse(home, holder.pid);
        setAside(file, `${own}.stale`);
      }
      throw AccountUnusableError.inUse(home, readHolder(file)?.pid ?? 0);
    } finally {
      rmSync(own, { force: true });
    }
  }

  release(): void {
    if (readHolder(this.file)?.pid === process.pid) rmSync(this.file, { force: true });
  }
}

/** The process that holds a folder's lock, or undefined. */
export function lockHolder(home: string): number | undefined {
  const holder = readHolder(join(home, LOCK_FILE));
  return holder !== undefined && isAlive(holder) ? holder.pid : undefined;
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

function setAside(file: string, stale: string): void {
  try {
    renameSync(file, stale);
    rmSync(stale, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const parsed = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder>;
    return typeof parsed.pid === 'number' ? { pid: parsed.pid, bornAt: parsed.bornAt ?? null } : undefined;
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

/** When a process started, in the kernel's own unit; null where the system does not show it. */
function birthOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold blanks and brackets; the fields after the last bracket are plain, the start time is the 20th of them.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
