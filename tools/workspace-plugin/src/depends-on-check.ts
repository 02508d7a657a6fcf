import type { ProjectConfiguration } from '@nx/devkit';

type Projects = Readonly<Record<string, ProjectConfiguration>>;

/**
 * Every `dependsOn` must name a target that exists: Nx passes over one that does not in silence [nrwl/nx 32779], and a
 * deploy that waits for nothing looks like one that waited.
 *
 * @throws for the first that names nothing
 */
export function refuseMissingDependsOn(projects: Projects): void {
  const anywhere = new Set(Object.values(projects).flatMap(({ targets = {} }) => Object.keys(targets)));
  for (const [name, { targets = {} }] of Object.entries(projects)) {
    for (const [target, { dependsOn = [] }] of Object.entries(targets)) {
      for (const dependency of dependsOn) {
        const missing = missingTarget(dependency, name, projects, anywhere);
        if (missing) {
          throw new Error(
            `${name}: target ${target} depends on ${missing}, expected a target that exists. Correct its dependsOn.`,
          );
        }
      }
    }
  }
}

type DependsOn = NonNullable<NonNullable<ProjectConfiguration['targets']>[string]['dependsOn']>[number];

function missingTarget(
  dependency: DependsOn,
  project: string,
  projects: Projects,
  anywhere: ReadonlySet<string>,
): string | undefined {
  const hasTarget = (name: string, target: string) =>
    Object.hasOwn(projects, name) && Object.hasOwn(projects[name]?.targets ?? {}, target);
  if (typeof dependency === 'string') {
    if (dependency.startsWith('^')) return anywhere.has(dependency.slice(1)) ? undefined : dependency;
    const [owner, target] = dependency.includes(':') ? dependency.split(':') : [project, dependency];
    return hasTarget(owner as string, target as string) ? undefined : dependency;
  }
  const { target, projects: owners, dependencies } = dependency;
  if (dependencies) return anywhere.has(target) ? undefined : `^${target}`;
  if (owners === undefined) return hasTarget(project, target) ? undefined : target;
  const lacking = [owners]
    .flat()
    .flatMap((owner) => namedProjects(owner, projects))
    .find((owner) => !hasTarget(owner, target));
  return lacking === undefined ? undefined : `${lacking}:${target}`;
}

/** The projects of a name or a `tag:…`; a tag that none has stands for itself. Other patterns are Nx's to resolve. */
function namedProjects(owner: string, projects: Projects): readonly string[] {
  if (owner.startsWith('tag:') && !owner.includes('*')) {
    const tagged = Object.keys(projects).filter((name) => projects[name]?.tags?.includes(owner.slice('tag:'.length)));
    return tagged.length > 0 ? tagged : [owner];
  }
  return /^[a-z0-9-]+$/.test(owner) ? [owner] : [];
}
