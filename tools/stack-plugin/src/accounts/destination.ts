/** Where a run deploys: an environment's settings, and the account that they go to. */
export interface Destination {
  readonly environment: string;
  /** `sandbox`, `emulator` or `aws`. */
  readonly account: string;
}

/** The options of Nx, and of `stacks`, for a destination: `-c prod`. */
export function optionsOf({ environment, account }: Destination): string {
  // An environment's configuration may mean another account than AWS; that of AWS means no other.
  return account === 'aws' ? `-c ${environment}` : `--environment=${environment} --account=${account}`;
}

/** Command that lists, and with `--yes` repairs, what a killed apply of a state left. */
export function reconcileCommand(state: string, destination: Destination): string {
  return `npx --no-install stacks reconcile ${state} ${optionsOf(destination)}`;
}

/**
 * Has the commands of a text that deploy a stack go to a destination. What is synthesized names the environment alone:
 * it is the same for every account.
 */
export function withDestination(text: string, destination: Destination): string {
  return text.replace(
    /npx nx run ([\w-]+):deploy:([\w-]+)/g,
    (_all, stack: string, environment: string) =>
      `npx nx deploy ${stack} ${optionsOf({ ...destination, environment })}`,
  );
}
