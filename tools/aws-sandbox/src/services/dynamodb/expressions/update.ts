import { add, type AttributeValue, invalid, type Item, subtract, typeOf } from '../tables/attribute-value';
import { type DocumentPath, parsePath, valueAt, withValueAt } from './document-path';
import type { Placeholders } from './placeholders';
import { Tokens } from './tokenize';

type Operand =
  | { readonly value: AttributeValue }
  | { readonly path: DocumentPath }
  | { readonly ifNotExists: DocumentPath; readonly otherwise: Operand }
  | { readonly append: readonly [Operand, Operand] };

type SetValue = Operand | { readonly left: Operand; readonly sign: '+' | '-'; readonly right: Operand };

interface Action {
  readonly clause: 'SET' | 'REMOVE' | 'ADD' | 'DELETE';
  readonly path: DocumentPath;
  /** Of SET, ADD and DELETE. */
  readonly value?: SetValue;
}

/** Changes of one UpdateExpression, all computed from the item before the update. */
export type Update = readonly Action[];

const CLAUSES = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const KIND = 'UpdateExpression';

/** @throws AwsError ValidationException */
export function parseUpdate(expression: string, placeholders: Placeholders): Update {
  const tokens = new Tokens(KIND, expression);
  const actions: Action[] = [];
  const seen = new Set<string>();
  while (tokens.peek().kind !== 'end') {
    const clause = CLAUSES.find((name) => tokens.takeIf(name)) ?? tokens.refuse();
    if (seen.has(clause)) {
      throw invalid(`Invalid ${KIND}: The "${clause}" section can only be used once in an update expression;`);
    }
    seen.add(clause);
    do actions.push(parseAction(clause, tokens, placeholders));
    while (tokens.takeIf(','));
  }
  refuseOverlaps(actions.map(({ path }) => path));
  return actions;
}

function parseAction(clause: Action['clause'], tokens: Tokens, placeholders: Placeholders): Action {
  const path = parsePath(tokens, placeholders);
  if (clause === 'REMOVE') return { clause, path };
  if (clause === 'SET') {
    tokens.expect('=');
    const left = parseOperand(tokens, placeholders);
    const sign = tokens.takeIf('+') ? '+' : tokens.takeIf('-') ? '-' : undefined;
    return {
      clause,
      path,
      value: sign === undefined ? left : { left, sign, right: parseOperand(tokens, placeholders) },
    };
  }
  if (tokens.peek().kind !== 'value') tokens.refuse();
  return { clause, path, value: { value: placeholders.value(KIND, tokens.take().text) } };
}

function parseOperand(tokens: Tokens, placeholders: Placeholders): Operand {
  const { kind, text } = tokens.peek();
  if (kind === 'value') return { value: placeholders.value(KIND, tokens.take().text) };
  if (kind === 'word' && tokens.isFollowedBy('(')) {
    tokens.take();
    if (text !== 'if_not_exists' && text !== 'list_append') {
      throw invalid(`Invalid ${KIND}: Invalid function name; function: ${text}`);
    }
    tokens.expect('(');
    const first = text === 'if_not_exists' ? parsePath(tokens, placeholders) : parseOperand(tokens, placeholders);
    tokens.expect(',');
    const second = parseOperand(tokens, placeholders);
    tokens.expect(')');
    return Array.isArray(first)
      ? { ifNotExists: first as unknown as DocumentPath, otherwise: second }
      : { append: [first as Operand, second] };
  }
  return { path: parsePath(tokens, placeholders) };
}

function refuseOverlaps(paths: readonly DocumentPath[]): void {
  paths.forEach((path, index) => {
    const other = paths.slice(index + 1).find((candidate) => {
      const shorter = Math.min(path.length, candidate.length);
      return path.slice(0, shorter).every((step, depth) => step === candidate[depth]);
    });
    if (other === undefined) return;
    throw invalid(
      `Invalid ${KIND}: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [${path.join(', ')}], path two: [${other.join(', ')}]`,
    );
  });
}

/** @param keyAttributes which no update may touch @throws AwsError ValidationException */
export function applyUpdate(update: Update, before: Item, keyAttributes: readonly string[]): Item {
  return update.reduce((item, { clause, path, value }) => {
    const [attribute] = path;
    if (keyAttributes.includes(attribute)) {
      throw invalid(
        `One or more parameter values were invalid: Cannot update attribute ${attribute}. This attribute is part of the key`,
      );
    }
    const next = clause === 'REMOVE' || value === undefined ? undefined : newValue(clause, path, value, before);
    const changed = withValueAt(item, path, next);
    // Removing what is not there changes nothing.
    if (changed === undefined && next === undefined && path.length === 1) return item;
    if (changed === undefined)
      throw invalid('The document path provided in the update expression is invalid for update');
    return changed;
  }, before);
}

function newValue(
  clause: Action['clause'],
  path: DocumentPath,
  value: SetValue,
  item: Item,
): AttributeValue | undefined {
  if (clause === 'SET') return setValue(value, item);
  const given = resolve(value as Operand, item);
  const present = valueAt(item, path);
  if (clause === 'ADD') {
    if ('N' in given) {
      if (present === undefined) return given;
      if (!('N' in present)) throw wrongType();
      return { N: add(present.N, given.N) };
    }
    return merged(present, given, (members, others) => [...new Set([...members, ...others])]);
  }
  return present === undefined
    ? undefined
    : merged(present, given, (members, others) => members.filter((member) => !others.includes(member)));
}

type Members = readonly string[];

function merged(
  present: AttributeValue | undefined,
  given: AttributeValue,
  merge: (members: Members, others: Members) => Members,
): AttributeValue | undefined {
  const type = typeOf(given);
  if (type !== 'SS' && type !== 'NS' && type !== 'BS') throw wrongType();
  if (present !== undefined && typeOf(present) !== type) throw wrongType();
  const membersIn = (value: AttributeValue | undefined) =>
    (value === undefined ? [] : Object.values(value)[0]) as Members;
  const members = merge(membersIn(present), membersIn(given));
  // An empty set does not exist: the attribute goes with its last member.
  return members.length === 0 ? undefined : ({ [type]: members } as unknown as AttributeValue);
}

function setValue(value: SetValue, item: Item): AttributeValue {
  if (!('sign' in value)) return resolve(value, item);
  const [left, right] = [resolve(value.left, item), resolve(value.right, item)];
  if (!('N' in left && 'N' in right)) throw wrongType();
  return { N: value.sign === '+' ? add(left.N, right.N) : subtract(left.N, right.N) };
}

function resolve(operand: Operand, item: Item): AttributeValue {
  if ('value' in operand) return operand.value;
  if ('ifNotExists' in operand) return valueAt(item, operand.ifNotExists) ?? resolve(operand.otherwise, item);
  if ('append' in operand) {
    const [first, second] = operand.append.map((part) => resolve(part, item));
    if (first === undefined || second === undefined || !('L' in first && 'L' in second)) throw wrongType();
    return { L: [...first.L, ...second.L] };
  }
  const found = valueAt(item, operand.path);
  if (found === undefined)
    throw invalid('The provided expression refers to an attribute that does not exist in the item');
  return found;
}

function wrongType() {
  return invalid('An operand in the update expression has an incorrect data type');
}

/** Paths that an update writes, for `UPDATED_OLD` and `UPDATED_NEW`. */
export function pathsOf(update: Update): readonly DocumentPath[] {
  return update.map(({ path }) => path);
}
