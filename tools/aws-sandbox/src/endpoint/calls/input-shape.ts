import { MalformedCall } from './malformed-call';
import type { Members } from './members';

/** Deeper than any call of AWS nests; a body that nests deeper is refused before anything walks through it. */
export const DEEPEST_NESTING = 100;

/** A timestamp is as the protocol writes it. */
type ScalarShape = 'string' | 'integer' | 'boolean' | 'timestamp';

/** Type of a member, by the names of Smithy; a list in brackets, a structure by its members. */
export type Shape =
  | ScalarShape
  /** The body as it came. */
  | 'blob'
  | readonly [Shape]
  | MapShape
  | StructureShape
  /** Of a shape that holds itself. */
  | (() => Shape);

export interface StructureShape {
  readonly [member: string]: Shape;
}

/** Any keys, and values of one shape. */
export class MapShape {
  constructor(readonly value: Shape) {}
}

/** How a protocol writes values that are no structures. */
export type Scalars = 'JSON' | 'text';

/**
 * A call's input as its operation takes it: members that it does not have, and those that are null, are left out, as
 * AWS leaves them.
 *
 * @throws MalformedCall for a member of another type
 */
export function readInput(shape: StructureShape, input: Members, scalars: Scalars): Members {
  return structureOf(shape, input, '', scalars);
}

function read(shape: Shape, value: unknown, path: string, scalars: Scalars): unknown {
  if (typeof shape === 'function') return read(shape(), value, path, scalars);
  if (shape === 'blob') return value;
  if (typeof shape === 'string') return scalarOf(shape, value, path, scalars);
  if (isList(shape)) {
    // The query protocol writes an empty list as an empty text.
    if (scalars === 'text' && value === '') return [];
    if (!Array.isArray(value)) return refuse(path, value, 'a list');
    return value.map((element, index) => read(shape[0], element, `${path}[${index}]`, scalars));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(path, value, 'a structure');
  if (shape instanceof MapShape) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== null)
        .map(([key, member]) => [key, read(shape.value, member, `${path}.${key}`, scalars)]),
    );
  }
  return structureOf(shape, value as Members, `${path}.`, scalars);
}

function structureOf(shape: StructureShape, value: Members, prefix: string, scalars: Scalars): Members {
  return Object.fromEntries(
    Object.entries(shape)
      .filter(([member]) => Object.hasOwn(value, member) && value[member] !== null)
      .map(([member, of]) => [member, read(of, value[member], `${prefix}${member}`, scalars)]),
  );
}

function scalarOf(shape: ScalarShape, value: unknown, path: string, scalars: Scalars): unknown {
  if (scalars === 'text') {
    if (typeof value !== 'string') return refuse(path, value, NAMES[shape]);
    const fits = {
      string: true,
      timestamp: true,
      integer: /^-?\d+$/.test(value),
      boolean: /^(true|false)$/.test(value),
    };
    return fits[shape] ? value : refuse(path, value, NAMES[shape]);
  }
  const fits = {
    string: typeof value === 'string',
    timestamp: typeof value === 'number' || typeof value === 'string',
    integer: Number.isInteger(value),
    boolean: typeof value === 'boolean',
  };
  return fits[shape] ? value : refuse(path, value, NAMES[shape]);
}

const NAMES = { string: 'a string', timestamp: 'a time', integer: 'an integer', boolean: 'true or false' } as const;

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function refuse(path: string, value: unknown, expected: string): never {
  const got = Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value;
  throw new MalformedCall(`${path} is ${got}, expected ${expected}.`);
}
