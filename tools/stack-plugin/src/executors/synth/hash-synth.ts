import type { CustomHasher, HasherContext, TaskGraph } from '@nx/devkit';

/** The context with the environment of the task, which Nx hands over and its type leaves out. */
type Context = HasherContext & { readonly env?: NodeJS.ProcessEnv };

/**
 * Hash of a synthesis: of all options that Nx forwards from a plan or a deploy, only the environment is of it. A plan
 * with another report would be synthesized anew.
 */
const hashSynth: CustomHasher = (task, context) => {
  const { hasher, taskGraph, env } = context as Context;
  const { environment } = task.overrides as { readonly environment?: unknown };
  return hasher.hashTask(
    { ...task, overrides: environment === undefined ? {} : { environment } },
    taskGraph && partBehind(task.id, taskGraph),
    env ?? process.env,
  );
};

/**
 * The task and those that it depends on, directly or not. Nx copies the graph at each call, and a deploy of n stacks has
 * n × n edges to their syntheses: with the whole graph, hashing would be most of the time of 200 stacks.
 */
function partBehind(task: string, { roots, tasks, dependencies, continuousDependencies }: TaskGraph): TaskGraph {
  const part = new Set([task]);
  // A set that grows is gone through to its end.
  for (const each of part) {
    for (const other of [...(dependencies[each] ?? []), ...(continuousDependencies[each] ?? [])]) part.add(other);
  }
  const within = <Value>(all: Record<string, Value>) =>
    Object.fromEntries(Object.entries(all).filter(([id]) => part.has(id)));
  return {
    roots: roots.filter((id) => part.has(id)),
    tasks: within(tasks),
    dependencies: within(dependencies),
    continuousDependencies: within(continuousDependencies),
  };
}

export default hashSynth;
