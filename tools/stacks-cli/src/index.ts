export { STACKS } from './stacks';
