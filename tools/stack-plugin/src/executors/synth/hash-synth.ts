import type { CustomHasher, HasherContext } from '@nx/devkit';

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
    taskGraph,
    env ?? process.env,
  );
};

export default hashSynth;
