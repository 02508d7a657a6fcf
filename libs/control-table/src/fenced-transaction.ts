import { type AdmittedWrite, WriteRefusedError } from './write-fence';

/** A connection to PostgreSQL, as `pg`'s clients are one: a text is one message, of one statement or several. */
export interface TransactionConnection {
  query(text: string): Promise<{ readonly rows: readonly unknown[] }>;
}

/**
 * Performs one transaction of an admitted write, which is committed before the write's deadline or not at all, wherever
 * the process is paused in it.
 *
 * A statement's timeout does not bound a transaction: a process that is paused between two statements goes on with its
 * next one after another region has taken over. So the server itself looks at its clock, in the very message that
 * commits: a paused process has either sent it, and the server decides at once, or has not. The deadline is by the
 * server's own clock, read at the beginning; of the time until its answer arrived, all is counted against the write.
 *
 * @param connection with no transaction under way. It is left so, or fails
 * @throws WriteRefusedError where the deadline passed: nothing took effect. What `perform` throws, after a rollback. What
 *   the connection throws at the commit: whether it took effect only the database knows
 */
export async function fencedTransaction<Value>(
  connection: TransactionConnection,
  admitted: Pick<AdmittedWrite, 'epoch' | 'remainingMs'>,
  perform: () => Promise<Value>,
): Promise<Value> {
  const refusal = () =>
    new WriteRefusedError(`the transaction of epoch ${admitted.epoch} reached its deadline and was rolled back.`);
  const budgetMs = Math.floor(admitted.remainingMs);
  if (budgetMs <= 0) throw refusal();
  await connection.query('BEGIN');
  let value: Value;
  let deadlineMs: number;
  try {
    const { rows } = await connection.query(beginOf(budgetMs));
    deadlineMs = Number((rows[0] as { readonly now_ms: unknown }).now_ms) + admitted.remainingMs;
    value = await perform();
    if (admitted.remainingMs <= 0) throw refusal();
    await connection.query(`${CHECK.replace('$deadline', deadlineMs.toFixed(3))}; COMMIT`);
  } catch (error) {
    // Ends what is left; a connection that is broken has rolled back.
    await connection.query('ROLLBACK').catch(() => undefined);
    throw isOvertime(error) ? refusal() : error;
  }
  return value;
}

/** Reads the server's clock, and lets it end by itself what the process leaves lying: from version 17 on as a whole. */
const beginOf = (ms: number) => `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms,
  set_config('statement_timeout', '${ms}', true),
  set_config('idle_in_transaction_session_timeout', '${ms}', true),
  CASE WHEN current_setting('server_version_num')::int >= 170000
    THEN set_config('transaction_timeout', '${ms}', true) END`;

/** Of class 58, which PostgreSQL has for what is outside of it: no statement of a service raises it. */
const OVERTIME = '58FEN';
const CHECK = `DO $fence$ BEGIN
  IF extract(epoch FROM clock_timestamp()) * 1000 >= $deadline THEN
    RAISE EXCEPTION 'the deadline of the write has passed' USING ERRCODE = '${OVERTIME}';
  END IF;
END $fence$`;

/** Codes of the check, of a session that was idle for too long, and of a transaction that took too long. */
function isOvertime(error: unknown): boolean {
  return [OVERTIME, '25P03', '25P04'].includes(String((error as { readonly code?: unknown }).code));
}
