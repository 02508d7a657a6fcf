import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostTasksExecutionContext } from '@nx/devkit';

/** Environment variable that names a folder for the times of every run of Nx. */
export const TASK_TIMES_VARIABLE = 'DR_TASK_TIMES';

/** How long a task took. */
export interface TaskTime {
  readonly project: string;
  readonly target: string;
  /** From its begin to its end. */
  readonly seconds: number;
  /** Whether Nx took its result from the cache. */
  readonly cached: boolean;
}

/** The tasks of a run that began, with their times, in the order in which they began. */
export function taskTimes(results: PostTasksExecutionContext['taskResults']): readonly TaskTime[] {
  return Object.values(results)
    .filter(({ task }) => task.startTime !== undefined && task.endTime !== undefined)
    .sort((one, other) => (one.task.startTime ?? 0) - (other.task.startTime ?? 0))
    .map(({ task, status }) => ({
      project: task.target.project,
      target: task.target.target,
      seconds: ((task.endTime ?? 0) - (task.startTime ?? 0)) / 1_000,
      cached: status !== 'success' && status !== 'failure',
    }));
}

/** Writes the times of a run into the folder that the environment names; nothing where it names none. */
export function writeTaskTimes(
  { taskResults, startTime }: Pick<PostTasksExecutionContext, 'taskResults' | 'startTime'>,
  environment: NodeJS.ProcessEnv,
): void {
  const folder = environment[TASK_TIMES_VARIABLE];
  if (!folder) return;
  writeFileSync(join(folder, `${startTime}-${process.pid}.json`), JSON.stringify(taskTimes(taskResults), null, 2));
}
