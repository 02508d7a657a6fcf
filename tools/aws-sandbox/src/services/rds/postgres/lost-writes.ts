import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresServer } from './postgres-server';

/** Loss of a failover: committed in the former writer's region, and not in the new writer. */
export interface LostWrites {
  /** Transactions that were committed after the last one that had arrived. */
  readonly transactions: number;
  /** Rows that those wrote and the new writer lacks, by `<database>.<schema>.<table>`. */
  readonly rows: Readonly<Record<string, number>>;
}

/** In the snapshot's folder: end of its log before it was compared for the first time, which writes to it. */
const END_FILE = 'lost-writes.end';

/** End of what a promoted server had received: where its timeline begins [PostgreSQL manual, timelines]. */
export async function beginOfTimeline(writer: PostgresServer): Promise<string> {
  const [row] = await writer.query<{ history: string }>(
    `SELECT pg_read_file('pg_wal/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '.history') AS history`,
  );
  return row?.history.trim().split('\n').at(-1)?.split('\t')[1] ?? '';
}

/**
 * Compares a former writer, started alone, with the new one.
 *
 * @param since where the new writer's timeline begins
 */
export async function compareWithWriter(
  snapshot: PostgresServer,
  writer: PostgresServer,
  since: string,
): Promise<LostWrites> {
  // The extension is of the snapshot alone, and comes after what is counted, also where a killed account made it.
  const file = join(snapshot.folder, END_FILE);
  const [range] = await snapshot.query<{ end: string; beyond: boolean }>(
    `SELECT lsn::text AS end, lsn > $1::pg_lsn AS beyond
       FROM coalesce(nullif($2, '')::pg_lsn, pg_current_wal_lsn()) AS lsn`,
    [since, existsSync(file) ? readFileSync(file, 'utf8') : ''],
  );
  if (range?.beyond !== true) return { transactions: 0, rows: {} };
  writeFileSync(file, range.end, { mode: 0o600 });
  await snapshot.query('CREATE EXTENSION IF NOT EXISTS pg_walinspect');
  const committed = await snapshot.query<{ xid: string }>(
    `SELECT DISTINCT xid::text FROM pg_get_wal_records_info($1, $2)
      WHERE resource_manager = 'Transaction' AND record_type LIKE 'COMMIT%' AND xid <> '0'::xid`,
    [since, range.end],
  );
  const xids = committed.map(({ xid }) => xid);
  const databases = await snapshot.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database WHERE datallowconn AND datname NOT IN ('postgres', 'template1')`,
  );
  const rows: Record<string, number> = {};
  for (const { name } of databases) {
    for (const [table, lost] of await lostRows(snapshot, writer, name, xids)) rows[`${name}.${table}`] = lost;
  }
  return { transactions: xids.length, rows };
}

async function lostRows(
  snapshot: PostgresServer,
  writer: PostgresServer,
  database: string,
  xids: readonly string[],
): Promise<readonly (readonly [table: string, lost: number])[]> {
  const [former, current] = await Promise.all([snapshot.connect(database), writer.connect(database)]);
  try {
    const { rows: tables } = await former.query<{ name: string; quoted: string }>(
      `SELECT n.nspname || '.' || c.relname AS name, format('%I.%I', n.nspname, c.relname) AS quoted
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`,
    );
    const found: [string, number][] = [];
    for (const { name, quoted } of tables) {
      const { rows: written } = await former.query<{ row: string }>(
        `SELECT t::text AS row FROM ${quoted} t WHERE xmin::text = ANY($1)`,
        [xids],
      );
      if (written.length === 0) continue;
      const { rows: tableThere } = await current.query('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [quoted]);
      const { rows: present } =
        tableThere.length === 0
          ? { rows: [] }
          : await current.query(`SELECT DISTINCT t::text FROM ${quoted} t WHERE t::text = ANY($1)`, [
              written.map(({ row }) => row),
            ]);
      if (written.length > present.length) found.push([name, written.length - present.length]);
    }
    return found;
  } finally {
    await Promise.all([former.end(), current.end()]);
  }
}
