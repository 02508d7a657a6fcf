import { type AdmittedWrite, fencedTransaction } from '@dr/control-table';
import { NotMigratedError, TRY_MS } from '@dr/recovery-runtime';
import type { ClientConfig } from 'pg';

/** To the millisecond, as it is written and as it is read. */
const WRITTEN_AT_MS = 'floor(extract(epoch FROM written_at) * 1000)::float8 AS written_at_ms';
const WRITE =
  'INSERT INTO write_canary (region, epoch, written_at) VALUES ($1, $2, clock_timestamp()) ' +
  `ON CONFLICT (region) DO UPDATE SET epoch = $2, written_at = clock_timestamp() RETURNING ${WRITTEN_AT_MS}`;
const READ = `SELECT ${WRITTEN_AT_MS} FROM write_canary WHERE region = $1`;

/** The role, its password, its rights or the table are not there [PostgreSQL manual, error codes]. */
const NOT_MIGRATED = ['28000', '28P01', '3D000', '42P01', '42501'];

/** A connection of `pg`, as far as it is used here. */
export interface CanaryConnection {
  connect(): Promise<unknown>;
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  end(): Promise<void>;
}

export interface CanaryDatabaseOptions {
  readonly region: string;
  /** Where it connects to, without a user. */
  readonly server: Pick<ClientConfig, 'port' | 'database'>;
  readonly writerHost: string;
  readonly readerHost: string;
  readonly open: (config: ClientConfig) => CanaryConnection;
  /** User and password of the service's role. */
  readonly credentials: () => Promise<{ readonly user: string; readonly password: string }>;
  /** Begins to have the role and the table made. */
  readonly migrate: () => Promise<unknown>;
}

/**
 * Writes the canary's row, by a connection of its own each time: one that is refused is seen, and none is kept that leads
 * to a writer which has moved.
 */
export class CanaryDatabase {
  private credentials: { readonly user: string; readonly password: string } | undefined;

  constructor(private readonly options: CanaryDatabaseOptions) {}

  /**
   * @returns the database's clock at the write, ms since 1970
   * @throws NotMigratedError where the role or the table is missing; what the connection throws
   */
  async write(admitted: AdmittedWrite): Promise<number> {
    const { migrate, region, writerHost } = this.options;
    try {
      return await this.ask(writerHost, async (connection) => {
        const { rows } = await fencedTransaction(connection, admitted, () =>
          connection.query(WRITE, [region, admitted.epoch]),
        );
        return writtenAtMs(rows[0]);
      });
    } catch (error) {
      if (error instanceof NotMigratedError) await migrate();
      throw error;
    }
  }

  /**
   * Reads what a region's canary wrote last, in this region's database, which may follow the one that it was written in.
   *
   * @returns the database's clock at that write, ms since 1970; null where none has arrived
   * @throws NotMigratedError where the role or the table has not arrived; what the connection throws
   */
  read(of: string): Promise<number | null> {
    return this.ask(this.options.readerHost, async (connection) => {
      const { rows } = await connection.query(READ, [of]);
      return rows[0] === undefined ? null : writtenAtMs(rows[0]);
    });
  }

  private async ask<Value>(host: string, perform: (connection: CanaryConnection) => Promise<Value>): Promise<Value> {
    const { credentials, open, server } = this.options;
    this.credentials ??= await credentials();
    const connection = open({
      ...server,
      host,
      ...this.credentials,
      application_name: 'write-canary',
      ssl: true,
      connectionTimeoutMillis: TRY_MS,
      query_timeout: TRY_MS,
    });
    try {
      await connection.connect();
      return await perform(connection);
    } catch (error) {
      if (!NOT_MIGRATED.includes(String((error as { readonly code?: unknown }).code))) throw error;
      // The password may be another by now.
      this.credentials = undefined;
      throw new NotMigratedError('the role or the table of the canary is missing');
    } finally {
      // An end that hangs is not waited for.
      void connection.end().catch(() => undefined);
    }
  }
}

const writtenAtMs = (row: unknown) => Number((row as { readonly written_at_ms: unknown }).written_at_ms);
