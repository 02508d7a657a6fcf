export {
  type Contract,
  defineContract,
  mirrored,
  type MirroredValues,
  type OutputSpec,
  type OutputSpecs,
  type PublishedValues,
  type ReadValues,
  text,
  textList,
} from './contract';
export type { ContractScope } from './contract-scope';
export { OutputsNotPublishedError } from './errors';
export { mirrorOutputs } from './mirror-outputs';
export { CONTRACT_HASH_PARAMETER, contractPath, parameterName, parameterRootOf } from './parameter-path';
export { publishOutputs } from './publish-outputs';
export { readOutputs, readPeerOutputs } from './read-outputs';
export { type PublishedRegion, type ReadParameter, readPublishedOutputs } from './read-published-outputs';
