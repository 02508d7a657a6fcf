/** How an environment is deployed, by configuration. */
export type DeployConfigurations = Readonly<Record<string, { readonly environment: string; readonly account: string }>>;

/**
 * A configuration of its name for each environment, and `emulator` for the default one's settings.
 *
 * @param defaultEnvironment the one whose account is the sandbox
 */
export function deployConfigurations(
  environments: readonly string[],
  defaultEnvironment: string,
): DeployConfigurations {
  return {
    ...Object.fromEntries(
      environments.map((environment) => [
        environment,
        { environment, account: environment === defaultEnvironment ? 'sandbox' : 'aws' },
      ]),
    ),
    emulator: { environment: defaultEnvironment, account: 'emulator' },
  };
}
