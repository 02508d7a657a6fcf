import type { AttributeType } from '../model/schema';

/** A type in cty's JSON notation: `"string"`, `["list","string"]`, `["object",{"a":"bool"}]`. */
export type TypeConstraint = string | readonly [string, TypeConstraint | Readonly<Record<string, TypeConstraint>>];

export function typeConstraint(type: AttributeType): TypeConstraint {
  if (typeof type === 'string') return type;
  if ('list' in type) return ['list', typeConstraint(type.list)];
  if ('set' in type) return ['set', typeConstraint(type.set)];
  if ('map' in type) return ['map', typeConstraint(type.map)];
  return [
    'object',
    Object.fromEntries(Object.entries(type.object).map(([name, attribute]) => [name, typeConstraint(attribute)])),
  ];
}

/** The attribute type of a constraint that a dynamic value brings along; a tuple counts as a list of anything. */
export function attributeTypeOf(constraint: unknown): AttributeType {
  if (constraint === 'string' || constraint === 'number' || constraint === 'bool') return constraint;
  if (!Array.isArray(constraint)) return 'dynamic';
  const [kind, inner] = constraint as [string, unknown];
  if (kind === 'list') return { list: attributeTypeOf(inner) };
  if (kind === 'set') return { set: attributeTypeOf(inner) };
  if (kind === 'map') return { map: attributeTypeOf(inner) };
  if (kind === 'object') {
    const attributes = Object.entries(inner as object).map(([name, type]) => [name, attributeTypeOf(type)]);
    return { object: Object.fromEntries(attributes) };
  }
  return 'dynamic';
}
