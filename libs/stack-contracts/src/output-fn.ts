import { Fn, Token } from 'cdktf';
import type { ListOutput, TextOutput } from './contract';

/**
 * Terraform's functions over outputs: where JavaScript's methods would work on the token, these work on its value when
 * Terraform runs. Each takes plain texts and lists as well.
 */
export const outputFn = {
  /** Joins the items of a list, with a separator between them. */
  join: (separator: string, list: readonly string[]) => asText(Fn.join(literal(separator), listOf(list))),

  /** Splits a text at each separator. */
  split: (separator: string, text: string) => asList(Fn.split(literal(separator), literal(text))),

  /** Takes one item of a list, counted from 0; an index past the end goes on at the start [Terraform, `element`]. */
  element: (list: readonly string[], index: number) => asText(Fn.element(listOf(list), index)),

  /** Appends lists to each other. */
  concat: (...lists: readonly (readonly string[])[]) => asList(Fn.concat(lists.map(listOf))),

  /** Replaces every occurrence; a search between slashes is a regular expression of RE2 [Terraform, `replace`]. */
  replace: (text: string, search: string, replacement: string) =>
    asText(Fn.replace(literal(text), literal(search), literal(replacement))),

  /** Converts to lower case. */
  lower: (text: string) => asText(Fn.lower(literal(text))),

  /** Converts to upper case. */
  upper: (text: string) => asText(Fn.upper(literal(text))),

  /** Number of items of a list, or of characters of a text: a token too. */
  length: (value: string | readonly string[]): number =>
    Token.asNumber(Fn.lengthOf(typeof value === 'string' ? literal(value) : listOf(value))),
};

const asText = (value: unknown) => Token.asString(value) as TextOutput;

const asList = (value: unknown) => Token.asList(value) as ListOutput;

const listOf = (list: readonly string[]) => (Token.isUnresolved(list) ? (list as string[]) : list.map(literal));

/** A text as an argument of a function: CDKTF escapes neither backslashes nor `%{`, and quotes in `rawString` alone. */
function literal(text: string): string {
  if (Token.isUnresolved(text)) return text;
  return Token.asString(Fn.rawString(text.replace(/\\/g, '\\\\').replace(/%\{/g, '%%{')));
}
