export { parseCommandOptions } from './command-options';
export { connectPlatform, type Platform } from './connect-platform';
export { CommandError } from './errors';
export { readPlatformStatus } from './platform-status';
export { type CommandContext, runProgram } from './program';
