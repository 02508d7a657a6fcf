import { decode, encode, ExtData, ExtensionCodec } from '@msgpack/msgpack';
import type { AttributeType, Block, NestedBlock } from '../model/schema';
import { type ObjectValue, UNKNOWN, type Value } from '../model/value';
import { attributeTypeOf, typeConstraint } from './type-constraint';

/** cty's mark of a value that is not known yet: extension 0; extension 12 adds what is known of it [go-cty, msgpack]. */
const UNKNOWN_EXTENSION = 0;
const REFINED_UNKNOWN_EXTENSION = 12;

const codec = new ExtensionCodec();
for (const type of [UNKNOWN_EXTENSION, REFINED_UNKNOWN_EXTENSION]) {
  codec.register({ type, encode: () => null, decode: () => UNKNOWN });
}

/** A value of a block's type from msgpack; null is an object that is not there. */
export function decodeObject(block: Block, bytes: Uint8Array): ObjectValue | null {
  if (bytes.length === 0) return null;
  const decoded: unknown = decode(bytes, { extensionCodec: codec });
  return decoded === null ? null : (fromBlock(block, decoded) as ObjectValue);
}

/** A value of a block's type from a state's JSON; what the block does not know is left out. */
export function parseJsonObject(block: Block, json: Uint8Array): ObjectValue | null {
  const parsed: unknown = JSON.parse(Buffer.from(json).toString('utf8'));
  return parsed === null ? null : (fromBlock(block, parsed) as ObjectValue);
}

/** A value in msgpack, with every attribute and block that the type has; write-only ones are null. */
export function encodeObject(block: Block, value: ObjectValue | null): Uint8Array {
  return encode(value === null ? null : toBlock(block, value), { extensionCodec: codec });
}

function fromBlock(block: Block, wire: unknown): Value {
  if (wire === UNKNOWN) return UNKNOWN;
  const fields = wire as Record<string, unknown>;
  const value: Record<string, Value> = {};
  for (const [name, { type }] of Object.entries(block.attributes)) value[name] = fromType(type, fields[name]);
  for (const [name, nested] of Object.entries(block.blocks)) value[name] = fromNested(nested, fields[name]);
  return value;
}

function fromNested({ nesting, block }: NestedBlock, wire: unknown): Value {
  if (wire === UNKNOWN) return UNKNOWN;
  if (wire === null || wire === undefined) return nesting === 'list' || nesting === 'set' ? [] : null;
  if (nesting === 'single') return fromBlock(block, wire);
  if (nesting === 'map') return mapValues(wire as Record<string, unknown>, (item) => fromBlock(block, item));
  return (wire as unknown[]).map((item) => fromBlock(block, item));
}

function fromType(type: AttributeType, wire: unknown): Value {
  if (wire === null || wire === undefined) return null;
  if (wire === UNKNOWN) return UNKNOWN;
  if (type === 'dynamic') return fromDynamic(wire);
  // Numbers that no float holds come as text.
  if (type === 'number') return Number(wire);
  if (typeof type === 'string') return wire as string | boolean;
  if ('list' in type) return (wire as unknown[]).map((item) => fromType(type.list, item));
  if ('set' in type) return (wire as unknown[]).map((item) => fromType(type.set, item));
  if ('map' in type) return mapValues(wire as Record<string, unknown>, (item) => fromType(type.map, item));
  return Object.fromEntries(
    Object.entries(type.object).map(([name, inner]) => [
      name,
      fromType(inner, (wire as Record<string, unknown>)[name]),
    ]),
  );
}

/** msgpack: a pair of the type's JSON and the value; a state's JSON: an object of both. */
function fromDynamic(wire: unknown): Value {
  if (Array.isArray(wire) && wire[0] instanceof Uint8Array) {
    return fromType(attributeTypeOf(JSON.parse(Buffer.from(wire[0]).toString('utf8'))), wire[1]);
  }
  const { type, value } = wire as { type?: unknown; value?: unknown };
  return fromType(attributeTypeOf(type), value);
}

function toBlock(block: Block, value: Value): unknown {
  if (value === UNKNOWN) return unknownValue();
  const fields = (value ?? {}) as Record<string, Value>;
  const wire: Record<string, unknown> = {};
  for (const [name, { type, writeOnly }] of Object.entries(block.attributes)) {
    wire[name] = writeOnly ? null : toType(type, fields[name]);
  }
  for (const [name, nested] of Object.entries(block.blocks)) wire[name] = toNested(nested, fields[name]);
  return wire;
}

function toNested({ nesting, block }: NestedBlock, value: Value | undefined): unknown {
  if (value === UNKNOWN) return unknownValue();
  if (value === null || value === undefined) return nesting === 'single' ? null : nesting === 'map' ? {} : [];
  if (nesting === 'single') return toBlock(block, value);
  if (nesting === 'map') return mapValues(value as Record<string, Value>, (item) => toBlock(block, item));
  return (value as readonly Value[]).map((item) => toBlock(block, item));
}

function toType(type: AttributeType, value: Value | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (value === UNKNOWN) return unknownValue();
  if (type === 'dynamic') {
    const inferred = inferType(value);
    return [Buffer.from(JSON.stringify(typeConstraint(inferred))), toType(inferred, value)];
  }
  if (typeof type === 'string') return value;
  if ('list' in type) return (value as readonly Value[]).map((item) => toType(type.list, item));
  if ('set' in type) return (value as readonly Value[]).map((item) => toType(type.set, item));
  if ('map' in type) return mapValues(value as Record<string, Value>, (item) => toType(type.map, item));
  return Object.fromEntries(
    Object.entries(type.object).map(([name, inner]) => [name, toType(inner, (value as Record<string, Value>)[name])]),
  );
}

function inferType(value: Value): AttributeType {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'number';
  if (Array.isArray(value)) return { list: inferType((value[0] as Value | undefined) ?? '') };
  if (typeof value === 'object' && value !== null) {
    return { object: Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inferType(item)])) };
  }
  return 'string';
}

function unknownValue(): ExtData {
  return new ExtData(UNKNOWN_EXTENSION, new Uint8Array([0]));
}

function mapValues<From, To>(map: Readonly<Record<string, From>>, convert: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, convert(value)]));
}
