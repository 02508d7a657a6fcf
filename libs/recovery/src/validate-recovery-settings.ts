import { InvalidRecoverySettingsError, type ValueProblem } from './errors';
import { drainWaitMs } from './fencing/drain-wait';
import { type FailoverMode, OBSERVATION_PERIOD_MS, type RecoverySettings } from './recovery-settings';

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
