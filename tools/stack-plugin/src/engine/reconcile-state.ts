import type { StateEntry } from '@dr/state-manifest';
import { importsWouldChange } from '../errors';
import type { ClientSettings } from '../records/account-client';
import type { StateIdentity } from '../records/recorder';
import { settleApply, type UnendedApply, unendedApplyIn } from './apply-log';
import { regionsOf } from './dark-regions';
import { findLost, type LostResources, outdatedAddresses } from './find-lost';
import { importKindOf, type KnownValues } from './import-kinds';
import { openReconciliation, type StateRunOptions } from './state-run';
import type { TerraformJson } from './synthesized';
import { taggedResources } from './tagged-resources';

/** Region that lists resources of no region by their tags. */
const REGION_OF_GLOBAL = 'us-east-1';

/** Tags that tell this state's resources from all others of an account. */
const OWN_TAGS = ['platform', 'environment', 'state'];

/** Result of the look for what a killed apply left, and of its repair. */
export interface Reconciliation {
  readonly log: UnendedApply | undefined;
  readonly lost: LostResources;
  /** Managed resources of the backup that stands for a state that is cut; undefined where the state is whole. */
  readonly restored: number | undefined;
  /** Identity of the state, where nothing is left to do: it may be planned and deployed again. */
  readonly settled: StateIdentity | undefined;
}

/**
 * Looks for what the killed apply of a state left, and takes it into the state where it is to be repaired: found resources
 * alone, with their values as they are.
 *
 * @throws UserError where Terraform refuses, or where the repair would do more than import
 */
export async function reconcileState(
  options: StateRunOptions & { readonly reconciles: 'list' | 'repair' },
  client: ClientSettings,
): Promise<Reconciliation> {
  const isRepair = options.reconciles === 'repair';
  const { entry, terraformJson, workFolder } = options;
  const state = await openReconciliation(options);
  try {
    const log = await unendedApplyIn(workFolder);
    const outdated = isRepair ? outdatedAddresses(await state.readText(), log) : [];
    if (outdated.length > 0) await state.forget(outdated);
    const defaultTags = defaultTagsOf(terraformJson);
    const tags = Object.fromEntries(Object.entries(defaultTags).filter(([name]) => OWN_TAGS.includes(name)));
    const lost = await findLost(state, log, {
      tags,
      defaultTags,
      listed: await listTagged(client, entry, terraformJson, tags),
      blockOf: (address) => blockOf(terraformJson, address),
    });
    const restored = state.lost?.resources;
    const isMendable = lost.replaced.length === 0;
    if (isRepair && isMendable && lost.found.length > 0) {
      const imports = new Map(lost.found.map(({ address, importId }) => [address, importId]));
      const others = await state.planImportsAlone(imports);
      if (others.length > 0) throw importsWouldChange(entry.name, others);
      await state.applyImports();
    }
    const isSettled = isRepair
      ? isMendable && lost.ambiguous.length === 0
      : restored === undefined && !isAnythingLost(lost);
    if (!isSettled) return { log, lost, restored, settled: undefined };
    const settled = await state.readIdentity();
    await settleApply(workFolder);
    return { log, lost, restored, settled };
  } finally {
    await state.close();
  }
}

/** Whether a person has to look at anything, but for resources that belong to no creation of that apply. */
export function isAnythingLost({ strays: _strays, ...lost }: LostResources): boolean {
  return Object.values(lost).some((each) => each.length > 0);
}

async function listTagged(
  client: ClientSettings,
  entry: StateEntry,
  terraformJson: TerraformJson,
  tags: Readonly<Record<string, string>>,
) {
  const types = Object.keys((terraformJson['resource'] ?? {}) as object);
  const isGlobal = types.some((type) => importKindOf(type).arns?.isGlobal);
  const regions = new Set([...regionsOf(terraformJson, entry), ...(isGlobal ? [REGION_OF_GLOBAL] : [])]);
  return (await Promise.all([...regions].map((region) => taggedResources(client, region, tags)))).flat();
}

function defaultTagsOf(terraformJson: TerraformJson): Readonly<Record<string, string>> {
  const { aws = [] } = (terraformJson['provider'] ?? {}) as {
    readonly aws?: readonly {
      readonly default_tags?: readonly { readonly tags?: Readonly<Record<string, string>> }[];
    }[];
  };
  return aws[0]?.default_tags?.[0]?.tags ?? {};
}

function blockOf(terraformJson: TerraformJson, address: string): KnownValues | undefined {
  const [type = '', name = ''] = address.replace(/\[.*$/, '').split('.');
  const resources = (terraformJson['resource'] ?? {}) as Readonly<
    Record<string, Readonly<Record<string, KnownValues>>>
  >;
  return resources[type]?.[name];
}
