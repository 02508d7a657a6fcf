/** The one list of environments: a file each. Relative to the workspace. */
export const ENVIRONMENTS_FOLDER = 'libs/environments/src/environments';

/** The environment of a target that is run without a configuration: its account is the sandbox. */
export const DEFAULT_ENVIRONMENT = 'local';

/** How an environment is deployed, by configuration. */
export type DeployConfigurations = Readonly<Record<string, { readonly environment: string; readonly account: string }>>;

/** The environments among files of the workspace, the default one first: `dev` for `libs/environments/src/environments/dev.ts`. */
export function environmentsAmong(files: readonly string[]): readonly string[] {
  return files
    .filter((file) => file.startsWith(`${ENVIRONMENTS_FOLDER}/`) && file.endsWith('.ts'))
    .map((file) => file.slice(ENVIRONMENTS_FOLDER.length + 1, -'.ts'.length))
    .sort((a, b) => Number(b === DEFAULT_ENVIRONMENT) - Number(a === DEFAULT_ENVIRONMENT) || a.localeCompare(b, 'en'));
}

/** A configuration of its name for each environment, and `emulator` for the default one's settings. */
export function deployConfigurations(environments: readonly string[]): DeployConfigurations {
  return {
    ...Object.fromEntries(
      environments.map((environment) => [
        environment,
        { environment, account: environment === DEFAULT_ENVIRONMENT ? 'sandbox' : 'aws' },
      ]),
    ),
    emulator: { environment: DEFAULT_ENVIRONMENT, account: 'emulator' },
  };
}
