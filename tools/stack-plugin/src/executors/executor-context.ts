import type { ExecutorContext } from '@nx/devkit';
import { UserError } from '../errors';

/** The project that an executor runs for. */
export function projectOf(context: ExecutorContext): { readonly name: string; readonly root: string } {
  const name = context.projectName ?? '';
  const root = context.projectsConfigurations.projects[name]?.root;
  if (root === undefined)
    throw new UserError(`project is ${name || 'missing'}, expected one of the workspace. Name one.`);
  return { name, root };
}

/** Runs an executor's work; what a user can put right is printed as it is, a defect with its stack trace. */
export async function reportingProblems(work: () => Promise<void>): Promise<{ success: boolean }> {
  try {
    await work();
    return { success: true };
  } catch (error) {
    const text = error instanceof UserError ? error.message : ((error as Error).stack ?? String(error));
    process.stderr.write(`${text}\n`);
    return { success: false };
  }
}
