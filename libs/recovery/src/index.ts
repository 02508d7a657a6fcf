export { InvalidControlRecordError } from './errors';
export { type ControlRecord, initialControlRecord, parseControlRecord } from './fencing/control-record';
export { decideLatchAnswer, type LatchAnswer, newestRecord } from './fencing/latch-answer';
export { decideRegionHealth, type DeepCheck, type RegionHealth } from './fencing/region-health';
export type { EpochProof } from './fencing/write-permit';
export { UnreadableFactsError } from './errors';
export { judgeObjectives, objectiveOf, type RecoveryObjectives } from './objectives/judge-objectives';
export { type Basis, type BudgetTerm, sumBudget, type TierBudget, type TierName } from './objectives/recovery-budget';
export { type Fact, readRecoveryFacts, type RecoveryFacts, type SynthesizedState } from './objectives/recovery-facts';
