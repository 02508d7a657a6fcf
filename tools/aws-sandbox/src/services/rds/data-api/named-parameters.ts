/** Quoted text, quoted names, comments, dollar-quoted text and casts, whose colons name no parameter; then a parameter. */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[^]*?\*\/|(\$\w*\$)[^]*?\1|::|:([A-Za-z_]\w*)/g;

/** A parameter's value as text, and the type that the Data API gives it; undefined where the statement decides. */
export interface SqlParameterValue {
  readonly value: string | null;
  readonly type: string | undefined;
}

export interface PositionalStatement {
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/**
 * A statement with `:name` as PostgreSQL takes it, with `$1` and a cast to the value's type.
 *
 * @param missing called for a parameter that no value is given for; throws
 */
export function toPositional(
  sql: string,
  parameters: ReadonlyMap<string, SqlParameterValue>,
  missing: (name: string) => never,
): PositionalStatement {
  const names: string[] = [];
  const text = sql.replace(TOKENS, (token: string, _quote: string | undefined, name: string | undefined) => {
    if (name === undefined) return token;
    const { type } = parameters.get(name) ?? missing(name);
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}${type === undefined ? '' : `::${type}`}`;
  });
  return { text, values: names.map((name) => parameters.get(name)?.value ?? null) };
}
