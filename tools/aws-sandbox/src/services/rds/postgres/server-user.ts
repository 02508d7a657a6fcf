import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PostgresUnusableError } from './errors';

/** User whom servers run as where the account's own process is root's, whom PostgreSQL refuses. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** `initdb` wants a user that the system has a name for. */
const NOBODY: ServerUser = { name: 'nobody', uid: 65_534, gid: 65_534 };

/** @returns undefined where servers run as the account's user */
export function serverUser(uid: number | undefined = process.getuid?.()): ServerUser | undefined {
  return uid === 0 ? NOBODY : undefined;
}

/** An empty folder that the servers' user alone enters: 0700. The folder above it is there. */
export function makeServerFolder(folder: string, user: ServerUser | undefined): void {
  mkdirSync(folder, { mode: 0o700 });
  giveTo(folder, user);
}

export function giveTo(path: string, user: ServerUser | undefined): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}

/**
 * Lets another user pass through the folders from one of the account's down to a data folder's parent, and list none: 0711.
 *
 * @param outermost the account's folder. Those above it are not the account's to open
 * @throws PostgresUnusableError where one of those keeps the user out
 */
export function openWay(outermost: string, innermost: string, user: ServerUser | undefined): void {
  if (user === undefined) return;
  for (let folder = innermost; ; folder = dirname(folder)) {
    chmodSync(folder, 0o711);
    if (folder === outermost) break;
  }
  requireWay(dirname(outermost), user);
}

/** @throws PostgresUnusableError with the folder that keeps the user from what is below it */
export function requireWay(path: string, user: ServerUser | undefined): void {
  if (user === undefined) return;
  for (let folder = path; ; folder = dirname(folder)) {
    const { gid, mode, uid } = statSync(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) throw PostgresUnusableError.closed(folder, user.name);
    if (folder === dirname(folder)) return;
  }
}
