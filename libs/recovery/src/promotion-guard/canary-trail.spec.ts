import type { GuardSettings } from '../recovery-settings';
import { canaryTrail, missingMs } from './canary-trail';

const NOON = 1_780_315_200_000;
const SETTINGS: GuardSettings = {
  maximumLossMs: 5_000,
  maximumLagAgeMs: 60_000,
  cooldownMs: 600_000,
  approvalLifetimeMs: 1_800_000,
  clockSkewAllowanceMs: 4_000,
};
const ARRIVED = 1_780_315_130_000;
const trail = (canaryAtMs: number | null, arrivedAtMs: number | null = ARRIVED) =>
  canaryTrail({ canaryAtMs }, arrivedAtMs, NOON, SETTINGS);

describe('canaryTrail', () => {
  it.each([
    [1_780_315_140_000, true],
    [1_780_315_139_999, false],
    [1_780_315_204_000, true],
    [1_780_315_204_001, false],
    [Number.NaN, false],
  ])('is what was recorded and what has arrived, and bounds a loss for a minute: %d', (recordedAtMs, isRecent) => {
    expect(trail(recordedAtMs)).toEqual({ recordedAtMs, arrivedAtMs: ARRIVED, isRecent });
  });

  it('is unknown without a heartbeat, without a write in its round, and where nothing could be read', () => {
    expect(canaryTrail(null, ARRIVED, NOON, SETTINGS)).toBeNull();
    expect(trail(null)).toBeNull();
    expect(trail(NOON, null)).toBeNull();
  });
});

describe('missingMs', () => {
  it.each([
    [11_000, 7_000, 4_000],
    [11_000, 11_000, 0],
    [11_000, 12_000, 0],
  ])('of what was recorded at %d, and arrived until %d: %d', (recordedAtMs, arrivedAtMs, missing) => {
    expect(missingMs({ recordedAtMs, arrivedAtMs })).toBe(missing);
  });
});
