import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresBinaries } from '../../../runtime/aws-service';
import { PostgresUnusableError } from './errors';
import { giveTo, makeServerFolder, requireWay, type ServerUser } from './server-user';

/** The account's own superuser, as RDS has one [Amazon RDS user guide, rdsadmin]. */
export const ADMIN = 'rdsadmin';
/** In every data folder: the administrator's password, as libpq reads it. */
export const PASSWORD_FILE = 'rdsadmin.pgpass';

/** Connections without TLS are the account's own, on this machine; everybody else's are encrypted. */
const HOST_RULES = `host all,replication ${ADMIN} 127.0.0.1/32 scram-sha-256
hostssl all all 127.0.0.1/32 scram-sha-256
`;

/**
 * Makes the data folder of a new database: a copy of one that `initdb` made once for this installation, which takes
 * some twenty times as long as the copy.
 *
 * @param folder is not there yet; the folder above it is
 */
export async function makeDataFolder(
  binaries: PostgresBinaries,
  folder: string,
  user: ServerUser | undefined,
): Promise<void> {
  // Owners are copied too: each user has one of its own.
  const template = join(binaries.cache, `postgres-${binaries.version}-${process.getuid?.() ?? ''}`);
  if (!existsSync(template)) {
    await initialize(binaries, folder, user);
    await keepTemplate(folder, template).catch(() => undefined); // A folder that this user may not write: the next one takes longer.
    return;
  }
  await copyFolder(template, folder);
}

/** @returns password of the administrator of a data folder */
export function adminPassword(folder: string): string {
  return readFileSync(join(folder, PASSWORD_FILE), 'utf8').trim().split(':').at(-1) ?? '';
}

/** Writes a file that the server reads, and nobody else. */
export function writeServerFile(file: string, content: string, user: ServerUser | undefined): void {
  writeFileSync(file, content, { mode: 0o600 });
  giveTo(file, user);
}

/** Contents of these are a running server's own, or come with the write-ahead log [PostgreSQL manual, low level base backup]. */
const EMPTIED = ['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp'];
const LEFT_OUT = ['postmaster.pid', 'postmaster.opts', 'standby.signal', 'backup_label.old'];

/** Copies the data folder of a server that runs, between the begin and the end of a backup. */
export async function copyRunning(from: string, to: string): Promise<void> {
  await copyFolder(from, to);
  for (const name of LEFT_OUT) rmSync(join(to, name), { force: true });
  for (const folder of EMPTIED) {
    for (const name of readdirSync(join(to, folder))) rmSync(join(to, folder, name), { recursive: true });
  }
}

/** Copies the write-ahead log of a server beside the copy of its folder, once the backup has ended. */
export async function copyLog(from: string, to: string): Promise<void> {
  rmSync(join(to, 'pg_wal'), { recursive: true });
  await copyFolder(join(from, 'pg_wal'), join(to, 'pg_wal'));
}

/** By `cp`, with owners and modes: a thousand files, which take this process several times as long. */
export function copyFolder(from: string, to: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('cp', ['-a', from, to], { env: { ...process.env, LC_ALL: 'C' } }, (error, _output, problems) => {
      // A running server removes files: what it needs of them is in its log.
      const others = problems.split('\n').filter((line) => line !== '' && !line.endsWith('No such file or directory'));
      if (error === null || (error.code === 1 && problems !== '' && others.length === 0)) resolve();
      else reject(new Error(`${to}: copying ${from} failed: ${others[0] ?? error.message}`));
    });
  });
}

async function initialize({ initdb }: PostgresBinaries, folder: string, user: ServerUser | undefined): Promise<void> {
  requireWay(join(initdb, '..'), user);
  makeServerFolder(folder, user);
  const password = randomBytes(24).toString('hex');
  // Beside the folder, which has to be empty; a socket, as a process's pipes are, cannot be opened by a name.
  const passwordFile = `${folder}.password`;
  writeServerFile(passwordFile, `${password}\n`, user);
  const child = spawn(
    initdb,
    [
      ...['--pgdata', folder, '--username', ADMIN, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      ...['--encoding', 'UTF8', '--locale', 'C', '--wal-segsize', '4', '--no-sync', '--no-instructions'],
    ],
    { cwd: folder, env: {}, stdio: ['ignore', 'pipe', 'pipe'], ...user },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve)).finally(
    () => rmSync(passwordFile),
  );
  if (status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw PostgresUnusableError.notStarted(folder, output.trim());
  }
  writeServerFile(join(folder, 'pg_hba.conf'), HOST_RULES, user);
  writeServerFile(join(folder, PASSWORD_FILE), `*:*:*:${ADMIN}:${password}\n`, user);
}

/** Whole at any moment: other accounts may make it too. */
async function keepTemplate(folder: string, template: string): Promise<void> {
  const draft = `${template}.${process.pid}`;
  mkdirSync(join(template, '..'), { recursive: true, mode: 0o700 });
  try {
    await copyFolder(folder, draft);
    renameSync(draft, template);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
