export { createDependencies, createNodes, name, preTasksExecution } from './plugin';
