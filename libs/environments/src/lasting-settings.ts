import type { DeclaredSettings } from '@dr/state-manifest';
import type { Environment } from './environment';
import { listSettings, type Setting } from './list-settings';

/** Settings of an environment of which another value, or a lower one, means steps or a new deployment. */
export function lastingSettings(environment: Environment): DeclaredSettings {
  const settings = listSettings();
  const valuesOf = (some: readonly Setting[]) =>
    Object.fromEntries(
      some.flatMap(({ path }) => {
        const value = valueAt(environment, path);
        return value === undefined ? [] : [[path, String(value)]];
      }),
    );
  const beside = Object.fromEntries(
    settings.flatMap(({ path, beside: other }) => {
      const value = other === undefined ? undefined : valueAt(environment, other);
      return value === undefined ? [] : [[path, String(value)]];
    }),
  );
  return {
    fixed: valuesOf(settings.filter(({ change }) => change === 'new deployment' || change === 'by steps')),
    growing: valuesOf(settings.filter(({ growsOnly }) => growsOnly)),
    ...(Object.keys(beside).length > 0 && { beside }),
    steps: Object.fromEntries(settings.flatMap(({ path, steps }) => (steps === undefined ? [] : [[path, steps]]))),
  };
}

function valueAt(environment: Environment, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], environment);
}
