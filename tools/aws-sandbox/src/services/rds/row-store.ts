import type { Account } from '../../account/account';
import { arrive, type Copies, NO_COPIES, type ReplicationLink, settleOn, write } from '../../model/replication';
import { type AccountChange, GLOBAL, type ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import type { SqlColumn, SqlValue } from './sql-statement';

/** Type of the account's records that are rows of a database, its tables' definitions among them. */
export const ROW_RECORD = 'rds_row';

export type Row = Readonly<Record<string, SqlValue>>;

export interface TableDefinition {
  readonly columns: readonly SqlColumn[];
  readonly primaryKey: string;
}

/** Database that rows belong to: a set of regions, one of which writes. */
export interface RowScope {
  /** Identifier of the global database, or the ARN of a cluster that is in none. */
  readonly id: string;
  readonly database: string;
  readonly regions: readonly string[];
  readonly writer: string;
}

/** The rows of all databases, replicated from the writer to the other regions: on disk before a write is acknowledged. */
export class RowStore {
  constructor(
    private readonly account: Account,
    private readonly link: ReplicationLink,
    private readonly nowMs: () => number,
  ) {}

  definition(scope: RowScope, table: string, region: string): TableDefinition | undefined {
    return (this.shown(scope, table, '', region) ?? undefined) as TableDefinition | undefined;
  }

  define(scope: RowScope, table: string, definition: TableDefinition): void {
    this.put(scope, table, '', definition as unknown as ObjectValue);
  }

  row(scope: RowScope, table: string, key: SqlValue, region: string): Row | undefined {
    return (this.shown(scope, table, keyText(key), region) ?? undefined) as Row | undefined;
  }

  rows(scope: RowScope, table: string, region: string): readonly Row[] {
    return this.account
      .findBy(ROW_RECORD, 'table', tableId(scope, table))
      .filter(({ attributes }) => attributes['key'] !== '')
      .toSorted((left, right) => (left.id < right.id ? -1 : 1))
      .map((record) => this.arrived(record).shown[region]?.value as Row | null | undefined)
      .filter((row): row is Row => row !== null && row !== undefined);
  }

  write(scope: RowScope, table: string, key: SqlValue, row: Row): void {
    this.put(scope, table, keyText(key), row);
  }

  /** Changes of the rows when the writer moves: a switchover keeps writes not yet replicated, a failover loses them. */
  changesOfMove(
    scopeId: string,
    regions: readonly string[],
    to: string,
    kind: 'failover' | 'switchover',
  ): readonly AccountChange[] {
    return this.account.findBy(ROW_RECORD, 'scope', scopeId).map((record) => {
      const copies =
        kind === 'failover'
          ? this.arrived(record)
          : arrive(copiesIn(record), Number.POSITIVE_INFINITY, { lagMs: 0, cutSince: () => undefined });
      const settled = settleOn(copies, to, regions);
      return Object.keys(settled.shown).length === 0 ? { remove: record } : { put: withCopies(record, settled) };
    });
  }

  private put(scope: RowScope, table: string, key: string, value: ObjectValue): void {
    const id = `${tableId(scope, table)}/${encodeURIComponent(key)}`;
    const record = this.account.find(ROW_RECORD, GLOBAL, id) ?? {
      type: ROW_RECORD,
      region: GLOBAL,
      service: 'rds',
      id,
      attributes: { scope: scope.id, table: tableId(scope, table), key, copies: NO_COPIES as unknown as ObjectValue },
    };
    const before = this.arrived(record);
    // Two writes in one millisecond have an order too.
    const writtenAtMs = Math.max(this.nowMs(), (before.shown[scope.writer]?.writtenAtMs ?? 0) + 1);
    const copies = write(before, { value, writtenAtMs, writtenIn: scope.writer }, scope.regions, this.link);
    this.account.commit([{ put: withCopies(record, copies) }]);
  }

  private shown(scope: RowScope, table: string, key: string, region: string): ObjectValue | null | undefined {
    const record = this.account.find(ROW_RECORD, GLOBAL, `${tableId(scope, table)}/${encodeURIComponent(key)}`);
    return record === undefined ? undefined : this.arrived(record).shown[region]?.value;
  }

  private arrived(record: ResourceRecord): Copies<ObjectValue> {
    return arrive(copiesIn(record), this.nowMs(), this.link);
  }
}

function copiesIn({ attributes }: ResourceRecord): Copies<ObjectValue> {
  return attributes['copies'] as unknown as Copies<ObjectValue>;
}

function withCopies(record: ResourceRecord, copies: Copies<ObjectValue>): ResourceRecord {
  return { ...record, attributes: { ...record.attributes, copies: copies as unknown as ObjectValue } };
}

function tableId({ database, id }: RowScope, table: string): string {
  return `${id}/${database}/${table}`;
}

/** Never empty: the empty key is the table's definition. */
function keyText(key: SqlValue): string {
  return `${typeof key}:${String(key)}`;
}
