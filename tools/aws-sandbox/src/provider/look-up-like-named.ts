import { isObject } from '../model/attribute-values';
import { ProviderRefusal } from '../model/aws-error';
import type { ServiceCatalog } from '../model/catalog';
import type { ResourceDefinition } from '../model/resource-definition';
import type { ResourceRecord } from '../model/resource-record';
import { sameValue } from '../model/same-value';
import type { Schema, SchemaSource } from '../model/schema';
import {
  type Filter,
  assertFiltersKnown,
  filterNames,
  filtersOf,
  hasTags,
  isFilteredIn,
  soughtValues,
} from '../model/search';
import type { ObjectValue, Value } from '../model/value';
import { exists } from './check-relations';
import type { Caller, ResourceLifecycle } from './resource-lifecycle';

export interface LookUp {
  readonly schema: Schema;
  readonly schemas: SchemaSource;
  readonly catalog: ServiceCatalog;
  readonly lifecycle: ResourceLifecycle;
  readonly caller: Caller;
  readonly config: ObjectValue;
}

/** Arguments that say how to read, not which resource. */
const NOT_SELECTING: ReadonlySet<string> = new Set(['region', 'timeouts', 'grant_tokens']);

/**
 * A data source without a definition finds the one resource of its own name that has every argument given:
 * `data.aws_sqs_queue` with a name finds the `aws_sqs_queue` of that name. An argument or a filter that cannot be
 * compared with the resource is refused by its name, never skipped.
 *
 * @throws ProviderRefusal where none, several, or not just these can be found
 */
export function lookUpLikeNamed({ schema, schemas, catalog, lifecycle, caller, config }: LookUp): ObjectValue {
  const { type, block } = schema;
  const { definition } = catalog.resource(type);
  const resource = schemas.find('resource', type);
  if (resource === undefined) {
    throw new ProviderRefusal(
      'not modelled by the sandbox',
      undefined,
      `${type}: the sandbox knows no resource that this data source reads, and has no definition of it. Add an entry to the service's folder in tools/aws-sandbox/src/services.`,
    );
  }
  const filters = block.blocks['filter'] === undefined ? [] : filtersOf(config);
  assertFiltersKnown(type, filters, filterNames(definition));
  const given = Object.entries(config).filter(([, value]) => value !== null);
  const selectors = Object.entries({ ...definition.soughtDefaults, ...Object.fromEntries(given) }).filter(
    ([name, value]) => isAsked(name, value),
  );
  const isKnown = (name: string) =>
    name === 'tags' || resource.block.attributes[name] !== undefined || definition.soughtBy?.[name] !== undefined;
  for (const [name] of selectors) if (!isKnown(name)) throw unknownArgument(type, name);

  const { account } = lifecycle;
  const meets = (record: ResourceRecord): boolean => {
    const values = lifecycle.stateOf(type, resource, record, {});
    return selectors.every(([name, value]) => {
      if (name === 'tags') return hasTags(record, value);
      const sought = definition.soughtBy?.[name];
      if (sought === undefined) return has(values, name, value, resource);
      const wanted: readonly Value[] = Array.isArray(value) ? value : [value];
      return soughtValues(sought, record, account).some((own) => wanted.includes(own));
    });
  };
  const found = account
    .list(type)
    .filter((record) => (record.region === caller.region || record.region === 'global') && exists(record))
    .filter((record) => isFilteredIn(record, definition, filters, account) && meets(record));
  const only = theOnly(found, { type, definition, caller, criteria: criteriaOf(selectors, filters), config });

  const values = lifecycle.stateOf(type, resource, only, {});
  const sought = Object.entries(definition.soughtBy ?? {}).map(([name, wanted]): [string, Value] => [
    name,
    soughtValues(wanted, only, account)[0] ?? null,
  ]);
  const tags = values['tags_all'] ?? values['tags'] ?? null;
  const all: ObjectValue = { ...Object.fromEntries(sought), ...values, tags, id: only.id };
  return Object.fromEntries(Object.keys(block.attributes).map((name) => [name, all[name] ?? null]));
}

/** @throws ProviderRefusal for an argument that the sandbox does not honour */
export function assertArgumentsKnown(type: string, known: readonly string[], config: ObjectValue): void {
  const strange = Object.entries(config).find(([name, value]) => isGiven(name, value) && !known.includes(name));
  if (strange !== undefined) throw unknownArgument(type, strange[0]);
}

function unknownArgument(type: string, name: string): ProviderRefusal {
  return new ProviderRefusal(
    `the sandbox does not read ${type} by "${name}"`,
    [name],
    `${type}: ${name} is given, and the sandbox cannot select by it. Leave it out, or add it to the service's folder in tools/aws-sandbox/src/services.`,
  );
}

/** `most_recent` only chooses among several; false is its default. */
function isAsked(name: string, value: Value): boolean {
  return name !== 'filter' && name !== 'most_recent' && isGiven(name, value);
}

function isGiven(name: string, value: Value): boolean {
  if (value === null || NOT_SELECTING.has(name)) return false;
  return Array.isArray(value) ? value.length > 0 : !isObject(value) || Object.keys(value).length > 0;
}

interface Search {
  readonly type: string;
  readonly definition: ResourceDefinition;
  readonly caller: Caller;
  readonly criteria: string;
  readonly config: ObjectValue;
}

/** The messages of types with filters are those of the provider's EC2 data sources. */
function theOnly(
  found: readonly ResourceRecord[],
  { type, definition: { label, filters }, caller, criteria, config }: Search,
): ResourceRecord {
  const [only] = found;
  if (only === undefined) {
    throw new ProviderRefusal(
      filters === undefined ? "couldn't find resource" : `no matching ${label} found`,
      undefined,
      `${type}: no ${label} with ${criteria} exists in ${caller.region}. Make it first, or correct the arguments.`,
    );
  }
  if (found.length === 1) return only;
  if (config['most_recent'] === true) throw unknownArgument(type, 'most_recent');
  throw new ProviderRefusal(
    filters === undefined
      ? `too many results: wanted 1, got ${found.length}`
      : `multiple ${label}s matched; use additional constraints to reduce matches to a single ${label}`,
    undefined,
    `${type}: several have ${criteria}. Give arguments that only one has.`,
  );
}

function criteriaOf(selectors: readonly (readonly [string, Value])[], filters: readonly Filter[]): string {
  const parts = [
    ...selectors.map(([name, value]) => `${name} ${JSON.stringify(value)}`),
    ...filters.map(({ name, values }) => `filter ${name} ${JSON.stringify(values)}`),
  ];
  return parts.join(', ') || 'no argument';
}

function has(attributes: ObjectValue, name: string, value: Value, resource: Schema): boolean {
  const actual = attributes[name] ?? null;
  if (isObject(value) && isObject(actual))
    return Object.entries(value).every(([key, member]) => actual[key] === member);
  return sameValue(actual, value, resource.block.attributes[name]?.type ?? 'dynamic');
}
