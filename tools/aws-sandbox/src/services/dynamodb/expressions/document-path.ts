import type { AttributeValue, Item } from '../tables/attribute-value';
import type { Placeholders } from './placeholders';
import type { Tokens } from './tokenize';

/** `a.b[2]` is `['a', 'b', 2]`: the first step is an attribute of the item. */
export type DocumentPath = readonly [string, ...(string | number)[]];

export function parsePath(tokens: Tokens, placeholders: Placeholders): DocumentPath {
  const path: [string, ...(string | number)[]] = [parseName(tokens, placeholders)];
  for (;;) {
    if (tokens.takeIf('.')) path.push(parseName(tokens, placeholders));
    else if (tokens.takeIf('[')) {
      if (tokens.peek().kind !== 'number') tokens.refuse();
      path.push(Number(tokens.take().text));
      tokens.expect(']');
    } else return path;
  }
}

function parseName(tokens: Tokens, placeholders: Placeholders): string {
  const { kind, text } = tokens.peek();
  if (kind !== 'word' && kind !== 'name') tokens.refuse();
  tokens.take();
  return kind === 'name' ? placeholders.name(tokens.kind, text) : text;
}

export function valueAt(item: Item, [attribute, ...steps]: DocumentPath): AttributeValue | undefined {
  let value: AttributeValue | undefined = Object.hasOwn(item, attribute) ? item[attribute] : undefined;
  for (const step of steps) {
    if (value === undefined) return undefined;
    if (typeof step === 'number') value = 'L' in value ? value.L[step] : undefined;
    else value = 'M' in value && Object.hasOwn(value.M, step) ? value.M[step] : undefined;
  }
  return value;
}

/**
 * The item with a value at the path, or without one (`undefined`). An index past the end of a list appends.
 *
 * @returns undefined where the path leads through something that is not there
 */
export function withValueAt(item: Item, path: DocumentPath, value: AttributeValue | undefined): Item | undefined {
  return (changed({ M: item }, path, value) as { readonly M: Item } | undefined)?.M;
}

function changed(
  parent: AttributeValue,
  [step, ...rest]: readonly (string | number)[],
  value: AttributeValue | undefined,
): AttributeValue | undefined {
  if (typeof step === 'number') {
    if (!('L' in parent)) return undefined;
    const present = parent.L[step];
    if (rest.length === 0) {
      if (value === undefined) return { L: parent.L.filter((_, index) => index !== step) };
      return { L: present === undefined ? [...parent.L, value] : parent.L.with(step, value) };
    }
    const inner = present && changed(present, rest, value);
    return inner && { L: parent.L.with(step, inner) };
  }
  if (step === undefined || !('M' in parent)) return undefined;
  const { [step]: present, ...others } = parent.M;
  if (rest.length === 0) return { M: value === undefined ? others : { ...parent.M, [step]: value } };
  const inner = present && changed(present, rest, value);
  return inner && { M: { ...parent.M, [step]: inner } };
}

/** Of every attribute only what the paths name; elements of a list move together. */
export function project(item: Item, paths: readonly DocumentPath[]): Item {
  const kept: Record<string, AttributeValue> = {};
  for (const [attribute] of paths) {
    const value = Object.hasOwn(item, attribute) ? item[attribute] : undefined;
    const steps = paths.filter(([first]) => first === attribute).map(([, ...rest]) => rest);
    const part = value && projected(value, steps);
    if (part !== undefined) kept[attribute] = part;
  }
  return kept;
}

function projected(
  value: AttributeValue,
  paths: readonly (readonly (string | number)[])[],
): AttributeValue | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  if ('M' in value) {
    const kept = Object.entries(value.M).flatMap(([name, member]) => {
      const inside = paths.filter(([step]) => step === name).map(([, ...rest]) => rest);
      const part = inside.length === 0 ? undefined : projected(member, inside);
      return part === undefined ? [] : [[name, part] as const];
    });
    return kept.length === 0 ? undefined : { M: Object.fromEntries(kept) };
  }
  if ('L' in value) {
    const kept = value.L.flatMap((member, index) => {
      const inside = paths.filter(([step]) => step === index).map(([, ...rest]) => rest);
      return (inside.length === 0 ? undefined : projected(member, inside)) ?? [];
    });
    return kept.length === 0 ? undefined : { L: kept };
  }
  return undefined;
}

export function parseProjection(tokens: Tokens, placeholders: Placeholders): readonly DocumentPath[] {
  const paths = [parsePath(tokens, placeholders)];
  while (tokens.takeIf(',')) paths.push(parsePath(tokens, placeholders));
  tokens.end();
  return paths;
}
