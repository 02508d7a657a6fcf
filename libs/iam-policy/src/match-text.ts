/** Facts of a request by key: `aws:ResourceTag/stack`. Keys are found in any case [IAM user guide, condition keys]. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

export function contextValue(context: RequestContext, key: string): string | readonly string[] | undefined {
  const wanted = key.toLowerCase();
  return Object.entries(context).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** A character that a wildcard may not stand for: it came from `${*}`, `${?}` or a variable's value. */
const LITERAL = { '*': '\uE000', '?': '\uE001' } as const;

/**
 * Puts a request's facts into the policy variables of a text: `${aws:PrincipalTag/stack}`, `${key, 'default'}`, and the
 * characters `${*}`, `${?}` and `${$}`. A value's own wildcards stand for themselves.
 *
 * @returns undefined where a variable has no single value and no default: the text then matches nothing
 */
export function withVariables(text: string, context: RequestContext): string | undefined {
  let isKnown = true;
  const filled = text.replaceAll(/\$\{([^}]*)\}/g, (_all, expression: string) => {
    if (expression === '*' || expression === '?') return LITERAL[expression];
    if (expression === '$') return '$';
    const [, key = expression, fallback] = /^(.*?)\s*,\s*'(.*)'$/.exec(expression) ?? [];
    const value = contextValue(context, key.trim()) ?? fallback;
    if (typeof value !== 'string') {
      isKnown = false;
      return '';
    }
    return value.replaceAll('*', LITERAL['*']).replaceAll('?', LITERAL['?']);
  });
  return isKnown ? filled : undefined;
}

/** The characters that {@link withVariables} kept from being wildcards, as they are. */
export function plainText(text: string): string {
  return text.replaceAll(LITERAL['*'], '*').replaceAll(LITERAL['?'], '?');
}

/** `*` stands for any text, `?` for one character [IAM user guide, policy elements: Resource]. */
export function matchesPattern(pattern: string, value: string): boolean {
  let compiled = COMPILED.get(pattern);
  if (compiled === undefined) COMPILED.set(pattern, (compiled = compile(pattern)));
  return compiled.test(value);
}

/** Policies ask of the same patterns again and again. */
const COMPILED = new Map<string, RegExp>();

function compile(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${plainTextInPattern(source)}$`, 's');
}

function plainTextInPattern(source: string): string {
  return source.replaceAll(LITERAL['*'], String.raw`\*`).replaceAll(LITERAL['?'], String.raw`\?`);
}
