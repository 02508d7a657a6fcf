import type { LastingSettings, StateManifest } from '@dr/state-manifest';
import { allowedNothing, type OtherSetting, otherRoot, settingsRefused } from '../errors';
import type { ResourceChangeJson } from './planned-changes';
import type { PlannedState, Run } from './run';

/** Whether an entry of `--allow` is the path of a setting: `dns.zone`, and no resource of a state. */
export const isSettingPath = (entry: string) => !entry.includes(':');

/**
 * Refuses settings of which what is recorded has another value, where another one means a new deployment, or steps that
 * are neither under way nor allowed.
 *
 * @throws UserError with the settings, both values, and what to do, or with what is allowed and not changed; nothing was
 *   planned
 */
export function refuseOtherDeployment({
  options: { environment, allow },
  manifests,
  records,
}: Pick<Run, 'options' | 'manifests' | 'records'>): void {
  const settings = manifests.flatMap((manifest) => manifest.settings ?? []);
  const steps = Object.assign({}, ...settings.map((declared) => declared.steps)) as Readonly<
    Record<string, readonly string[]>
  >;
  const recorded = [...records.states.values()].flatMap(({ record }) => record.settings ?? []);
  const others = new Map<string, OtherSetting>();
  for (const wanted of settings) {
    for (const deployed of recorded) {
      for (const other of otherSettings(deployed, wanted)) others.set(other.path, other);
    }
  }
  const made = allow.filter((path) => others.has(path) && steps[path] !== undefined);
  const idle = allow.filter((entry) => isSettingPath(entry) && !made.includes(entry));
  if (idle.length > 0) throw allowedNothing(idle);
  const refused = [...others.values()].filter(({ path }) => !made.includes(path));
  if (refused.length > 0) throw settingsRefused(environment, refused, steps);
}

/** Settings of a stack as a record holds them: what another checkout compares, and not the steps that it would print. */
export function recordedSettings(manifests: readonly StateManifest[], stack: string): LastingSettings | undefined {
  const settings = manifests.find((manifest) => manifest.stack === stack)?.settings;
  if (settings === undefined) return undefined;
  const { steps: _printed, ...recorded } = settings;
  return recorded;
}

/** Settings that differ from those of what is deployed, or are lower where they only grow; of those that both have. */
function otherSettings(deployed: LastingSettings, wanted: LastingSettings): readonly OtherSetting[] {
  const pairs = (of: 'fixed' | 'growing') =>
    Object.entries(deployed[of]).flatMap(([path, value]): OtherSetting[] => {
      const other = wanted[of][path];
      return other === undefined ? [] : [{ path, deployed: value, wanted: other }];
    });
  return [
    ...pairs('fixed').filter(
      (setting) => setting.wanted !== setting.deployed && !isExchange(setting, deployed.beside, wanted.beside),
    ),
    ...pairs('growing').filter((setting) => isLower(setting.wanted, setting.deployed)),
  ];
}

/** Whether a value changes places with the one that served beside it. */
function isExchange(
  { path, deployed, wanted }: OtherSetting,
  besideDeployed: LastingSettings['beside'] = {},
  besideWanted: LastingSettings['beside'] = {},
): boolean {
  return besideDeployed[path] === wanted && besideWanted[path] === deployed;
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
