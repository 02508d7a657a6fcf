import type generator from './generators/use-cdktn/generator';

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

/** Loaded when it is run: Nx's devkit and TypeScript would slow down every start of Nx. */
export const useCdktn = async (...args: Parameters<typeof generator>): ReturnType<typeof generator> =>
  (await import('./generators/use-cdktn/generator')).default(...args);
