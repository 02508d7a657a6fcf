import { unknownProject, unknownTarget } from './errors';
import { parseNxCommandLine } from './nx-command-line';

/** The targets of every project of the workspace. */
export type TargetsByProject = Readonly<Record<string, readonly string[]>>;

/** Options whose values are names of projects. */
const NAMING_PROJECTS = /^--(?:projects|exclude)=(.*)$/;

/** A name, and neither a pattern nor a tag, which may choose no project. */
const NAME = /^[\w@.-]+$/;

/** Words by which Nx knows targets: `nx t data`. */
const ALIASES = ['b', 'e', 'l', 's', 't'];

/**
 * Refuses a project or a target that there is none of. Nx runs the others, or nothing at all, and ends with success.
 *
 * @param args of Nx, the command first: `['run-many', '-t', 'deploy', '-p', 'network,data']`
 * @throws UserError with the nearest right name; nothing has run yet
 */
export function refuseUnknownTasks(args: readonly string[], targetsByProject: TargetsByProject): void {
  const { command, choice, project, targets } = parseNxCommandLine(args);
  const projects = Object.keys(targetsByProject).sort();
  const named = choice.flatMap((option) => NAMING_PROJECTS.exec(option)?.[1]?.split(',') ?? []);
  for (const name of named) {
    if (NAME.test(name) && !projects.includes(name)) throw unknownProject(name, projects);
  }
  // Of another project, or of a command of Nx that runs no task, Nx says itself what is wrong.
  if (command === 'run' && (project === undefined || !projects.includes(project))) return;
  const known =
    command === 'run' ? (targetsByProject[project as string] ?? []) : Object.values(targetsByProject).flat();
  for (const target of targets) {
    if (!known.includes(target) && !ALIASES.includes(target)) {
      throw unknownTarget(target, command === 'run' ? project : undefined, known);
    }
  }
}
