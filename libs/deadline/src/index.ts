export { withDeadline } from './with-deadline';
