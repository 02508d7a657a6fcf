import { addressKey } from '@dr/state-manifest';
import { allowedChangesUnused, allowedNothing, lossesNotAllowed } from '../errors';
import { ALLOWED_CHANGES_FILE } from './allowed-changes';
import { isSettingPath } from './refuse-other-deployment';
import type { PlannedChange, ResourceChangeJson } from './planned-changes';
import type { PlannedState, Run } from './run';

/**
 * @throws UserError with all that the plans would take away and nobody asked for, and what to type where it is meant;
 * or where something was allowed that none of them does
 */
export async function refuseLosses(run: Run, plans: ReadonlyMap<string, PlannedState>): Promise<void> {
  const { options, allowedChanges } = run;
  const { allow, permits = () => false } = options;
  const takesAway = [...plans.values()].some(({ plan }) =>
    plan.changes.some(({ action }) => action !== 'create' && action !== 'update'),
  );
  const published = takesAway ? await publishedValues(run) : new Set<string>();
  const all = [...plans].flatMap(([state, { plan }]) =>
    lossesOf(plan.changes, plan.resources, published).map((loss) => ({ state, ...loss })),
  );
  const named = new Set(all.map(({ state, address }) => `${state}:${address}`));
  const unused = allow.filter((entry) => !isSettingPath(entry) && !named.has(entry));
  if (unused.length > 0) throw allowedNothing(unused);
  const key = ({ state, action, address }: { state: string; action: string; address: string }) =>
    `${state}: ${action} ${address}`;
  const reviewed = new Set(allowedChanges.map(key));
  const found = new Set(all.map(key));
  const idle = allowedChanges.filter(({ state }) => plans.has(state)).map(key);
  const unusedEntries = idle.filter((entry) => !found.has(entry));
  if (unusedEntries.length > 0) throw allowedChangesUnused(ALLOWED_CHANGES_FILE, unusedEntries);
  const asked = all.filter(
    (loss) => !allow.includes(`${loss.state}:${loss.address}`) && !reviewed.has(key(loss)) && !permits(loss),
  );
  if (asked.length > 0) throw lossesNotAllowed(asked);
}

/**
 * The values of all outputs that a state reads, of this run or recorded, as they are published now; items of lists by
 * themselves. A resource may be published by another state than the one that holds it.
 */
async function publishedValues({
  manifests,
  otherManifests,
  records,
  parameterRoot,
  store,
}: Run): Promise<ReadonlySet<string>> {
  const reads = [
    ...[...manifests, ...otherManifests].flatMap(({ states }) => states.flatMap((state) => state.reads)),
    ...[...records.states.values()].flatMap(({ record }) => record.reads),
  ].filter((read) => !records.dark.has(read.store));
  const folders = new Map(reads.map((read) => [addressKey(read), read]));
  const values = await Promise.all(
    [...folders.values()].map(({ contract, region, store: of }) =>
      store.readFolder(`${parameterRoot}/${region}/${contract}`, of),
    ),
  );
  const all = values.flatMap((folder) => Object.values(folder)).flatMap((value) => [value, ...value.split(',')]);
  return new Set(all.filter((value) => value !== ''));
}

/** Something that a plan would take away, and that must be asked for. */
export interface Loss {
  readonly address: string;
  readonly action: 'destroy' | 'replace' | 'forget' | 'update';
  /** For people: what happens, and why it is one. */
  readonly text: string;
}

/**
 * Arguments by which the provider guards what a resource keeps: a type that has one keeps data, or a name that is taken
 * for a while after it is gone.
 */
const GUARD =
  /^(force_(destroy|delete)|skip_final_snapshot|final_snapshot_identifier|.*deletion_protection.*|(recovery|deletion)_window.*|delete_automated_backups)$/;

/** Types that keep data and have no such argument, so that the schema does not tell [AWS provider, their pages]. */
const KEEPS_DATA =
  /^aws_(sqs_queue|cloudwatch_log_group|efs_file_system|fsx_\w+_file_system|ebs_volume|kinesis_stream|msk_cluster|elasticache_(cluster|replication_group|serverless_cache)|memorydb_cluster|opensearch_domain|cognito_user_pool)$/;

/** Switches that protect what a resource keeps while they are on. */
const PROTECTION =
  /deletion_protection|prevent_destroy|(^|\.)(storage_)?encrypted$|(point_in_time_recovery|server_side_encryption)\S*enabled$|versioning\S*status$/;

/** Switches that give it up while they are on. */
const RELEASE = /(^|\.)(force_(destroy|delete)|skip_final_snapshot|delete_automated_backups)$/;

/** Numbers that say for how long something is kept. */
const RETENTION = /retention|recovery_window|deletion_window/;

/** The one retention of which 0 means for ever [AWS provider, aws_cloudwatch_log_group]. */
const LOG_RETENTION = /(^|\.)retention_in_days$/;

/** Blocks that stand for copies of the data. */
const COPIES = /^replica$/;

/** More than this part of a state, and at least so many resources, is never destroyed by the way. */
const LARGE_PART = 0.5;
const LARGE_COUNT = 5;

/**
 * Losses of a deploy, which need permission: what keeps data or a name, or is named by a published output, destroyed or
 * replaced; protections and copies switched off in place; and most of a state at once.
 *
 * @param resources of `terraform show -json`, with those that stay as they are
 * @param published values of outputs that a state reads, as they are in the parameter store now
 */
export function lossesOf(
  changes: readonly PlannedChange[],
  resources: readonly ResourceChangeJson[],
  published: ReadonlySet<string>,
): readonly Loss[] {
  const before = new Map(resources.map(({ address, change }) => [address, change.before as Attributes | null]));
  const losses = changes.flatMap((change) => {
    const reason = reasonOf(change, before.get(change.address) ?? {}, published);
    return reason === undefined
      ? []
      : [
          {
            address: change.address,
            action: change.action as Loss['action'],
            text: `${change.action} ${change.address}: ${reason}`,
          },
        ];
  });
  const managed = resources.filter(({ mode, change }) => mode === 'managed' && change.before !== null);
  const destroyed = changes.filter(({ action }) => action === 'destroy');
  if (destroyed.length >= LARGE_COUNT && destroyed.length > managed.length * LARGE_PART) {
    const told = new Set(losses.map(({ address }) => address));
    losses.push(
      ...destroyed
        .filter(({ address }) => !told.has(address))
        .map(({ address }) => ({
          address,
          action: 'destroy' as const,
          text: `destroy ${address}: one of ${destroyed.length} of the state's ${managed.length} resources`,
        })),
    );
  }
  return losses;
}

type Attributes = Readonly<Record<string, unknown>>;

function reasonOf(
  { action, type, attributes }: PlannedChange,
  before: Attributes,
  published: ReadonlySet<string>,
): string | undefined {
  if (action === 'destroy' || action === 'replace' || action === 'forget') {
    // A version that is kept on purpose, such as that of a task, is only left alone.
    if (before['skip_destroy'] === true) return undefined;
    if (KEEPS_DATA.test(type)) return 'it keeps data';
    const guard = Object.keys(before).find((name) => GUARD.test(name));
    if (guard !== undefined) return `it keeps data or a name: its type is guarded by ${guard}`;
    const named = ['arn', 'id'].map((name) => before[name]).find((value) => isText(value) && published.has(value));
    return named === undefined ? undefined : `an output that is read names it (${String(named)})`;
  }
  if (action !== 'update') return undefined;
  return attributes.map(weakening).find((reason) => reason !== undefined);
}

function weakening({ path, before, after, unknown }: PlannedChange['attributes'][number]): string | undefined {
  if (PROTECTION.test(path) && isOn(before) && !isOn(after) && !unknown) return `${path} is switched off`;
  if (RELEASE.test(path) && !isOn(before) && isOn(after)) return `${path} is switched on`;
  if (RETENTION.test(path) && !unknown && keptFor(path, after) < keptFor(path, before)) {
    return `${path} goes down from ${String(before ?? 'none')} to ${String(after ?? 'none')}`;
  }
  if (COPIES.test(path) && Array.isArray(before)) {
    const left = Array.isArray(after) ? after.length : 0;
    if (left < before.length) return `${before.length - left} of ${before.length} copies are removed`;
  }
  return undefined;
}

const isOn = (value: unknown) => value === true || value === 'Enabled';

function keptFor(path: string, value: unknown): number {
  if (LOG_RETENTION.test(path) && (value === 0 || value === undefined)) return Infinity;
  return typeof value === 'number' ? value : value === undefined ? 0 : NaN;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
