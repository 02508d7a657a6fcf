export { type DetachedCommand, type DetachedProcess, startDetached } from './start-detached';
