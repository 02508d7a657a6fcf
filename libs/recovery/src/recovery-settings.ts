import { InvalidRecoverySettingsError, type ValueProblem } from './errors';
import { drainWaitMs } from './fencing/drain-wait';

/**
 * What the controller may do by itself.
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

/** What keeps two regions from writing at once. */
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

/** What stands between a taken epoch and the promotion of the database. */
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
  /** Longest run of one controller process, ms. 15,000 to 900,000. The drain wait and a recovery must fit into it. */
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
  controllerRunMs: 55_000,
};

type Range = readonly [parameter: string, read: (settings: RecoverySettings) => number, from: number, to: number];

const WHOLE_NUMBERS: readonly Range[] = [
  ['detection.failureThreshold', (s) => s.detection.failureThreshold, 2, 20],
  ['detection.recoveryThreshold', (s) => s.detection.recoveryThreshold, 2, 100],
  ['detection.windowMs', (s) => s.detection.windowMs, 1_000, 3_600_000],
  ['detection.windowMinimumRounds', (s) => s.detection.windowMinimumRounds, 3, 1_000],
  ['detection.latencyLimitMs', (s) => s.detection.latencyLimitMs, 1, 60_000],
  ['detection.maximumGapMs', (s) => s.detection.maximumGapMs, 1_000, 600_000],
  ['detection.flapLimit', (s) => s.detection.flapLimit, 2, 100],
  ['fencing.permitLeaseMs', (s) => s.fencing.permitLeaseMs, 100, 60_000],
  ['fencing.inFlightMs', (s) => s.fencing.inFlightMs, 10, 60_000],
  ['fencing.clockRateDriftPpm', (s) => s.fencing.clockRateDriftPpm, 0, 200_000],
  ['guard.maximumLossMs', (s) => s.guard.maximumLossMs, 100, 3_600_000],
  ['guard.maximumLagAgeMs', (s) => s.guard.maximumLagAgeMs, 1_000, 600_000],
  ['guard.cooldownMs', (s) => s.guard.cooldownMs, 0, 86_400_000],
  ['guard.approvalLifetimeMs', (s) => s.guard.approvalLifetimeMs, 60_000, 86_400_000],
  ['guard.clockSkewAllowanceMs', (s) => s.guard.clockSkewAllowanceMs, 0, 600_000],
  ['timeouts.promotionMs', (s) => s.timeouts.promotionMs, 60_000, 86_400_000],
  ['timeouts.proofMs', (s) => s.timeouts.proofMs, 1_000, 86_400_000],
  ['timeouts.switchoverMs', (s) => s.timeouts.switchoverMs, 60_000, 86_400_000],
  ['controllerRunMs', (s) => s.controllerRunMs, 15_000, 900_000],
];

const RATIOS: readonly Range[] = [
  ['detection.windowFailureRatio', (s) => s.detection.windowFailureRatio, 0, 1],
  ['detection.recoveryRatio', (s) => s.detection.recoveryRatio, 0, 1],
  ['detection.windowDegradedRatio', (s) => s.detection.windowDegradedRatio, 0, 1],
];

const MODES: readonly FailoverMode[] = ['automatic', 'approval', 'observe'];

/**
 * The settings, once every number is in its range and the rules between them hold.
 *
 * @param path file that states them; every message begins with it
 * @throws InvalidRecoverySettingsError with all problems
 */
export function validateRecoverySettings(path: string, settings: RecoverySettings): RecoverySettings {
  const problems: ValueProblem[] = [
    ...WHOLE_NUMBERS.flatMap(([parameter, read, from, to]) => {
      const got = read(settings);
      return Number.isInteger(got) && got >= from && got <= to
        ? []
        : [{ parameter, got, expected: `a whole number from ${from} to ${to}` }];
    }),
    ...RATIOS.flatMap(([parameter, read, from, to]) => {
      const got = read(settings);
      return Number.isFinite(got) && got >= from && got <= to
        ? []
        : [{ parameter, got, expected: `a number from ${from} to ${to}` }];
    }),
    ...rulesBetween(settings),
  ];
  if (problems.length > 0) throw new InvalidRecoverySettingsError(path, problems);
  return settings;
}

function rulesBetween(settings: RecoverySettings): ValueProblem[] {
  const { detection, regions } = settings;
  const problems: ValueProblem[] = [];
  const expect = (holds: boolean, parameter: string, got: unknown, expected: string) => {
    if (!holds) problems.push({ parameter, got, expected });
  };
  expect(MODES.includes(settings.mode), 'mode', settings.mode, `one of ${MODES.join(', ')}`);
  expect(regions.primary.length > 0, 'regions.primary', regions.primary, 'the name of a region');
  expect(
    regions.standby.length > 0 && regions.standby !== regions.primary,
    'regions.standby',
    regions.standby,
    'a region other than the primary',
  );
  expect(
    detection.recoveryThreshold >= detection.failureThreshold,
    'detection.recoveryThreshold',
    detection.recoveryThreshold,
    `at least failureThreshold, ${detection.failureThreshold}, so that the verdict does not flap`,
  );
  expect(
    detection.recoveryRatio < detection.windowFailureRatio,
    'detection.recoveryRatio',
    detection.recoveryRatio,
    `less than windowFailureRatio, ${detection.windowFailureRatio}, so that the verdict does not flap`,
  );
  expect(
    detection.windowDegradedRatio > 0,
    'detection.windowDegradedRatio',
    detection.windowDegradedRatio,
    'more than 0, since every window would be degraded',
  );
  const recoveryMs = detection.recoveryThreshold * OBSERVATION_PERIOD_MS;
  expect(
    !(recoveryMs >= settings.controllerRunMs),
    'detection.recoveryThreshold',
    detection.recoveryThreshold,
    `fewer rounds than a run of ${settings.controllerRunMs} ms has, since a run that ends earlier never finds the primary healthy`,
  );
  const waitMs = drainWaitMs(settings.fencing);
  expect(
    !(waitMs >= settings.controllerRunMs),
    'controllerRunMs',
    settings.controllerRunMs,
    `more than the drain wait, ${waitMs} ms, since a controller that ends earlier never opens writes`,
  );
  return problems;
}
