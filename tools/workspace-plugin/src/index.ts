export { createDependencies, createNodes, name } from './plugin';
