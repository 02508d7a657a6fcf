import type { DetectionSettings } from '../recovery-settings';

/** For specs: a failure ends sooner than with the default settings. */
export const SETTINGS: DetectionSettings = {
  failureThreshold: 3,
  recoveryThreshold: 5,
  windowMs: 60_000,
  windowMinimumRounds: 6,
  windowFailureRatio: 0.5,
  recoveryRatio: 0.2,
  windowDegradedRatio: 0.5,
  latencyLimitMs: 1_500,
  maximumGapMs: 20_000,
  flapLimit: 3,
};
