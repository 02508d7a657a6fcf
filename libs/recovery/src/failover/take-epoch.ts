import { type ConditionalWrite, enterStep } from '../fencing/conditional-write';
import type { ControlRecord } from '../fencing/control-record';
import { lagEvidence, type LagSample } from '../promotion-guard/lag-evidence';
import type { RecoverySettings } from '../recovery-settings';

/**
 * The write with which the standby takes the next epoch: in one write it becomes the holder, the primary is latched, and
 * SQL writes are closed everywhere until what was admitted before has ended.
 */
export function takeEpoch(
  record: ControlRecord,
  cause: string,
  lag: LagSample | null,
  wallClockMs: number,
  settings: RecoverySettings,
): ConditionalWrite {
  return enterStep(record, 'draining', wallClockMs, {
    epoch: record.epoch + 1,
    holder: settings.regions.standby,
    latchedRegion: settings.regions.primary,
    sqlWrites: 'closed',
    closedAtVersion: record.version + 1,
    approval: null,
    cause,
    lagAtTake: lagEvidence(lag, wallClockMs, settings.guard),
  });
}
