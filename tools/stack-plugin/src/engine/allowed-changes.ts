import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateManifest } from '@dr/state-manifest';
import { allowedChangesUsedUp, invalidAllowedChanges, unknownAllowedState } from '../errors';
import type { Records } from '../records/records';
import type { Loss } from './losses';

/** File at the root of a workspace: losses that a review allowed. */
export const ALLOWED_CHANGES_FILE = 'allowed-changes.json';

/** A loss that a review allowed. */
export interface AllowedChange {
  readonly environment: string;
  readonly state: string;
  readonly address: string;
  readonly action: Loss['action'];
  /** Why it is meant. */
  readonly reason: string;
  /** The commit that is recorded as deployed in that state there: 7 to 40 digits. */
  readonly from: string;
}

/**
 * The entries of {@link ALLOWED_CHANGES_FILE} for some states of an environment. An entry is good for the commit that it
 * was written over, and for nothing after it.
 *
 * @param head the commit that is deployed now: where it is recorded already, this deploy is run again, and what it was
 *   allowed is done
 * @param known all states of the environment
 * @throws UserError where the file is not as it must be, or holds an entry that is used up
 */
export async function readAllowedChanges(
  workspaceRoot: string,
  environment: string,
  manifests: readonly StateManifest[],
  { states: recorded }: Pick<Records, 'states'>,
  head: string | undefined,
  known: readonly string[],
): Promise<readonly AllowedChange[]> {
  const entries = await readAllowedEntries(workspaceRoot);
  const own = entries.filter((entry) => entry.environment === environment);
  const strange = own.filter(({ state }) => !known.includes(state));
  if (strange[0] !== undefined) throw unknownAllowedState(ALLOWED_CHANGES_FILE, strange[0].state, known);
  const names = manifests.flatMap(({ states }) => states.map(({ name }) => name));
  const commitOf = (state: string) => recorded.get(state)?.record.commit;
  const usedUp = own
    .filter(
      ({ state, from }) => names.includes(state) && commitOf(state) !== head && !commitOf(state)?.startsWith(from),
    )
    .map(({ state, address, from }) => ({ state, address, from, recorded: commitOf(state) }));
  if (usedUp.length > 0) throw allowedChangesUsedUp(ALLOWED_CHANGES_FILE, usedUp);
  return own.filter(({ state, from }) => names.includes(state) && commitOf(state)?.startsWith(from));
}

/** All entries of the file, for whatever environment and commit. @throws UserError where the file is not as it must be */
export async function readAllowedEntries(workspaceRoot: string): Promise<readonly AllowedChange[]> {
  let text: string;
  try {
    text = readFileSync(join(workspaceRoot, ALLOWED_CHANGES_FILE), 'utf8');
  } catch {
    return [];
  }
  // The library takes long to load, and few workspaces have the file.
  const { z } = await import('zod');
  const words = z.string().min(1);
  const schema = z.array(
    z.strictObject({
      environment: words,
      state: words,
      address: words,
      action: z.enum(['destroy', 'replace', 'forget', 'update']),
      reason: words,
      from: z.string().regex(/^[0-9a-f]{7,40}$/),
    } satisfies Record<keyof AllowedChange, unknown>),
  );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalidAllowedChanges(ALLOWED_CHANGES_FILE, (error as Error).message);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidAllowedChanges(ALLOWED_CHANGES_FILE, `${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}
