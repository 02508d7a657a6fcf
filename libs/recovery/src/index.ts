export { InvalidControlRecordError } from './errors';
export { type ControlRecord, initialControlRecord, parseControlRecord } from './fencing/control-record';
export { decideLatchAnswer, type LatchAnswer, newestRecord } from './fencing/latch-answer';
export { decideRegionHealth, type DeepCheck, type RegionHealth } from './fencing/region-health';
export type { EpochProof } from './fencing/write-permit';
