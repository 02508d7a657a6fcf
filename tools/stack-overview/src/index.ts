export { overview } from './overview-command';
