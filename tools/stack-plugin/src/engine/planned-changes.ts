import { createHash } from 'node:crypto';
import type { ChangeCounts } from './terraform-events';

/** Action of a plan on one resource. */
export type ChangeAction = 'create' | 'update' | 'replace' | 'destroy' | 'forget' | 'move' | 'import';

/** One value of a resource that a plan changes. */
export interface AttributeChange {
  /** `tags.owner`, `rule[0].priority` */
  readonly path: string;
  /** Left out where there was none. A secret is its hash. */
  readonly before?: unknown;
  /** Left out where there will be none, or where it is not yet known. A secret is its hash. */
  readonly after?: unknown;
  /** Known only once it is applied. */
  readonly unknown?: true;
  readonly secret?: true;
  /** Cannot be changed in place: it is why the resource is replaced. */
  readonly forcesReplacement?: true;
}

/** One resource that a plan changes. */
export interface PlannedChange {
  /** `aws_vpc.Vpc_0A1B2C3D` */
  readonly address: string;
  /** The address that it had before, where the configuration says that it moved. */
  readonly previousAddress?: string;
  /** Whether it was there without Terraform's knowledge, and is taken over. */
  readonly imported?: true;
  readonly type: string;
  readonly action: ChangeAction;
  /** Terraform's word for why: `replace_because_cannot_update`, `delete_because_no_resource_config`. */
  readonly reason?: string;
  readonly attributes: readonly AttributeChange[];
}

/** A resource in the output of `terraform show -json` of a plan [Terraform, JSON output format]. */
export interface ResourceChangeJson {
  readonly address: string;
  readonly previous_address?: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly action_reason?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: unknown;
    readonly after: unknown;
    readonly after_unknown?: unknown;
    readonly before_sensitive?: unknown;
    readonly after_sensitive?: unknown;
    readonly replace_paths?: readonly (readonly (string | number)[])[];
    readonly importing?: object;
  };
}

/** Members of `terraform show -json` of a plan that are used. */
export interface TerraformPlanJson {
  readonly resource_changes?: readonly ResourceChangeJson[];
  readonly resource_drift?: readonly ResourceChangeJson[];
}

/** Destroyed and replaced first. */
const ORDER: readonly ChangeAction[] = ['destroy', 'replace', 'forget', 'update', 'move', 'import', 'create'];

/** Changes of resources, destroyed and replaced ones first; secrets are hashed. */
export function plannedChanges(resources: readonly ResourceChangeJson[] = []): readonly PlannedChange[] {
  return resources
    .filter(({ mode }) => mode === 'managed')
    .flatMap((resource) => {
      const action = actionOf(resource);
      if (action === undefined) return [];
      const { address, previous_address: previousAddress, type, action_reason: reason } = resource;
      return [
        {
          address,
          ...(previousAddress === undefined ? {} : { previousAddress }),
          ...(resource.change.importing === undefined ? {} : { imported: true as const }),
          type,
          action,
          ...(reason === undefined ? {} : { reason }),
          attributes: action === 'destroy' || action === 'forget' ? [] : attributeChanges(resource),
        },
      ];
    })
    .sort((a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action) || a.address.localeCompare(b.address, 'en'));
}

/** Terraform's words for actions in its stream [Terraform, machine-readable UI], where they are others than here. */
const ANNOUNCED: Readonly<Record<string, ChangeAction | undefined>> = {
  create: 'create',
  update: 'update',
  replace: 'replace',
  delete: 'destroy',
  remove: 'forget',
  move: 'move',
  import: 'import',
};

/** Action on a resource, announced while the plan is made, without values. Empty for a resource that is only read. */
export function announcedChange(event: {
  readonly address: string;
  readonly action: string;
}): readonly PlannedChange[] {
  const action = ANNOUNCED[event.action];
  const type =
    event.address
      .replace(/\[.*?\]/g, '')
      .split('.')
      .at(-2) ?? '';
  return action === undefined ? [] : [{ address: event.address, type, action, attributes: [] }];
}

/** The number of resources that changes add, change and destroy; one that is replaced is both added and destroyed. */
export function countsOf(changes: readonly { readonly action: ChangeAction }[]): ChangeCounts {
  const count = (...actions: readonly ChangeAction[]) =>
    changes.filter(({ action }) => actions.includes(action)).length;
  return { add: count('create', 'replace'), change: count('update'), remove: count('destroy', 'replace') };
}

function actionOf({ change, previous_address: previousAddress }: ResourceChangeJson): ChangeAction | undefined {
  const { actions, importing } = change;
  if (actions.includes('delete')) return actions.length > 1 ? 'replace' : 'destroy';
  // Made before the old one is forgotten, not destroyed [Terraform, JSON output format].
  if (actions.includes('forget')) return actions.length > 1 ? 'replace' : 'forget';
  if (actions.includes('create')) return 'create';
  if (actions.includes('update')) return 'update';
  if (importing !== undefined) return 'import';
  return previousAddress === undefined ? undefined : 'move';
}

function attributeChanges({ type, address, change }: ResourceChangeJson): readonly AttributeChange[] {
  const forcing = new Set((change.replace_paths ?? []).map((path) => path.reduce<string>(joinPath, '')));
  const changes: AttributeChange[] = [];
  const salt = `${type} ${address}`;

  function add(path: string, values: Values): void {
    // A list that is shown as a whole may hold a secret deep within.
    const secret = holdsTrue(values.beforeSecret) || holdsTrue(values.afterSecret);
    const shown = (value: unknown) => (secret ? hashOf(`${salt} ${path}`, value) : value);
    changes.push({
      path,
      ...(isNothing(values.before) ? {} : { before: shown(values.before) }),
      ...(values.unknown === true ? { unknown: true as const } : {}),
      ...(values.unknown === true || isNothing(values.after) ? {} : { after: shown(values.after) }),
      ...(secret ? { secret: true as const } : {}),
      ...(forcing.has(path) ? { forcesReplacement: true as const } : {}),
    });
  }

  function walk(path: string, values: Values): void {
    const { before, after, unknown, beforeSecret, afterSecret } = values;
    if (unknown !== true && sameValue(before, after) && !holdsTrue(unknown)) return;
    const isWhole = unknown === true || beforeSecret === true || afterSecret === true || forcing.has(path);
    const keys = isWhole ? undefined : keysOf(before, after, unknown);
    if (keys === undefined) return add(path, { ...values, unknown: holdsTrue(unknown) ? true : undefined });
    for (const key of keys) {
      walk(joinPath(path, key), {
        before: memberOf(before, key),
        after: memberOf(after, key),
        unknown: memberOf(unknown, key),
        beforeSecret: memberOf(beforeSecret, key),
        afterSecret: memberOf(afterSecret, key),
      });
    }
  }

  walk('', {
    before: change.before,
    after: change.after,
    unknown: change.after_unknown,
    beforeSecret: change.before_sensitive,
    afterSecret: change.after_sensitive,
  });
  return changes;
}

/** A value of a resource with what Terraform says of it, each in the same shape. */
interface Values {
  readonly before: unknown;
  readonly after: unknown;
  /** True, or an object or list with true where the value is known only after the apply. */
  readonly unknown: unknown;
  readonly beforeSecret: unknown;
  readonly afterSecret: unknown;
}

/** Members to compare one by one, or undefined for values that are shown as a whole. */
function keysOf(...values: readonly unknown[]): readonly (string | number)[] | undefined {
  const present = values.filter((value) => !isNothing(value) && value !== false);
  if (present.length === 0) return undefined;
  if (present.every(Array.isArray)) {
    // A list that grows or shrinks, and one of plain values, is read better as a whole.
    const lengths = new Set(values.slice(0, 2).map((value) => (Array.isArray(value) ? value.length : -1)));
    const isOfObjects = present.flat().every((item) => typeof item === 'object' && item !== null);
    return lengths.size === 1 && isOfObjects ? present[0]?.map((_item, index) => index) : undefined;
  }
  if (!present.every((value) => typeof value === 'object' && !Array.isArray(value))) return undefined;
  return [...new Set(present.flatMap((value) => Object.keys(value as object)))].sort();
}

function memberOf(value: unknown, key: string | number): unknown {
  if (value === true) return true;
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
}

const isNothing = (value: unknown) => value === null || value === undefined;

function sameValue(before: unknown, after: unknown): boolean {
  return JSON.stringify(before ?? null) === JSON.stringify(after ?? null);
}

function holdsTrue(value: unknown): boolean {
  if (value === true) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsTrue);
}

function joinPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** Distinguishes a changed secret from an unchanged one, and hides that two places hold the same. */
function hashOf(salt: string, value: unknown): string {
  return `sha256:${createHash('sha256')
    .update(`${salt}\n${JSON.stringify(value)}`)
    .digest('hex')
    .slice(0, 16)}`;
}
