import type { RowScope, RowStore, Row, TableDefinition } from './row-store';
import { parseSql, SqlError, type SqlTerm, type SqlValue } from './sql-statement';

export interface SqlResult {
  /** Column names in the order of the statement; empty for a statement that is no query. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  readonly updated: number;
}

/**
 * Runs one statement in the writer's region.
 *
 * @throws SqlError as PostgreSQL refuses
 */
export function runSql(
  store: RowStore,
  scope: RowScope,
  sql: string,
  parameters: Readonly<Record<string, SqlValue>>,
): SqlResult {
  const statement = parseSql(sql);
  const { table } = statement;
  const region = scope.writer;
  const found = store.definition(scope, table, region);
  if (statement.kind === 'create') {
    if (found !== undefined && !statement.ifNotExists)
      throw new SqlError(`relation "${table}" already exists`, '42P07');
    if (found === undefined) {
      const { columns, primaryKey } = statement;
      store.define(scope, table, { columns, primaryKey });
    }
    return NOTHING;
  }
  if (found === undefined) throw new SqlError(`relation "${table}" does not exist`, '42P01');
  const definition = found;
  const valueOf = (term: SqlTerm, inserted: Row = {}): SqlValue => {
    if (term.kind === 'literal') return term.value;
    if (term.kind === 'excluded') return inserted[term.column] ?? null;
    const value = parameters[term.name];
    if (value === undefined) throw new SqlError(`there is no parameter :${term.name}`, '42P02');
    return value;
  };

  if (statement.kind === 'select') {
    const conditions = Object.entries(statement.where).map(([column, term]) => {
      requireColumn(definition, table, column);
      return [column, valueOf(term)] as const;
    });
    const matching = store
      .rows(scope, table, region)
      .filter((row) => conditions.every(([column, value]) => value !== null && row[column] === value));
    if (statement.columns === 'count') return { columns: ['count'], rows: [[matching.length]], updated: 0 };
    const columns = statement.columns === 'all' ? definition.columns.map(({ name }) => name) : statement.columns;
    for (const column of columns) requireColumn(definition, table, column);
    return { columns, rows: matching.map((row) => columns.map((column) => row[column] ?? null)), updated: 0 };
  }

  const { columns, onConflict, values } = statement;
  for (const column of columns) requireColumn(definition, table, column);
  const inserted: Row = Object.fromEntries(
    columns.map((column, index) => [column, valueOf(values[index] ?? { kind: 'literal', value: null })]),
  );
  checkRow(definition, table, inserted);
  const key = inserted[definition.primaryKey] ?? null;
  const present = store.row(scope, table, key, region);
  if (present === undefined) {
    store.write(scope, table, key, inserted);
    return { ...NOTHING, updated: 1 };
  }
  if (onConflict?.column !== definition.primaryKey) {
    throw new SqlError(`duplicate key value violates unique constraint "${table}_pkey"`, '23505');
  }
  const changes = Object.entries(onConflict.set).map(([column, term]) => {
    requireColumn(definition, table, column);
    return [column, valueOf(term, inserted)] as const;
  });
  if (changes.length === 0) return NOTHING;
  const changed = { ...present, ...Object.fromEntries(changes) };
  checkRow(definition, table, changed);
  store.write(scope, table, key, changed);
  return { ...NOTHING, updated: 1 };
}

const NOTHING: SqlResult = { columns: [], rows: [], updated: 0 };

function requireColumn({ columns }: TableDefinition, table: string, column: string): void {
  if (!columns.some(({ name }) => name === column)) {
    throw new SqlError(`column "${column}" of relation "${table}" does not exist`, '42703');
  }
}

function checkRow({ columns }: TableDefinition, table: string, row: Row): void {
  for (const { isRequired, name, type } of columns) {
    const value = row[name] ?? null;
    if (value === null && isRequired) {
      throw new SqlError(`null value in column "${name}" of relation "${table}" violates not-null constraint`, '23502');
    }
    if (value !== null && (typeof value === 'number') !== (type === 'number')) {
      throw new SqlError(`column "${name}" is of another type than the expression`, '42804');
    }
  }
}
