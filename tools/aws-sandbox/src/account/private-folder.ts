import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { PathRefusedError } from './errors';

/** Only the user of the account reads, writes or enters what the account keeps, whatever the process's umask is. */
const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;
/** Group and others. */
const FOREIGN_BITS = 0o077;
/** Of a folder such as /tmp, which belongs to everybody. */
const STICKY_BIT = 0o1000;

/** Ends the name of a file that is still being written. */
export const TEMPORARY = '.tmp';

/**
 * A folder in which the account keeps files. Every path that is read or written is checked to be inside of it here,
 * beside whatever the caller checked: names come from calls.
 */
export class PrivateFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** Path of a file or folder, name by name. @throws PathRefusedError for a name that is a path, or none */
  fileOf(...names: readonly string[]): string {
    for (const name of names) {
      if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) {
        throw PathRefusedError.badName(this.path, name);
      }
    }
    return this.inside(join(this.path, ...names));
  }

  has(file: string): boolean {
    return existsSync(this.inside(file));
  }

  read(file: string): Buffer {
    return readFileSync(this.inside(file));
  }

  /** Writes the whole file or, as far as a reader can see, nothing; folders above it are made. */
  replace(file: string, content: string | Buffer): void {
    const target = this.inside(file);
    const temporary = `${target}${TEMPORARY}`;
    try {
      inFolder(target, () => writeFileSync(temporary, content, { mode: FILE_MODE }));
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  append(file: string, text: string): void {
    const target = this.inside(file);
    inFolder(target, () => appendFileSync(target, text, { mode: FILE_MODE }));
  }

  makeFolder(folder: string): void {
    makePrivateFolder(this.inside(folder));
  }

  remove(file: string): void {
    rmSync(this.inside(file), { force: true });
  }

  /** Removes a folder and those above it, up to this one, as far as they are empty. */
  removeEmpty(folder: string): void {
    for (let current = this.inside(folder); current.startsWith(this.path); current = dirname(current)) {
      try {
        rmdirSync(current);
      } catch {
        return; // Not empty: something else lives there.
      }
    }
  }

  /** Every file, in order. */
  files(): readonly string[] {
    if (!existsSync(this.path)) return [];
    return readdirSync(this.path, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort();
  }

  clear(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private inside(file: string): string {
    const found = resolve(file);
    const isInside = found === this.path || found.startsWith(`${this.path}${sep}`);
    if (!isInside || file.includes('\0')) throw PathRefusedError.outside(this.path, file);
    return found;
  }
}

/** Writes, and makes the folder first where it is not there. */
function inFolder(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    makePrivateFolder(dirname(file));
    write();
  }
}

/** A folder of this user alone. @throws PathRefusedError where it is, or has to stay, open to others */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  makePrivate(folder);
}

/** The same where others may have made it first, as in /tmp. @throws PathRefusedError where somebody did */
export function makeOwnFolder(folder: string): void {
  makePrivateFolder(folder);
  const { uid } = lstatSync(folder);
  if (uid !== (process.getuid?.() ?? uid)) throw PathRefusedError.shared(folder);
}

/** A file of this user alone, with whatever it holds already. */
export function makePrivateFile(file: string): void {
  appendFileSync(file, '', { mode: FILE_MODE });
  makePrivate(file);
}

/** Takes a file, or a folder with everything in it, from other users; nothing where it is not there. */
export function makePrivateWhole(path: string): void {
  if (!existsSync(path)) return;
  makePrivate(path);
  if (!statSync(path).isDirectory()) return;
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) makePrivate(join(entry.parentPath ?? entry.path, entry.name));
  }
}

function makePrivate(path: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & FOREIGN_BITS) === 0) return;
  if ((mode & STICKY_BIT) !== 0) throw PathRefusedError.shared(path);
  try {
    chmodSync(path, mode & ~FOREIGN_BITS & 0o777);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') throw PathRefusedError.shared(path);
    throw error;
  }
}
