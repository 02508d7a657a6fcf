import {
  type ContractAddress,
  type ContractRead,
  describeUnfit,
  PUBLISHED_TYPES,
  type StateEntry,
  unfitOutputs,
} from '@dr/state-manifest';
import { plannedOutputsUnfit } from '../errors';
import type { ResourceChangeJson } from './planned-changes';

/** Planned parameters of one region's store. */
export interface PlannedParameters {
  /** Value by name; undefined where it is known only after the apply. */
  readonly values: ReadonlyMap<string, string | undefined>;
  /** Type by name, of the same parameters. */
  readonly types: ReadonlyMap<string, string>;
  readonly removed: ReadonlySet<string>;
}

export const NO_PARAMETERS: PlannedParameters = { values: new Map(), types: new Map(), removed: new Set() };

type Json = Readonly<Record<string, unknown>>;

/** Holds a value that is not known: what is only still to be created has no id yet. */
const UNKNOWN_RESOURCE = 'not-yet-published';
const UNKNOWN_VALUE = `\${terraform_data.${UNKNOWN_RESOURCE}.id}`;

/** Address of the resource that stands for unknown inputs in a plan, and that is never applied. */
export const UNKNOWN_ADDRESS = `terraform_data.${UNKNOWN_RESOURCE}`;

/** The parameters that a plan would write or remove, from its resources. */
export function plannedParameters(resources: readonly ResourceChangeJson[] = []): PlannedParameters {
  const values = new Map<string, string | undefined>();
  const types = new Map<string, string>();
  const removed = new Set<string>();
  for (const { type, change } of resources) {
    if (type !== 'aws_ssm_parameter' || change.actions.includes('no-op')) continue;
    const [before, after] = [change.before, change.after] as ({ name?: string; type?: string } | null)[];
    if (before?.name !== undefined && after?.name !== before.name) removed.add(before.name);
    if (after?.name === undefined) continue;
    values.set(after.name, knownValue(change));
    types.set(after.name, after.type ?? '');
  }
  return { values, types, removed: new Set([...removed].filter((name) => !values.has(name))) };
}

/** An output that a plan would publish with another value, or no more. */
export interface OutputChange {
  readonly parameter: string;
  /** Left out where it is not published yet. */
  readonly before?: string;
  /** Left out where it will be gone, or is known only after the apply. */
  readonly after?: string;
  readonly unknown?: true;
}

/** The outputs whose values a plan would change, from its resources; sorted. */
export function changedOutputs(resources: readonly ResourceChangeJson[] = []): readonly OutputChange[] {
  const { values, removed } = plannedParameters(resources);
  const before = new Map(
    resources
      .filter(({ type, change }) => type === 'aws_ssm_parameter' && change.before !== null)
      .map(({ change }) => change.before as { name: string; insecure_value?: string | null; value?: string | null })
      .map(({ name, insecure_value: insecure, value }) => [name, insecure ?? value ?? ''] as const),
  );
  const published = (parameter: string) => {
    const value = before.get(parameter);
    return value === undefined ? {} : { before: value };
  };
  const written = [...values]
    .filter(([parameter, value]) => value === undefined || value !== before.get(parameter))
    .map(([parameter, value]) => ({
      parameter,
      ...published(parameter),
      ...(value === undefined ? { unknown: true as const } : { after: value }),
    }));
  const gone = [...removed].map((parameter) => ({ parameter, ...published(parameter) }));
  return [...written, ...gone].sort((a, b) => a.parameter.localeCompare(b.parameter, 'en'));
}

/**
 * The parameters of a configuration of which nothing is deployed: all of them will be written, and a value that is an
 * expression is taken for unknown.
 */
export function configuredParameters(terraformJson: Json): PlannedParameters {
  const resources = (terraformJson['resource'] ?? {}) as Readonly<Record<string, Readonly<Record<string, Json>>>>;
  const parameters = Object.values(resources['aws_ssm_parameter'] ?? {});
  const isKnown = (value: unknown): value is string => typeof value === 'string' && !value.includes('${');
  const named = parameters.filter((parameter): parameter is Json & { name: string } => isKnown(parameter['name']));
  return {
    values: new Map(
      named.map(({ name, insecure_value: value }) => [name, isKnown(value) ? value : undefined] as const),
    ),
    types: new Map(named.map(({ name, type }) => [name, String(type)])),
    removed: new Set(),
  };
}

function knownValue({ after, after_unknown: unknown }: ResourceChangeJson['change']): string | undefined {
  const values = after as Readonly<Record<string, string | null | undefined>>;
  const isUnknown = (unknown ?? {}) as Readonly<Record<string, unknown>>;
  // The value itself is computed from the insecure one, and sensitive.
  if (isUnknown['insecure_value']) return undefined;
  return values['insecure_value'] ?? (isUnknown['value'] ? undefined : (values['value'] ?? undefined));
}

/** The parameters of several plans in one region's store. */
export function mergeParameters(all: readonly PlannedParameters[]): PlannedParameters {
  const values = new Map(all.flatMap((each) => [...each.values]));
  const types = new Map(all.flatMap((each) => [...each.types]));
  const removed = all.flatMap((each) => [...each.removed]).filter((name) => !values.has(name));
  return { values, types, removed: new Set(removed) };
}

interface ReadsByPath {
  readonly path: string;
  readonly region?: string;
  readonly lifecycle?: object;
}

/**
 * The configuration of a state that reads its contracts as they will be once its publishers are applied: what they have
 * published, with what their plans would change of it, unknown where that is unknown. A whole contract made unknown would
 * plan replacements that never come.
 *
 * @param planned by the region whose store holds the parameters
 * @returns undefined where nothing that it reads would change: its plan over what is published is the plan
 * @throws UserError where an output that it reads will be gone, or of another type
 */
export function withPlannedInputs(
  terraformJson: Json,
  { name, region: ownRegion, reads }: StateEntry,
  planned: ReadonlyMap<string, PlannedParameters>,
): Json | undefined {
  const data = (terraformJson['data'] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const readers = Object.entries((data['aws_ssm_parameters_by_path'] ?? {}) as Readonly<Record<string, ReadsByPath>>);
  const newLocals: Record<string, unknown> = {};
  const changedReaders: Record<string, unknown> = {};
  let locals = JSON.stringify(terraformJson['locals'] ?? {});
  let isUnknown = false;

  for (const [id, reader] of readers) {
    const { path, region = ownRegion } = reader;
    const { values, types, removed } = planned.get(region) ?? NO_PARAMETERS;
    const isBelow = (parameter: string) => parameter.startsWith(`${path}/`);
    const changes = [...values].filter(([parameter]) => isBelow(parameter));
    const removals = [...removed].filter(isBelow);
    if (changes.length === 0 && removals.length === 0) continue;

    const contract = reads.find((address) => isReadBy(address, path, region));
    if (contract) refuseUnfit(name, contract, types, removed);
    isUnknown ||= changes.some(([, value]) => value === undefined);
    newLocals[`planned-${id}`] = Object.fromEntries(
      changes.map(([parameter, value]) => [parameter, value === undefined ? UNKNOWN_VALUE : literal(value)]),
    );
    changedReaders[id] = withPlannedTypes(
      reader,
      new Map([...types].filter(([parameter]) => isBelow(parameter))),
      removals,
    );
    const published = `zipmap(nonsensitive(data.aws_ssm_parameters_by_path.${id}.names), nonsensitive(data.aws_ssm_parameters_by_path.${id}.values))`;
    const kept = `{for name, value in ${published} : name => value if !contains(${JSON.stringify(removals)}, name)}`;
    const read = `nonsensitive(zipmap(data.aws_ssm_parameters_by_path.${id}.names, data.aws_ssm_parameters_by_path.${id}.values))`;
    if (!locals.includes(read)) throw new Error(`${name}: no local holds what ${id} reads, expected ${read}`);
    locals = locals.replaceAll(read, inJson(`merge(${kept}, local.planned-${id})`));
  }
  if (Object.keys(changedReaders).length === 0) return undefined;

  const resource = (terraformJson['resource'] ?? {}) as Json;
  return {
    ...terraformJson,
    data: { ...data, aws_ssm_parameters_by_path: { ...data['aws_ssm_parameters_by_path'], ...changedReaders } },
    locals: { ...(JSON.parse(locals) as object), ...newLocals },
    ...(isUnknown
      ? {
          resource: {
            ...resource,
            terraform_data: { ...(resource['terraform_data'] as object), [UNKNOWN_RESOURCE]: {} },
          },
        }
      : {}),
  };
}

/** A reader whose conditions hold for what will be published. */
function withPlannedTypes(reader: ReadsByPath, types: ReadonlyMap<string, string>, removed: readonly string[]): object {
  const kept = `{for name, type in ${PUBLISHED_TYPES} : name => type if !contains(${JSON.stringify(removed)}, name)}`;
  const planned = `merge(${kept}, ${JSON.stringify(Object.fromEntries(types))})`;
  return JSON.parse(JSON.stringify(reader).replaceAll(PUBLISHED_TYPES, inJson(planned))) as object;
}

/** Text as it stands within a text of JSON. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Text that Terraform takes as it is. */
function literal(value: string): string {
  return value.replace(/([$%])\{/g, '$1$1{');
}

function isReadBy({ contract, region, store }: ContractAddress, path: string, storeOfPath: string): boolean {
  return store === storeOfPath && path.endsWith(`/${region}/${contract}`);
}

function refuseUnfit(
  state: string,
  read: ContractRead,
  types: ReadonlyMap<string, string>,
  removed: ReadonlySet<string>,
): void {
  // Terraform checks what no plan changes.
  const changed = read.outputs.filter(({ parameter }) => types.has(parameter) || removed.has(parameter));
  const unfit = unfitOutputs(changed, types);
  if (unfit.length > 0) throw plannedOutputsUnfit(state, read, describeUnfit(unfit));
}
