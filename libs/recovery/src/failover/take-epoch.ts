import { type ConditionalWrite, enterStep } from '../fencing/conditional-write';
import type { ControlRecord } from '../fencing/control-record';
import { lagEvidence, type LagSample } from '../promotion-guard/lag-evidence';
import type { RecoverySettings } from '../recovery-settings';

/**
 * The write with which a region takes the next epoch: in one write it becomes the holder, which DNS goes by, and SQL
 * writes are closed everywhere until what was admitted before has ended.
 */
export function takeEpoch(
  record: ControlRecord,
  to: string,
  { begunBy, cause }: Pick<ControlRecord, 'begunBy' | 'cause'>,
  lag: LagSample | null,
  wallClockMs: number,
  settings: RecoverySettings,
): ConditionalWrite {
  return enterStep(record, 'draining', wallClockMs, {
    epoch: record.epoch + 1,
    holder: to,
    sqlWrites: 'closed',
    closedAtVersion: record.version + 1,
    approval: null,
    begunBy,
    cause,
    lagAtTake: lagEvidence(lag, wallClockMs, settings.guard),
  });
}
