import type { Environment } from './environment';

/** `/<platform>/<environment>`: the root of every parameter path of an environment. */
export function parameterRootOf(environment: Pick<Environment, 'platform' | 'name'>): string {
  return `/${environment.platform}/${environment.name}`;
}
