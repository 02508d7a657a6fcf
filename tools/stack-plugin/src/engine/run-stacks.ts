import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StateManifest } from '@dr/state-manifest';
import { notBegun, notPlanned, UserError, wouldChange } from '../errors';
import { applyStates } from './apply-states';
import { refuseLosses } from './losses';
import { type PlanReport, planReport, refuseUnreviewed } from './plan-report';
import { planStates } from './plan-states';
import { prepareRun } from './prepare-run';
import { reportMarkdown } from './report-markdown';
import { refuseDuringRecovery } from './refuse-during-recovery';
import { refuseNoBoundary } from './refuse-no-boundary';
import { refuseOtherRoot } from './refuse-other-deployment';
import { refuseUnfitOutputs } from './refuse-unfit-outputs';
import { refuseUnsafeDestroy } from './refuse-unsafe-destroy';
import { type PlannedState, type Run, type RunStacksOptions } from './run';
import type { StateOutcome } from './run-states';
import { runSummary, stackSummary } from './run-summary';

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
      const isDone = states.every(({ name }) => outcomes.get(name)?.kind === 'done');
      const isSkipped = states.every(({ name }) => isLeftOut(planned.get(name)));
      if (isDone && !isSkipped) {
        run.display.say(stackSummary(report, stack));
      }
    }
    run.display.say(runSummary(report));
    return new Map(run.manifests.map((manifest) => [manifest.stack, stackFailure(manifest, outcomes, run.dark)]));
  } finally {
    options.interrupt.removeEventListener('abort', onInterrupt);
    run.display.end();
  }
}

/** Whether a state is left as it is recorded. */
function isLeftOut(outcome: StateOutcome<PlannedState> | undefined): boolean {
  return outcome?.kind === 'done' && outcome.result.held === undefined;
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
    if (mode === 'plan') {
      await warnOfRefusals(run, plans);
      return failOnChanges ? withChangesFailed(planned) : planned;
    }
    const failed = [...planned].filter(([, { kind }]) => kind === 'failed').map(([name]) => name);
    if (failed.length > 0) return withoutThose(planned, notPlanned(failed));
    if (failOnChanges && [...plans.values()].some(({ plan }) => plan.hasChanges)) {
      return withoutThose(withChangesFailed(planned), notBegun());
    }
    try {
      if (reviewed !== undefined && run.review)
        refuseUnreviewed(planReport(run, planned, planned), run.review, reviewed);
      if (mode === 'deploy') {
        refuseOtherRoot(run, plans);
        refuseUnfitOutputs(run, plans);
        await refuseNoBoundary(run, plans);
        await refuseLosses(run, plans);
      }
      await refuseDuringRecovery(run, plans);
    } catch (error) {
      run.stops.push((error as Error).message);
      run.display.say((error as Error).message);
      return withoutThose(planned, notBegun());
    }
    return await applyStates(run, plans);
  } finally {
    await Promise.all([...plans.values()].map(({ held }) => held?.close()));
  }
}

/** Says what a deploy of these plans would stop at: a review should not find it out after the merge. */
async function warnOfRefusals(run: Run, plans: ReadonlyMap<string, PlannedState>): Promise<void> {
  for (const refuse of [refuseUnfitOutputs, refuseNoBoundary, refuseLosses]) {
    try {
      await refuse(run, plans);
    } catch (error) {
      run.stops.push((error as Error).message);
      run.display.say(`A deploy would stop here. ${(error as Error).message}`);
    }
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
