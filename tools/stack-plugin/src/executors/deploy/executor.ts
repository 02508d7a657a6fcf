import type { ExecutorContext } from '@nx/devkit';
import { projectOf, reportingProblems, type StackProject } from '../executor-context';
import { runOneStack, type RunStacksExecutorOptions, wasAskedForByName } from '../run-stacks-executor';

export interface DeployExecutorOptions extends RunStacksExecutorOptions {
  /** Whether the project is the one that makes what deploys need. */
  readonly bootstrap?: boolean;
}

export default function deployExecutor(
  options: DeployExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return options.bootstrap
    ? bootstrapWhereAsked(projectOf(context), options, context)
    : runOneStack('deploy', options, context);
}

/** Deploys the bootstrap where it was asked for by its name. */
export function bootstrapWhereAsked(
  project: StackProject,
  options: DeployExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return reportingProblems(async () => {
    if (!wasAskedForByName(project.name, 'deploy')) return true;
    // Few runs do; the library of S3 takes long to load.
    const { deployBootstrap } = await import('./bootstrap');
    return deployBootstrap(project, options, context);
  });
}
