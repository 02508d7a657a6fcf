import { type Environment, lastingSettings } from '@dr/environments';
import type { DeclaredSettings } from '@dr/state-manifest';

/**
 * Settings of which another value is another account, other buckets or other names: beside deployed stacks it is refused.
 * Those that only stacks change, by steps or upwards, are theirs: their roles may have to be there before.
 */
export function fixedSettings(environment: Environment): DeclaredSettings {
  const { fixed, steps } = lastingSettings(environment);
  const anew = Object.entries(fixed).filter(([path]) => steps[path] === undefined);
  return { fixed: Object.fromEntries(anew), growing: {}, steps: {} };
}
