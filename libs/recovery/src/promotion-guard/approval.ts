import type { Approval } from '../fencing/control-record';
import type { GuardSettings } from '../recovery-settings';

/**
 * Whether a person's approval is good for this epoch now: given for it, not expired, and not dated in the future by more
 * than the allowance.
 *
 * @param wallClockMs ms since 1970
 */
export function approvalHolds(
  approval: Approval | null,
  epoch: number,
  wallClockMs: number,
  settings: GuardSettings,
): boolean {
  return (
    approval?.epoch === epoch &&
    wallClockMs < approval.expiresAtMs &&
    wallClockMs >= approval.approvedAtMs - settings.clockSkewAllowanceMs
  );
}
