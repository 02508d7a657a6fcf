export { adopt } from './adopt-command';
