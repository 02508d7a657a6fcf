import type { ResourceContext } from './resource-definition';
import type { ResourceRecord } from './resource-record';
import { sameValue } from './same-value';
import { UNKNOWN } from './value';

/** Attributes that are no settings: identifiers that AWS gives, and tags. */
const APART: ReadonlySet<string> = new Set(['id', 'arn', 'region', 'tags', 'tags_all']);

/** Whether a resource has every setting that a creation names, so that AWS gives it back instead of refusing. */
export function agrees({ attributes }: ResourceContext, former: ResourceRecord): boolean {
  return Object.entries(attributes).every(
    ([name, value]) =>
      value === null || value === UNKNOWN || APART.has(name) || sameValue(value, former.attributes[name], 'dynamic'),
  );
}
