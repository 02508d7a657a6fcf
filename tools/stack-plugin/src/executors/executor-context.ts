import type { ExecutorContext, Task } from '@nx/devkit';
import { UserError } from '../errors';

/** A project of the workspace. */
export interface StackProject {
  readonly name: string;
  /** Relative to the workspace. */
  readonly root: string;
}

/** Results of a batch, as they come. */
export type BatchRun = AsyncGenerator<{
  task: string;
  result: { success: boolean; terminalOutput: string };
}>;

/** The project that an executor runs for. */
export function projectOf(context: ExecutorContext): StackProject {
  return stackProject(context, context.projectName ?? '');
}

export function stackProject(context: ExecutorContext, name: string): StackProject {
  const root = context.projectsConfigurations.projects[name]?.root;
  if (root === undefined)
    throw new UserError(`project is ${name || 'missing'}, expected one of the workspace. Name one.`);
  return { name, root };
}

/**
 * Runs an executor's work, which may return false for a failure that it has reported itself; what a user can put right
 * is printed as it is, a defect with its stack trace.
 */
export async function reportingProblems(work: () => Promise<unknown>): Promise<{ success: boolean }> {
  try {
    return { success: (await work()) !== false };
  } catch (error) {
    process.stderr.write(`${describeProblem(error)}\n`);
    return { success: false };
  }
}

/** Runs the independent tasks of a batch at once and gives each task's result as soon as it is there. */
export async function* runBatch(tasks: Readonly<Record<string, Task>>, work: (task: Task) => Promise<void>): BatchRun {
  const running = new Map(
    Object.values(tasks).map((task) => [
      task.id,
      work(task).then(
        () => ({ task: task.id, result: { success: true, terminalOutput: '' } }),
        (error: unknown) => {
          // Nx would print it again, as the output of the task.
          process.stderr.write(`${describeProblem(error)}\n`);
          return { task: task.id, result: { success: false, terminalOutput: '' } };
        },
      ),
    ]),
  );
  while (running.size > 0) {
    const finished = await Promise.race(running.values());
    running.delete(finished.task);
    yield finished;
  }
}

/** A user's error as it is; a defect with its stack trace. */
export function describeProblem(error: unknown): string {
  return error instanceof UserError ? error.message : ((error as Error).stack ?? String(error));
}
