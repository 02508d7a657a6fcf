import { InvalidRecoverySettingsError } from './errors';
import { DEFAULT_RECOVERY_SETTINGS, type FailoverMode, type RecoverySettings } from './recovery-settings';
import { validateRecoverySettings } from './validate-recovery-settings';

const REGIONS = { primary: 'us-east-1', standby: 'us-west-2' };

/** Settings in which each number alone can go to either end of its range without breaking a rule between settings. */
const ROOMY: RecoverySettings = {
  regions: REGIONS,
  mode: 'automatic',
  detection: {
    failureThreshold: 2,
    recoveryThreshold: 20,
    windowMs: 60_000,
    windowMinimumRounds: 6,
    windowFailureRatio: 0.5,
    recoveryRatio: 0.1,
    windowDegradedRatio: 0.5,
    latencyLimitMs: 1_500,
    maximumGapMs: 20_000,
    flapLimit: 3,
  },
  fencing: { permitLeaseMs: 1_000, inFlightMs: 1_000, clockRateDriftPpm: 0 },
  guard: {
    maximumLossMs: 5_000,
    maximumLagAgeMs: 60_000,
    cooldownMs: 600_000,
    approvalLifetimeMs: 1_800_000,
    clockSkewAllowanceMs: 5_000,
  },
  timeouts: { promotionMs: 900_000, proofMs: 120_000, switchoverMs: 900_000 },
  controllerRunMs: 900_000,
};

/** For a short run of the controller. */
const BRISK: RecoverySettings = { ...ROOMY, detection: { ...ROOMY.detection, recoveryThreshold: 2 } };

type Group = 'detection' | 'fencing' | 'guard' | 'timeouts';

function withValue(parameter: string, value: number): RecoverySettings {
  const [group = '', key] = parameter.split('.');
  return key === undefined
    ? { ...BRISK, [group]: value }
    : { ...ROOMY, [group]: { ...ROOMY[group as Group], [key]: value } };
}

function problemsOf(settings: RecoverySettings): string[] {
  try {
    validateRecoverySettings('prod.ts', settings);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}

const WHOLE_NUMBERS: readonly (readonly [string, number, number])[] = [
  ['detection.failureThreshold', 2, 20],
  ['detection.recoveryThreshold', 2, 100],
  ['detection.windowMs', 1_000, 3_600_000],
  ['detection.windowMinimumRounds', 3, 1_000],
  ['detection.latencyLimitMs', 1, 60_000],
  ['detection.maximumGapMs', 1_000, 600_000],
  ['detection.flapLimit', 2, 100],
  ['fencing.permitLeaseMs', 100, 60_000],
  ['fencing.inFlightMs', 10, 60_000],
  ['fencing.clockRateDriftPpm', 0, 200_000],
  ['guard.maximumLossMs', 100, 3_600_000],
  ['guard.maximumLagAgeMs', 1_000, 600_000],
  ['guard.cooldownMs', 0, 86_400_000],
  ['guard.approvalLifetimeMs', 60_000, 86_400_000],
  ['guard.clockSkewAllowanceMs', 0, 600_000],
  ['timeouts.promotionMs', 60_000, 86_400_000],
  ['timeouts.proofMs', 1_000, 86_400_000],
  ['timeouts.switchoverMs', 60_000, 86_400_000],
  ['controllerRunMs', 15_000, 900_000],
];

const RATIOS = ['detection.windowFailureRatio', 'detection.recoveryRatio', 'detection.windowDegradedRatio'];

describe('validateRecoverySettings', () => {
  it('accepts the defaults with two regions, and gives the settings back', () => {
    const settings = { ...DEFAULT_RECOVERY_SETTINGS, regions: REGIONS };

    expect(validateRecoverySettings('prod.ts', settings)).toBe(settings);
  });

  it('promotes nothing without a person by default', () => {
    expect(DEFAULT_RECOVERY_SETTINGS.mode).toBe('approval');
  });

  describe.each(WHOLE_NUMBERS)('%s', (parameter, from, to) => {
    it(`accepts ${from} and ${to}`, () => {
      expect(problemsOf(withValue(parameter, from))).toEqual([]);
      expect(problemsOf(withValue(parameter, to))).toEqual([]);
    });

    it.each([from - 1, to + 1, from + 0.5])('refuses %s', (value) => {
      expect(problemsOf(withValue(parameter, value))).toContain(
        `prod.ts: ${parameter} is ${value}, expected a whole number from ${from} to ${to}. Correct it there and deploy again.`,
      );
    });

    it('refuses what is no number', () => {
      expect(problemsOf(withValue(parameter, NaN))).toContainEqual(
        expect.stringContaining(`, expected a whole number from ${from} to ${to}. Correct it there and deploy again.`),
      );
    });
  });

  describe.each(RATIOS)('%s', (parameter) => {
    it.each([-0.01, 1.01])('refuses %s', (value) => {
      expect(problemsOf(withValue(parameter, value))).toContain(
        `prod.ts: ${parameter} is ${value}, expected a number from 0 to 1. Correct it there and deploy again.`,
      );
    });

    it('refuses what is no number', () => {
      expect(problemsOf(withValue(parameter, NaN))).toContainEqual(
        expect.stringContaining(', expected a number from 0 to 1. Correct it there and deploy again.'),
      );
    });
  });

  it.each([
    ['detection.windowFailureRatio', 1],
    ['detection.recoveryRatio', 0],
    ['detection.windowDegradedRatio', 1],
  ])('accepts %s of %s', (parameter, value) => {
    expect(problemsOf(withValue(parameter, value))).toEqual([]);
  });

  it.each<FailoverMode>(['automatic', 'approval', 'observe'])('accepts mode %s', (mode) => {
    expect(problemsOf({ ...ROOMY, mode })).toEqual([]);
  });

  it('refuses a mode that there is not', () => {
    expect(problemsOf({ ...ROOMY, mode: 'manual' as FailoverMode })).toEqual([
      'prod.ts: mode is "manual", expected one of automatic, approval, observe. Correct it there and deploy again.',
    ]);
  });

  it('refuses a primary without a name', () => {
    expect(problemsOf({ ...ROOMY, regions: { primary: '', standby: 'us-west-2' } })).toEqual([
      'prod.ts: regions.primary is "", expected the name of a region. Correct it there and deploy again.',
    ]);
  });

  it.each(['', 'us-east-1'])('refuses the standby "%s" of the primary us-east-1', (standby) => {
    expect(problemsOf({ ...ROOMY, regions: { primary: 'us-east-1', standby } })).toEqual([
      `prod.ts: regions.standby is "${standby}", expected a region other than the primary. Correct it there and deploy again.`,
    ]);
  });

  it('refuses a failure that would end sooner than it began', () => {
    const detection = { ...ROOMY.detection, failureThreshold: 6, recoveryThreshold: 5 };

    expect(problemsOf({ ...ROOMY, detection })).toEqual([
      'prod.ts: detection.recoveryThreshold is 5, expected at least failureThreshold, 6, so that the verdict does not flap. Correct it there and deploy again.',
    ]);
  });

  it('accepts as many good rounds as bad ones', () => {
    const detection = { ...ROOMY.detection, failureThreshold: 5, recoveryThreshold: 5 };

    expect(problemsOf({ ...ROOMY, detection })).toEqual([]);
  });

  it('refuses one ratio at which a failure both begins and ends', () => {
    const detection = { ...ROOMY.detection, windowFailureRatio: 0.4, recoveryRatio: 0.4 };

    expect(problemsOf({ ...ROOMY, detection })).toEqual([
      'prod.ts: detection.recoveryRatio is 0.4, expected less than windowFailureRatio, 0.4, so that the verdict does not flap. Correct it there and deploy again.',
    ]);
  });

  it('refuses a degraded ratio that every window reaches', () => {
    const detection = { ...ROOMY.detection, windowDegradedRatio: 0 };

    expect(problemsOf({ ...ROOMY, detection })).toEqual([
      'prod.ts: detection.windowDegradedRatio is 0, expected more than 0, since every window would be degraded. Correct it there and deploy again.',
    ]);
  });

  it('refuses a controller that ends with the drain wait', () => {
    const fencing = { permitLeaseMs: 6_000, inFlightMs: 5_000, clockRateDriftPpm: 200_000 };

    expect(problemsOf({ ...BRISK, fencing, controllerRunMs: 16_500 })).toEqual([
      'prod.ts: controllerRunMs is 16500, expected more than the drain wait, 16500 ms, since a controller that ends earlier never opens writes. Correct it there and deploy again.',
    ]);
  });

  it('accepts a controller that outlives the drain wait by a millisecond', () => {
    const fencing = { permitLeaseMs: 6_000, inFlightMs: 5_000, clockRateDriftPpm: 200_000 };

    expect(problemsOf({ ...BRISK, fencing, controllerRunMs: 16_501 })).toEqual([]);
  });

  it('refuses a controller that ends before a primary can be found healthy again', () => {
    expect(problemsOf({ ...ROOMY, controllerRunMs: 100_000 })).toEqual([
      'prod.ts: detection.recoveryThreshold is 20, expected fewer rounds than a run of 100000 ms has, since a run that ends earlier never finds the primary healthy. Correct it there and deploy again.',
    ]);
    expect(problemsOf({ ...ROOMY, controllerRunMs: 100_001 })).toEqual([]);
  });

  it('reports all problems at once, those of one setting and those between settings', () => {
    const settings: RecoverySettings = {
      ...ROOMY,
      regions: { primary: 'us-east-1', standby: 'us-east-1' },
      detection: { ...ROOMY.detection, failureThreshold: 1, windowDegradedRatio: 2 },
      guard: { ...ROOMY.guard, cooldownMs: -1 },
    };

    expect(problemsOf(settings)).toEqual([
      'prod.ts: detection.failureThreshold is 1, expected a whole number from 2 to 20. Correct it there and deploy again.',
      'prod.ts: guard.cooldownMs is -1, expected a whole number from 0 to 86400000. Correct it there and deploy again.',
      'prod.ts: detection.windowDegradedRatio is 2, expected a number from 0 to 1. Correct it there and deploy again.',
      'prod.ts: regions.standby is "us-east-1", expected a region other than the primary. Correct it there and deploy again.',
    ]);
  });

  it('carries its problems as data', () => {
    const validate = () => validateRecoverySettings('prod.ts', withValue('timeouts.proofMs', 999));

    expect(validate).toThrow(InvalidRecoverySettingsError);
    expect(validate).toThrow(
      expect.objectContaining({
        name: 'InvalidRecoverySettingsError',
        problems: [{ parameter: 'timeouts.proofMs', got: 999, expected: 'a whole number from 1000 to 86400000' }],
      }),
    );
  });
});
