import type { Environment, EnvironmentSettings } from './environment';
import { dev } from './environments/dev';
import { local } from './environments/local';
import { prod } from './environments/prod';
import { UnknownEnvironmentError } from './errors';
import { parseEnvironment } from './parse-environment';

const SETTINGS: Readonly<Record<string, EnvironmentSettings>> = { local, dev, prod };

export const ENVIRONMENT_NAMES = Object.keys(SETTINGS);

/**
 * The validated settings of an environment.
 *
 * @throws UnknownEnvironmentError naming the ones there are
 * @throws InvalidEnvironmentError with every problem of the settings
 */
export function loadEnvironment(name: string): Environment {
  const settings = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  if (!settings) throw new UnknownEnvironmentError(name, ENVIRONMENT_NAMES);
  return parseEnvironment(`libs/environments/src/environments/${name}.ts`, settings);
}
