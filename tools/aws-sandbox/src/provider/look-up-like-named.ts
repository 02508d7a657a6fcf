import type { Schema, SchemaSource } from '../schema/model';
import type { ServiceCatalog } from '../services/catalog';
import { isObject } from './attribute-values';
import { UNKNOWN, type ObjectValue, type StateResponse, type Value } from './provider-api';
import { type Caller, exists, type ResourceLifecycle } from './resource-lifecycle';
import { sameValue } from './same-value';

export interface LookUp {
  readonly schema: Schema;
  readonly schemas: SchemaSource;
  readonly catalog: ServiceCatalog;
  readonly lifecycle: ResourceLifecycle;
  readonly caller: Caller;
  readonly config: ObjectValue;
}

/** Arguments that say how to search, not what for. */
const NOT_SEARCHED: ReadonlySet<string> = new Set(['region', 'filter', 'most_recent', 'timeouts', 'with_decryption']);

/**
 * A data source that nothing is written of finds the one resource of its own name that has every argument given:
 * `data.aws_sqs_queue` with a name finds the `aws_sqs_queue` of that name.
 */
export function lookUpLikeNamed({ schema, schemas, catalog, lifecycle, caller, config }: LookUp): StateResponse {
  const { type, block } = schema;
  const label = catalog.resource(type).knowledge.label;
  const resource = schemas.find('resource', type);
  if (resource === undefined) {
    return refused(
      `reading ${label}: not modelled by the sandbox`,
      `${type}: the sandbox knows no resource that this data source reads, and no knowledge of it is written. Add an entry to the service's file in tools/aws-sandbox/src/services.`,
    );
  }
  const asked = Object.entries(config).filter(
    ([name, value]) => value !== null && value !== UNKNOWN && !NOT_SEARCHED.has(name) && !isEmpty(value),
  );
  const searchable = asked.filter(([name]) => resource.block.attributes[name] !== undefined || name === 'tags');
  const found = lifecycle.account
    .list(type)
    .filter((record) => (record.region === caller.region || record.region === 'global') && exists(record))
    .filter(({ attributes }) => searchable.every(([name, value]) => has(attributes, name, value, resource)));
  const question = searchable.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ') || 'no argument';
  const [only] = found;
  if (only === undefined) {
    return refused(
      `reading ${label}: couldn't find resource`,
      `${type}: no ${label} with ${question} exists in ${caller.region}. Make it first, or correct the arguments.`,
    );
  }
  if (found.length > 1) {
    return refused(
      `reading ${label}: too many results: wanted 1, got ${found.length}`,
      `${type}: several have ${question}. Give arguments that only one has.`,
    );
  }
  const values = lifecycle.stateOf(type, resource, only, {});
  const state: Record<string, Value> = {};
  for (const name of Object.keys(block.attributes))
    state[name] = config[name] ?? values[name] ?? (name === 'region' ? caller.region : null);
  for (const [name, { nesting }] of Object.entries(block.blocks))
    state[name] = config[name] ?? (nesting === 'single' ? null : []);
  if (block.attributes['id'] !== undefined) state['id'] = config['id'] ?? only.id;
  return { state, diagnostics: [] };
}

function has(attributes: ObjectValue, name: string, value: Value, resource: Schema): boolean {
  const actual = attributes[name] ?? null;
  if (isObject(value) && isObject(actual))
    return Object.entries(value).every(([key, member]) => actual[key] === member);
  return sameValue(actual, value, resource.block.attributes[name]?.type ?? 'dynamic');
}

function isEmpty(value: Value): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function refused(summary: string, detail: string): StateResponse {
  return { state: null, diagnostics: [{ severity: 'error', summary, detail }] };
}
