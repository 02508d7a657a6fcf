import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { type BatchRun, runBatch, stackProject } from '../executor-context';
import { buildStack } from './build-stack';

/** Bundles many stacks in one process: starting one costs more than a bundle. */
export default function buildBatch(
  { tasks }: TaskGraph,
  _inputs: object,
  _overrides: object,
  context: ExecutorContext,
): BatchRun {
  return runBatch(tasks, (task) => buildStack(context.root, stackProject(context, task.target.project)));
}
