import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type { StateEntry } from '@dr/state-manifest';
import { type Destination, reconcileCommand } from '../accounts/destination';
import {
  applyNotEnded,
  describeLock,
  describeStalePlan,
  interruptedBefore,
  interruptedWithin,
  stateLost,
  stateNotSaved,
  UserError,
} from '../errors';
import type { TerraformAccount } from '../accounts/terraform-account';
import type { StateProgress } from './progress';
import {
  announcedChange,
  countsOf,
  type PlannedChange,
  plannedChanges,
  type ResourceChangeJson,
  type TerraformPlanJson,
} from './planned-changes';
import {
  configuredParameters,
  NO_PARAMETERS,
  type PlannedParameters,
  plannedParameters,
  UNKNOWN_ADDRESS,
  withPlannedInputs,
} from './planned-inputs';
import { unendedApplyIn } from './apply-log';
import { describeDenied, describeNoBoundary } from './describe-denied';
import { providerUse } from './provider-use';
import {
  type ChangeCounts,
  describeDiagnostic,
  parseTerraformLine,
  type TerraformDiagnostic,
  type TerraformEvent,
} from './terraform-events';
import { runTerraform } from './terraform-process';
import {
  holdsResources,
  linkState,
  type LostState,
  lostState,
  readState,
  restoreState,
  STATE_FILE,
} from './state-file';
import { lockWorkFolder, type WorkFolderLock } from './work-folder-lock';
import type { StateIdentity } from '../records/recorder';
import type { TerraformJson } from './synthesized';
import {
  clearInitialised,
  copyInitialised,
  copyInstalled,
  isInitialised,
  LOCK_FILE,
  prepareWorkFolder,
  recordInitialised,
  unsavedStateIn,
} from './work-folder';

/** One state of one stack, and where it is deployed from. */
export interface StateRunOptions {
  readonly entry: StateEntry;
  /** Its synthesized configuration. */
  readonly terraformJson: TerraformJson;
  /** Copies the files that it names into a folder; left out where it names none. */
  readonly copyFiles?: (folder: string) => Promise<void>;
  /** Absolute: where Terraform runs. */
  readonly workFolder: string;
  /** Absolute: where the account keeps the state. @default beside the work folder, or in the synthesized backend */
  readonly stateFile?: string | undefined;
  readonly binary: string;
  readonly account: TerraformAccount;
  /** The user's command, for the message about the lock. */
  readonly commandLine: string;
  readonly destination: Destination;
  /** Lists, or repairs, what a killed apply left, for which any other run is refused. @default neither */
  readonly reconciles?: 'list' | 'repair';
  readonly interrupt: AbortSignal;
  /** Work folders that this run has initialised, by what `terraform init` read; states of one run share it. */
  readonly initialised: Map<string, Promise<string>>;
  /** Absolute: a dependency lock file that the states use and never change, where there is one. @default none */
  readonly lockFile?: string;
  /** Seconds to wait for Terraform's own lock on the state, which another machine may hold. @default 60 */
  readonly lockTimeoutSeconds?: number;
  /** Whether a plan locks the state. @default true */
  readonly lock?: boolean;
  readonly onProgress: (change: Partial<StateProgress>) => void;
  readonly onWarning: (text: string) => void;
}

/** Result of a plan of a state. */
export interface StatePlan {
  /** Whether an apply would do anything: it may also be only to a state's own values. */
  readonly hasChanges: boolean;
  readonly counts: ChangeCounts;
  /** Destroyed and replaced resources first. */
  readonly changes: readonly PlannedChange[];
  /** Changes made outside Terraform. */
  readonly drift: readonly PlannedChange[];
  /** All resources as Terraform shows them, those that stay as they are too; none where nothing changes. */
  readonly resources: readonly ResourceChangeJson[];
  /** Parameters in the state's region after the plan. */
  readonly parameters: PlannedParameters;
  /** Whether it was made over inputs that are only planned themselves: it is made anew before it is applied. */
  readonly isProvisional: boolean;
  /** Whether the state held nothing when it was planned, as far as that is known without a run of Terraform. */
  readonly isFresh: boolean;
}

const NO_CHANGE: ChangeCounts = { add: 0, change: 0, remove: 0 };

/** Plan of a state that stays as it is. */
export const EMPTY_PLAN: StatePlan = {
  hasChanges: false,
  counts: NO_CHANGE,
  changes: [],
  drift: [],
  resources: [],
  parameters: NO_PARAMETERS,
  isProvisional: false,
  isFresh: false,
};

const PLAN_FILE = 'deploy.tfplan';
const LOCK_TIMEOUT_SECONDS = 60;
const LARGEST_PLAN_BYTES = 1024 ** 3;

/** Exit statuses of `plan -detailed-exitcode` [Terraform CLI, plan]. */
const PLAN_EMPTY = 0;
const PLAN_HAS_CHANGES = 2;

/** A state that this run holds: nobody else plans or changes it from this clone until it is closed. */
export interface OpenState {
  /**
   * @param inputs values that publishers would write, by the region of their store; none where they are published
   * @throws UserError with Terraform's diagnostics
   */
  plan(what: {
    readonly destroy: boolean;
    readonly inputs?: ReadonlyMap<string, PlannedParameters>;
    readonly wantsDetails?: (changes: readonly PlannedChange[]) => boolean;
  }): Promise<StatePlan>;
  /** Applies the very plan that was made last. */
  apply(plan: StatePlan): Promise<ChangeCounts>;
  /**
   * Plans and applies a state that holds nothing yet in one run of Terraform: nothing can be lost, and each start of
   * Terraform costs as much as a small plan.
   *
   * @param shown the provisional plan of it
   * @returns also the changes that were made
   */
  planAndApply(
    shown: StatePlan,
  ): Promise<{ readonly counts: ChangeCounts; readonly changes: readonly PlannedChange[] }>;
  /** Absolute: where Terraform runs. */
  readonly workFolder: string;
  /** Text of the state as its backend holds it; empty where there is none. */
  pullState(): Promise<string>;
  /** Saves the text of a state, whose serial must be higher than that of the saved one. */
  pushState(text: string): Promise<void>;
  /** Lineage and serial of the state as it is saved now. */
  readIdentity(): Promise<StateIdentity>;
  close(): Promise<void>;
}

/** Resources of the account that a state takes over: import id by address. */
export type Imports = ReadonlyMap<string, string>;

/** Plan of everything, with resources that are taken over. */
export interface ImportTrial {
  /** All resources as Terraform shows them; none where some are missing. */
  readonly resources: readonly ResourceChangeJson[];
  /** Addresses of which the account has nothing of that id. */
  readonly missing: readonly string[];
}

/** A state whose last apply was killed, held while what it left is looked for. */
export interface OpenReconciliation extends Pick<OpenState, 'readIdentity' | 'close'> {
  /** Text of the state; of its backup, where Terraform was killed while it wrote it. */
  readText(): Promise<string>;
  /** The backup that stands for a state that is cut. */
  readonly lost: LostState | undefined;
  /**
   * Plans everything, to see what an import would make of the state.
   *
   * @throws UserError with Terraform's diagnostics
   */
  planTrial(imports: Imports): Promise<ImportTrial>;
  /**
   * Plans imports that leave all values as they are, and nothing else.
   *
   * @returns what it would do besides, which is nothing unless something that they need is not there
   */
  planImportsAlone(imports: Imports): Promise<readonly string[]>;
  /** Applies the very plan that was made last. */
  applyImports(): Promise<void>;
  /** Takes resources out of the state that are destroyed. */
  forget(addresses: readonly string[]): Promise<void>;
}

/** Opens a state for {@link OpenReconciliation}; for a repair, the backup takes the place of a state that is cut. */
export function openReconciliation(
  options: StateRunOptions & { readonly reconciles: 'list' | 'repair' },
): Promise<OpenReconciliation> {
  return openState(options) as Promise<OpenState & OpenReconciliation>;
}

/**
 * Opens a state: its work folder is a copy of what was synthesized now.
 *
 * @throws UserError with who holds the state, or with how to push a state that Terraform could not save
 */
export async function openState(options: StateRunOptions): Promise<OpenState> {
  await mkdir(options.workFolder, { recursive: true });
  const lock = await lockWorkFolder(options.workFolder, options.entry.name, options.commandLine);
  try {
    const run = await openRun(options, lock);
    return { ...run, workFolder: options.workFolder, close: () => lock.release() };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Whether a state holds anything: read from its file where it is kept beside the work folder, pulled from its backend
 * otherwise.
 */
export async function stateIsDeployed(options: StateRunOptions): Promise<boolean> {
  await mkdir(options.workFolder, { recursive: true });
  // Terraform empties a state before it writes it: what another run is writing is not read.
  const lock = await lockWorkFolder(options.workFolder, options.entry.name, options.commandLine);
  try {
    if (isKeptLocally(options)) {
      await refuseDamagedState(options);
      return holdsResources(await readState(options.stateFile, join(options.workFolder, STATE_FILE)));
    }
    const run = await openRun(options, lock);
    return holdsResources(await run.pullState());
  } finally {
    await lock.release();
  }
}

/** Whether the state is a file, beside the work folder or in the account's folder. */
function isKeptLocally({ terraformJson, account }: StateRunOptions): boolean {
  const { terraform } = { ...terraformJson, ...account.override(terraformJson) } as TerraformSettings;
  return terraform?.backend?.['local'] !== undefined;
}

/** Work folder of this run that `terraform init` is made in, once it has succeeded; undefined where there is none. */
type MadeIn = Promise<string> | undefined;

const hashOf = (reads: unknown): string => createHash('sha256').update(JSON.stringify(reads)).digest('hex');

interface TerraformSettings {
  readonly terraform?: { readonly backend?: Readonly<Record<string, unknown>> };
}

async function openRun(options: StateRunOptions, lock: WorkFolderLock) {
  const { workFolder, terraformJson, account, onProgress } = options;
  await refuseDamagedState(options);
  await prepareWorkFolder(workFolder, options.copyFiles, account.override(terraformJson));
  await writeFile(join(workFolder, 'cdk.tf.json'), JSON.stringify(terraformJson));
  if (options.stateFile !== undefined) await linkState(workFolder, options.stateFile);
  const lost = options.reconciles === undefined ? undefined : await lostState(...placesOf(options));
  if (lost && !lost.isCut) throw stateLost(options.entry.name, lost.file, lost.backup, lost.resources);
  if (lost && options.reconciles === 'repair') await restoreState(lost);
  const deployed = lost?.text ?? (await readState(join(workFolder, STATE_FILE)));
  const environment = await account.environment(workFolder, providerUse(terraformJson, deployed));
  const { lockFile } = options;
  /** Versions and checksums of providers that the workspace's owners selected. */
  const selected = lockFile !== undefined && existsSync(lockFile) ? await readFile(lockFile, 'utf8') : undefined;

  async function terraform(step: string, args: readonly string[], onEvent: (event: TerraformEvent) => void) {
    refuseWhenInterrupted(options);
    const errors: TerraformDiagnostic[] = [];
    const texts: string[] = [];
    const status = await runTerraform(
      { binary: options.binary, args, workFolder, environment, logName: `${step}.log` },
      {
        started: (pid) => lock.addProcess(pid),
        line(line) {
          const event = parseTerraformLine(line);
          if (!event) return;
          if (event.kind === 'text') texts.push(event.text);
          else if (event.kind !== 'diagnostic') onEvent(event);
          else if (event.diagnostic.severity === 'error') errors.push(event.diagnostic);
          else options.onWarning(`${options.entry.name}: ${describeDiagnostic(event.diagnostic)}`);
        },
      },
      options.interrupt,
    );
    // Terraform that could not even begin, or that crashed, says so in words only.
    return { status, diagnostics: errors, errors: errors.length > 0 ? errors.map(describeDiagnostic) : texts };
  }

  function failure(step: string, errors: readonly string[]): UserError {
    return options.interrupt.aborted
      ? interruptedBefore(options.entry.name)
      : new UserError(describeFailure(step, errors));
  }

  function describeFailure(step: string, errors: readonly string[]): string {
    const log = `Log: ${join(workFolder, `${step}.log`)}`;
    const lock = describeLock(options.entry.name, workFolder, options.binary, errors);
    return [
      `${options.entry.name}: ${step} failed.`,
      ...new Set(errors),
      log,
      ...lock,
      ...describeStalePlan(options.entry.name, errors, options.destination),
      ...describeNoBoundary(options.entry.name, errors, options.destination),
      ...describeDenied(options.entry.name, errors, options.destination),
    ].join('\n');
  }

  /** @param installed work folder with the same providers and modules, which are not installed again then */
  async function initialiseHere(key: string, installed: string | undefined): Promise<string> {
    if (installed === undefined) await clearInitialised(workFolder);
    else await copyInstalled(installed, workFolder);
    if (selected !== undefined) await writeFile(join(workFolder, LOCK_FILE), selected);
    const args = [
      'init',
      '-input=false',
      '-reconfigure',
      '-json',
      ...(selected === undefined ? [] : ['-lockfile=readonly']),
    ];
    const { status, errors } = await terraform('init', args, () => {});
    if (status !== 0) throw failure('init', errors);
    await recordInitialised(workFolder, key);
    return workFolder;
  }

  /** @param alike where `terraform init` makes the same @param first where it installs the same providers */
  async function makeInitialised(key: string, alike: MadeIn, first: MadeIn): Promise<string> {
    const same = await soundFolder(alike);
    if (same === undefined) return initialiseHere(key, await soundFolder(first));
    await copyInitialised(same, workFolder);
    await recordInitialised(workFolder, key);
    return workFolder;
  }

  /** The folder, unless its initialisation failed or is not whole any more. */
  async function soundFolder(made: MadeIn): Promise<string | undefined> {
    const folder = await made?.catch(() => undefined);
    return folder !== undefined && folder !== workFolder && (await isInitialised(folder)) ? folder : undefined;
  }

  /** Standard output of Terraform alone: warnings go elsewhere, and what holds secrets in clear is written nowhere. */
  async function outputOf(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(options.binary, args, {
      cwd: workFolder,
      env: { ...process.env, ...environment },
      maxBuffer: LARGEST_PLAN_BYTES,
    });
    return stdout;
  }

  /** The plan that was made last. */
  async function showPlan(): Promise<TerraformPlanJson> {
    return JSON.parse(await outputOf('show', '-json', '-no-color', PLAN_FILE)) as TerraformPlanJson;
  }

  const lockTimeout = `-lock-timeout=${options.lockTimeoutSeconds ?? LOCK_TIMEOUT_SECONDS}s`;
  let isPlanned = false;
  const run = {
    /**
     * `terraform init`, left out while nothing that it reads has changed since it last succeeded here, and what it made
     * is whole. Of states that it would treat alike it runs for one, and the others take over what it made. Those that
     * differ in their backend only wait for the first one, and take over its providers: they are installed once a run.
     */
    async initialise(): Promise<void> {
      const { initialised } = options;
      const overridden = account.override(terraformJson) as TerraformSettings | undefined;
      const settings = [terraformJson, overridden].map((json) => ({ ...(json as TerraformSettings)?.terraform }));
      const reads = [options.binary, selected, terraformJson['module']];
      const key = hashOf([...reads, settings]);
      const installedKey = hashOf([...reads, settings.map(({ backend: _backend, ...others }) => others)]);
      if (await isInitialised(workFolder, key)) {
        for (const each of [key, installedKey]) {
          if (!initialised.has(each)) initialised.set(each, Promise.resolve(workFolder));
        }
        return;
      }
      if (!isPlanned) onProgress({ phase: 'init' });
      const alike = initialised.get(key);
      const first = initialised.get(installedKey);
      const made = makeInitialised(key, alike, first);
      if (!first) initialised.set(installedKey, made);
      if (!alike) initialised.set(key, made);
      await made;
    },

    async pullState(): Promise<string> {
      await run.initialise();
      return outputOf('state', 'pull').catch((error: Error & { readonly stderr?: string }) => {
        throw new UserError(`${options.entry.name}: its state cannot be read.\n${error.stderr ?? error.message}`);
      });
    },

    async pushState(text: string): Promise<void> {
      await run.initialise();
      const file = join(workFolder, 'pushed.tfstate');
      await writeFile(file, text, { mode: 0o600 });
      const { status, errors } = await terraform('state', ['state', 'push', lockTimeout, 'pushed.tfstate'], () => {});
      await rm(file, { force: true });
      if (status !== 0) throw failure('state', errors);
    },

    async readIdentity(): Promise<StateIdentity> {
      const text = isKeptLocally(options) ? await readState(join(workFolder, STATE_FILE)) : await run.pullState();
      const { lineage = '', serial = 0 } = (text.trim() === '' ? {} : JSON.parse(text)) as Partial<StateIdentity>;
      return { lineage, serial };
    },

    async plan({
      destroy,
      inputs = new Map(),
      wantsDetails = () => true,
    }: Parameters<OpenState['plan']>[0]): Promise<StatePlan> {
      const announced: PlannedChange[] = [];
      const planned = withPlannedInputs(terraformJson, options.entry, inputs);
      await writeFile(join(workFolder, 'cdk.tf.json'), JSON.stringify(planned ?? terraformJson));
      await run.initialise();
      // A second plan is part of the apply: a bar that has come so far does not go back.
      onProgress({ phase: isPlanned ? 'apply' : 'plan' });
      isPlanned = true;
      const { status, errors } = await terraform(
        'plan',
        [
          'plan',
          options.lock === false ? '-lock=false' : lockTimeout,
          '-input=false',
          '-json',
          '-detailed-exitcode',
          `-out=${PLAN_FILE}`,
          ...(destroy ? ['-destroy'] : []),
        ],
        (event) => {
          if (event.kind === 'planned' && event.address !== UNKNOWN_ADDRESS) announced.push(...announcedChange(event));
        },
      );
      if (status !== PLAN_EMPTY && status !== PLAN_HAS_CHANGES) throw failure('plan', errors);
      const isProvisional = planned !== undefined;
      if (status === PLAN_EMPTY) return { ...EMPTY_PLAN, isProvisional };
      const isFresh = isKeptLocally(options) && !holdsResources(deployed);
      const isDetailed = wantsDetails(announced);
      const { resource_changes = [], resource_drift = [] } = isDetailed ? await showPlan() : {};
      const resources = resource_changes.filter(({ address }) => address !== UNKNOWN_ADDRESS);
      const changes = resources.length > 0 ? plannedChanges(resources) : announced;
      return {
        hasChanges: changes.length > 0 || !isProvisional,
        counts: countsOf(changes),
        changes,
        drift: relevantDrift(plannedChanges(resource_drift), changes),
        resources,
        parameters: isFresh && !isDetailed ? configuredParameters(terraformJson) : plannedParameters(resources),
        isProvisional,
        isFresh,
      };
    },

    apply: (plan: StatePlan) => applyWith([PLAN_FILE], plan),

    lost,

    async readText(): Promise<string> {
      if (lost && options.reconciles === 'list') return lost.text;
      if (isKeptLocally(options)) return readState(join(workFolder, STATE_FILE));
      await run.initialise();
      return run.pullState();
    },

    async planTrial(imports: Imports): Promise<ImportTrial> {
      const { diagnostics, errors, isDone } = await planImports(imports);
      if (isDone) return { resources: (await showPlan()).resource_changes ?? [], missing: [] };
      const missing = missingImports(imports, diagnostics);
      if (missing.length === 0) throw failure('plan', errors);
      return { resources: [], missing };
    },

    async planImportsAlone(imports: Imports): Promise<readonly string[]> {
      const { isDone, errors, changes } = await planImports(imports, true);
      if (!isDone) throw failure('plan', errors);
      return changes.flatMap(({ action, address }) => (action === 'import' ? [] : [`${action} ${address}`]));
    },

    async applyImports(): Promise<void> {
      const args = ['apply', lockTimeout, '-input=false', '-json', PLAN_FILE];
      const { status, errors } = await terraform('reconcile', args, () => {});
      if (status !== 0) throw failure('reconcile', errors);
    },

    async forget(addresses: readonly string[]): Promise<void> {
      await run.initialise();
      const { status, errors } = await terraform('forget', ['state', 'rm', lockTimeout, ...addresses], () => {});
      if (status !== 0) throw failure('forget', errors);
    },

    async planAndApply(shown: StatePlan) {
      await writeFile(join(workFolder, 'cdk.tf.json'), JSON.stringify(terraformJson));
      await run.initialise();
      const changes: PlannedChange[] = [];
      const counts = await applyWith(['-auto-approve'], shown, (event) => changes.push(...announcedChange(event)));
      return { counts, changes };
    },
  };

  async function planImports(imports: Imports, alone = false) {
    const changes: PlannedChange[] = [];
    await writeImports(workFolder, imports, alone);
    await run.initialise();
    const { status, errors, diagnostics } = await terraform(
      'plan',
      [
        'plan',
        lockTimeout,
        '-input=false',
        '-json',
        '-detailed-exitcode',
        `-out=${PLAN_FILE}`,
        ...(lost && options.reconciles === 'list' ? [`-state=${STATE_FILE}.backup`] : []),
        ...(alone ? [...imports.keys()].map((address) => `-target=${address}`) : []),
      ],
      (event) => {
        if (event.kind === 'planned') changes.push(...announcedChange(event));
      },
    );
    return { isDone: status === PLAN_EMPTY || status === PLAN_HAS_CHANGES, errors, diagnostics, changes };
  }

  async function applyWith(
    args: readonly string[],
    plan: StatePlan,
    onPlanned: (event: TerraformEvent & { readonly kind: 'planned' }) => void = () => undefined,
  ): Promise<ChangeCounts> {
    const current = new Set<string>();
    let done = 0;
    let counts = NO_CHANGE;
    const total = plan.counts.add + plan.counts.change + plan.counts.remove;
    onProgress({ phase: 'apply', total, done, current: [] });
    const { status, errors } = await terraform(
      'apply',
      ['apply', lockTimeout, '-input=false', '-json', ...args],
      (event) => {
        if (event.kind === 'planned') onPlanned(event);
        if (event.kind === 'begun') current.add(event.address);
        if (event.kind === 'failed') current.delete(event.address);
        if (event.kind === 'done') {
          current.delete(event.address);
          done++;
        }
        if (event.kind === 'counts') counts = event.counts;
        onProgress({ done, current: [...current] });
      },
    );
    if (status !== 0) {
      const left = unsavedStateOf(options) ?? (await killedApplyOf(options));
      if (left) throw new UserError(`${describeFailure('apply', errors)}\n${left.message}`);
      throw options.interrupt.aborted ? interruptedWithin(options.entry.name, done, total) : failure('apply', errors);
    }
    return counts;
  }
  return run;
}

/** Drift that the plan undoes, or that took a resource away: what a service fills in by itself is none of anybody's. */
function relevantDrift(drift: readonly PlannedChange[], changes: readonly PlannedChange[]): readonly PlannedChange[] {
  const changed = new Set(changes.map(({ address }) => address));
  return drift.filter(({ action, address }) => action === 'destroy' || changed.has(address));
}

function unsavedStateOf({ binary, entry, workFolder }: StateRunOptions): UserError | undefined {
  const file = unsavedStateIn(workFolder);
  return file === undefined ? undefined : stateNotSaved(entry.name, workFolder, file, binary);
}

/** Writes the blocks by which Terraform takes resources over. */
async function writeImports(workFolder: string, imports: Imports, only: boolean): Promise<void> {
  const blocks = [...imports].map(([to, id]) => ({ to, id }));
  await writeFile(join(workFolder, 'imports.tf.json'), JSON.stringify(blocks.length > 0 ? { import: blocks } : {}));
  const resource: Record<string, Record<string, object>> = {};
  for (const address of only ? imports.keys() : []) {
    const [type = '', name = ''] = address.replace(/\[.*$/, '').split('.');
    resource[type] = { ...resource[type], [name]: { lifecycle: { ignore_changes: 'all' } } };
  }
  await writeFile(join(workFolder, 'imports_override.tf.json'), JSON.stringify(only ? { resource } : {}));
}

/** Addresses whose import finds nothing: Terraform names the address, and an importer of the provider its id. */
function missingImports(imports: Imports, diagnostics: readonly TerraformDiagnostic[]): readonly string[] {
  const details = diagnostics.filter(({ summary }) => summary.startsWith('Cannot import non-existent remote object'));
  return [...imports].flatMap(([address, id]) => {
    const type = address.split('.')[0] ?? '';
    return details.some(
      ({ detail }) => detail.includes(`"${address}"`) || detail.startsWith(`${type}: ${id} is not there`),
    )
      ? [address]
      : [];
  });
}

/** The places of a state that is a file, that which counts first. */
function placesOf({ stateFile, workFolder }: StateRunOptions): readonly (string | undefined)[] {
  return [stateFile, join(workFolder, STATE_FILE)];
}

/** @returns what to do about an apply that was killed; undefined where the next plan repeats all that it left undone */
async function killedApplyOf(options: StateRunOptions): Promise<UserError | undefined> {
  const { entry, workFolder, destination } = options;
  const apply = await unendedApplyIn(workFolder);
  if (apply === undefined) return undefined;
  const isLost = (await lostState(...placesOf(options))) !== undefined;
  const [made, pending] = [apply.created.size, apply.pending.size];
  if (made + pending === 0 && !(apply.hasBegun && isLost)) return undefined;
  return applyNotEnded(entry.name, { at: apply.at, made, pending, isLost }, reconcileCommand(entry.name, destination));
}

/** @throws UserError that says how to push, reconcile or restore it: whatever is planned without it makes everything anew */
async function refuseDamagedState(options: StateRunOptions): Promise<void> {
  const unsaved = unsavedStateOf(options);
  if (unsaved) throw unsaved;
  if (options.reconciles) return;
  const killed = await killedApplyOf(options);
  if (killed) throw killed;
  const lost = await lostState(...placesOf(options));
  if (lost && lost.resources > 0) throw stateLost(options.entry.name, lost.file, lost.backup, lost.resources);
}

function refuseWhenInterrupted({ interrupt, entry }: StateRunOptions): void {
  if (interrupt.aborted) throw interruptedBefore(entry.name);
}
