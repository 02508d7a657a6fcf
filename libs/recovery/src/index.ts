export { InvalidControlRecordError } from './errors';
export {
  type ControlRecord,
  type Opening,
  initialControlRecord,
  isStored,
  lostControlRecord,
  parseControlRecord,
} from './fencing/control-record';
export { newestRecord } from './fencing/newest-record';
export {
  assessRegionHealth,
  type DeepCheck,
  HEALTHY_TEXT,
  type RegionHealth,
  SERVING_TEXT,
} from './fencing/region-health';
export { decideWritePermit, type EpochProof, type WritePermit } from './fencing/write-permit';
export { UnreadableFactsError } from './errors';
export { assessObjectives, objectiveOf, type RecoveryObjectives } from './objectives/assess-objectives';
export { type Basis, type BudgetTerm, sumBudget, type TierBudget, type TierName } from './objectives/recovery-budget';
export { type Fact, readRecoveryFacts, type RecoveryFacts, type SynthesizedState } from './objectives/recovery-facts';
export { InvalidRecoverySettingsError } from './errors';
export { databaseOf, isLeftBehind } from './failover/detachment';
export { decideNextEffect } from './failover/decide-next-effect';
export { type Effect, effectIsCurrent, type Notice } from './failover/effect';
export {
  type Command,
  COMMAND_NAMES,
  commandApprove,
  commandDetach,
  commandEvacuate,
  commandFailover,
  type CommandName,
  type CommandOutcome,
  commandRestored,
} from './failover/operator-commands';
export { type DatabaseState, NO_WRITES, type Situation, type WritesInARow } from './failover/situation';
export { isTakingOver, otherRegion, successorRegion, watchedRegion } from './failover/roles';
export { rebuildHint, RESTORE, restoreHint, STEP_GUIDE, type StepGuide } from './failover/step-guide';
export {
  assessRegion,
  NO_ROUNDS,
  type RegionAssessment,
  roundsInARow,
  type RoundsInARow,
} from './failure-detection/assess-region';
export { assessByHeartbeat, type Heartbeat, type HeartbeatWatch, watchHeartbeat } from './failure-detection/heartbeat';
export { type DetectionState, NOTHING_OBSERVED, observeRound } from './failure-detection/detection-state';
export { assessRound, type Probe, type ProbeRound } from './failure-detection/probe-round';
export { type ClosureWatch, watchClosure } from './fencing/closure-watch';
export type { ConditionalWrite, Expectation } from './fencing/conditional-write';
export { type Step, STEPS, storedStep } from './fencing/control-record';
export { drainWaitMs } from './fencing/drain-wait';
export { CONTROLLER_PERIOD_MS, overlappingRunMs } from './overlapping-run';
export { type CanaryTrail, canaryTrail, LONGEST_TRAIL_MS } from './promotion-guard/canary-trail';
export { cooldownLeftMs } from './promotion-guard/decide-promotion';
export type { LagSample } from './promotion-guard/lag-evidence';
export {
  DEFAULT_RECOVERY_SETTINGS,
  type FailoverMode,
  type FencingSettings,
  OBSERVATION_PERIOD_MS,
  type RecoverySettings,
} from './recovery-settings';
export { CONTROLLER_SERVICE, METRIC_NAMESPACE, RUN_METRIC, runDimensions } from './controller-metrics';
export { validateRecoverySettings } from './validate-recovery-settings';
export {
  type ControllerEnvironment,
  parseControllerEnvironment,
  type RecoveryTargets,
  SETTINGS_VARIABLE,
  TARGET_VARIABLES,
} from './controller-environment';
