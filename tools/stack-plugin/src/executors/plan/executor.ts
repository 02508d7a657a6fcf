import type { ExecutorContext } from '@nx/devkit';
import { runOneStack, type RunStacksExecutorOptions } from '../run-stacks-executor';

export default function planExecutor(
  options: RunStacksExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runOneStack('plan', options, context);
}
