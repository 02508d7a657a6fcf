import { isObject } from '../model/attribute-values';
import { randomHex } from '../model/random-id';
import type { ResourceContext, ResourceDefinition } from '../model/resource-definition';
import type { Attribute, AttributeType, Block, NestedBlock } from '../model/schema';
import { render } from '../model/template';
import { UNKNOWN, type ObjectValue, type Value } from '../model/value';

/**
 * Gives every value that is still unknown: by the type's definition where it says something of it, else something of the
 * right type, in AWS's format.
 */
export function completeAttributes(
  block: Block,
  definition: ResourceDefinition,
  attributes: Record<string, Value>,
  context: ResourceContext,
  serviceName: string,
): void {
  for (const [path, template] of Object.entries(definition.computed ?? {})) {
    if (!path.includes('.') && attributes[path] === UNKNOWN) attributes[path] = render(template, context);
  }
  for (const [name, attribute] of Object.entries(block.attributes)) {
    attributes[name] = completed(
      attributes[name] ?? null,
      () => plausible(name, attribute, context, serviceName),
      attribute.type,
      context,
      serviceName,
    );
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    attributes[name] = completeNested(name, nested, attributes[name] ?? null, definition, context, serviceName);
  }
}

function completeNested(
  path: string,
  nested: NestedBlock,
  value: Value,
  definition: ResourceDefinition,
  context: ResourceContext,
  serviceName: string,
): Value {
  if (value === UNKNOWN || value === null)
    return nested.nesting === 'single' ? null : nested.nesting === 'map' ? {} : [];
  if (Array.isArray(value))
    return value.map((element: Value) =>
      completeNested(path, { ...nested, nesting: 'single' }, element, definition, context, serviceName),
    );
  if (!isObject(value)) return value;
  const element: Record<string, Value> = {};
  for (const [name, attribute] of Object.entries(nested.block.attributes)) {
    const template = definition.computed?.[`${path}.${name}`];
    element[name] = completed(
      value[name] ?? null,
      () =>
        template === undefined
          ? plausible(name, attribute, context, serviceName)
          : render(template, { ...context, attributes: value }),
      attribute.type,
      context,
      serviceName,
    );
  }
  for (const [name, inner] of Object.entries(nested.block.blocks)) {
    element[name] = completeNested(`${path}.${name}`, inner, value[name] ?? null, definition, context, serviceName);
  }
  return element;
}

function completed(
  value: Value,
  supply: () => Value,
  type: AttributeType,
  context: ResourceContext,
  serviceName: string,
): Value {
  if (value === UNKNOWN) return supply();
  if (Array.isArray(value)) {
    const elementType =
      typeof type === 'object' ? ('list' in type ? type.list : 'set' in type ? type.set : 'string') : 'string';
    return value.map((element: Value) =>
      completed(element, () => empty(elementType), elementType, context, serviceName),
    );
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const memberType =
        typeof type === 'object'
          ? 'map' in type
            ? type.map
            : 'object' in type
              ? (type.object[key] ?? 'string')
              : 'string'
          : 'string';
      return [key, completed(member, () => empty(memberType), memberType, context, serviceName)];
    }),
  ) as ObjectValue;
}

/** A value as AWS might give it, from the attribute's name; null for what may also be left out. */
function plausible(name: string, { type, optional }: Attribute, context: ResourceContext, serviceName: string): Value {
  if (type !== 'string') return optional && typeof type === 'string' ? null : empty(type);
  const { id, arn, region, accountId, now } = context;
  if (name === 'arn') return arn;
  if (name === 'id') return id;
  if (name === 'region') return region;
  if (/^(owner|account|owner_id|account_id|owner_account|registry_id)$/.test(name)) return accountId;
  if (optional) return /^(name|identifier)$/.test(name) ? id : null;
  if (name.endsWith('_arn'))
    return `arn:aws:${serviceName}:${region}:${accountId}:${name.slice(0, -4).replaceAll('_', '-')}/${id}`;
  if (name.endsWith('_id')) return `${name.slice(0, -3).replaceAll('_', '-')}-${randomHex(17)}`;
  if (/(_at|_date|_time|^created|^last_modified|timestamp)$/.test(name))
    return now.toISOString().replace(/\.\d+Z$/, 'Z');
  if (/(^|_)(status|state)$/.test(name)) return 'ACTIVE';
  if (/(^|_)(dns_name|domain_name|endpoint|hostname|address)$/.test(name))
    return `${id.toLowerCase()}.${serviceName}.${region}.amazonaws.com`;
  if (/(^|_)(url|uri)$/.test(name)) return `https://${serviceName}.${region}.amazonaws.com/${accountId}/${id}`;
  if (/(^|_)version$/.test(name)) return '1';
  return name === 'name' ? id : '';
}

function empty(type: AttributeType): Value {
  if (type === 'string' || type === 'dynamic') return '';
  if (type === 'number') return 0;
  if (type === 'bool') return false;
  if ('list' in type || 'set' in type) return [];
  if ('map' in type) return {};
  return Object.fromEntries(Object.entries(type.object).map(([key, member]) => [key, empty(member)])) as ObjectValue;
}
