import { isObject, text, valuesAt } from '../model/attribute-values';
import type { KnownResource } from '../model/catalog';
import type { ResourceContext } from '../model/resource-definition';
import { GLOBAL, type ResourceRecord } from '../model/resource-record';
import type { Block, Schema } from '../model/schema';
import { refuse } from '../model/template';
import type { AttributePath, ObjectValue, Value } from '../model/value';

/** @throws AwsError where an attribute names a resource that is not there */
export function checkReferences(context: ResourceContext, schema: Schema, { definition }: KnownResource): void {
  for (const { attribute, to, by = 'id', refusal } of definition.references ?? []) {
    for (const { value, path } of locate(context.attributes, schema.block, attribute)) {
      if (value !== '' && !isThere(context, typeof to === 'string' ? [to] : to, by, value))
        throw refuse(refusal, context, value, path);
    }
  }
}

function isThere(
  { region, accountId, account }: ResourceContext,
  types: readonly string[],
  by: string,
  value: string,
): boolean {
  const reachable = (record: ResourceRecord | undefined) =>
    record !== undefined && exists(record) && (record.region === region || record.region === GLOBAL);
  if (by === 'arn') {
    // The fifth part is the owner: what belongs to AWS or to another account is out of sight.
    const owner = value.split(':')[4];
    if (owner !== undefined && owner !== '' && owner !== accountId) return true;
    const found = account.findByArn(value);
    return found !== undefined && types.includes(found.type) && reachable(found);
  }
  return types.some((type) =>
    by === 'id'
      ? reachable(account.find(type, region, value)) || reachable(account.find(type, GLOBAL, value))
      : account.findBy(type, by, value).some(reachable),
  );
}

/** @throws AwsError where another resource has the values that only one may have */
export function checkUnique(
  context: ResourceContext,
  { definition }: KnownResource,
  self: ResourceRecord | undefined,
): void {
  for (const { attributes: names, within, refusal } of definition.unique ?? []) {
    const [first] = names;
    const value = first === undefined ? '' : text(context.attributes[first]);
    if (first === undefined || value === '') continue;
    const anywhere = within === 'account' || definition.scope === 'global';
    const twin = context.account
      .findBy(definition.adopts?.type ?? context.type, first, value)
      .find(
        (record) =>
          record !== self &&
          exists(record) &&
          (anywhere || record.region === GLOBAL || record.region === context.region) &&
          names.every((name) => (record.attributes[name] ?? null) === (context.attributes[name] ?? null)),
      );
    if (twin !== undefined) throw refuse(refusal, context, value, [first]);
  }
}

/** False for what waits for its deletion. */
export function exists(record: ResourceRecord): boolean {
  return record.internal?.['pendingDeletion'] !== true;
}

/** The texts at a dotted path with the paths that Terraform shows; a set ends a path. */
function locate(
  attributes: ObjectValue,
  block: Block,
  dotted: string,
): readonly { readonly value: string; readonly path: AttributePath }[] {
  const [first = '', ...rest] = dotted.split('.');
  const value = attributes[first] ?? null;
  const nested = block.blocks[first];
  if (nested === undefined || rest.length === 0) {
    const isSet = isObjectType(block.attributes[first]?.type) && 'set' in block.attributes[first].type;
    return valuesAt(attributes, dotted).flatMap((found, index) =>
      typeof found === 'string'
        ? [{ value: found, path: isSet || !Array.isArray(value) ? [first] : [first, index] }]
        : [],
    );
  }
  const elements: readonly Value[] = Array.isArray(value) ? value : [value];
  return elements.flatMap((element, index) => {
    if (!isObject(element)) return [];
    return locate(element, nested.block, rest.join('.')).map(({ value: found, path }) => ({
      value: found,
      path: nested.nesting === 'set' ? [first] : nested.nesting === 'list' ? [first, index, ...path] : [first, ...path],
    }));
  });
}

function isObjectType(type: unknown): type is object {
  return typeof type === 'object' && type !== null;
}
