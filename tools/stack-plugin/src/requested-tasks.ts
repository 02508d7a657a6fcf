import { spawnSync } from 'node:child_process';
import { nxAnsweredNoProjects, projectNotNamed, requestNeverRead, standardInputIsRead } from './errors';
import { parseNxCommandLine } from './nx-command-line';

/** Environment variable with the tasks that the command line named, for the executors: `all`, or `project:target` ones. */
export const REQUESTED_TASKS_VARIABLE = 'DR_REQUESTED_TASKS';

/** Targets that change what is deployed, and so run only where they were asked for. */
const GUARDED_TARGETS = ['deploy', 'destroy'];

/** Runs Nx with other arguments. */
export type AskNx = (args: readonly string[]) => { readonly status: number | null; readonly output: string };

/**
 * The guarded tasks that a command line names itself, in the form of {@link REQUESTED_TASKS_VARIABLE}.
 *
 * Nx's `dependsOn` orders tasks and requests them at once; only what was requested may be deployed or destroyed. Which
 * projects `run-many` and `affected` choose, and which one a pattern of `run` means, is asked of Nx.
 *
 * @param args of Nx, the command first: `['affected', '-t', 'deploy']`
 * @param isStack whether a stack has exactly this name
 * @param alone projects of which only `run` requests a task, by their name
 * @throws UserError when that cannot be known: nothing is deployed on a guess
 */
export function findRequestedTasks(
  args: readonly string[],
  askNx: AskNx,
  isStack: (name: string) => boolean = () => false,
  alone: readonly string[] = [],
): string {
  const { command, targets, project, choice, readsFiles } = parseNxCommandLine(args);
  // In a project's folder `run deploy:prod` is a target and its configuration.
  if (command === 'run' && project !== undefined && GUARDED_TARGETS.includes(project)) throw projectNotNamed(project);
  const guarded = GUARDED_TARGETS.filter((target) => targets.includes(target));
  const [first] = guarded;
  if (first === undefined) return '';
  const tasksOf = (projects: readonly string[]) =>
    projects.flatMap((name) => guarded.map((target) => `${name}:${target}`)).join(',');

  if (command === 'run') {
    if (project === undefined) throw projectNotNamed(first);
    return tasksOf(isStack(project) ? [project] : askProjects([`--projects=${project}`], askNx));
  }
  const tasksOfMany = (projects: readonly string[]) => tasksOf(projects.filter((name) => !alone.includes(name)));
  if (command === 'run-many') {
    // A pattern of --exclude is matched within the projects that have one of the targets.
    const having = targets.map((target) => `--withTarget=${target}`);
    return choice.length === 0 ? 'all' : tasksOfMany(askProjects([...choice, ...having], askNx));
  }
  if (readsFiles) throw standardInputIsRead(first);
  return tasksOfMany(askProjects(['--affected', ...choice], askNx));
}

/** @throws UserError with the command that shows Nx's answer */
function askProjects(choice: readonly string[], askNx: AskNx): readonly string[] {
  const question = ['show', 'projects', '--json', ...choice];
  const { status, output } = askNx(question);
  if (status !== 0) throw nxAnsweredNoProjects(`exit status ${status}`, question);
  try {
    return (JSON.parse(output.slice(output.indexOf('['))) as string[]).sort();
  } catch {
    throw nxAnsweredNoProjects('no list of projects in its answer', question);
  }
}

/** Whether the command line named a task. @throws UserError when that was never found out */
export function isRequested(project: string, target: string, environment: NodeJS.ProcessEnv): boolean {
  return requestOf(project, target, environment) === 'all' || isRequestedByName(project, target, environment);
}

/** Whether the command line named a task by its project, not with all. @throws UserError when that was never found out */
export function isRequestedByName(project: string, target: string, environment: NodeJS.ProcessEnv): boolean {
  return requestOf(project, target, environment).split(',').includes(`${project}:${target}`);
}

function requestOf(project: string, target: string, environment: NodeJS.ProcessEnv): string {
  const requested = environment[REQUESTED_TASKS_VARIABLE];
  if (requested === undefined) throw requestNeverRead(project, target);
  return requested;
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
