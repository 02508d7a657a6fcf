import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { StateManifest } from '@dr/state-manifest';
import { deployRoles, withDeployRoles } from '../accounts/deploy-roles';
import { openAccount } from '../accounts/open-account';
import type { TerraformAccount } from '../accounts/terraform-account';
import { allowedNothing, deployedFromNewer, noStateIn, recordsNotReadable, reportIsFolder, UserError } from '../errors';
import { clientSettings } from '../records/account-client';
import { openParameterStore, type ParameterStore } from '../records/parameter-store';
import { createNoRecorder, createRecorder } from '../records/recorder';
import { readRecords, type Records } from '../records/records';
import { configurationOf, recordsPath } from '../records/state-record';
import { notContained, readWorkTree, type WorkTree } from '../records/work-tree';
import { readAllowedChanges } from './allowed-changes';
import { mirroredFrom, regionsOf } from './dark-regions';
import { describeStrays } from './describe-strays';
import { terraformOf } from './fetch-terraform';
import { workFolderOf } from './folders';
import { readReport } from './plan-report';
import { createProgressDisplay } from './progress-display';
import { isSettingPath, recordedSettings, refuseOtherDeployment } from './refuse-other-deployment';
import { type Run, type RunStacksOptions, type RunState, statesOf } from './run';
import { holdsResources, keptStateFile, readState } from './state-file';
import { orderStates, reverseOrder } from './state-order';
import { hashOfInputs, recoveryMovedAt } from './skip-unchanged';
import type { StateRunOptions } from './state-run';
import { accountSettings, synthesizedOf } from './synthesized';
import { LOCK_FILE } from './work-folder';

/**
 * Finds out where a run goes, what is recorded there, and which of its states can be worked on.
 *
 * @throws UserError when the run cannot begin; nothing was changed
 */
export async function prepareRun(options: RunStacksOptions): Promise<Run> {
  const { environment, workspaceRoot, sink, mode, stacks, workspaceStacks, account: accountName } = options;
  for (const file of Object.values(options.reports))
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw reportIsFolder(file);
  const review = options.reviewed === undefined ? undefined : await readReport(options.reviewed);
  const synthesized = synthesizedOf(workspaceRoot, environment, options.synthesized);
  const whole = await Promise.all(stacks.map((stack) => synthesized.readManifest(stack)));
  const otherManifests = await Promise.all(
    workspaceStacks.filter((stack) => !stacks.includes(stack)).map((stack) => synthesized.readManifest(stack)),
  );
  const manifests = whole.map((manifest) => ofRegion(manifest, options.region));
  const all = manifests.flatMap(statesOf);
  if (all.length === 0) throw noStateIn(options.region ?? '', regionsOfStates(whole));
  refuseUnknownStates(options.allow, all);
  const { command: binary, version } = await terraformOf(workspaceRoot);
  const account = await openAccount(accountName, workspaceRoot, (text) => sink.write(`${text}\n`), options.backend);
  const needs = new Map(
    await Promise.all(
      all.map(async (state) => {
        const json = await synthesized.readTerraformJson(state);
        return [state.entry.name, [...regionsOf(json, state.entry)]] as const;
      }),
    ),
  );
  const client = await clientSettings(account, workspaceRoot);
  const store = await openParameterStore(client);
  const parameterRoot = whole[0]?.parameterRoot ?? '/';
  const environmentRegions = regionsOfStates([...whole, ...otherManifests]);
  const records = await readRecords(store, parameterRoot, [...environmentRegions, ...[...needs.values()].flat()]);
  const dark = new Map(
    [...needs].flatMap(([state, needed]) =>
      needed.filter((region) => records.dark.has(region)).map((region) => [state, region] as const),
    ),
  );
  // A region that answers, else any: the error names the one that does not.
  const asked = all.find((state) => !dark.has(state.entry.name)) ?? (all[0] as RunState);
  const settings = accountSettings(environment, asked.entry, await synthesized.readTerraformJson(asked));
  const { described, by } = await account.confirm(settings);
  // A plan changes nothing: whoever makes it reads all.
  const roles =
    mode === 'plan' || accountName !== 'aws' ? undefined : deployRoles(process.env, { ...settings, parameterRoot });
  const accountOf = withDeployRoles(account, roles);
  sink.write(
    `${mode} ${stacks.join(', ')}: environment ${environment}, ${described}, ${regionsOfStates(manifests).join(' and ')}; ${binary} ${version}\n`,
  );
  for (const [region, reason] of records.refused) {
    throw recordsNotReadable(environment, region, recordsPath(parameterRoot, region), reason);
  }
  for (const region of new Set(dark.values())) {
    const left = [...dark.values()].filter((needed) => needed === region);
    sink.write(
      `${region} does not answer: ${left.length} states that need it are left as they are, the others go on\n`,
    );
    const living = all.filter((state) => !dark.has(state.entry.name)).map((state) => state.entry);
    const mirrored = mirroredFrom(region, living, records);
    if (mirrored.length > 0) sink.write(`what ${region} published is read from its mirrors: ${mirrored.join(', ')}\n`);
  }
  const workTree = await readWorkTree(workspaceRoot);
  const newer = await notContained(workspaceRoot, commitsOf(records, workTree));
  const stops: string[] = [];
  /** A refusal that a deploy ends with; a plan says it and goes on. */
  const stopHere = (error: unknown) => {
    if (mode !== 'plan' || !(error instanceof UserError)) throw error;
    stops.push(error.message);
    sink.write(`A deploy would stop here. ${error.message}\n`);
  };
  if (!options.overNewer) {
    try {
      refuseNewer(environment, all, records, workTree, newer);
    } catch (error) {
      stopHere(error);
    }
  }
  const allowedChanges =
    mode === 'destroy'
      ? []
      : await readAllowedChanges(workspaceRoot, environment, manifests, records, workTree.commit, [
          ...[...whole, ...otherManifests].flatMap(({ states }) => states.map(({ name }) => name)),
          ...records.states.keys(),
        ]).catch((error: unknown) => {
          stopHere(error);
          return [];
        });
  // Before strays are named: with another region in the settings, states that serve are no stack's, and nobody is to destroy them.
  if (mode !== 'destroy') refuseOtherDeployment({ options, manifests, records });
  const destination = { environment, account: accountName };
  const workFolder = (state: string) => workFolderOf(workspaceRoot, accountName, environment, state);
  for (const line of await describeStrays(records, [...whole, ...otherManifests], newer, destination, workFolder)) {
    sink.write(`${line}\n`);
  }

  const states = new Map(all.filter((state) => !dark.has(state.entry.name)).map((state) => [state.entry.name, state]));
  const order = orderStates(
    manifests.map((manifest) => ({ ...manifest, states: manifest.states.filter(({ name }) => states.has(name)) })),
    options.edges,
  );
  const display = createProgressDisplay([...order.keys()], sink);
  const initialised = new Map<string, Promise<string>>();

  const stateFileOf = (state: string) =>
    account.statesFolder && keptStateFile(account.statesFolder, environment, state);

  async function optionsOf(state: RunState): Promise<StateRunOptions> {
    const { name } = state.entry;
    const terraformJson = await synthesized.readTerraformJson(state);
    return {
      entry: state.entry,
      // A destroy needs no inputs, and nothing that the code no longer has.
      terraformJson: mode === 'destroy' ? { ...configurationOf(terraformJson) } : terraformJson,
      ...(mode === 'destroy' ? {} : { copyFiles: (folder: string) => synthesized.copyFolder(state, folder) }),
      workFolder: workFolder(name),
      stateFile: stateFileOf(name),
      binary,
      account: accountOf(state.stack),
      commandLine: `nx run ${state.stack}:${mode} --environment=${environment} --account=${accountName}`,
      destination,
      interrupt: options.interrupt,
      lock: options.lock,
      initialised,
      lockFile: join(workspaceRoot, LOCK_FILE),
      onProgress: (change) => display.update(name, change),
      onWarning: (text) => display.say(text),
    };
  }

  const readOnce = readFolderOnce(store);
  const stackOfRecord = (name: string) => all.find(({ entry }) => name.endsWith(`/${entry.name}`))?.stack ?? '';
  const stores = new Map<TerraformAccount, Promise<ParameterStore>>([[account, Promise.resolve(store)]]);
  const recordStore = storeByOwner(store, (name) => {
    const own = accountOf(stackOfRecord(name));
    const opened = stores.get(own) ?? clientSettings(own, workspaceRoot).then(openParameterStore);
    stores.set(own, opened);
    return opened;
  });

  return {
    options,
    allowedChanges,
    parameterRoot,
    regions: environmentRegions,
    recoveryMovedAtMs: once(() =>
      recoveryMovedAt({ store, client, records, parameterRoot, regions: environmentRegions }),
    ),
    manifests,
    otherManifests: [...otherManifests, ...whole.map((manifest) => outsideRegion(manifest, options.region))],
    isFirst: await holdsNothing(all, stateFileOf),
    records,
    store,
    client,
    recorder: (options.recorded === false ? createNoRecorder : createRecorder)(recordStore, records, {
      parameterRoot,
      regions: environmentRegions,
      ownerOf: (stack) => whole.find((manifest) => manifest.stack === stack)?.owner ?? '',
      settingsOf: (stack) => recordedSettings(whole, stack),
      workTree,
      by,
    }),
    account,
    binary,
    states,
    dark,
    order: mode === 'destroy' ? reverseOrder(order) : order,
    display,
    spentMs: new Map(),
    stops,
    review,
    optionsOf,
    recordedInput: async (state, again = false) => {
      const hash = hashOf([version, state.entry.digest]);
      const inputs = options.skipUnchanged
        ? await hashOfInputs(state.entry, parameterRoot, again ? store.readFolder : readOnce)
        : undefined;
      return { terraformJson: await synthesized.readTerraformJson(state), hash, inputs };
    },
  };
}

/** A store that is written by whoever owns what is written. */
function storeByOwner(store: ParameterStore, storeOf: (name: string) => Promise<ParameterStore>): ParameterStore {
  return {
    ...store,
    write: async (name, value, region) => (await storeOf(name)).write(name, value, region),
    remove: async (name, region) => (await storeOf(name)).remove(name, region),
  };
}

/** @param stateFileOf undefined for a state that a backend keeps: whether it holds anything is not asked */
async function holdsNothing(
  states: readonly RunState[],
  stateFileOf: (state: string) => string | undefined,
): Promise<boolean> {
  for (const { entry } of states) {
    const file = stateFileOf(entry.name);
    if (file === undefined || holdsResources(await readState(file))) return false;
  }
  return true;
}

function once<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= read());
}

/** Each folder is read once. */
function readFolderOnce(store: ParameterStore): ParameterStore['readFolder'] {
  const read = new Map<string, ReturnType<ParameterStore['readFolder']>>();
  return (path, region) => {
    const values = read.get(`${region} ${path}`) ?? store.readFolder(path, region);
    read.set(`${region} ${path}`, values);
    return values;
  };
}

function regionsOfStates(manifests: readonly StateManifest[]): readonly string[] {
  return [...new Set(manifests.flatMap(({ states }) => states.map(({ region }) => region)))].sort();
}

function ofRegion(manifest: StateManifest, region: string | undefined): StateManifest {
  if (region === undefined) return manifest;
  return { ...manifest, states: manifest.states.filter((state) => state.region === region) };
}

function outsideRegion(manifest: StateManifest, region: string | undefined): StateManifest {
  return { ...manifest, states: manifest.states.filter((state) => region !== undefined && state.region !== region) };
}

function refuseUnknownStates(allow: readonly string[], states: readonly RunState[]): void {
  const names = new Set(states.map(({ entry }) => entry.name));
  const nowhere = allow.filter((each) => !isSettingPath(each) && !names.has(each.split(':')[0] ?? ''));
  if (nowhere.length > 0) throw allowedNothing(nowhere);
}

/** The recorded commits that are another than that of the work tree. Outside git nothing is newer. */
function commitsOf({ states }: Records, { commit: head }: WorkTree): ReadonlySet<string> {
  if (head === undefined) return new Set();
  const commits = [...states.values()].map(({ record }) => record.commit);
  return new Set(commits.filter((commit) => commit !== undefined && commit !== head) as string[]);
}

function refuseNewer(
  environment: string,
  states: readonly RunState[],
  { states: recorded }: Records,
  { commit: head = '' }: WorkTree,
  newer: ReadonlySet<string>,
): void {
  const found = states.flatMap(({ entry: { name } }) => {
    const record = recorded.get(name)?.record;
    return record?.commit !== undefined && newer.has(record.commit)
      ? [{ state: name, commit: record.commit, by: record.by, at: record.at }]
      : [];
  });
  if (found.length > 0) throw deployedFromNewer(environment, head, found);
}

/** Hash of a synthesized state, and of the version that deploys it. */
function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
