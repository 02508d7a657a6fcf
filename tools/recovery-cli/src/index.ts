export { connectPlatform, type Platform } from './connect-platform';
export { nextStep } from './next-step';
export { EXPECTED_ERRORS } from './errors';
export { RECOVERY } from './operator-commands';
export { commandLine, environmentOption } from './options';
export { readPlatformStatus } from './platform-status';
