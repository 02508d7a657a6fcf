import type { GeneratorCallback, Tree } from '@nx/devkit';
import { withoutStackTrace } from './errors';

type Generator<Options> = (tree: Tree, options: Options) => Promise<GeneratorCallback>;

export { createDependencies, createNodes, name, preTasksExecution, type StackPluginOptions } from './plugin';
export { default as buildBatch } from './executors/build/batch';
export { default as build } from './executors/build/executor';
export { default as deployBatch } from './executors/deploy/batch';
export { default as deploy } from './executors/deploy/executor';
export { default as destroyBatch } from './executors/destroy/batch';
export { default as destroy } from './executors/destroy/executor';
export { default as outputs } from './executors/outputs/executor';
export { default as planBatch } from './executors/plan/batch';
export { default as plan } from './executors/plan/executor';
export { default as hashSynth } from './executors/synth/hash-synth';
export { default as synthBatch } from './executors/synth/batch';
export { default as synth } from './executors/synth/executor';

export const generateStack = generator(() => import('./generators/stack/generator'));
export const generateOutput = generator(() => import('./generators/output/generator'));
export const generateEnvironment = generator(() => import('./generators/environment/generator'));
export const useCdktn = generator(() => import('./generators/use-cdktn/generator'));

/** Nx runs it by `nx sync`, and `nx sync:check` fails where it would change anything. */
export const syncOwners = withoutStackTrace(async (tree: Tree) =>
  (await import('./generators/owners/generator')).default(tree),
);

/** Loads a generator when it is run: Nx's devkit and TypeScript would slow down every start of Nx. */
function generator<Options>(
  load: () => Promise<{ readonly default: Generator<Options> }>,
): (tree: Tree, options: Options) => Promise<GeneratorCallback> {
  return withoutStackTrace(async (tree, options) => {
    const callback = await (await load()).default(tree, options);
    return withoutStackTrace(async () => callback());
  });
}
