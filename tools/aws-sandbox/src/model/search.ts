import type { AccountView } from './account-view';
import { blocks, isObject, text, texts, valuesAt } from './attribute-values';
import { ProviderRefusal } from './aws-error';
import type { ResourceDefinition, Sought } from './resource-definition';
import type { ResourceRecord } from './resource-record';
import type { ObjectValue, Value } from './value';

/** One `filter` block of a data source. */
export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

export function filtersOf(config: ObjectValue): readonly Filter[] {
  return blocks(config['filter']).map(({ name, values }) => ({ name: text(name), values: texts(values) }));
}

/**
 * Whether something meets all filters, each by any of its values, in which `*` stands for any characters, `?` for one,
 * and a backslash takes either as it is [Amazon EC2 user guide, filtering considerations].
 */
export function meetsFilters(filters: readonly Filter[], valuesOf: (name: string) => readonly Value[]): boolean {
  return filters.every(({ name, values }) => {
    const patterns = values.map(patternOf);
    return valuesOf(name).some((value) => patterns.some((pattern) => pattern.test(String(value))));
  });
}

function patternOf(value: string): RegExp {
  const parts = value.match(/\\?[^]/gu) ?? [];
  const source = parts.map((part) =>
    part === '*' ? '.*' : part === '?' ? '.' : part.slice(-1).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, 'su');
}

/** @throws ProviderRefusal for a filter that the sandbox does not apply */
export function assertFiltersKnown(source: string, filters: readonly Filter[], known: readonly string[]): void {
  const strange = filters.find(
    ({ name }) => !known.includes(name) && !(name.startsWith('tag:') && known.includes(TAG)),
  );
  if (strange === undefined) return;
  throw new ProviderRefusal(
    `the sandbox does not filter ${source} by "${strange.name}"`,
    ['filter'],
    `${source}: filter is "${strange.name}", expected ${known.length === 0 ? 'none' : `one of ${known.join(', ')}`}. Use another filter or argument, or add it to the service's folder in tools/aws-sandbox/src/services.`,
  );
}

/** Stands for `tag:Name` and the like. */
const TAG = 'tag:<key>';

/** Filters that a type of resource is found by. */
export function filterNames({ filters }: ResourceDefinition): readonly string[] {
  return filters === undefined ? [] : [...Object.keys(filters).sort(), TAG, 'tag-key'];
}

/** Whether a resource meets filters that its type knows. */
export function isFilteredIn(
  record: ResourceRecord,
  { filters: known = {} }: ResourceDefinition,
  filters: readonly Filter[],
  account: AccountView,
): boolean {
  const tags = tagsOf(record);
  return meetsFilters(filters, (name) => {
    if (name === 'tag-key') return Object.keys(tags);
    if (name.startsWith('tag:')) return valuesOf(tags[name.slice('tag:'.length)]);
    const sought = known[name];
    return sought === undefined ? [] : soughtValues(sought, record, account);
  });
}

export function soughtValues(sought: Sought, record: ResourceRecord, account: AccountView): readonly Value[] {
  if (typeof sought === 'string') return valuesAt(record.attributes, sought);
  return valuesOf(sought(record, account));
}

function valuesOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Whether a resource has all of these tags, its own or the provider's default ones. */
export function hasTags(record: ResourceRecord, wanted: Value | undefined): boolean {
  const tags = tagsOf(record);
  return !isObject(wanted) || Object.entries(wanted).every(([key, value]) => tags[key] === value);
}

/** Tags of a resource, those that the provider adds to all too. */
export function tagsOf({ attributes }: ResourceRecord): ObjectValue {
  const tags = attributes['tags_all'] ?? attributes['tags'] ?? null;
  return isObject(tags) ? tags : {};
}
