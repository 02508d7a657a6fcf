export { connectPlatform, type Platform } from './connect-platform';
export { EXPECTED_ERRORS } from './errors';
export { RECOVERY } from './operator-commands';
export { commandLine, environmentOption } from './options';
export { readPlatformStatus } from './platform-status';
