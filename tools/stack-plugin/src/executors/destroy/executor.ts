import type { ExecutorContext } from '@nx/devkit';
import { runOneStack, type RunStacksExecutorOptions } from '../run-stacks-executor';

export default function destroyExecutor(
  options: RunStacksExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runOneStack('destroy', options, context);
}
