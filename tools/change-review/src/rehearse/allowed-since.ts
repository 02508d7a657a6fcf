import { git } from '@dr/stack-plugin/commands';
import { type AllowedChange, readAllowedEntries } from '@dr/stack-plugin/engine';

/**
 * The entries of allowed-changes.json that may be good for a change: those written over a commit that the base contains. The
 * deploy itself takes them for the recorded commit alone.
 */
export async function allowedSince(
  workspaceRoot: string,
  environment: string,
  base: string,
): Promise<readonly AllowedChange[]> {
  const entries = (await readAllowedEntries(workspaceRoot)).filter((entry) => entry.environment === environment);
  const isContained = await Promise.all(
    entries.map(
      async ({ from }) => (await git(workspaceRoot, 'merge-base', '--is-ancestor', from, base)) !== undefined,
    ),
  );
  return entries.filter((_entry, index) => isContained[index]);
}

/** Whether a loss is one of those that are on purpose: of that very state, address and action. */
export function isAllowed(
  allowed: readonly AllowedChange[],
  { state, address, action }: { readonly state: string; readonly address: string; readonly action: string },
): boolean {
  return allowed.some((entry) => entry.state === state && entry.address === address && entry.action === action);
}
