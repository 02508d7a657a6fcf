import { containsUnknown, isObject } from '../model/attribute-values';
import { isRegional } from '../model/catalog';
import type { ResourceDefinition } from '../model/resource-definition';
import { sameBlocks, sameValue } from '../model/same-value';
import type { Attribute, Block, NestedBlock, Schema } from '../model/schema';
import { UNKNOWN, type AttributePath, type ObjectValue, type Value } from '../model/value';
import type { ProviderSettings } from './provider-settings';

export interface ResourcePlan {
  readonly planned: ObjectValue;
  readonly requiresReplace: readonly AttributePath[];
}

/**
 * Plans a resource: the configuration, with defaults for arguments not given, prior values where AWS keeps them, and unknown
 * where AWS decides. A plan right after an apply changes nothing.
 */
export function planResource(
  schema: Schema,
  definition: ResourceDefinition,
  settings: ProviderSettings,
  request: { readonly prior: ObjectValue | null; readonly proposed: ObjectValue; readonly config: ObjectValue },
): ResourcePlan {
  const { prior, proposed, config } = request;
  const { block } = schema;
  const planned: Record<string, Value> = {};

  for (const [name, attribute] of Object.entries(block.attributes)) {
    planned[name] = planAttribute(
      name,
      attribute,
      config[name] ?? null,
      prior?.[name] ?? null,
      prior !== null,
      definition,
    );
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    planned[name] = planNested(name, nested, proposed[name] ?? null, prior?.[name] ?? null, definition);
  }
  if (isRegional(block) && (config['region'] ?? null) === null) planned['region'] = settings.region;
  if (block.attributes['tags_all'] !== undefined && block.attributes['tags'] !== undefined) {
    planned['tags_all'] = allTags(planned['tags'] ?? null, settings);
  }
  if (prior === null) return { planned, requiresReplace: [] };

  const changed = new Set(changedNames(block, prior, planned));
  for (const [name, triggers] of Object.entries(definition.recomputes ?? {})) {
    const triggered = triggers.includes('*') ? changed.size > 0 : triggers.some((trigger) => changed.has(trigger));
    if (triggered && (config[name] ?? null) === null) planned[name] = UNKNOWN;
  }
  return {
    planned: changed.size === 0 ? prior : planned,
    requiresReplace: replacements(block, definition, config, changed),
  };
}

function planAttribute(
  name: string,
  attribute: Attribute,
  configured: Value,
  prior: Value,
  exists: boolean,
  definition: ResourceDefinition,
): Value {
  if (attribute.writeOnly) return null;
  if (configured !== null) return isSameToAws(name, prior, configured, definition) ? prior : configured;
  const fallback = definition.defaults?.[name];
  if (fallback !== undefined && attribute.optional) return fallback;
  if (!attribute.computed) return null;
  return exists ? prior : UNKNOWN;
}

/** JSON that differs in form only, and names that AWS keeps in another case, are no change. */
function isSameToAws(name: string, prior: Value, configured: Value, definition: ResourceDefinition): boolean {
  if (typeof prior !== 'string' || typeof configured !== 'string') return false;
  const normalize = definition.normalizes?.[name];
  if (normalize !== undefined) return normalize(prior) === normalize(configured);
  return configured.startsWith('{') && prior.startsWith('{') && sameJson(prior, configured);
}

function sameJson(left: string, right: string): boolean {
  try {
    return sameValue(JSON.parse(left) as Value, JSON.parse(right) as Value, 'dynamic');
  } catch {
    return false;
  }
}

function planNested(
  path: string,
  nested: NestedBlock,
  proposed: Value,
  prior: Value,
  definition: ResourceDefinition,
): Value {
  if (proposed === UNKNOWN) return UNKNOWN;
  if (Array.isArray(proposed)) {
    const priorElements: readonly Value[] = Array.isArray(prior) ? prior : [];
    return proposed.map((element: Value, index) => {
      const candidates = nested.nesting === 'set' ? priorElements : priorElements.slice(index, index + 1);
      return isObject(element)
        ? planElement(path, nested.block, element, candidates.filter(isObject), definition)
        : element;
    });
  }
  return isObject(proposed)
    ? planElement(path, nested.block, proposed, isObject(prior) ? [prior] : [], definition)
    : proposed;
}

function planElement(
  path: string,
  block: Block,
  proposed: ObjectValue,
  candidates: readonly ObjectValue[],
  definition: ResourceDefinition,
): ObjectValue {
  const withDefaults: Record<string, Value> = {};
  for (const [name, { optional, writeOnly }] of Object.entries(block.attributes)) {
    const value = proposed[name] ?? null;
    const fallback = definition.defaults?.[`${path}.${name}`];
    withDefaults[name] = writeOnly ? null : value === null && optional && fallback !== undefined ? fallback : value;
  }
  const build = (candidate: ObjectValue | undefined): ObjectValue => {
    const element: Record<string, Value> = {};
    for (const [name, { computed }] of Object.entries(block.attributes)) {
      const value = withDefaults[name] ?? null;
      element[name] =
        value === null && computed ? (candidate === undefined ? UNKNOWN : (candidate[name] ?? null)) : value;
    }
    for (const [name, nested] of Object.entries(block.blocks)) {
      element[name] = planNested(
        `${path}.${name}`,
        nested,
        proposed[name] ?? null,
        candidate?.[name] ?? null,
        definition,
      );
    }
    return element;
  };
  // An element that a prior one explains, computed values included, is that one: elements of a set have no other identity.
  const whole: NestedBlock = { nesting: 'single', minItems: 0, maxItems: 0, block };
  const same = candidates.find((candidate) => sameBlocks(build(candidate), candidate, whole));
  return same ?? build(undefined);
}

function allTags(tags: Value, { defaultTags }: ProviderSettings): Value {
  if (defaultTags === UNKNOWN || containsUnknown(tags) || containsUnknown(defaultTags)) return UNKNOWN;
  return { ...defaultTags, ...(isObject(tags) ? tags : {}) };
}

function changedNames(block: Block, prior: ObjectValue, planned: ObjectValue): readonly string[] {
  return [
    ...Object.entries(block.attributes).flatMap(([name, { type }]) =>
      sameValue(prior[name], planned[name], type) ? [] : [name],
    ),
    ...Object.entries(block.blocks).flatMap(([name, nested]) =>
      sameBlocks(prior[name], planned[name], nested) ? [] : [name],
    ),
  ];
}

function replacements(
  block: Block,
  definition: ResourceDefinition,
  config: ObjectValue,
  changed: ReadonlySet<string>,
): readonly AttributePath[] {
  const replacing = new Set(definition.replaces ?? []);
  if (isRegional(block)) replacing.add('region');
  for (const name of Object.keys(block.attributes)) {
    // A changed prefix asks for a new name, and a new name for a new resource.
    if (name.endsWith('_prefix') && replacing.has(name.slice(0, -'_prefix'.length)) && (config[name] ?? null) !== null)
      replacing.add(name);
  }
  return [...replacing].filter((name) => changed.has(name)).map((name) => [name]);
}
