import { spawnSync } from 'node:child_process';
import { requestedTasksUnknown } from './errors';

/** Environment variable that tells the executors which tasks the command line named: `all`, or `project:target` ones. */
export const REQUESTED_TASKS_VARIABLE = 'DR_REQUESTED_TASKS';

/** Targets that change what is deployed, and so run only where they were asked for. */
const GUARDED_TARGETS = ['deploy', 'destroy'];

/** Flags of `run-many` that do not choose projects. */
const NEUTRAL_FLAGS =
  /^--(parallel|output-?style|verbose|skip-?nx-?cache|configuration|environment|account|yes|nx-?bail|tui)(=|$)/i;

/** Whether a command line can run a guarded target at all. */
export function mentionsGuardedTarget(args: readonly string[]): boolean {
  return args.some((arg) => GUARDED_TARGETS.some((target) => new RegExp(`\\b${target}\\b`).test(arg)));
}

/** Whether a command line is plainly `run-many` over all projects: then every task of it was asked for. */
export function namesEveryProject(args: readonly string[]): boolean {
  if (args[0] !== 'run-many') return false;
  const rest = args.slice(1);
  for (let index = 0; index < rest.length; index++) {
    const arg = rest[index] as string;
    if (/^(-t|--targets?|-c|--configuration|--parallel|--environment|--account)$/.test(arg)) index++;
    else if (/^(-t|--targets?)=/.test(arg) || NEUTRAL_FLAGS.test(arg) || arg === '--all') continue;
    else return false;
  }
  return true;
}

/** Asks Nx for the task graph of a command line without its dependencies: exactly what was asked for. */
export type AskNx = (args: readonly string[]) => { readonly status: number | null; readonly output: string };

/**
 * The guarded tasks that a command line names itself, in the form of {@link REQUESTED_TASKS_VARIABLE}.
 *
 * Nx's `dependsOn` orders tasks and requests them at once; only what was requested may be deployed or destroyed.
 *
 * @throws UserError when Nx gives no answer: nothing is deployed on a guess
 */
export function findRequestedTasks(args: readonly string[], askNx: AskNx): string {
  if (namesEveryProject(args)) return 'all';
  const { status, output } = askNx([...args, '--exclude-task-dependencies', '--graph=stdout']);
  if (status !== 0) throw requestedTasksUnknown(`exit status ${status}`);
  let tasks: Record<string, { target: { project: string; target: string } }>;
  try {
    tasks = JSON.parse(output.slice(output.indexOf('{'))).tasks.tasks;
  } catch {
    throw requestedTasksUnknown('no task graph in its answer');
  }
  return Object.values(tasks)
    .map(({ target }) => `${target.project}:${target.target}`)
    .filter((task) => GUARDED_TARGETS.includes(task.split(':').at(-1) ?? ''))
    .sort()
    .join(',');
}

/** Whether the command line named a task. @throws UserError when that was never found out */
export function isRequested(project: string, target: string, environment: NodeJS.ProcessEnv): boolean {
  const requested = environment[REQUESTED_TASKS_VARIABLE];
  if (requested === undefined) throw requestedTasksUnknown('the stack plugin was not asked before the tasks ran');
  return requested === 'all' || requested.split(',').includes(`${project}:${target}`);
}

/** Runs this Nx again with other arguments. */
export function askSameNx(nx: string, workspaceRoot: string): AskNx {
  return (args) => {
    const { status, stdout } = spawnSync(process.execPath, [nx, ...args], {
      cwd: workspaceRoot,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return { status, output: stdout };
  };
}
