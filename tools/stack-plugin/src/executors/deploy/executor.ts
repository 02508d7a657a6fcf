import type { ExecutorContext } from '@nx/devkit';
import { runStackExecutor, type RunStackExecutorOptions } from '../run-stack-executor';

export default function deployExecutor(
  options: RunStackExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runStackExecutor('deploy', options, context);
}
