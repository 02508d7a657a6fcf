import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import type { PostgresBinaries } from '../../../runtime/aws-service';
import { ADMIN, adminPassword } from './data-folder';
import { PostgresUnusableError } from './errors';
import type { ServerUser } from './server-user';

export interface PostgresServerOptions {
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser | undefined;
  /** Data folder. */
  readonly folder: string;
  readonly logFile: string;
  /** Settings besides those that every server has. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A standby refuses to start with lower limits than its primary's: they are the same for all. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_memory_type: 'mmap',
  dynamic_shared_memory_type: 'mmap',
  shared_buffers: '16MB',
  max_connections: '60',
  max_wal_senders: '10',
  max_replication_slots: '10',
  // For a standby without a slot, which is copied in a moment.
  wal_keep_size: '64MB',
  min_wal_size: '8MB',
  wal_level: 'replica',
  // The wire between two regions delays as much as a fault says, and is cut by the account itself.
  wal_sender_timeout: '0',
  wal_receiver_timeout: '0',
  wal_receiver_status_interval: '1s',
  wal_retrieve_retry_interval: '250ms',
  hot_standby_feedback: 'off',
  ssl: 'on',
  ssl_cert_file: 'server.crt',
  ssl_key_file: 'server.key',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %u@%d ',
} as const;

/**
 * Ends the server when the pipe closes, which it does with the account's process, however that ends: a fast shutdown,
 * then an immediate one. The first line of `postmaster.pid` says whether the process is still the server.
 * Before a server has that file, it cannot be asked to end yet.
 */
const WATCHED = `
end() { read -r pid <postmaster.pid && [ "$pid" = $$ ] && kill -s "$1" $$; }
{ read -r _ <&3; until end INT && sleep 5 && end QUIT || ! kill -0 $$; do sleep 1; done; } 2>/dev/null &
exec "$@" 3<&-
`;

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 15;
/** Attempts where another process takes the port between its choice and its use. */
const PORT_ATTEMPTS = 3;

/** A connection to one database of a server. */
export interface ServerConnection {
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: readonly Row[] }>;
  end(): Promise<void>;
}

/** One running PostgreSQL server, which ends with the account's process. */
export class PostgresServer {
  private admin: Promise<ServerConnection> | undefined;
  private hasEnded = false;

  private constructor(
    readonly folder: string,
    /** Of 127.0.0.1. */
    readonly port: number,
    private readonly child: ChildProcess,
    /** Resolves when the process has ended. */
    readonly ended: Promise<void>,
  ) {
    void ended.then(() => (this.hasEnded = true));
  }

  /** @throws PostgresUnusableError with the end of its log where it does not start */
  static async start(options: PostgresServerOptions): Promise<PostgresServer> {
    await endFormer(options.folder);
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      const logged = existsSync(options.logFile) ? statSync(options.logFile).size : 0;
      const server = PostgresServer.spawn(options, port);
      if (await server.isReady()) return server;
      const log = readFileSync(options.logFile, 'utf8').slice(logged);
      if (attempt < PORT_ATTEMPTS && log.includes('could not bind')) continue;
      throw PostgresUnusableError.notStarted(options.folder, log.trim().split('\n').slice(-3).join(' '));
    }
  }

  get isRunning(): boolean {
    return !this.hasEnded;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Runs a statement as the administrator. */
  async query<Row extends object = Record<string, unknown>>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    this.admin ??= this.connect('postgres');
    const client = await this.admin;
    return (await client.query<Row>(sql, values)).rows;
  }

  /** A connection of the administrator, which the caller ends. */
  async connect(database: string): Promise<ServerConnection> {
    const client = new Client({
      host: '127.0.0.1',
      port: this.port,
      user: ADMIN,
      password: adminPassword(this.folder),
      database,
      application_name: 'sandbox',
    });
    // A server that ends closes its connections, at any time.
    client.on('error', () => undefined);
    await client.connect();
    return {
      query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => ({
        rows: (await client.query(sql, [...values])).rows as Row[],
      }),
      end: () => client.end(),
    };
  }

  /** `fast`: ends sessions, sends the standbys what they lack and writes a checkpoint. `immediate`: as if it crashed. */
  async stop(kind: 'fast' | 'immediate'): Promise<void> {
    await this.admin?.then((client) => client.end()).catch(() => undefined);
    this.admin = undefined;
    this.child.kill(kind === 'fast' ? 'SIGINT' : 'SIGQUIT');
    const escalation = ['SIGQUIT', 'SIGKILL'] as const;
    const timers = escalation.map((signal, index) =>
      setTimeout(() => this.child.kill(signal), (index + 1) * STOP_TIMEOUT_MS),
    );
    await this.ended;
    for (const timer of timers) clearTimeout(timer);
  }

  private static spawn({ binaries, folder, logFile, settings, user }: PostgresServerOptions, port: number) {
    const log = openSync(logFile, 'a', 0o600);
    const all = { ...SETTINGS, ...settings, port: String(port) };
    const child = spawn(
      '/bin/sh',
      [
        ...['-c', WATCHED, 'sh', binaries.postgres, '-D', folder],
        ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      // A session of its own: a terminal's interrupt is for the account.
      { cwd: folder, detached: true, env: {}, stdio: ['ignore', log, log, 'pipe'], ...user },
    );
    closeSync(log);
    const pipe = child.stdio[3];
    pipe?.on('error', () => undefined);
    const ended = new Promise<void>((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', () => {
        pipe?.destroy();
        resolve();
      });
    });
    return new PostgresServer(folder, port, child, ended);
  }

  /** @returns false where it ended instead */
  private async isReady(): Promise<boolean> {
    for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline && this.isRunning;) {
      try {
        await this.query('SELECT');
        return true;
      } catch {
        this.admin = undefined;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
    if (this.isRunning) await this.stop('immediate');
    return false;
  }
}

const STOP_TIMEOUT_MS = 10_000;

/** Waits for the server of an account that was killed: it is about to end. */
async function endFormer(folder: string): Promise<void> {
  const file = join(folder, 'postmaster.pid');
  for (
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    existsSync(file);
    await new Promise((done) => setTimeout(done, POLL_MS))
  ) {
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    if (!isAlive(pid)) return rmSync(file, { force: true });
    if (Date.now() > deadline) throw PostgresUnusableError.notStarted(folder, `process ${pid} still has it`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
