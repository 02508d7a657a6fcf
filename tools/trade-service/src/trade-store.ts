import { isDeepStrictEqual } from 'node:util';
import { fencedTransaction, type WriteFence } from '@dr/control-table';
import type { ConnectionPool, PooledConnection, WriterPool } from './writer-pool';

/** A trade as it is kept. */
export interface Trade {
  /** Idempotency key that its client chose. */
  readonly key: string;
  readonly body: unknown;
  /** Epoch in which it was written. */
  readonly epoch: number;
}

/** The key was used for another body. Nothing was performed. */
export class TradeConflictError extends Error {
  override readonly name = 'TradeConflictError';
}

export interface TradeStore {
  /**
   * Keeps a trade, once: the same key with the same body gives what is kept already.
   *
   * @throws TradeConflictError; WriteRefusedError and WriteOvertimeError of the fence; what the database throws
   */
  record(key: string, body: unknown): Promise<{ readonly trade: Trade; readonly isNew: boolean }>;
  /** Reads at the region's reader endpoint, which may lag behind. */
  find(key: string): Promise<Trade | undefined>;
}

const INSERT = `INSERT INTO trades (key, body, epoch) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING RETURNING key`;
const SELECT = 'SELECT key, body, epoch::float8 AS epoch FROM trades WHERE key = $1';

/** Trades in PostgreSQL: written behind the fence, read at the reader endpoint. */
export class SqlTradeStore implements TradeStore {
  constructor(
    private readonly fence: Pick<WriteFence, 'write'>,
    private readonly writer: WriterPool,
    private readonly reader: ConnectionPool,
  ) {}

  record(key: string, body: unknown): Promise<{ readonly trade: Trade; readonly isNew: boolean }> {
    return this.fence.write((admitted) =>
      this.writer.use(admitted.epoch, (connection) =>
        fencedTransaction(connection, admitted, async () => {
          const { rows } = await connection.query(INSERT, [key, JSON.stringify(body), admitted.epoch]);
          const trade = await tradeOf(connection, key);
          if (trade === undefined) throw new Error(`trade ${key} is gone`);
          // What JSON cannot tell apart is the same.
          if (!isDeepStrictEqual(trade.body, JSON.parse(JSON.stringify(body)))) {
            throw new TradeConflictError(`idempotency key ${key} was used for another trade.`);
          }
          return { trade, isNew: rows.length > 0 };
        }),
      ),
    );
  }

  async find(key: string): Promise<Trade | undefined> {
    const connection = await this.reader.connect();
    try {
      const trade = await tradeOf(connection, key);
      connection.release();
      return trade;
    } catch (error) {
      connection.release(true);
      throw error;
    }
  }
}

async function tradeOf(connection: PooledConnection, key: string): Promise<Trade | undefined> {
  const { rows } = await connection.query(SELECT, [key]);
  return rows[0] as Trade | undefined;
}
