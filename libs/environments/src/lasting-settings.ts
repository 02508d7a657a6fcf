import type { DeclaredSettings } from '@dr/state-manifest';
import type { Environment } from './environment';
import { listSettings, type Setting } from './list-settings';

/** Settings of an environment of which another value, or a lower one, means steps or a new deployment. */
export function lastingSettings(environment: Environment): DeclaredSettings {
  const settings = listSettings();
  /** Values by path: each setting's own, or that of the path that is named for it. */
  const valuesOf = (some: readonly Setting[], at = ({ path }: Setting): string => path) =>
    Object.fromEntries(
      some.flatMap((setting) => {
        const value = valueAt(environment, at(setting));
        return value === undefined ? [] : [[setting.path, String(value)]];
      }),
    );
  const beside = valuesOf(
    settings.filter((setting) => setting.beside !== undefined),
    (setting) => setting.beside as string,
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
