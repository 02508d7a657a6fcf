export { ContractMirror } from './contract-mirror';
export type { PlatformEnvironment } from './platform-environment';
export { PlatformStack, type PlatformStackProps } from './platform-stack';
export { NAME_LIMITS, type NameLimit, resourceName } from './resource-name';
export { PlatformApp, runStackApp, type StackAppOptions, type StackIdentity, synthesizeStack } from './synthesize-app';
