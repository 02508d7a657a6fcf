import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { withDestination } from '../accounts/destination';
import type { Backend } from '../accounts/terraform-account';
import type { RunMode, RunStacksOptions } from '../engine/run';
import { runStacks, type StackResults } from '../engine/run-stacks';
import type { StackEdge } from '../engine/state-order';
import { isRequested, isRequestedByName } from '../requested-tasks';
import { describeProblem, projectOf, reportingProblems } from './executor-context';
import { openTerminal, turningAtInterrupt } from './terminal';

export interface RunStacksExecutorOptions {
  readonly environment: string;
  readonly account: string;
  readonly backend?: Backend;
  readonly yes?: boolean;
  readonly region?: string;
  readonly allow?: string | readonly string[];
  /** Paths are relative to the folder that the command is typed in. */
  readonly json?: string;
  readonly save?: string;
  readonly markdown?: string;
  readonly reviewed?: string;
  readonly failOnChanges?: boolean;
  readonly lock?: boolean;
  readonly overNewer?: boolean;
  readonly duringRecovery?: boolean;
  readonly skipUnchanged?: boolean;
}

/** Results by task, as Nx takes them from a batch. */
export type BatchResults = Record<string, { success: boolean; terminalOutput: string }>;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Exit status that a shell gives a command that SIGINT ended. */
const INTERRUPTED_STATUS = 130;

/** One stack as one task. */
export function runOneStack(
  mode: RunMode,
  options: RunStacksExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return reportingProblems(async () => {
    const { name } = projectOf(context);
    if (!wasAskedFor(name, mode)) return true;
    const { failures } = await runStacksOf(mode, [name], [], options, context);
    return failures.get(name) === undefined;
  });
}

/**
 * The stacks of many tasks in one process, so that a state begins as soon as what it reads is published, in whatever
 * stack. Stacks that were not asked for are there for the order only, and are left as they are.
 */
export async function runManyStacks(
  mode: RunMode,
  { tasks, dependencies }: TaskGraph,
  inputs: Readonly<Record<string, RunStacksExecutorOptions>>,
  context: ExecutorContext,
): Promise<BatchResults> {
  const results: BatchResults = {};
  // What a task says was written as it came: Nx would print it again.
  const done = (task: string, success: boolean) => (results[task] = { success, terminalOutput: '' });
  const stackOf = (task: string) => tasks[task]?.target.project as string;
  try {
    const asked = Object.keys(tasks).filter((task) => wasAskedFor(stackOf(task), mode) || (done(task, true), false));
    const [first] = asked;
    if (first === undefined) return results;
    const edges = asked.flatMap((task) =>
      (dependencies[task] ?? [])
        .filter((other) => asked.includes(other))
        .map((other) => edgeOf(mode, stackOf(task), stackOf(other))),
    );
    const options = inputs[first] as RunStacksExecutorOptions;
    const { failures, interrupted } = await runStacksOf(mode, asked.map(stackOf), edges, options, context);
    for (const task of asked) done(task, failures.get(stackOf(task)) === undefined);
    // An interrupted Nx listens no more, and waits for this process to end.
    if (interrupted) process.exit(INTERRUPTED_STATUS);
  } catch (error) {
    process.stderr.write(`${describeProblem(error)}\n`);
    for (const task of Object.keys(tasks)) if (results[task] === undefined) done(task, false);
  }
  return results;
}

/** A destroy waits for the destroys of its readers; as an edge between stacks that is the reader's, not its own. */
function edgeOf(mode: RunMode, stack: string, other: string): StackEdge {
  return mode === 'destroy' ? { stack: other, waitsFor: stack } : { stack, waitsFor: other };
}

/** Whether a task is to act; says so where it is not. */
function wasAskedFor(stack: string, mode: RunMode): boolean {
  return mode === 'plan' || isRequested(stack, mode, process.env) || leave(stack, mode);
}

/** The same of a task that `run-many` and `affected` never ask for. */
export function wasAskedForByName(project: string, mode: RunMode): boolean {
  return isRequestedByName(project, mode, process.env) || leave(project, mode);
}

function leave(stack: string, mode: RunMode): false {
  process.stdout.write(`${stack}: ${mode} was not asked for, left as it is\n`);
  return false;
}

/** Runs stacks as the options of a target say. @param settings of the run that no option has */
export async function runStacksOf(
  mode: RunMode,
  stacks: readonly string[],
  edges: readonly StackEdge[],
  {
    environment,
    account,
    yes = false,
    backend,
    region,
    allow = [],
    overNewer = false,
    duringRecovery = false,
    skipUnchanged = false,
    ...files
  }: RunStacksExecutorOptions,
  { root: workspaceRoot, cwd, projectsConfigurations }: ExecutorContext,
  settings: Pick<RunStacksOptions, 'backend' | 'recorded'> = {},
): Promise<{ readonly failures: StackResults; readonly interrupted: boolean }> {
  const absolute = <Name extends string>(paths: Readonly<Record<Name, string | undefined>>) =>
    Object.fromEntries(
      Object.entries<string | undefined>(paths).flatMap(([name, path]) =>
        path === undefined ? [] : [[name, resolve(cwd, path)]],
      ),
    ) as Partial<Record<Name, string>>;
  const interrupt = new AbortController();
  const sink = turningAtInterrupt(openTerminal(), interrupt.signal);
  const onSignal = () => interrupt.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const failures = await runStacks({
      stacks,
      workspaceStacks: Object.entries(projectsConfigurations.projects)
        .filter(([, { tags = [] }]) => tags.includes('type:stack'))
        .map(([project]) => project),
      edges,
      environment,
      account,
      backend,
      region,
      allow: [allow].flat(),
      reports: absolute({ json: files.json ?? files.save, markdown: files.markdown }),
      reviewed: absolute({ reviewed: files.reviewed }).reviewed,
      failOnChanges: files.failOnChanges ?? false,
      lock: mode !== 'plan' || files.lock !== false,
      overNewer,
      duringRecovery,
      // A stack that is named by itself is looked at.
      skipUnchanged: skipUnchanged && mode === 'deploy' && stacks.length > 1,
      mode,
      ...settings,
      workspaceRoot,
      interrupt: interrupt.signal,
      sink,
      confirmDestroy: async (question) => yes || account === 'sandbox' || (await askAtTerminal(question)),
    });
    for (const failure of failures.values()) {
      if (failure) sink.write(`${withDestination(failure.message, { environment, account })}\n`);
    }
    return { failures, interrupted: interrupt.signal.aborted };
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

async function askAtTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`${question} Only "yes" goes on: `)).trim() === 'yes';
  } finally {
    terminal.close();
  }
}
