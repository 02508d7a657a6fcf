export { ContractMirror } from './contract-mirror';
export { movedFrom } from './moved-from';
export type { PlatformEnvironment } from './platform-environment';
export { PlatformState, type PlatformStateProps } from './platform-state';
export { NAME_LIMITS, type NameLimit, resourceName } from './resource-name';
export { serviceBoundaryArn, serviceBoundaryName } from './service-boundary';
export { PlatformApp, runStackApp, type StackAppOptions, type StackIdentity, synthesizeStack } from './synthesize-app';
