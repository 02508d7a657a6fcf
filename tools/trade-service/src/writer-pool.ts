import type { TransactionConnection } from '@dr/control-table';

/** Connection that a pool lends; `release(true)` closes it. */
export interface PooledConnection extends TransactionConnection {
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  release(destroy?: boolean): void;
}

/** A pool of `pg`, as far as it is used here. */
export interface ConnectionPool {
  connect(): Promise<PooledConnection>;
  end(): Promise<void>;
}

/**
 * Connections to the writer, emptied when the writer moves: with the epoch, since whoever holds another one opened SQL at
 * another writer or after a failover; and after an error of a connection, since its neighbours lead to the same server.
 */
export class WriterPool {
  private current: { readonly epoch: number; readonly pool: ConnectionPool } | undefined;

  constructor(private readonly open: () => ConnectionPool) {}

  async use<Value>(epoch: number, work: (connection: PooledConnection) => Promise<Value>): Promise<Value> {
    const pool = this.poolOf(epoch);
    let connection: PooledConnection | undefined;
    try {
      connection = await pool.connect();
      const value = await work(connection);
      connection.release();
      return value;
    } catch (error) {
      const isBroken = !isRefusalOfStatement(error);
      connection?.release(isBroken);
      if (isBroken && this.current?.pool === pool) this.empty();
      throw error;
    }
  }

  /** Closes idle connections at once, and the others when they are given back. */
  empty(): void {
    void this.current?.pool.end().catch(() => undefined);
    this.current = undefined;
  }

  private poolOf(epoch: number): ConnectionPool {
    if (this.current !== undefined && this.current.epoch !== epoch) this.empty();
    this.current ??= { epoch, pool: this.open() };
    return this.current.pool;
  }
}

/** SQLSTATE classes of a session or server that ends, and the refusal of a server that is no writer any more. */
const MOVED = /^(08|57|25006)/;

/** Whether the server refused a statement, so that the connection and its neighbours are as good as before. */
function isRefusalOfStatement(error: unknown): boolean {
  const { code, severity, name } = error as { readonly code?: unknown; readonly severity?: unknown; name?: unknown };
  if (name === 'WriteRefusedError' || name === 'TradeConflictError') return true;
  return severity !== undefined && !MOVED.test(String(code));
}
