import type { ExecutorContext } from '@nx/devkit';
import { runOneStack, type RunStacksExecutorOptions } from '../run-stacks-executor';

export default function deployExecutor(
  options: RunStacksExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runOneStack('deploy', options, context);
}
