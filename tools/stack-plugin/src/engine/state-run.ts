import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { interruptedBefore, interruptedWithin, stateNotSaved, UserError } from '../errors';
import type { TerraformAccount } from '../accounts/terraform-account';
import type { StateProgress } from './progress';
import { providerUse } from './provider-use';
import {
  type ChangeCounts,
  describeDiagnostic,
  parseTerraformLine,
  type TerraformDiagnostic,
  type TerraformEvent,
} from './terraform-events';
import { runTerraform } from './terraform-process';
import { holdsResources, linkState, readState, STATE_FILE } from './state-file';
import { lockWorkFolder, type WorkFolderLock } from './work-folder-lock';
import { copyInitialised, prepareWorkFolder, readTerraformJson, unsavedStateIn } from './work-folder';
import { mkdir } from 'node:fs/promises';

/** One state of one stack, and where it is deployed from. */
export interface StateRunOptions {
  readonly state: string;
  /** Absolute: the folder of its synthesized `cdk.tf.json`. */
  readonly synthesizedFolder: string;
  /** Absolute: where Terraform runs. */
  readonly workFolder: string;
  /** Absolute: where the account keeps the state. @default beside the work folder, or in the synthesized backend */
  readonly stateFile?: string | undefined;
  readonly binary: string;
  readonly account: TerraformAccount;
  /** The user's command, for whoever finds the lock. */
  readonly commandLine: string;
  readonly interrupt: AbortSignal;
  /** Work folders that this run has initialised, by what `terraform init` read; states of one run share it. */
  readonly initialised: Map<string, Promise<string>>;
  readonly onProgress: (change: Partial<StateProgress>) => void;
  readonly onWarning: (text: string) => void;
}

export interface StatePlan {
  readonly counts: ChangeCounts;
  /** `create aws_vpc.Vpc_1` lines of what would change. */
  readonly changes: readonly string[];
}

const NO_CHANGE: ChangeCounts = { add: 0, change: 0, remove: 0 };
const PLAN_FILE = 'deploy.tfplan';

/** Exit statuses of `plan -detailed-exitcode` [Terraform CLI, plan]. */
const PLAN_EMPTY = 0;
const PLAN_HAS_CHANGES = 2;

/**
 * Plans one state, lets `confirm` look at the plan, and applies that very plan file.
 *
 * @param mode `plan` stops after the plan
 * @throws UserError with Terraform's diagnostics when it refuses or fails, with who holds the state, or with how to push
 * a state that Terraform could not save
 */
export async function runState(
  options: StateRunOptions,
  mode: 'plan' | 'deploy' | 'destroy',
  onPlan: (plan: StatePlan) => void,
): Promise<ChangeCounts> {
  await mkdir(options.workFolder, { recursive: true });
  const lock = await lockWorkFolder(options.workFolder, options.state, options.commandLine);
  try {
    const run = await openRun(options, lock);
    await run.initialise();
    const plan = await run.plan(mode === 'destroy');
    onPlan(plan);
    if (mode === 'plan' || plan.changes.length === 0) return plan.counts;
    return await run.apply(plan);
  } finally {
    await lock.release();
  }
}

/**
 * Whether a state holds anything: read from its file where it is kept beside the work folder, pulled from its backend
 * otherwise.
 */
export async function stateIsDeployed(options: StateRunOptions): Promise<boolean> {
  refuseUnsavedState(options);
  const terraformJson = await readTerraformJson(options.synthesizedFolder);
  const { terraform } = { ...terraformJson, ...options.account.override(terraformJson) } as TerraformSettings;
  if (terraform?.backend?.['local']) {
    return holdsResources(await readState(options.stateFile, join(options.workFolder, STATE_FILE)));
  }
  await mkdir(options.workFolder, { recursive: true });
  const lock = await lockWorkFolder(options.workFolder, options.state, options.commandLine);
  try {
    const run = await openRun(options, lock);
    await run.initialise();
    return holdsResources(await run.pullState());
  } finally {
    await lock.release();
  }
}

interface TerraformSettings {
  readonly terraform?: { readonly backend?: Readonly<Record<string, unknown>> };
}

async function openRun(options: StateRunOptions, lock: WorkFolderLock) {
  const { workFolder, synthesizedFolder, account, onProgress } = options;
  refuseUnsavedState(options);
  const terraformJson = await readTerraformJson(synthesizedFolder);
  await prepareWorkFolder(workFolder, synthesizedFolder, account.override(terraformJson));
  if (options.stateFile !== undefined) await linkState(workFolder, options.stateFile);
  const deployed = await readState(join(workFolder, STATE_FILE));
  const environment = await account.environment(workFolder, providerUse(terraformJson, deployed));

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
          else options.onWarning(`${options.state}: ${describeDiagnostic(event.diagnostic)}`);
        },
      },
      options.interrupt,
    );
    // Terraform that could not even begin, or that crashed, says so in words only.
    return { status, errors: errors.length > 0 ? errors.map(describeDiagnostic) : texts };
  }

  function failure(step: string, errors: readonly string[]): UserError {
    return options.interrupt.aborted ? interruptedBefore(options.state) : new UserError(describeFailure(step, errors));
  }

  function describeFailure(step: string, errors: readonly string[]): string {
    const log = `Log: ${join(workFolder, `${step}.log`)}`;
    return [`${options.state}: ${step} failed.`, ...new Set(errors), log].join('\n');
  }

  async function initialiseHere(): Promise<string> {
    const { status, errors } = await terraform('init', ['init', '-input=false', '-reconfigure', '-json'], () => {});
    if (status !== 0) throw failure('init', errors);
    return workFolder;
  }

  return {
    /**
     * `terraform init`, left out while nothing that it reads has changed since it last succeeded here. Of states that
     * it would treat alike it runs for one, and the others take over what it made.
     */
    async initialise(): Promise<void> {
      const { terraform: settings } = terraformJson as TerraformSettings;
      const key = createHash('sha256')
        .update(
          JSON.stringify([
            options.binary,
            settings,
            (account.override(terraformJson) as TerraformSettings | undefined)?.terraform,
          ]),
        )
        .digest('hex');
      const keyFile = join(workFolder, 'init.key');
      const isCurrent =
        existsSync(join(workFolder, '.terraform')) && (await readFile(keyFile, 'utf8').catch(() => '')) === key;
      if (isCurrent) return;
      onProgress({ phase: 'init' });
      const alike = await options.initialised.get(key)?.catch(() => undefined);
      if (alike !== undefined) {
        await copyInitialised(alike, workFolder);
      } else {
        const initialised = initialiseHere();
        options.initialised.set(key, initialised);
        await initialised;
      }
      await writeFile(keyFile, key);
    },

    async pullState(): Promise<string> {
      const { status, errors } = await terraform('state', ['state', 'pull'], () => {});
      if (status !== 0) throw failure('state', errors);
      return readFile(join(workFolder, 'state.log'), 'utf8');
    },

    async plan(isDestroy: boolean): Promise<StatePlan> {
      onProgress({ phase: 'plan' });
      const changes: string[] = [];
      let counts = NO_CHANGE;
      const { status, errors } = await terraform(
        'plan',
        [
          'plan',
          '-input=false',
          '-json',
          '-detailed-exitcode',
          `-out=${PLAN_FILE}`,
          ...(isDestroy ? ['-destroy'] : []),
        ],
        (event) => {
          if (event.kind === 'planned') changes.push(`${event.action} ${event.address}`);
          if (event.kind === 'counts') counts = event.counts;
        },
      );
      if (status !== PLAN_EMPTY && status !== PLAN_HAS_CHANGES) throw failure('plan', errors);
      // A plan can have changes that are none of a resource, such as a state's output; then there is nothing to show.
      return { counts, changes: status === PLAN_EMPTY ? [] : changes.length > 0 ? changes : ['update state'] };
    },

    async apply(plan: StatePlan): Promise<ChangeCounts> {
      const current = new Set<string>();
      let done = 0;
      let counts = NO_CHANGE;
      const total = plan.counts.add + plan.counts.change + plan.counts.remove;
      onProgress({ phase: 'apply', total, done, current: [] });
      const { status, errors } = await terraform('apply', ['apply', '-input=false', '-json', PLAN_FILE], (event) => {
        if (event.kind === 'begun') current.add(event.address);
        if (event.kind === 'failed') current.delete(event.address);
        if (event.kind === 'done') {
          current.delete(event.address);
          done++;
        }
        if (event.kind === 'counts') counts = event.counts;
        onProgress({ done, current: [...current] });
      });
      if (status !== 0) {
        const unsaved = unsavedStateOf(options);
        if (unsaved) throw new UserError(`${describeFailure('apply', errors)}\n${unsaved.message}`);
        throw options.interrupt.aborted ? interruptedWithin(options.state, done, total) : failure('apply', errors);
      }
      return counts;
    },
  };
}

function unsavedStateOf({ binary, state, workFolder }: StateRunOptions): UserError | undefined {
  const file = unsavedStateIn(workFolder);
  return file === undefined ? undefined : stateNotSaved(state, workFolder, file, binary);
}

/** @throws UserError that says how to push it: whatever is planned without it makes everything anew */
function refuseUnsavedState(options: StateRunOptions): void {
  const unsaved = unsavedStateOf(options);
  if (unsaved) throw unsaved;
}

function refuseWhenInterrupted({ interrupt, state }: StateRunOptions): void {
  if (interrupt.aborted) throw interruptedBefore(state);
}
