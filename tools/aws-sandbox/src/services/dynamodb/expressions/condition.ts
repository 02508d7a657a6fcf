import {
  type AttributeValue,
  compare,
  contentOf,
  invalid,
  isEqual,
  type Item,
  sizeFunction,
  typeOf,
} from '../tables/attribute-value';
import { type DocumentPath, parsePath, valueAt } from './document-path';
import type { Placeholders } from './placeholders';
import { Tokens } from './tokenize';

/** A value of a condition: a placeholder's, what stands at a path, or the size of that. */
type Operand = { readonly value: AttributeValue } | { readonly path: DocumentPath } | { readonly sizeOf: DocumentPath };

type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly is: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly is: 'not'; readonly of: Condition }
  | { readonly is: 'comparison'; readonly left: Operand; readonly comparator: Comparator; readonly right: Operand }
  | { readonly is: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly is: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly is: 'exists'; readonly path: DocumentPath; readonly expected: boolean }
  | { readonly is: 'type' | 'begins with' | 'contains'; readonly operand: Operand; readonly argument: Operand };

const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];
const FUNCTIONS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};

/** @param kind `ConditionExpression`, `FilterExpression` or `KeyConditionExpression` @throws AwsError ValidationException */
export function parseCondition(kind: string, expression: string, placeholders: Placeholders): Condition {
  const tokens = new Tokens(kind, expression);
  const condition = parseOr(tokens, placeholders);
  tokens.end();
  return condition;
}

function parseOr(tokens: Tokens, placeholders: Placeholders): Condition {
  const of = [parseAnd(tokens, placeholders)];
  while (tokens.takeIf('OR')) of.push(parseAnd(tokens, placeholders));
  return of.length === 1 && of[0] !== undefined ? of[0] : { is: 'or', of };
}

function parseAnd(tokens: Tokens, placeholders: Placeholders): Condition {
  const of = [parseNot(tokens, placeholders)];
  while (tokens.takeIf('AND')) of.push(parseNot(tokens, placeholders));
  return of.length === 1 && of[0] !== undefined ? of[0] : { is: 'and', of };
}

function parseNot(tokens: Tokens, placeholders: Placeholders): Condition {
  if (tokens.takeIf('NOT')) return { is: 'not', of: parseNot(tokens, placeholders) };
  if (tokens.takeIf('(')) {
    const inner = parseOr(tokens, placeholders);
    tokens.expect(')');
    return inner;
  }
  return parseTerm(tokens, placeholders);
}

function parseTerm(tokens: Tokens, placeholders: Placeholders): Condition {
  const { kind, text } = tokens.peek();
  if (kind === 'word' && text !== 'size' && tokens.isFollowedBy('(')) return parseFunction(tokens, placeholders);
  const operand = parseOperand(tokens, placeholders);
  if (tokens.takeIf('BETWEEN')) {
    const low = parseOperand(tokens, placeholders);
    tokens.expect('AND');
    return { is: 'between', operand, low, high: parseOperand(tokens, placeholders) };
  }
  if (tokens.takeIf('IN')) {
    tokens.expect('(');
    const list = [parseOperand(tokens, placeholders)];
    while (tokens.takeIf(',')) list.push(parseOperand(tokens, placeholders));
    tokens.expect(')');
    return { is: 'in', operand, list };
  }
  if (!COMPARATORS.includes(tokens.peek().text)) tokens.refuse();
  const comparator = tokens.take().text as Comparator;
  return { is: 'comparison', left: operand, comparator, right: parseOperand(tokens, placeholders) };
}

function parseFunction(tokens: Tokens, placeholders: Placeholders): Condition {
  const name = tokens.take().text;
  const wanted = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (wanted === undefined) throw invalid(`Invalid ${tokens.kind}: Invalid function name; function: ${name}`);
  tokens.expect('(');
  const operands = [parseOperand(tokens, placeholders)];
  while (tokens.takeIf(',')) operands.push(parseOperand(tokens, placeholders));
  tokens.expect(')');
  const [operand, argument] = operands;
  if (operand === undefined || operands.length !== wanted) {
    throw invalid(
      `Invalid ${tokens.kind}: Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  if (argument === undefined) {
    if (!('path' in operand)) {
      throw invalid(
        `Invalid ${tokens.kind}: Operator or function requires a document path; operator or function: ${name}`,
      );
    }
    return { is: 'exists', path: operand.path, expected: name === 'attribute_exists' };
  }
  const is = name === 'attribute_type' ? 'type' : name === 'begins_with' ? 'begins with' : 'contains';
  return { is, operand, argument };
}

function parseOperand(tokens: Tokens, placeholders: Placeholders): Operand {
  const { kind, text } = tokens.peek();
  if (kind === 'value') return { value: placeholders.value(tokens.kind, tokens.take().text) };
  if (kind === 'word' && text === 'size' && tokens.isFollowedBy('(')) {
    tokens.take();
    tokens.expect('(');
    const path = parsePath(tokens, placeholders);
    tokens.expect(')');
    return { sizeOf: path };
  }
  return { path: parsePath(tokens, placeholders) };
}

/** A value that is not there makes every comparison false, `<>` alone true. */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.is) {
    case 'and':
      return condition.of.every((part) => holds(part, item));
    case 'or':
      return condition.of.some((part) => holds(part, item));
    case 'not':
      return !holds(condition.of, item);
    case 'exists':
      return (valueAt(item, condition.path) !== undefined) === condition.expected;
    case 'comparison':
      return compares(resolve(condition.left, item), condition.comparator, resolve(condition.right, item));
    case 'between': {
      const value = resolve(condition.operand, item);
      return (
        compares(value, '>=', resolve(condition.low, item)) && compares(value, '<=', resolve(condition.high, item))
      );
    }
    case 'in': {
      const value = resolve(condition.operand, item);
      return condition.list.some((member) => compares(value, '=', resolve(member, item)));
    }
    case 'type': {
      const [value, type] = [resolve(condition.operand, item), resolve(condition.argument, item)];
      return value !== undefined && type !== undefined && typeOf(value) === contentOf(type);
    }
    case 'begins with': {
      const [value, prefix] = [resolve(condition.operand, item), resolve(condition.argument, item)];
      if (value === undefined || prefix === undefined) return false;
      if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
      if (!('B' in value && 'B' in prefix)) return false;
      const start = Buffer.from(prefix.B, 'base64');
      return Buffer.from(value.B, 'base64').subarray(0, start.length).equals(start);
    }
    case 'contains':
      return contains(resolve(condition.operand, item), resolve(condition.argument, item));
  }
}

function resolve(operand: Operand, item: Item): AttributeValue | undefined {
  if ('value' in operand) return operand.value;
  if ('path' in operand) return valueAt(item, operand.path);
  const value = valueAt(item, operand.sizeOf);
  const size = value && sizeFunction(value);
  return size === undefined ? undefined : { N: String(size) };
}

function compares(
  left: AttributeValue | undefined,
  comparator: Comparator,
  right: AttributeValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return comparator === '<>' && left !== right;
  if (comparator === '=') return isEqual(left, right);
  if (comparator === '<>') return !isEqual(left, right);
  const order = compare(left, right);
  if (order === undefined) return false;
  if (comparator === '<') return order < 0;
  if (comparator === '<=') return order <= 0;
  return comparator === '>' ? order > 0 : order >= 0;
}

function contains(value: AttributeValue | undefined, sought: AttributeValue | undefined): boolean {
  if (value === undefined || sought === undefined) return false;
  if ('S' in value) return 'S' in sought && value.S.includes(sought.S);
  if ('L' in value) return value.L.some((member) => isEqual(member, sought));
  if ('SS' in value) return 'S' in sought && value.SS.includes(sought.S);
  if ('NS' in value) return 'N' in sought && value.NS.includes(sought.N);
  if ('BS' in value) return 'B' in sought && value.BS.includes(sought.B);
  return false;
}
