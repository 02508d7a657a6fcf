import { statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StateManifest } from '@dr/state-manifest';
import { openAccount } from '../accounts/open-account';
import type { TerraformAccount } from '../accounts/terraform-account';
import {
  allowedNothing,
  darkRegionsOfDestroy,
  deployedReaders,
  noStateIn,
  notBegun,
  notConfirmed,
  notPlanned,
  notSynthesized,
  reportIsFolder,
  synthesizedForAnother,
  UserError,
  wouldChange,
} from '../errors';
import { accountSettings } from './account-settings';
import { applyStates } from './apply-states';
import { regionsOf } from './dark-regions';
import { readersOf, readManifest, readManifests } from './deployed-states';
import { fetchTerraform } from './fetch-terraform';
import { synthFolderOf, workFolderOf } from './folders';
import { refuseLosses } from './losses';
import { openParameterStore } from './parameter-store';
import { type PlanReport, planReport, readReport, refuseUnreviewed, reportMarkdown } from './plan-report';
import { planStates } from './plan-states';
import { formatElapsed } from './progress';
import { createProgressDisplay } from './progress-display';
import { PAST, type PlannedState, type Run, type RunStacksOptions, type RunState } from './run';
import type { StateOutcome } from './run-states';
import { runSummary } from './run-summary';
import { keptStateFile } from './state-file';
import { orderStates, reverseOrder } from './state-order';
import { stateIsDeployed } from './state-run';
import { findTerraform } from './terraform-binary';
import { LOCK_FILE, readTerraformJson } from './work-folder';

/** Result of each stack: undefined where it succeeded, else the error. */
export type StackResults = ReadonlyMap<string, UserError | undefined>;

/**
 * Plans, deploys or destroys all states of some stacks, in the order of their contracts, independent states in
 * parallel, in two passes: first **all** states are planned, those whose inputs are not yet published with what their
 * publishers would publish; nothing is applied before every plan is there and what it would lose is allowed. Then they
 * are applied: a plan over published inputs as it is, the others planned again and compared with what was shown.
 *
 * A region that does not answer stops only the states that need it. A state whose apply fails lets the others go on as
 * far as they do not wait for it.
 *
 * @throws UserError when nothing can begin at all
 */
export async function runStacks(options: RunStacksOptions): Promise<StackResults> {
  const begun = Date.now();
  const run = await prepareRun(options);
  if (options.mode === 'destroy') await refuseUnsafeDestroy(run);
  const onInterrupt = () =>
    run.display.say(
      'interrupted: Terraform finishes what it is making and saves its state, even if this ends before it',
    );
  options.interrupt.addEventListener('abort', onInterrupt, { once: true });
  try {
    const planned = await planStates(run);
    const outcomes = await carryOut(run, planned);
    // That a plan has changes is no outcome of its states, though it may fail the command.
    const report = planReport(run, planned, options.mode === 'plan' ? planned : outcomes);
    await writeReports(report, options.reports);
    for (const { stack, states } of run.manifests) {
      if (states.every(({ name }) => outcomes.get(name)?.kind === 'done')) {
        run.display.say(`${stack}: ${PAST[options.mode]} in ${formatElapsed(Date.now() - begun)}`);
      }
    }
    run.display.say(runSummary(report));
    return new Map(run.manifests.map((manifest) => [manifest.stack, stackFailure(manifest, outcomes, run.dark)]));
  } finally {
    options.interrupt.removeEventListener('abort', onInterrupt);
    run.display.end();
  }
}

type Outcomes<Result> = ReadonlyMap<string, StateOutcome<Result>>;

/**
 * Applies what was planned, or stops where not all of it can be, or may be.
 *
 * @returns what became of each state; where nothing was applied, what kept it from being
 */
async function carryOut(run: Run, planned: Outcomes<PlannedState>): Promise<Outcomes<unknown>> {
  const { mode, reviewed, failOnChanges } = run.options;
  const plans = new Map(
    [...planned].flatMap(([name, outcome]) => (outcome.kind === 'done' ? [[name, outcome.result]] : [])),
  );
  try {
    if (mode === 'plan' && !failOnChanges) return planned;
    if (mode === 'plan') return withChangesFailed(planned);
    const failed = [...planned].filter(([, { kind }]) => kind === 'failed').map(([name]) => name);
    if (failed.length > 0) return withoutThose(planned, notPlanned(failed));
    try {
      if (reviewed !== undefined && run.review)
        refuseUnreviewed(planReport(run, planned, planned), run.review, reviewed);
      if (mode === 'deploy') refuseLosses(run, plans);
    } catch (error) {
      run.display.say((error as Error).message);
      return withoutThose(planned, notBegun());
    }
    return await applyStates(run, plans);
  } finally {
    await Promise.all([...plans.values()].map(({ held }) => held.close()));
  }
}

/** The same outcomes with an error in place of each that is done: the plan is there, and is not carried out. */
function withoutThose(planned: Outcomes<PlannedState>, error: Error): Outcomes<PlannedState> {
  return new Map(
    [...planned].map(([name, outcome]) => [name, outcome.kind === 'done' ? { kind: 'failed', error } : outcome]),
  );
}

function withChangesFailed(planned: Outcomes<PlannedState>): Outcomes<PlannedState> {
  return new Map(
    [...planned].map(([name, outcome]) => [
      name,
      outcome.kind === 'done' && outcome.result.plan.hasChanges
        ? { kind: 'failed', error: wouldChange(name) }
        : outcome,
    ]),
  );
}

async function writeReports(report: PlanReport, { json, markdown }: RunStacksOptions['reports']): Promise<void> {
  for (const [file, text] of [
    [json, () => `${JSON.stringify(report, null, 2)}\n`],
    [markdown, () => reportMarkdown(report)],
  ] as const) {
    if (file === undefined) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text());
  }
}

async function prepareRun(options: RunStacksOptions): Promise<Run> {
  const { environment, workspaceRoot, sink, mode, stacks, account: accountName, reports, reviewed, allow } = options;
  for (const file of Object.values(reports))
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw reportIsFolder(file);
  const review = reviewed === undefined ? undefined : await readReport(reviewed);
  const manifests = stacks.map((stack) => ofRegion(readOwnManifest(stack, options), options.region));
  if (manifests.every(({ states }) => states.length === 0)) {
    const regions = stacks.flatMap((stack) => readOwnManifest(stack, options).states.map(({ region }) => region));
    throw noStateIn(options.region ?? '', [...new Set(regions)]);
  }
  const names = new Set(manifests.flatMap(({ states }) => states.map(({ name }) => name)));
  const nowhere = allow.filter((entry) => !names.has(entry.split(':')[0] ?? ''));
  if (nowhere.length > 0) throw allowedNothing(nowhere);
  const { command: binary, version } = await findTerraform(process.env, () =>
    fetchTerraform(join(workspaceRoot, 'node_modules/.cache/terraform')),
  );
  const account = await openAccount(accountName, workspaceRoot, (text) => sink.write(`${text}\n`));
  const all = manifests.flatMap(({ stack, states }) => states.map((entry): RunState => ({ stack, entry })));
  const dark = await darkStates(all, options, account, manifests[0]?.parameterRoot ?? '/');
  const regions = [...new Set(all.map(({ entry }) => entry.region))].sort();
  const confirmed = await account.confirm(accountSettings(workspaceRoot, environment, living(all, dark)));
  sink.write(
    `${mode} ${stacks.join(', ')}: environment ${environment}, ${confirmed}, ${regions.join(' and ')}; ${binary} ${version}\n`,
  );
  const states = new Map(all.filter(({ entry }) => !dark.has(entry.name)).map((state) => [state.entry.name, state]));
  for (const region of new Set(dark.values())) {
    const left = [...dark].filter(([, needed]) => needed === region).map(([state]) => state);
    sink.write(
      `${region} does not answer: ${left.length} states that need it are left as they are, the others go on\n`,
    );
  }
  const order = orderStates(
    manifests.map((manifest) => ({ ...manifest, states: manifest.states.filter(({ name }) => states.has(name)) })),
    options.edges,
  );
  const display = createProgressDisplay([...order.keys()], sink);
  const initialised = new Map<string, Promise<string>>();
  return {
    options,
    manifests,
    account,
    binary,
    states,
    dark,
    order: mode === 'destroy' ? reverseOrder(order) : order,
    display,
    spentMs: new Map(),
    review,
    optionsOf: ({ stack, entry }) => ({
      entry,
      synthesizedFolder: join(synthFolderOf(workspaceRoot, environment), stack, 'stacks', entry.name),
      workFolder: workFolderOf(workspaceRoot, accountName, environment, entry.name),
      stateFile: account.statesFolder && keptStateFile(account.statesFolder, environment, entry.name),
      binary,
      account,
      commandLine: `nx run ${stack}:${mode} --environment=${environment} --account=${accountName}`,
      interrupt: options.interrupt,
      initialised,
      lockFile: join(workspaceRoot, LOCK_FILE),
      onProgress: (change) => display.update(entry.name, change),
      onWarning: (text) => display.say(text),
    }),
  };
}

function readOwnManifest(stack: string, { environment, workspaceRoot }: RunStacksOptions): StateManifest {
  const manifest = readManifest(join(synthFolderOf(workspaceRoot, environment), stack));
  if (!manifest) throw notSynthesized(stack, environment, join('dist/synth', environment, stack));
  if (manifest.environment !== environment) throw synthesizedForAnother(stack, environment, manifest.environment);
  return manifest;
}

function ofRegion(manifest: StateManifest, region: string | undefined): StateManifest {
  if (region === undefined) return manifest;
  return { ...manifest, states: manifest.states.filter((state) => state.region === region) };
}

/** A state whose regions answer, else any: its error names the region that does not. */
function living(states: readonly RunState[], dark: ReadonlyMap<string, string>): RunState {
  return (states.find(({ entry }) => !dark.has(entry.name)) ?? states[0]) as RunState;
}

/** The states that need a region that does not answer, and that region. */
async function darkStates(
  states: readonly RunState[],
  { environment, workspaceRoot }: RunStacksOptions,
  account: TerraformAccount,
  parameterRoot: string,
): Promise<ReadonlyMap<string, string>> {
  const needed = await Promise.all(
    states.map(async ({ stack, entry }) => {
      const folder = join(synthFolderOf(workspaceRoot, environment), stack, 'stacks', entry.name);
      return [entry.name, [...regionsOf(await readTerraformJson(folder), entry)]] as const;
    }),
  );
  const store = await openParameterStore(account, workspaceRoot);
  const regions = [...new Set(needed.flatMap(([, of]) => of))];
  const answers = new Map(
    await Promise.all(regions.map(async (region) => [region, await store.answers(parameterRoot, region)] as const)),
  );
  return new Map(
    needed.flatMap(([state, of]) =>
      of.filter((region) => !answers.get(region)).map((region) => [state, region] as const),
    ),
  );
}

async function refuseUnsafeDestroy({ options, manifests, dark, optionsOf }: Run): Promise<void> {
  const { environment, workspaceRoot, stacks, confirmDestroy } = options;
  if (dark.size > 0) throw darkRegionsOfDestroy([...new Set(dark.values())]);
  const outside = readManifests(synthFolderOf(workspaceRoot, environment)).filter(
    ({ stack }) => !stacks.includes(stack),
  );
  for (const manifest of manifests) {
    const deployed: RunState[] = [];
    for (const reader of readersOf(manifest, outside)) {
      if (await stateIsDeployed(optionsOf(reader))) deployed.push(reader);
    }
    if (deployed.length > 0) throw deployedReaders(manifest.stack, options, deployed);
  }
  const confirmed = await confirmDestroy(`Destroy all of ${stacks.join(', ')} in ${environment}?`);
  if (!confirmed) throw notConfirmed(stacks.join(', '), environment);
}

function stackFailure(
  { stack, states }: StateManifest,
  outcomes: Outcomes<unknown>,
  dark: ReadonlyMap<string, string>,
): UserError | undefined {
  const reasons = new Map<string, string[]>();
  for (const { name } of states) {
    const outcome = outcomes.get(name);
    if (outcome === undefined || outcome.kind === 'done') continue;
    const reason =
      outcome.kind === 'failed'
        ? describeFailure(name, outcome.error)
        : `not begun, since ${outcome.because} did not succeed.`;
    reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  }
  const failures = [...reasons].map(([reason, names]) =>
    names.some((name) => reason.startsWith(`${name}: `))
      ? reason
      : `${names.length === states.length ? stack : names.join(', ')}: ${reason}`,
  );
  const left = states.map(({ name }) => name).filter((name) => dark.has(name));
  if (left.length > 0) {
    const regions = [...new Set(left.map((name) => dark.get(name)))].join(', ');
    failures.push(`${stack}: left as they are, since ${regions} does not answer: ${left.join(', ')}.`);
  }
  return failures.length > 0 ? new UserError(failures.join('\n')) : undefined;
}

/** A user's error as it is; a defect with, for a report, its stack trace. */
function describeFailure(state: string, error: Error): string {
  if (error instanceof UserError) return error.message;
  const detail = process.env['DR_DEBUG'] ? error.stack : `${error.message} (DR_DEBUG=1 shows where)`;
  return `${state}: ${detail}`;
}
