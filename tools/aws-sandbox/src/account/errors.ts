import { commandLine } from '../model/command-line';

/** The account's folder cannot be used. Nothing has been changed. */
export class AccountUnusableError extends Error {
  override readonly name = 'AccountUnusableError';

  static damaged(file: string, problem: string, cause?: unknown): AccountUnusableError {
    return new AccountUnusableError(
      `${file}: the account's file is damaged (${problem}). Restore it or delete it, or empty the whole account with \`${commandLine('reset')}\`. Nothing was changed.`,
      { cause },
    );
  }

  static duplicate(file: string, other: string): AccountUnusableError {
    return new AccountUnusableError(
      `${file}: the account's file describes the same resource as ${other}. Delete one of the two. Nothing was changed.`,
    );
  }

  static inUse(home: string, pid: number): AccountUnusableError {
    return new AccountUnusableError(
      `${home}: the account is in use by process ${pid}. Stop it with \`${commandLine('stop')}\`, or use another folder with --home.`,
    );
  }
}

/** The disk refused a change; it is not acknowledged. */
export class AccountWriteError extends Error {
  override readonly name = 'AccountWriteError';

  /** @param cause the system's error */
  static refused(file: string, cause: unknown): AccountWriteError {
    const { message: reason } = cause as NodeJS.ErrnoException;
    return new AccountWriteError(
      `${file}: the account could not be written (${reason}). Make room or give access; nothing is lost.`,
      { cause },
    );
  }
}

/** A file that would be outside of its folder, or open to others. Nothing is read or written. */
export class PathRefusedError extends Error {
  override readonly name = 'PathRefusedError';

  static badName(folder: string, name: string): PathRefusedError {
    return new PathRefusedError(
      `${folder}: name is ${JSON.stringify(name)}, expected one without slashes that is not "", "." or "..". Correct whatever it is made from.`,
    );
  }

  static outside(folder: string, file: string): PathRefusedError {
    return new PathRefusedError(
      `${folder}: file is ${JSON.stringify(file)}, expected one inside of the folder. Correct whatever it is made from.`,
    );
  }

  static shared(path: string): PathRefusedError {
    return new PathRefusedError(
      `${path}: it belongs to other users too, expected a folder of this user alone. Choose another with --home or DR_SANDBOX_HOME.`,
    );
  }
}
