import { cpus } from 'node:os';
import { join } from 'node:path';
import type { StateManifest } from '@dr/state-manifest';
import { openAccount } from '../accounts/open-account';
import type { TerraformAccount } from '../accounts/terraform-account';
import { deployedReaders, notConfirmed, notSynthesized, synthesizedForAnother, UserError } from '../errors';
import { accountSettings } from './account-settings';
import { type Reader, readersOf, readManifest, readManifests } from './deployed-states';
import { fetchTerraform } from './fetch-terraform';
import { synthFolderOf, workFolderOf } from './folders';
import { describeCounts, formatElapsed } from './progress';
import { createProgressDisplay, type DisplaySink, type ProgressDisplay } from './progress-display';
import { runStates, type StateOutcome } from './run-states';
import { orderStates, reverseOrder, type StackEdge } from './state-order';
import { runState, stateIsDeployed, type StateRunOptions } from './state-run';
import type { ChangeCounts } from './terraform-events';
import { keptStateFile } from './state-file';
import { findTerraform } from './terraform-binary';

export type RunMode = 'plan' | 'deploy' | 'destroy';

export interface RunStacksOptions {
  /** The Nx apps: `['network', 'data']`. */
  readonly stacks: readonly string[];
  /** Edges of the project graph between them. */
  readonly edges: readonly StackEdge[];
  readonly environment: string;
  /** Name of the account: sandbox, emulator or aws. */
  readonly account: string;
  readonly workspaceRoot: string;
  readonly mode: RunMode;
  readonly interrupt: AbortSignal;
  readonly sink: DisplaySink;
  /** Asked before anything is destroyed. */
  readonly confirmDestroy: (question: string) => Promise<boolean>;
}

/** What became of each stack: undefined where all went well, else why not. */
export type StackResults = ReadonlyMap<string, UserError | undefined>;

/** What a run works with, once it is known that it can begin. */
interface Run {
  readonly options: RunStacksOptions;
  readonly manifests: readonly StateManifest[];
  readonly account: TerraformAccount;
  readonly binary: string;
  /** What {@link StateRunOptions} shares between the states of one run. */
  readonly initialised: Map<string, Promise<string>>;
}

const PAST = { plan: 'planned', deploy: 'deployed', destroy: 'destroyed' } as const;

/**
 * Plans, deploys or destroys all states of some stacks, in the order of their contracts, independent states in
 * parallel. A stack that fails lets the others go on as far as they do not wait for it.
 *
 * @throws UserError when nothing can begin at all
 */
export async function runStacks(options: RunStacksOptions): Promise<StackResults> {
  const begun = Date.now();
  const run = await prepareRun(options);
  if (options.mode === 'destroy') await refuseUnsafeDestroy(run);

  const order = orderStates(run.manifests, options.edges);
  const display = createProgressDisplay([...order.keys()], options.sink);
  const stackOf = new Map(
    run.manifests.flatMap(({ stack, states }) => states.map((state) => [state.name, stack] as const)),
  );
  const outcomes = new Map<string, StateOutcome<ChangeCounts>>();
  const onInterrupt = () =>
    display.say('interrupted: Terraform finishes what it is making and saves its state, even if this ends before it');
  options.interrupt.addEventListener('abort', onInterrupt, { once: true });
  try {
    await runStates(
      options.mode === 'destroy' ? reverseOrder(order) : order,
      Math.max(2, cpus().length),
      (state) => runOne(run, { stack: stackOf.get(state) as string, state }, display),
      (state, outcome) => {
        outcomes.set(state, outcome);
        const manifest = run.manifests.find(({ stack }) => stack === stackOf.get(state)) as StateManifest;
        if (manifest.states.every(({ name }) => outcomes.get(name)?.kind === 'done')) {
          const elapsed = formatElapsed(Date.now() - begun);
          display.say(`${manifest.stack}: ${PAST[options.mode]} in ${elapsed}`);
        }
      },
    );
  } finally {
    options.interrupt.removeEventListener('abort', onInterrupt);
    display.end();
  }
  return new Map(run.manifests.map((manifest) => [manifest.stack, stackFailure(manifest, outcomes)]));
}

async function prepareRun(options: RunStacksOptions): Promise<Run> {
  const { environment, workspaceRoot, sink, mode, stacks } = options;
  const manifests = stacks.map((stack) => {
    const manifest = readManifest(join(synthFolderOf(workspaceRoot, environment), stack));
    if (!manifest) throw notSynthesized(stack, environment, join('dist/synth', environment, stack));
    if (manifest.environment !== environment) throw synthesizedForAnother(stack, environment, manifest.environment);
    return manifest;
  });
  const { command: binary, version } = await findTerraform(process.env, () =>
    fetchTerraform(join(workspaceRoot, 'node_modules/.cache/terraform')),
  );
  const account = await openAccount(options.account, workspaceRoot, (text) => sink.write(`${text}\n`));
  const confirmed = await account.confirm(accountSettings(workspaceRoot, manifests));
  const regions = new Set(manifests.flatMap(({ states }) => states.map(({ region }) => region)));
  sink.write(
    `${mode} ${stacks.join(', ')}: environment ${environment}, ${confirmed}, ${[...regions].sort().join(' and ')}; ${binary} ${version}\n`,
  );
  return { options, manifests, account, binary, initialised: new Map() };
}

async function refuseUnsafeDestroy(run: Run): Promise<void> {
  const { environment, workspaceRoot, stacks, confirmDestroy } = run.options;
  const outside = readManifests(synthFolderOf(workspaceRoot, environment)).filter(
    ({ stack }) => !stacks.includes(stack),
  );
  for (const manifest of run.manifests) {
    const deployed: Reader[] = [];
    for (const reader of readersOf(manifest, outside)) {
      if (await stateIsDeployed(stateOptions(run, reader))) deployed.push(reader);
    }
    if (deployed.length > 0) throw deployedReaders(manifest.stack, run.options, deployed);
  }
  const confirmed = await confirmDestroy(`Destroy all of ${stacks.join(', ')} in ${environment}?`);
  if (!confirmed) throw notConfirmed(stacks.join(', '), environment);
}

async function runOne(run: Run, which: Reader, display: ProgressDisplay): Promise<ChangeCounts> {
  const { mode } = run.options;
  const options = stateOptions(run, which, display);
  try {
    const counts = await runState(options, mode, (plan) => {
      display.say(`${which.state}: ${describeCounts(plan.counts)}`);
      if (mode === 'plan') for (const change of plan.changes) display.say(`  ${change}`);
    });
    options.onProgress({ phase: 'done', current: [] });
    if (mode !== 'plan' && counts.add + counts.change + counts.remove > 0) {
      display.say(`${which.state}: ${PAST[mode]}, ${describeDone(counts)}`);
    }
    return counts;
  } catch (error) {
    options.onProgress({ phase: 'failed', current: [] });
    throw error;
  }
}

function stateOptions(
  { options: { workspaceRoot, environment, account: accountName, mode, interrupt }, account, binary, initialised }: Run,
  { stack, state }: Reader,
  display?: ProgressDisplay,
): StateRunOptions {
  return {
    state,
    synthesizedFolder: join(synthFolderOf(workspaceRoot, environment), stack, 'stacks', state),
    workFolder: workFolderOf(workspaceRoot, accountName, environment, state),
    stateFile: account.statesFolder && keptStateFile(account.statesFolder, environment, state),
    binary,
    account,
    commandLine: `nx run ${stack}:${mode} --environment=${environment} --account=${accountName}`,
    interrupt,
    initialised,
    onProgress: (change) => display?.update(state, change),
    onWarning: (text) => display?.say(text),
  };
}

function stackFailure(
  { states }: StateManifest,
  outcomes: ReadonlyMap<string, StateOutcome<unknown>>,
): UserError | undefined {
  const failures = states.flatMap(({ name }) => {
    const outcome = outcomes.get(name);
    if (outcome?.kind === 'failed') return [describeFailure(name, outcome.error)];
    if (outcome?.kind === 'skipped') return [`${name}: not begun, since ${outcome.because} did not succeed.`];
    return [];
  });
  return failures.length > 0 ? new UserError(failures.join('\n')) : undefined;
}

/** A user's error as it is; a defect with its state and, for a report, its stack trace. */
function describeFailure(state: string, error: Error): string {
  if (error instanceof UserError) return error.message;
  const detail = process.env['DR_DEBUG'] ? error.stack : `${error.message} (DR_DEBUG=1 shows where)`;
  return `${state}: ${detail}`;
}

function describeDone({ add, change, remove }: ChangeCounts): string {
  return `${add} added, ${change} changed, ${remove} destroyed`;
}
