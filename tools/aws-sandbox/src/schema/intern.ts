import type { Attribute, AttributeType } from '../model/schema';

/**
 * Equal attributes and types are one object: the schemas of all types hold half a million of them, of a few thousand
 * kinds. Nobody may change one.
 */
const attributes = new Map<string, Attribute>();
const types = new Map<string, AttributeType>();
const keysOfTypes = new WeakMap<object, string>();

export function internType(type: AttributeType): AttributeType {
  if (typeof type === 'string') return type;
  const key = keyOf(type);
  const known = types.get(key);
  if (known !== undefined) return known;
  const frozen = Object.freeze(type);
  types.set(key, frozen);
  keysOfTypes.set(frozen, key);
  return frozen;
}

export function internAttribute(attribute: Attribute): Attribute {
  const type = internType(attribute.type);
  const flags = [attribute.required, attribute.optional, attribute.computed, attribute.sensitive, attribute.writeOnly]
    .map(Number)
    .join('');
  const key = `${flags}${keyOf(type)}`;
  const known = attributes.get(key);
  if (known !== undefined) return known;
  const frozen = Object.freeze({ ...attribute, type });
  attributes.set(key, frozen);
  return frozen;
}

function keyOf(type: AttributeType): string {
  if (typeof type === 'string') return type;
  const known = keysOfTypes.get(type);
  if (known !== undefined) return known;
  if ('list' in type) return `list(${keyOf(type.list)})`;
  if ('set' in type) return `set(${keyOf(type.set)})`;
  if ('map' in type) return `map(${keyOf(type.map)})`;
  return `object(${Object.keys(type.object)
    .sort()
    .map((name) => `${name}=${keyOf(type.object[name] as AttributeType)}`)
    .join(',')})`;
}
