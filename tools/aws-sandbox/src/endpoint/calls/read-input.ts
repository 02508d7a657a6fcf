import { MalformedCall } from './malformed-call';
import type { Members } from './members';
import { membersOf, type ScalarType, type ServiceApi, type Shape, shapeOf } from './service-api';

/** Deeper than any call of AWS nests; a body that nests deeper is refused before anything walks through it. */
export const DEEPEST_NESTING = 100;

/** Encoding of a request's members: JSON values, or text in a form body, a path, a query and headers. */
export type Notation = 'JSON' | 'text';

/**
 * A request as its operation takes it: numbers, booleans and dates by their shapes, blobs of a structure as base64.
 * Members that the shape does not have, and those that are null, are left out, as AWS leaves them.
 *
 * @param structure name of the input's shape; undefined for an operation without input
 * @throws MalformedCall for a member of another type
 */
export function readInput(api: ServiceApi, structure: string | undefined, sent: Members, notation: Notation): Members {
  return readMembers(api, structure, sent, '', notation);
}

function readMembers(
  api: ServiceApi,
  structure: string | undefined,
  sent: Members,
  prefix: string,
  notation: Notation,
): Members {
  return Object.fromEntries(
    membersOf(api, structure)
      .filter(({ wireName }) => Object.hasOwn(sent, wireName) && sent[wireName] !== null)
      .map(({ member, reference, wireName }) => {
        const written = reference.location === undefined ? notation : 'text';
        return [member, read(api, reference.shape, sent[wireName], `${prefix}${member}`, written)];
      }),
  );
}

function read(api: ServiceApi, name: string, sent: unknown, path: string, notation: Notation): unknown {
  const shape = shapeOf(api, name);
  if (shape.type === 'list') {
    return elementsOf(shape, sent, path, notation).map((element, index) =>
      read(api, shape.member?.shape ?? 'string', element, `${path}[${index}]`, notation),
    );
  }
  if (shape.type === 'map') {
    return Object.fromEntries(
      entriesOf(shape, sent, path, notation)
        .filter(([, value]) => value !== null)
        .map(([key, value]) => [key, read(api, shape.value?.shape ?? 'string', value, `${path}.${key}`, notation)]),
    );
  }
  if (shape.type === 'structure') return readMembers(api, name, structureOf(sent, path), `${path}.`, notation);
  return readScalar(shape.type, sent, path, notation);
}

/** A form writes `Names.member.1`, and an empty list as an empty text. */
function elementsOf({ flattened, member }: Shape, sent: unknown, path: string, notation: Notation): readonly unknown[] {
  if (notation === 'text' && sent === '') return [];
  const list =
    notation === 'text' && !flattened && !Array.isArray(sent) ? only(sent, member?.locationName ?? 'member') : sent;
  return Array.isArray(list) ? list : refuse(path, sent, 'a list');
}

/** A form writes `Tags.entry.1.key` and `Tags.entry.1.value`. */
function entriesOf(
  shape: Shape,
  sent: unknown,
  path: string,
  notation: Notation,
): readonly (readonly [string, unknown])[] {
  if (notation === 'JSON') return Object.entries(structureOf(sent, path));
  const entries = shape.flattened ? sent : only(sent, 'entry');
  if (!Array.isArray(entries)) return refuse(path, sent, 'a map');
  const [keyName, valueName] = [shape.key?.locationName ?? 'key', shape.value?.locationName ?? 'value'];
  return entries.map((entry: unknown) => {
    // Of a structure without members nothing is written.
    const { [keyName]: key, [valueName]: value = {} } = structureOf(entry, path);
    return typeof key === 'string' ? [key, value] : refuse(path, sent, 'a map');
  });
}

function only(sent: unknown, name: string): unknown {
  const names = typeof sent === 'object' && sent !== null ? Object.keys(sent) : [];
  return names.length === 1 && names[0] === name ? (sent as Members)[name] : undefined;
}

function structureOf(sent: unknown, path: string): Members {
  const isStructure = typeof sent === 'object' && sent !== null && !Array.isArray(sent);
  return isStructure ? (sent as Members) : refuse(path, sent, 'a structure');
}

function readScalar(type: ScalarType, sent: unknown, path: string, notation: Notation): unknown {
  if (type === 'blob' && Buffer.isBuffer(sent)) return sent;
  const value = notation === 'text' ? valueOf(type, sent) : sent;
  const { expected, isOfType } = TYPES[type];
  if (!isOfType(value)) return refuse(path, sent, expected);
  if (type !== 'timestamp') return value;
  // JSON counts in seconds.
  const time = new Date(typeof value === 'number' ? value * 1000 : String(value));
  return Number.isNaN(time.getTime()) ? refuse(path, sent, expected) : time;
}

/** @returns undefined for a text that does not write a value of the type */
function valueOf(type: ScalarType, sent: unknown): unknown {
  if (typeof sent !== 'string') return undefined;
  if (type === 'boolean') return sent === 'true' || (sent === 'false' ? false : undefined);
  if (type !== 'integer' && type !== 'long' && type !== 'double' && type !== 'float') return sent;
  return /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(sent) ? Number(sent) : undefined;
}

const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number';
const INTEGER = { expected: 'an integer', isOfType: Number.isInteger };
const NUMBER = { expected: 'a number', isOfType: isNumber };
const TYPES: Readonly<Record<ScalarType, { expected: string; isOfType: (value: unknown) => boolean }>> = {
  blob: { expected: 'base64', isOfType: isText },
  boolean: { expected: 'true or false', isOfType: (value) => typeof value === 'boolean' },
  double: NUMBER,
  float: NUMBER,
  integer: INTEGER,
  long: INTEGER,
  string: { expected: 'a string', isOfType: isText },
  timestamp: { expected: 'a time', isOfType: (value) => isText(value) || isNumber(value) },
};

function refuse(path: string, sent: unknown, expected: string): never {
  const got = Array.isArray(sent) ? 'a list' : sent === null ? 'null' : typeof sent;
  throw new MalformedCall(`${path} is ${got}, expected ${expected}.`);
}
