/** A value of a row: the types that the sandbox's SQL has are text and whole numbers. */
export type SqlValue = string | number | null;

/** A value as a statement names it. */
export type SqlTerm =
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: SqlValue }
  | { readonly kind: 'excluded'; readonly column: string };

export interface SqlColumn {
  readonly name: string;
  readonly type: 'text' | 'number';
  readonly isRequired: boolean;
}

export type SqlStatement =
  | {
      readonly kind: 'create';
      readonly table: string;
      readonly ifNotExists: boolean;
      readonly columns: readonly SqlColumn[];
      readonly primaryKey: string;
    }
  | {
      readonly kind: 'insert';
      readonly table: string;
      readonly columns: readonly string[];
      readonly values: readonly SqlTerm[];
      /** Update of the row that has the key already; undefined: the statement fails. */
      readonly onConflict: { readonly column: string; readonly set: Readonly<Record<string, SqlTerm>> } | undefined;
    }
  | {
      readonly kind: 'select';
      readonly table: string;
      readonly columns: readonly string[] | 'all' | 'count';
      readonly where: Readonly<Record<string, SqlTerm>>;
    };

/** PostgreSQL's refusal of a statement, with its SQLSTATE [PostgreSQL manual, appendix A]. */
export class SqlError extends Error {
  override readonly name = 'SqlError';

  constructor(
    message: string,
    readonly state: string,
  ) {
    super(message);
  }
}

const TOKEN = /\s*(?:(--[^\n]*)|('(?:[^']|'')*')|(:[a-z_]\w*)|(-?\d+)|([a-z_][\w.]*)|([(),=*;]))/giy;

/**
 * The statements that a canary is made of: CREATE TABLE, INSERT with ON CONFLICT, SELECT by equality.
 *
 * @throws SqlError for anything else, which is no proof that PostgreSQL refuses it
 */
export function parseSql(sql: string): SqlStatement {
  const reader = new Reader(tokensOf(sql));
  const statement = reader.takeWord('create')
    ? createTable(reader)
    : reader.takeWord('insert')
      ? insert(reader)
      : reader.takeWord('select')
        ? select(reader)
        : reader.fail('CREATE TABLE, INSERT or SELECT');
  reader.take(';');
  if (!reader.isAtEnd) reader.fail('the end of the statement');
  return statement;
}

function createTable(reader: Reader): SqlStatement {
  reader.expectWord('table');
  const ifNotExists = reader.takeWord('if');
  if (ifNotExists) {
    reader.expectWord('not');
    reader.expectWord('exists');
  }
  const table = reader.name('a table');
  reader.expect('(');
  const columns: SqlColumn[] = [];
  let primaryKey: string | undefined;
  do {
    const name = reader.name('a column');
    const typeName = reader.name('a type').toLowerCase();
    const type = { text: 'text', bigint: 'number', integer: 'number', int: 'number' }[typeName];
    if (type === undefined) reader.fail('text, bigint or integer');
    let isRequired = false;
    for (;;) {
      if (reader.takeWord('primary')) {
        reader.expectWord('key');
        primaryKey = name;
        isRequired = true;
      } else if (reader.takeWord('not')) {
        reader.expectWord('null');
        isRequired = true;
      } else break;
    }
    columns.push({ name, type: type as SqlColumn['type'], isRequired });
  } while (reader.take(','));
  reader.expect(')');
  return { kind: 'create', table, ifNotExists, columns, primaryKey: primaryKey ?? reader.fail('a PRIMARY KEY') };
}

function insert(reader: Reader): SqlStatement {
  reader.expectWord('into');
  const table = reader.name('a table');
  reader.expect('(');
  const columns = reader.list(() => reader.name('a column'));
  reader.expect(')');
  reader.expectWord('values');
  reader.expect('(');
  const values = reader.list(() => reader.term());
  reader.expect(')');
  if (values.length !== columns.length) {
    throw new SqlError(`INSERT has ${columns.length} columns and ${values.length} expressions`, '42601');
  }
  if (!reader.takeWord('on')) return { kind: 'insert', table, columns, values, onConflict: undefined };
  reader.expectWord('conflict');
  reader.expect('(');
  const column = reader.name('a column');
  reader.expect(')');
  reader.expectWord('do');
  if (reader.takeWord('nothing')) return { kind: 'insert', table, columns, values, onConflict: { column, set: {} } };
  reader.expectWord('update');
  reader.expectWord('set');
  const set = Object.fromEntries(reader.list(() => reader.equation()));
  return { kind: 'insert', table, columns, values, onConflict: { column, set } };
}

function select(reader: Reader): SqlStatement {
  const columns = reader.take('*') ? ('all' as const) : reader.list(() => reader.selected());
  reader.expectWord('from');
  const table = reader.name('a table');
  const where: Record<string, SqlTerm> = {};
  if (reader.takeWord('where')) {
    do {
      const [column, term] = reader.equation();
      where[column] = term;
    } while (reader.takeWord('and'));
  }
  return { kind: 'select', table, columns: columns[0] === 'count(*)' ? 'count' : columns, where };
}

function tokensOf(sql: string): readonly string[] {
  const tokens: string[] = [];
  let end = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const [whole, comment] = match;
    end = match.index + whole.length;
    if (comment === undefined) tokens.push(whole.trim());
  }
  const rest = sql.slice(end).trim();
  if (rest !== '') throw new SqlError(`syntax error at or near "${rest.slice(0, 20)}"`, '42601');
  return tokens;
}

class Reader {
  private position = 0;

  constructor(private readonly tokens: readonly string[]) {}

  get isAtEnd(): boolean {
    return this.position >= this.tokens.length;
  }

  take(token: string): boolean {
    if (this.tokens[this.position] !== token) return false;
    this.position++;
    return true;
  }

  takeWord(word: string): boolean {
    if (this.tokens[this.position]?.toLowerCase() !== word) return false;
    this.position++;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail(token);
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) this.fail(word.toUpperCase());
  }

  name(what: string): string {
    const token = this.tokens[this.position] ?? '';
    if (!/^[a-z_]/i.test(token)) this.fail(what);
    this.position++;
    return token.toLowerCase();
  }

  term(): SqlTerm {
    const token = this.tokens[this.position] ?? '';
    this.position++;
    if (token.startsWith(':')) return { kind: 'parameter', name: token.slice(1) };
    if (token.startsWith("'")) return { kind: 'literal', value: token.slice(1, -1).replaceAll("''", "'") };
    if (/^-?\d+$/.test(token)) return { kind: 'literal', value: Number(token) };
    if (token.toLowerCase() === 'null') return { kind: 'literal', value: null };
    if (/^excluded\./i.test(token)) return { kind: 'excluded', column: token.slice('excluded.'.length).toLowerCase() };
    this.position--;
    return this.fail('a value');
  }

  equation(): readonly [column: string, SqlTerm] {
    const column = this.name('a column');
    this.expect('=');
    return [column, this.term()];
  }

  selected(): string {
    const name = this.name('a column');
    if (name !== 'count' || !this.take('(')) return name;
    this.expect('*');
    this.expect(')');
    return 'count(*)';
  }

  list<Element>(element: () => Element): readonly Element[] {
    const elements = [element()];
    while (this.take(',')) elements.push(element());
    return elements;
  }

  fail(expected: string): never {
    const found = this.tokens[this.position];
    const where = found === undefined ? 'syntax error at end of input' : `syntax error at or near "${found}"`;
    throw new SqlError(`${where}: the sandbox's SQL expects ${expected} here`, '42601');
  }
}
