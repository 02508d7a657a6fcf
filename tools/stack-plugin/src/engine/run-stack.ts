import { cpus } from 'node:os';
import { join } from 'node:path';
import { openAccount } from '../accounts/open-account';
import type { TerraformAccount } from '../accounts/terraform-account';
import { deployedReaders, notConfirmed, notSynthesized, synthesizedForAnother, UserError } from '../errors';
import { type Reader, readersOf, readManifest, readManifests } from './deployed-states';
import { fetchTerraform } from './fetch-terraform';
import { describeCounts, formatElapsed } from './progress';
import { createProgressDisplay, type DisplaySink, type ProgressDisplay } from './progress-display';
import { runStates } from './run-states';
import { orderStates, reverseOrder } from './state-order';
import { runState, stateIsDeployed, type StateRunOptions } from './state-run';
import { findTerraform } from './terraform-binary';

export interface RunStackOptions {
  /** The Nx app: `data`. */
  readonly stack: string;
  readonly environment: string;
  /** Name of the account: sandbox, emulator or aws. */
  readonly account: string;
  readonly workspaceRoot: string;
  readonly mode: 'plan' | 'deploy' | 'destroy';
  /** The user's command, for whoever finds a lock. */
  readonly commandLine: string;
  readonly interrupt: AbortSignal;
  readonly sink: DisplaySink;
  /** Asked before anything is destroyed. */
  readonly confirmDestroy: (question: string) => Promise<boolean>;
}

/** Folder of all work folders, by account and environment. */
export function workFolderRoot(workspaceRoot: string): string {
  return process.env['DR_DEPLOYMENTS'] ?? join(workspaceRoot, '.deployments');
}

/** Folder of what is synthesized for an environment, a folder a stack. */
export function synthFolderOf(workspaceRoot: string, environment: string): string {
  return join(workspaceRoot, 'dist/synth', environment);
}

/**
 * Plans, deploys or destroys all states of a stack, in the order of their contracts.
 *
 * @throws UserError that says which states failed and which were not begun
 */
export async function runStack(options: RunStackOptions): Promise<void> {
  const { stack, environment, mode, sink } = options;
  const begun = Date.now();
  const synthFolder = synthFolderOf(options.workspaceRoot, environment);
  const manifest = readManifest(join(synthFolder, stack));
  if (!manifest) throw notSynthesized(stack, environment, join('dist/synth', environment, stack));
  if (manifest.environment !== environment) throw synthesizedForAnother(stack, environment, manifest.environment);

  const { command: binary, version } = await findTerraform(process.env, () =>
    fetchTerraform(join(options.workspaceRoot, 'node_modules/.cache/terraform')),
  );
  const account = await openAccount(options.account, options.workspaceRoot, (text) => sink.write(`${text}\n`));
  sink.write(`${stack}: ${mode} ${environment} in ${account.description}, ${binary} ${version}\n`);

  if (mode === 'destroy') {
    const others = readersOf(manifest, readManifests(synthFolder));
    const deployed = await findDeployed(others, (reader) => stateOptions(options, account, binary, reader));
    if (deployed.length > 0) throw deployedReaders(stack, environment, deployed);
    const confirmed = await options.confirmDestroy(`Destroy all of ${stack} in ${environment}?`);
    if (!confirmed) throw notConfirmed(stack, environment);
  }

  const order = mode === 'destroy' ? reverseOrder(orderStates(manifest.states)) : orderStates(manifest.states);
  const display = createProgressDisplay([...order.keys()], sink);
  try {
    const outcomes = await runStates(order, Math.max(2, cpus().length), (state) =>
      runOne(stateOptions(options, account, binary, { stack, state }, display), mode, display),
    );
    const failures = [...outcomes].flatMap(([state, outcome]) => {
      if (outcome.kind === 'failed') return [describeFailure(state, outcome.error)];
      if (outcome.kind === 'skipped') return [`${state}: not begun, since ${outcome.because} did not succeed.`];
      return [];
    });
    display.end();
    if (failures.length > 0) throw new UserError(failures.join('\n'));
  } finally {
    display.end();
  }
  sink.write(`${stack}: ${PAST[mode]} in ${formatElapsed(Date.now() - begun)}\n`);
}

const PAST = { plan: 'planned', deploy: 'deployed', destroy: 'destroyed' } as const;

async function runOne(state: StateRunOptions, mode: RunStackOptions['mode'], display: ProgressDisplay): Promise<void> {
  try {
    const counts = await runState(state, mode, (plan) => {
      display.say(`${state.state}: ${describeCounts(plan.counts)}`);
      if (mode === 'plan') for (const change of plan.changes) display.say(`  ${change}`);
    });
    state.onProgress({ phase: 'done', current: [] });
    const changed = counts.add + counts.change + counts.remove > 0;
    if (mode !== 'plan' && changed) display.say(`${state.state}: ${PAST[mode]}, ${describeDone(counts)}`);
  } catch (error) {
    state.onProgress({ phase: 'failed', current: [] });
    throw error;
  }
}

function stateOptions(
  { workspaceRoot, environment, account: accountName, commandLine, interrupt }: RunStackOptions,
  account: TerraformAccount,
  binary: string,
  { stack, state }: Reader,
  display?: ProgressDisplay,
): StateRunOptions {
  return {
    state,
    synthesizedFolder: join(synthFolderOf(workspaceRoot, environment), stack, 'stacks', state),
    workFolder: join(workFolderRoot(workspaceRoot), accountName, environment, state),
    binary,
    account,
    commandLine,
    interrupt,
    onProgress: (change) => display?.update(state, change),
    onWarning: (text) => display?.say(text),
  };
}

async function findDeployed(
  readers: readonly Reader[],
  optionsOf: (reader: Reader) => StateRunOptions,
): Promise<readonly Reader[]> {
  const deployed: Reader[] = [];
  for (const reader of readers) {
    if (await stateIsDeployed(optionsOf(reader))) deployed.push(reader);
  }
  return deployed;
}

/** A user's error as it is; a defect with its state and, for a report, its stack trace. */
function describeFailure(state: string, error: Error): string {
  if (error instanceof UserError) return error.message;
  const detail = process.env['DR_DEBUG'] ? error.stack : `${error.message} (DR_DEBUG=1 shows where)`;
  return `${state}: ${detail}`;
}

function describeDone({ add, change, remove }: { add: number; change: number; remove: number }): string {
  return `${add} added, ${change} changed, ${remove} destroyed`;
}
