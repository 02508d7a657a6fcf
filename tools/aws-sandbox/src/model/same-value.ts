import { isObject } from './attribute-values';
import type { AttributeType, Block, NestedBlock } from './schema';
import { UNKNOWN, type Value } from './value';

/** Whether two values are the same to Terraform: the order of a set's elements does not count. An unknown value equals none. */
export function sameValue(left: Value | undefined, right: Value | undefined, type: AttributeType): boolean {
  return canonicalAttribute(left ?? null, type) === canonicalAttribute(right ?? null, type);
}

/** The same for the value of a nested block. */
export function sameBlocks(left: Value | undefined, right: Value | undefined, nested: NestedBlock): boolean {
  return canonicalNested(left ?? null, nested) === canonicalNested(right ?? null, nested);
}

/** Two unknown values are never the same. */
let unknowns = 0;

function canonicalAttribute(value: Value, type: AttributeType): string {
  if (value === UNKNOWN) return `unknown ${unknowns++}`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) {
    const isSet = typeof type === 'object' && 'set' in type;
    const elementType =
      typeof type !== 'object' ? 'dynamic' : 'set' in type ? type.set : 'list' in type ? type.list : 'dynamic';
    const elements = value.map((element: Value) => canonicalAttribute(element, elementType));
    return `[${(isSet ? elements.sort() : elements).join()}]`;
  }
  if (!isObject(value)) return 'null';
  const typeOf = (key: string): AttributeType => {
    if (typeof type !== 'object') return 'dynamic';
    return 'map' in type ? type.map : 'object' in type ? (type.object[key] ?? 'dynamic') : 'dynamic';
  };
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalAttribute(value[key] ?? null, typeOf(key))}`)
    .join()}}`;
}

function canonicalNested(value: Value, nested: NestedBlock): string {
  if (value === UNKNOWN) return `unknown ${unknowns++}`;
  if (Array.isArray(value)) {
    const elements = value.map((element: Value) => canonicalBlock(element, nested.block));
    return `[${(nested.nesting === 'set' ? elements.sort() : elements).join()}]`;
  }
  return canonicalBlock(value, nested.block);
}

function canonicalBlock(value: Value, block: Block): string {
  if (value === UNKNOWN) return `unknown ${unknowns++}`;
  if (!isObject(value)) return 'null';
  const attributes = Object.entries(block.attributes).map(
    ([name, { type }]) => `${name}:${canonicalAttribute(value[name] ?? null, type)}`,
  );
  const nestedBlocks = Object.entries(block.blocks).map(
    ([name, nested]) => `${name}:${canonicalNested(value[name] ?? null, nested)}`,
  );
  return `{${[...attributes, ...nestedBlocks].join()}}`;
}
