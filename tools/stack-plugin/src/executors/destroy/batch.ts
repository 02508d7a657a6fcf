import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { type BatchResults, runManyStacks, type RunStacksExecutorOptions } from '../run-stacks-executor';

export default function destroyBatch(
  taskGraph: TaskGraph,
  inputs: Readonly<Record<string, RunStacksExecutorOptions>>,
  _overrides: object,
  context: ExecutorContext,
): Promise<BatchResults> {
  return runManyStacks('destroy', taskGraph, inputs, context);
}
