import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { stackProject } from '../executor-context';
import { type BatchResults, runManyStacks } from '../run-stacks-executor';
import { bootstrapWhereAsked, type DeployExecutorOptions } from './executor';

export default async function deployBatch(
  { tasks, ...taskGraph }: TaskGraph,
  inputs: Readonly<Record<string, DeployExecutorOptions>>,
  _overrides: object,
  context: ExecutorContext,
): Promise<BatchResults> {
  const results: BatchResults = {};
  const ofStacks: TaskGraph['tasks'] = {};
  for (const [id, task] of Object.entries(tasks)) {
    const options = inputs[id];
    if (!options?.bootstrap) ofStacks[id] = task;
    else {
      const { success } = await bootstrapWhereAsked(stackProject(context, task.target.project), options, context);
      results[id] = { success, terminalOutput: '' };
    }
  }
  if (Object.keys(ofStacks).length === 0) return results;
  return { ...results, ...(await runManyStacks('deploy', { ...taskGraph, tasks: ofStacks }, inputs, context)) };
}
