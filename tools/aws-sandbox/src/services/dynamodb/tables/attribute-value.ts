import Big from 'big.js';
import { AwsError } from '../../../model/aws-error';

/** A value of DynamoDB as its JSON protocol writes it: one member, named by the type. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  /** Base64. */
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

export type Item = { readonly [attribute: string]: AttributeValue };

export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

/** 400 KB, names and values together [DynamoDB developer guide, quotas]. */
const LARGEST_ITEM_BYTES = 400 * 1024;

export function typeOf(value: AttributeValue): AttributeType {
  return Object.keys(value)[0] as AttributeType;
}

/** Content of an attribute value, without its type: `1` of `{ N: '1' }`. */
export function contentOf(value: AttributeValue): unknown {
  return Object.values(value)[0];
}

/** @returns the item with its numbers in DynamoDB's form (`1.0` is `1`). @throws AwsError ValidationException */
export function parseItem(sent: unknown): Item {
  return Object.fromEntries(Object.entries(sent as Item).map(([name, value]) => [name, parseAttributeValue(value)]));
}

/** @param sent as its shape allows it: any of the types, or none @throws AwsError ValidationException, in DynamoDB's words */
export function parseAttributeValue(sent: unknown): AttributeValue {
  const [first, second] = Object.entries(sent as object) as readonly (readonly [AttributeType, unknown])[];
  if (first === undefined) {
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (second !== undefined) {
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  const [type, content] = first;
  switch (type) {
    case 'N':
      return { N: parseNumber(String(content)) };
    case 'NULL':
      if (content !== true)
        throw invalid(
          'One or more parameter values were invalid: Null attribute value types must have the value of true',
        );
      return { NULL: true };
    case 'SS':
      return { SS: parseSet('string', content) };
    case 'NS':
      return { NS: parseSet('number', (content as readonly string[]).map(parseNumber)) };
    case 'BS':
      return { BS: parseSet('binary', content) };
    case 'L':
      return { L: (content as readonly unknown[]).map(parseAttributeValue) };
    case 'M':
      return { M: parseItem(content) };
    default:
      return sent as AttributeValue;
  }
}

/** Up to 38 significant digits, of a magnitude from 1E-130 to 9.99…E+125 [DynamoDB developer guide, data types]. */
function parseNumber(text: string): string {
  let number: Big;
  try {
    number = new Big(text);
  } catch {
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  if (number.c.length > 38) throw invalid('Attempting to store more than 38 significant digits in a Number');
  if (number.e > 125)
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (number.e < -130)
    throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  return number.toFixed();
}

function parseSet(kind: string, content: unknown): readonly string[] {
  const members = content as readonly string[];
  if (members.length === 0)
    throw invalid(`One or more parameter values were invalid: An ${kind} set  may not be empty`);
  if (new Set(members).size < members.length) {
    throw invalid(
      `One or more parameter values were invalid: Input collection [${members.join(', ')}] contains duplicates.`,
    );
  }
  return members;
}

/** Sets are equal whatever their order. */
export function isEqual(left: AttributeValue, right: AttributeValue): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  const [one, other] = [contentOf(left), contentOf(right)];
  if (type === 'SS' || type === 'NS' || type === 'BS') {
    const [members, others] = [one as readonly string[], new Set(other as readonly string[])];
    return members.length === others.size && members.every((member) => others.has(member));
  }
  if (type === 'L') {
    const [list, another] = [one as readonly AttributeValue[], other as readonly AttributeValue[]];
    return (
      list.length === another.length && list.every((member, index) => isEqual(member, another[index] ?? { NULL: true }))
    );
  }
  if (type === 'M') {
    const [map, another] = [one as Item, other as Item];
    const names = Object.keys(map);
    return (
      names.length === Object.keys(another).length &&
      names.every((name) => {
        const [value, counterpart] = [map[name], another[name]];
        return value !== undefined && counterpart !== undefined && isEqual(value, counterpart);
      })
    );
  }
  return one === other;
}

/** Texts and bytes by their bytes, numbers by their value. @returns undefined for values that have no order */
export function compare(left: AttributeValue, right: AttributeValue): number | undefined {
  if ('N' in left && 'N' in right) return new Big(left.N).cmp(new Big(right.N));
  if ('S' in left && 'S' in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if ('B' in left && 'B' in right) return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'));
  return undefined;
}

export function add(left: string, right: string): string {
  return parseNumber(new Big(left).plus(right).toFixed());
}

export function subtract(left: string, right: string): string {
  return parseNumber(new Big(left).minus(right).toFixed());
}

/** @throws AwsError ValidationException above 400 KB */
export function checkItemSize(item: Item): void {
  if (sizeOfItem(item) > LARGEST_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
}

/** Bytes, by the rules of the developer guide's "DynamoDB item sizes and formats"; a number as its digits. */
function sizeOfItem(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value), 0);
}

function sizeOfValue(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return Math.ceil(value.N.replace(/\D/g, '').length / 2) + 1;
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('L' in value) return 3 + value.L.reduce((sum, member) => sum + 1 + sizeOfValue(member), 0);
  if ('M' in value) return 3 + Object.keys(value.M).length + sizeOfItem(value.M);
  if ('SS' in value) return value.SS.reduce((sum, member) => sum + Buffer.byteLength(member), 0);
  if ('NS' in value) return value.NS.reduce((sum, member) => sum + sizeOfValue({ N: member }), 0);
  return value.BS.reduce((sum, member) => sum + Buffer.byteLength(member, 'base64'), 0);
}

/** Length in bytes, or number of members; what `size()` is. @returns undefined for values that have none */
export function sizeFunction(value: AttributeValue): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('M' in value) return Object.keys(value.M).length;
  if ('N' in value || 'BOOL' in value || 'NULL' in value) return undefined;
  return (contentOf(value) as readonly unknown[]).length;
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
