import type { LastingSettings } from '@dr/state-manifest';
import { meansNewDeployment, type OtherSetting, otherRoot } from '../errors';
import type { ResourceChangeJson } from './planned-changes';
import type { PlannedState, Run } from './run';

/**
 * Refuses settings of which what is recorded has another value, where another one means a new deployment.
 *
 * @throws UserError with the settings, both values, and what to do; nothing was planned
 */
export function refuseOtherDeployment({ options: { environment }, manifests, records }: Run): void {
  const settings = manifests.flatMap((manifest) => manifest.settings ?? []);
  const recorded = [...records.states.values()].flatMap(({ record }) => record.settings ?? []);
  const others = new Map<string, OtherSetting>();
  for (const wanted of settings) {
    for (const deployed of recorded) {
      for (const other of otherSettings(deployed, wanted)) others.set(other.path, other);
    }
  }
  if (others.size > 0) throw meansNewDeployment(environment, [...others.values()]);
}

/** Settings that differ from those of what is deployed, or are lower where they only grow; of those that both have. */
function otherSettings(deployed: LastingSettings, wanted: LastingSettings): readonly OtherSetting[] {
  const pairs = (of: 'fixed' | 'growing') =>
    Object.entries(deployed[of]).flatMap(([path, value]): OtherSetting[] => {
      const other = wanted[of][path];
      return other === undefined ? [] : [{ path, deployed: value, wanted: other }];
    });
  return [
    ...pairs('fixed').filter((setting) => setting.wanted !== setting.deployed),
    ...pairs('growing').filter((setting) => isLower(setting.wanted, setting.deployed)),
  ];
}

/** Whether a number or version is lower than another: 16.10 is higher than 16.9. */
function isLower(value: string, than: string): boolean {
  const [left, right] = [value, than].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const differing = right.findIndex((part, index) => (left[index] ?? 0) !== part);
  return differing >= 0 && (left[differing] ?? 0) < (right[differing] as number);
}

/** Last part of the name of the parameter that each published contract has. */
const CONTRACT_HASH = '/contract-hash';

/**
 * Refuses plans over the states of another platform or environment, which hold what is published below another root: no
 * record says so, since records are below the root themselves.
 *
 * @throws UserError with the state and both roots; nothing was changed
 */
export function refuseOtherRoot(
  { options: { environment }, parameterRoot }: Run,
  plans: ReadonlyMap<string, PlannedState>,
): void {
  for (const [state, { plan }] of plans) {
    const root = plan.resources.map(rootOf).find((found) => found !== undefined && found !== parameterRoot);
    if (root !== undefined) throw otherRoot(environment, state, root, parameterRoot);
  }
}

/** `/<platform>/<environment>` of a contract that a state publishes now. */
function rootOf({ type, change }: ResourceChangeJson): string | undefined {
  const { name = '' } = (change.before ?? {}) as { readonly name?: string };
  if (type !== 'aws_ssm_parameter' || !name.endsWith(CONTRACT_HASH)) return undefined;
  return name.split('/').slice(0, 3).join('/');
}
