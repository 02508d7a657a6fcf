import { ENVIRONMENTS_FOLDER, environmentNamesIn } from '@dr/environment-names';
import type { Environment } from './environment';
import { InvalidEnvironmentError, UnknownEnvironmentError } from './errors';
import { parseEnvironment } from './parse-environment';

/** Begins with a letter and never leaves the folder. */
const ENVIRONMENT_NAME = /^[a-z][a-z0-9-]*$/;

/**
 * The validated settings of an environment, from its file.
 *
 * @throws UnknownEnvironmentError naming the ones there are
 * @throws InvalidEnvironmentError with every problem of the settings
 */
export function loadEnvironment(name: string): Environment {
  const file = `${ENVIRONMENTS_FOLDER}/${name}.ts`;
  const settings = ENVIRONMENT_NAME.test(name) ? settingsOf(name) : undefined;
  if (settings === undefined) throw new UnknownEnvironmentError(name, environmentNames());
  const environment = parseEnvironment(file, settings);
  // A copied file that keeps the name of the other would deploy over it.
  if (environment.name !== name) {
    throw new InvalidEnvironmentError(file, [
      { setting: 'name', got: environment.name, expected: `${name}, as the file` },
    ]);
  }
  return environment;
}

/** The environments of the workspace that is the current folder, the default first; none in another folder. */
export function environmentNames(): readonly string[] {
  return environmentNamesIn(ENVIRONMENTS_FOLDER);
}

/** Settings that the file of that name exports, or undefined without such a file. */
function settingsOf(name: string): unknown {
  let exported: object;
  try {
    // esbuild takes every file of the folder into the bundle for this pattern; import() would have to be awaited.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    exported = require(`./environments/${name}.ts`);
  } catch (error) {
    if (isMissing(error, name)) return undefined;
    throw error;
  }
  return Object.values(exported)[0];
}

/** Node and Jest give the error a code, a bundle only a message. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message = '' } = error as { readonly code?: string; readonly message?: string };
  return (
    (code === 'MODULE_NOT_FOUND' || message.startsWith('Module not found in bundle')) && message.includes(`/${name}.ts`)
  );
}
