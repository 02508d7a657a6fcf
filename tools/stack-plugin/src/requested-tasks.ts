import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { requestedTasksUnknown } from './errors';

/** Environment variable that tells the executors which tasks the command line named: `all`, or `project:target` ones. */
export const REQUESTED_TASKS_VARIABLE = 'DR_REQUESTED_TASKS';

/** Targets that change what is deployed, and so run only where they were asked for. */
const GUARDED_TARGETS = ['deploy', 'destroy'];

/** Whether a command line can run a guarded target at all. */
export function mentionsGuardedTarget(args: readonly string[]): boolean {
  return args.some((arg) => GUARDED_TARGETS.some((target) => new RegExp(`\\b${target}\\b`).test(arg)));
}

/** Runs Nx with other arguments. */
export type AskNx = (args: readonly string[]) => { readonly status: number | null; readonly output: string };

/** Options of `run-many` and `affected` that choose projects, as `nx show projects` takes them. */
const CHOOSING_OPTIONS = {
  projects: { type: 'string', multiple: true, short: 'p' },
  exclude: { type: 'string', multiple: true },
  base: { type: 'string' },
  head: { type: 'string' },
  files: { type: 'string', multiple: true },
  uncommitted: { type: 'boolean' },
  untracked: { type: 'boolean' },
} as const;

/** Options with a value that choose no project, so that the value is not taken for one. */
const OTHER_OPTIONS = {
  target: { type: 'string', multiple: true, short: 't' },
  targets: { type: 'string', multiple: true },
  configuration: { type: 'string', short: 'c' },
  all: { type: 'boolean' },
} as const;

/**
 * The guarded tasks that a command line names itself, in the form of {@link REQUESTED_TASKS_VARIABLE}.
 *
 * Nx's `dependsOn` orders tasks and requests them at once; only what was requested may be deployed or destroyed. Which
 * projects `run-many` and `affected` choose is asked of Nx; `run` names its own.
 *
 * @param args of Nx, the command first: `['affected', '-t', 'deploy']`
 * @throws UserError when that cannot be told: nothing is deployed on a guess
 */
export function findRequestedTasks(args: readonly string[], askNx: AskNx): string {
  const [command = '', ...rest] = args;
  if (command !== 'run-many' && command !== 'affected') return singleTask(command, rest);

  const { values } = parseArgs({
    args: rest.slice(0, rest.includes('--') ? rest.indexOf('--') : undefined),
    options: { ...CHOOSING_OPTIONS, ...OTHER_OPTIONS },
    strict: false,
    allowPositionals: true,
  }) as { values: Record<string, string | boolean | (string | boolean)[]> };
  const targets = [values['target'], values['targets']].flat().flatMap((value) => String(value ?? '').split(','));
  const guarded = GUARDED_TARGETS.filter((target) => targets.includes(target));
  if (guarded.length === 0) throw requestedTasksUnknown(`no ${GUARDED_TARGETS.join(' or ')} among its targets`);

  const choice = Object.keys(CHOOSING_OPTIONS).flatMap((name) =>
    [values[name] ?? []].flat().map((value) => (value === true ? `--${name}` : `--${name}=${value}`)),
  );
  if (command === 'run-many' && choice.length === 0) return 'all';
  const { status, output } = askNx([
    'show',
    'projects',
    '--json',
    ...(command === 'affected' ? ['--affected'] : []),
    ...choice,
  ]);
  if (status !== 0) throw requestedTasksUnknown(`exit status ${status}`);
  const projects = parseProjects(output);
  return projects.flatMap((project) => guarded.map((target) => `${project}:${target}`)).join(',');
}

/** `run data:deploy:prod`, `data:deploy` or the short form `deploy data`. */
function singleTask(command: string, rest: readonly string[]): string {
  const [project, target] = (command === 'run' ? (rest[0] ?? '') : command).split(':');
  if (project && target && GUARDED_TARGETS.includes(target)) return `${project}:${target}`;
  if (GUARDED_TARGETS.includes(command) && rest[0] && !rest[0].startsWith('-')) return `${rest[0]}:${command}`;
  throw requestedTasksUnknown(`"${[command, ...rest].join(' ')}" names no project`);
}

function parseProjects(output: string): readonly string[] {
  try {
    return (JSON.parse(output.slice(output.indexOf('['))) as string[]).sort();
  } catch {
    throw requestedTasksUnknown('no list of projects in its answer');
  }
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
