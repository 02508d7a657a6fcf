/**
 * Mode of the controller: what it may do by itself.
 * - `automatic`: takes the epoch and promotes when the promotion guard passes.
 * - `approval`: takes the epoch (entry, reads and strongly consistent writes recover), then waits for a person.
 * - `observe`: starts nothing and says what it would have done. A failover that a person starts runs as in `approval`.
 */
export type FailoverMode = 'automatic' | 'approval' | 'observe';

/** How observations of the primary become a verdict. */
export interface DetectionSettings {
  /** Bad rounds in a row that make a failure. 2 to 20. */
  readonly failureThreshold: number;
  /** Good rounds in a row that end a failure; at least `failureThreshold`, so that the verdict has hysteresis. To 100. */
  readonly recoveryThreshold: number;
  /** How far back the windowed rules look, ms. 1,000 to 3,600,000. */
  readonly windowMs: number;
  /** Rounds that the window must hold before a ratio means anything. 3 to 1,000. */
  readonly windowMinimumRounds: number;
  /** Share of bad rounds in the window that makes a failure without a run of them. Above `recoveryRatio`, to 1. */
  readonly windowFailureRatio: number;
  /** Share of bad rounds in the window up to which a failure can end. 0 to below `windowFailureRatio`. */
  readonly recoveryRatio: number;
  /** Share of degraded rounds in the window that makes a grey failure. Above 0, to 1. */
  readonly windowDegradedRatio: number;
  /** Latency from which an answer counts as degraded, ms. 1 to 60,000. */
  readonly latencyLimitMs: number;
  /** Longest silence between two rounds of one observer before the run of evidence is broken, ms. 1,000 to 600,000. */
  readonly maximumGapMs: number;
  /** Changes between healthy and failed within the window that are called flapping. 2 to 100. */
  readonly flapLimit: number;
}

/** Settings that keep two regions from writing at once. */
export interface FencingSettings {
  /**
   * How long one strongly consistent read of the control record permits a region to write, on its own clock, ms.
   * 100 to 60,000. Longer survives longer losses of the table and lengthens every failover by as much.
   */
  readonly permitLeaseMs: number;
  /**
   * Longest time from admitting a write (or deciding a promotion or switchover call) to its end, whatever the caller
   * does, ms. 10 to 60,000. The service enforces it with its transaction timeout, the controller with its call timeout.
   */
  readonly inFlightMs: number;
  /**
   * Bound on how much faster or slower than real time any of the clocks runs, parts per million. 0 to 200,000.
   * Nothing is assumed about what the clocks show. ntpd slews by at most 500 ppm [ntpd documentation, "How NTP works"].
   */
  readonly clockRateDriftPpm: number;
}

/** Conditions between a taken epoch and the promotion of the database. */
export interface GuardSettings {
  /** Data-loss objective: largest replication lag with which the controller promotes without a person, ms. 100 to 3,600,000. */
  readonly maximumLossMs: number;
  /** Oldest lag measurement that still counts, ms. At least as long as a detection takes. 1,000 to 600,000. */
  readonly maximumLagAgeMs: number;
  /** Time after the writer last moved during which a person must approve the next promotion, ms. 0 to 86,400,000. */
  readonly cooldownMs: number;
  /** How long an approval is good for, ms. 60,000 to 86,400,000. */
  readonly approvalLifetimeMs: number;
  /** How far in the future a measurement or approval may lie before it counts as unknown, ms. 0 to 600,000. */
  readonly clockSkewAllowanceMs: number;
}

/** After which time in a step a person is called. They gate no safety: the step goes on when its condition comes true. */
export interface StepTimeouts {
  /** From the intent to promote to a promoted database, ms. 60,000 to 86,400,000. */
  readonly promotionMs: number;
  /** From a moved writer to a proved write, and for the checks before a failback, ms. 1,000 to 86,400,000. */
  readonly proofMs: number;
  /** From the intent to switch over to a moved writer, ms. 60,000 to 86,400,000. */
  readonly switchoverMs: number;
}

export interface RecoverySettings {
  readonly regions: {
    /** Region that writes while nothing has failed. */
    readonly primary: string;
    /** Region that watches the primary, and takes over. */
    readonly standby: string;
  };
  readonly mode: FailoverMode;
  readonly detection: DetectionSettings;
  readonly fencing: FencingSettings;
  readonly guard: GuardSettings;
  readonly timeouts: StepTimeouts;
  /**
   * Longest run of one controller process, ms. 15,000 to 900,000. What is seen and what is waited for is of one process, so
   * that all of a failure has to fit into what a run has left when the next one begins: `overlappingRunMs`.
   */
  readonly controllerRunMs: number;
}

/** Time between the begins of two rounds of observation, ms. */
export const OBSERVATION_PERIOD_MS = 5_000;

/** Everything but the regions. Sizes assume that the controller observes every {@link OBSERVATION_PERIOD_MS}. */
export const DEFAULT_RECOVERY_SETTINGS: Omit<RecoverySettings, 'regions'> = {
  mode: 'approval',
  detection: {
    failureThreshold: 3,
    recoveryThreshold: 8,
    windowMs: 60_000,
    windowMinimumRounds: 6,
    windowFailureRatio: 0.5,
    recoveryRatio: 0.1,
    windowDegradedRatio: 0.5,
    latencyLimitMs: 1_500,
    maximumGapMs: 20_000,
    flapLimit: 3,
  },
  fencing: { permitLeaseMs: 6_000, inFlightMs: 5_000, clockRateDriftPpm: 2_000 },
  guard: {
    maximumLossMs: 5_000,
    maximumLagAgeMs: 60_000,
    cooldownMs: 600_000,
    approvalLifetimeMs: 1_800_000,
    clockSkewAllowanceMs: 5_000,
  },
  timeouts: { promotionMs: 900_000, proofMs: 120_000, switchoverMs: 900_000 },
  controllerRunMs: 97_000,
};
