import type { ExecutorContext } from '@nx/devkit';
import { projectOf, reportingProblems } from '../executor-context';
import { buildStack } from './build-stack';

/** Bundles one stack. */
export default function buildExecutor(_options: object, context: ExecutorContext): Promise<{ success: boolean }> {
  return reportingProblems(() => buildStack(context.root, projectOf(context)));
}
