import type { ExecutorContext } from '@nx/devkit';
import { runStackExecutor, type RunStackExecutorOptions } from '../run-stack-executor';

export default function planExecutor(
  options: RunStackExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runStackExecutor('plan', options, context);
}
