import type { GuardSettings } from '../recovery-settings';
import { assessLag, lagEvidence } from './lag-evidence';

const NOON = 1_780_315_200_000;

const SETTINGS: GuardSettings = {
  maximumLossMs: 5_000,
  maximumLagAgeMs: 60_000,
  cooldownMs: 600_000,
  approvalLifetimeMs: 1_800_000,
  clockSkewAllowanceMs: 4_000,
};

describe('lagEvidence', () => {
  it('is the lag with the age of its measurement', () => {
    expect(lagEvidence({ lagMs: 812.5, measuredAtMs: 1_780_315_197_000 }, NOON, SETTINGS)).toEqual({
      lagMs: 812.5,
      ageMs: 3_000,
    });
  });

  it('keeps an old measurement with its age, for the judgement to refuse', () => {
    expect(lagEvidence({ lagMs: 0, measuredAtMs: 1_780_311_600_000 }, NOON, SETTINGS)).toEqual({
      lagMs: 0,
      ageMs: 3_600_000,
    });
  });

  it('is unknown without a measurement', () => {
    expect(lagEvidence(null, NOON, SETTINGS)).toBeNull();
  });

  it.each([-1, NaN, Infinity])('is unknown when the lag is %s', (lagMs) => {
    expect(lagEvidence({ lagMs, measuredAtMs: NOON }, NOON, SETTINGS)).toBeNull();
  });

  it.each([NaN, -Infinity])('is unknown when the time of the measurement is %s', (measuredAtMs) => {
    expect(lagEvidence({ lagMs: 800, measuredAtMs }, NOON, SETTINGS)).toBeNull();
  });

  it('counts as just measured when it is dated in the future by the allowance at most', () => {
    expect(lagEvidence({ lagMs: 800, measuredAtMs: 1_780_315_204_000 }, NOON, SETTINGS)).toEqual({
      lagMs: 800,
      ageMs: 0,
    });
  });

  it('is unknown when it is dated further in the future', () => {
    expect(lagEvidence({ lagMs: 800, measuredAtMs: 1_780_315_204_001 }, NOON, SETTINGS)).toBeNull();
  });
});

describe('assessLag', () => {
  it('accepts a lag at the objective, measured as long ago as it counts', () => {
    expect(assessLag({ lagMs: 5_000, ageMs: 60_000 }, SETTINGS)).toEqual({ acceptable: true });
  });

  it('does not accept a lag that is unknown', () => {
    expect(assessLag(null, SETTINGS)).toEqual({ acceptable: false, reason: 'replication lag is unknown' });
  });

  it('does not accept a lag over the objective', () => {
    expect(assessLag({ lagMs: 5_001, ageMs: 0 }, SETTINGS)).toEqual({
      acceptable: false,
      reason: 'replication lag is 5001 ms, over the objective of 5000 ms',
    });
  });

  it('does not accept a lag that was measured too long ago, however small', () => {
    expect(assessLag({ lagMs: 0, ageMs: 60_001 }, SETTINGS)).toEqual({
      acceptable: false,
      reason: 'replication lag was measured 60001 ms ago, limit 60000 ms',
    });
  });
});
