import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { type BatchRun, runBatch, stackProject } from '../executor-context';
import { type SynthOptions, synthesizeBundle } from './synthesize-bundle';

/** Synthesizes many stacks, each in a process of its own, all started by one. */
export default function synthBatch(
  { tasks }: TaskGraph,
  inputs: Readonly<Record<string, SynthOptions>>,
  _overrides: object,
  context: ExecutorContext,
): BatchRun {
  return runBatch(tasks, (task) =>
    synthesizeBundle(context.root, stackProject(context, task.target.project), inputs[task.id] as SynthOptions),
  );
}
