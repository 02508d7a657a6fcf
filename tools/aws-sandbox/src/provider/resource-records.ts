import type { KnownResource } from '../model/catalog';
import type { ResourceContext } from '../model/resource-definition';
import type { ResourceRecord } from '../model/resource-record';
import type { Schema } from '../model/schema';
import type { ObjectValue, Value } from '../model/value';

/**
 * Builds the account's record of a resource.
 *
 * @param former its record so far, or that of the resource which it adopts
 */
export function recordOf(
  type: string,
  { definition, service }: KnownResource,
  schema: Schema,
  region: string,
  context: ResourceContext,
  former: ResourceRecord | undefined,
): ResourceRecord {
  const attributes: Record<string, Value> = { ...(definition.adopts === undefined ? {} : former?.attributes) };
  for (const name of [...Object.keys(schema.block.attributes), ...Object.keys(schema.block.blocks)]) {
    const attribute = schema.block.attributes[name];
    if (attribute !== undefined && (attribute.writeOnly || isUnreadable(attribute))) continue;
    attributes[name] = context.attributes[name] ?? null;
  }
  const internal = { ...former?.internal, ...definition.internal?.(context) };
  return {
    type,
    region,
    service: former?.service ?? service.name,
    id: context.id,
    ...(context.arn === '' ? {} : { arn: context.arn }),
    attributes,
    ...(Object.keys(internal).length === 0 ? {} : { internal }),
  };
}

/**
 * Reads a record's attributes and blocks by the schema.
 *
 * @param known the state so far, the only place of values that AWS never returns
 */
export function attributesOf(schema: Schema, record: ResourceRecord, known: ObjectValue): Record<string, Value> {
  const shown: Record<string, Value> = {};
  for (const [name, attribute] of Object.entries(schema.block.attributes)) {
    const source = isUnreadable(attribute) ? known : record.attributes;
    shown[name] = attribute.writeOnly ? null : (source[name] ?? null);
  }
  for (const [name, { nesting }] of Object.entries(schema.block.blocks)) {
    shown[name] = record.attributes[name] ?? (nesting === 'single' ? null : nesting === 'map' ? {} : []);
  }
  return shown;
}

/** The record with the tags of the one that it overwrites. */
export function withTagsOf(former: ResourceRecord, record: ResourceRecord): ResourceRecord {
  const tags = ['tags', 'tags_all'].filter((name) => name in record.attributes);
  const kept = tags.map((name): [string, Value] => [name, former.attributes[name] ?? null]);
  return { ...record, attributes: { ...record.attributes, ...Object.fromEntries(kept) } };
}

/** AWS never gives a password back: such values live in the state alone. */
function isUnreadable({ sensitive, computed }: { readonly sensitive: boolean; readonly computed: boolean }): boolean {
  return sensitive && !computed;
}
