import { type AdmittedWrite, fencedTransaction } from '@dr/control-table';
import { NotMigratedError, TRY_MS } from '@dr/recovery-runtime';
import type { ClientConfig } from 'pg';

const WRITE =
  'INSERT INTO write_canary (region, epoch, written_at) VALUES ($1, $2, clock_timestamp()) ' +
  'ON CONFLICT (region) DO UPDATE SET epoch = $2, written_at = clock_timestamp()';

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
  readonly server: Pick<ClientConfig, 'host' | 'port' | 'database'>;
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

  /** @throws NotMigratedError where the role or the table is missing; what the connection throws */
  async write(admitted: AdmittedWrite): Promise<void> {
    const { credentials, migrate, open, region, server } = this.options;
    this.credentials ??= await credentials();
    const connection = open({
      ...server,
      ...this.credentials,
      application_name: 'write-canary',
      ssl: true,
      connectionTimeoutMillis: TRY_MS,
      query_timeout: TRY_MS,
    });
    try {
      await connection.connect();
      await fencedTransaction(connection, admitted, () => connection.query(WRITE, [region, admitted.epoch]));
    } catch (error) {
      if (!NOT_MIGRATED.includes(String((error as { readonly code?: unknown }).code))) throw error;
      // The password may be another by now.
      this.credentials = undefined;
      await migrate();
      throw new NotMigratedError('the role or the table of the canary is missing');
    } finally {
      // An end that hangs is not waited for.
      void connection.end().catch(() => undefined);
    }
  }
}
