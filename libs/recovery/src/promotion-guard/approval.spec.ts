import type { GuardSettings } from '../recovery-settings';
import { approvalHolds } from './approval';

const SETTINGS: GuardSettings = {
  maximumLossMs: 5_000,
  maximumLagAgeMs: 60_000,
  cooldownMs: 600_000,
  approvalLifetimeMs: 1_800_000,
  clockSkewAllowanceMs: 5_000,
};

/** Given for epoch 2 at 12:00 of 1 June 2026, for half an hour. */
const APPROVAL = { epoch: 2, by: 'ada', approvedAtMs: 1_780_315_200_000, expiresAtMs: 1_780_317_000_000 };

describe('approvalHolds', () => {
  it('holds for its epoch from the moment it was given', () => {
    expect(approvalHolds(APPROVAL, 2, 1_780_315_200_000, SETTINGS)).toBe(true);
  });

  it('does not hold when there is none', () => {
    expect(approvalHolds(null, 2, 1_780_315_200_000, SETTINGS)).toBe(false);
  });

  it.each([1, 3])('does not hold for epoch %s', (epoch) => {
    expect(approvalHolds(APPROVAL, epoch, 1_780_315_200_000, SETTINGS)).toBe(false);
  });

  it('holds until a millisecond before it expires', () => {
    expect(approvalHolds(APPROVAL, 2, 1_780_316_999_999, SETTINGS)).toBe(true);
    expect(approvalHolds(APPROVAL, 2, 1_780_317_000_000, SETTINGS)).toBe(false);
  });

  it('holds when it is dated in the future by the allowance at most', () => {
    expect(approvalHolds(APPROVAL, 2, 1_780_315_195_000, SETTINGS)).toBe(true);
    expect(approvalHolds(APPROVAL, 2, 1_780_315_194_999, SETTINGS)).toBe(false);
  });
});
