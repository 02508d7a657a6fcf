import type { LastingSettings } from '@dr/state-manifest';
import type { Environment } from './environment';
import { listSettings, type Setting } from './list-settings';

/** Settings of an environment of which another value, or a lower one, means a new deployment. */
export function lastingSettings(environment: Environment): LastingSettings {
  const settings = listSettings();
  const valuesOf = (some: readonly Setting[]) =>
    Object.fromEntries(
      some.flatMap(({ path }) => {
        const value = valueAt(environment, path);
        return value === undefined ? [] : [[path, String(value)]];
      }),
    );
  return {
    fixed: valuesOf(settings.filter(({ change }) => change === 'new deployment')),
    growing: valuesOf(settings.filter(({ growsOnly }) => growsOnly)),
  };
}

function valueAt(environment: Environment, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], environment);
}
