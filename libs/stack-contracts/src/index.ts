export {
  type Contract,
  defineContract,
  type ListOutput,
  mirrored,
  type MirroredValues,
  type OutputsOf,
  type OutputSpec,
  type OutputSpecs,
  type PeerOutputsOf,
  type PlainValues,
  type PublishedValues,
  type ReadValues,
  text,
  textList,
  type TextOutput,
} from './contract';
export type { ContractScope } from './contract-scope';
export { OutputsNotPublishedError } from './errors';
export { mirrorOutputs } from './mirror-outputs';
export { outputFn } from './output-fn';
export { CONTRACT_HASH_PARAMETER, contractPath, parameterName, parameterRootOf } from './parameter-path';
export { publishOutputs } from './publish-outputs';
export { readOutputs, readPeerOutputs, readRegionOutputs } from './read-outputs';
export { type PublishedRegion, type ReadParameter, readPublishedOutputs } from './read-published-outputs';
