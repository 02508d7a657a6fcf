import type { CommandContext } from '@dr/command-line';
import type { StateManifest } from '@dr/state-manifest';
import type { Destination } from '../accounts/destination';
import { openAccount } from '../accounts/open-account';
import type { TerraformAccount } from '../accounts/terraform-account';
import { statesOf } from '../engine/run';
import { accountSettings, type Synthesized, synthesizedOf } from '../engine/synthesized';
import { recordsNotReadable } from '../errors';
import { clientSettings } from '../records/account-client';
import { openParameterStore, type ParameterStore } from '../records/parameter-store';
import { readRecords, type Records } from '../records/records';
import { recordsPath } from '../records/state-record';
import { notContained, readWorkTree, type WorkTree } from '../records/work-tree';
import { synthesizeStacks } from './nx';

/** An environment in an account: what is recorded there, and what this commit has of it. */
export interface OpenEnvironment {
  readonly destination: Destination;
  readonly account: TerraformAccount;
  readonly store: ParameterStore;
  /** `/<platform>/<environment>` */
  readonly parameterRoot: string;
  readonly records: Records;
  readonly manifests: readonly StateManifest[];
  readonly synthesized: Synthesized;
  readonly workTree: WorkTree;
  /** Recorded commits that this one does not contain. */
  readonly newer: ReadonlySet<string>;
}

/** Synthesizes an environment, from the cache where nothing changed, and reads the manifests of its stacks. */
export async function readManifests(environment: string, workspaceRoot: string): Promise<readonly StateManifest[]> {
  const stacks = await synthesizeStacks(workspaceRoot, environment);
  const synthesized = synthesizedOf(workspaceRoot, environment);
  return Promise.all(stacks.map((stack) => synthesized.readManifest(stack)));
}

/**
 * Synthesizes an environment and reads its records; says first which account that is.
 *
 * @throws CommandError or UserError where it cannot be synthesized, or the account is not to be reached
 */
export async function openEnvironment(
  destination: Destination,
  { workspaceRoot, say }: CommandContext,
): Promise<OpenEnvironment> {
  const { environment } = destination;
  const manifests = await readManifests(environment, workspaceRoot);
  const synthesized = synthesizedOf(workspaceRoot, environment);
  const [first] = manifests.flatMap(statesOf);
  if (first === undefined) throw new Error(`${environment}: no stack has a state, expected one`);
  const account = await openAccount(destination.account, workspaceRoot, say);
  const { described } = await account.confirm(
    accountSettings(environment, first.entry, await synthesized.readTerraformJson(first)),
  );
  say(`environment ${environment}, ${described}`);
  const client = await clientSettings(account, workspaceRoot);
  const store = await openParameterStore(client);
  const parameterRoot = manifests[0]?.parameterRoot ?? '/';
  const records = await readRecords(
    store,
    parameterRoot,
    manifests.flatMap(({ states }) => states.map(({ region }) => region)),
  );
  for (const [region, reason] of records.refused) {
    throw recordsNotReadable(environment, region, recordsPath(parameterRoot, region), reason);
  }
  for (const region of records.dark) say(`${region} does not answer: what is deployed there is not listed`);
  const workTree = await readWorkTree(workspaceRoot);
  const commits = [...records.states.values()].flatMap(({ record: { commit } }) => (commit ? [commit] : []));
  const newer = await notContained(workspaceRoot, commits);
  return { destination, account, store, parameterRoot, records, manifests, synthesized, workTree, newer };
}
