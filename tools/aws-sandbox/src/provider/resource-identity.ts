import { text } from '../model/attribute-values';
import { identityAttribute, isRegional, type KnownResource } from '../model/catalog';
import { randomHex } from '../model/random-id';
import type { ResourceContext, ResourceDefinition } from '../model/resource-definition';
import type { Schema } from '../model/schema';
import { render } from '../model/template';
import { type ObjectValue, UNKNOWN, type Value } from '../model/value';

export function hasId({ block }: Schema): boolean {
  return block.attributes['id'] !== undefined;
}

export function identityOf(schema: Schema, attributes: ObjectValue): string | undefined {
  const name = identityAttribute(schema);
  if (name !== undefined) return text(attributes[name]) || undefined;
  const values = Object.entries(schema.block.attributes)
    .filter(([, { required, sensitive }]) => required && !sensitive)
    .map(([key]) => attributes[key] ?? null)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  // Without arguments, there is one in a region.
  return values.join(',') || 'default';
}

export function giveIdentifier(
  type: string,
  schema: Schema,
  { definition, isDefined }: KnownResource,
  context: ResourceContext,
): string {
  if (definition.id !== undefined) return text(render(definition.id, context));
  const given = identityOf(schema, context.attributes);
  if (given !== undefined && isDefined) return given;
  return `${type.split('_').at(-1) ?? 'resource'}-${randomHex(17)}`;
}

export function giveArn(schema: Schema, { definition, service }: KnownResource, context: ResourceContext): string {
  if (definition.arn !== undefined) return text(render(definition.arn, context));
  if (schema.block.attributes['arn'] === undefined) return '';
  const words = context.type.split('_').slice(2);
  return `arn:aws:${service.name}:${isRegional(schema.block) ? context.region : ''}:${context.accountId}:${words.join('-') || service.name}/${context.id}`;
}

/** Number of names generated in this process, so that two of the same millisecond differ. */
let names = 0;

/** Generates `name`, from `name_prefix` where it is given: unique, in the provider's format. */
export function giveNames(
  { block }: Schema,
  { madeUpNames }: ResourceDefinition,
  attributes: Record<string, Value>,
  now: Date,
): void {
  for (const name of Object.keys(block.attributes)) {
    const prefix = `${name}_prefix`;
    const isMadeUp = block.attributes[prefix]?.optional === true || madeUpNames?.includes(name) === true;
    if (attributes[name] !== UNKNOWN || !isMadeUp) continue;
    const stamp = now.toISOString().replace(/\D/g, '').padEnd(18, '0');
    names = (names + 1) % 0x1_0000_0000;
    attributes[name] = `${text(attributes[prefix]) || 'terraform-'}${stamp}${names.toString(16).padStart(8, '0')}`;
  }
}
