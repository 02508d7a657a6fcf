export { createDependencies, createNodesV2, name, preTasksExecution } from './plugin';
