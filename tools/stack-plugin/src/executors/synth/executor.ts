import type { ExecutorContext } from '@nx/devkit';
import { projectOf, reportingProblems } from '../executor-context';
import { type SynthOptions, synthesizeBundle } from './synthesize-bundle';

/** Synthesizes one stack. */
export default function synthExecutor(options: SynthOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return reportingProblems(() => synthesizeBundle(context.root, projectOf(context), options));
}
