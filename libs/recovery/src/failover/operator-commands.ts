import { amendRecord, type ConditionalWrite, enterStep } from '../fencing/conditional-write';
import type { ControlRecord, Step } from '../fencing/control-record';
import type { LagSample } from '../promotion-guard/lag-evidence';
import type { RecoverySettings } from '../recovery-settings';
import { STEP_GUIDE } from './step-guide';
import { takeEpoch } from './take-epoch';

/** Effect of a command on the ledger: one conditional write, nothing because it is under way, or nothing at all. */
export type CommandOutcome =
  | { readonly kind: 'write'; readonly write: ConditionalWrite }
  | { readonly kind: 'under-way'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface Command {
  /** The ledger, by a strongly consistent read. */
  readonly record: ControlRecord;
  /** Operator who runs the command. */
  readonly by: string;
  /** ms since 1970. */
  readonly wallClockMs: number;
  readonly settings: RecoverySettings;
}

const FAILOVER_UNDER_WAY: readonly Step[] = ['draining', 'guarding', 'promoting', 'proving'];

const FAILBACK_UNDER_WAY: readonly Step[] = [
  'failback-checking',
  'failback-draining',
  'failback-switching',
  'failback-proving',
  'failback-releasing',
];

/**
 * Takes a new epoch for the standby: from serving in the primary, or to leave a blocked step or a failback behind. What
 * an earlier epoch left in flight is drained first. In a step that goes on by itself it does nothing.
 */
export function commandFailover(command: Command & { readonly lag: LagSample | null }): CommandOutcome {
  const { by, lag, record, settings, wallClockMs } = command;
  const standbyHolds = record.holder === settings.regions.standby;
  if (FAILOVER_UNDER_WAY.includes(record.step)) return underWay(record);
  if (record.step === 'awaiting-approval') return refused('failover', record, 'a step before the approval');
  if (record.step === 'serving' && standbyHolds) return refused('failover', record, 'serving in the primary');
  if (record.step === 'failback-releasing') return refused('failover', record, 'serving in the primary');
  return { kind: 'write', write: takeEpoch(record, `failover by ${by}`, lag, wallClockMs, settings) };
}

/** Starts a failback from serving in the standby or from a blocked step, or tries a stuck switchover again. */
export function commandFailback({ by, record, settings, wallClockMs }: Command): CommandOutcome {
  if (FAILBACK_UNDER_WAY.includes(record.step)) return underWay(record);
  if (record.step === 'switchover-stuck') {
    return { kind: 'write', write: enterStep(record, 'failback-switching', wallClockMs) };
  }
  if (record.step === 'failback-unproven') return underWay(record);
  const startable: readonly Step[] = ['serving', 'awaiting-approval', 'promotion-stuck', 'write-unproven'];
  if (record.holder !== settings.regions.standby || !startable.includes(record.step)) {
    return refused('failback', record, `serving in ${settings.regions.standby} or a blocked step`);
  }
  return {
    kind: 'write',
    write: enterStep(record, 'failback-checking', wallClockMs, { cause: `failback by ${by}`, approval: null }),
  };
}

/**
 * Approves the promotion of the epoch in the ledger, whatever it loses, for `approvalLifetimeMs`.
 *
 * @param epoch the epoch that was shown to the person; another one in the ledger refuses the approval
 */
export function commandApprove({
  by,
  epoch,
  record,
  settings,
  wallClockMs,
}: Command & { epoch: number }): CommandOutcome {
  if (epoch !== record.epoch) return refused('approve', record, `epoch ${epoch}, the one that was shown`);
  const approvable: readonly Step[] = ['draining', 'guarding', 'awaiting-approval'];
  if (!approvable.includes(record.step)) return refused('approve', record, `one of ${approvable.join(', ')}`);
  const approval = {
    epoch,
    by,
    approvedAtMs: wallClockMs,
    expiresAtMs: wallClockMs + settings.guard.approvalLifetimeMs,
  };
  return { kind: 'write', write: amendRecord(record, { approval }) };
}

function underWay(record: ControlRecord): CommandOutcome {
  return { kind: 'under-way', reason: `${record.step} in epoch ${record.epoch}: ${STEP_GUIDE[record.step].meaning}` };
}

function refused(command: string, record: ControlRecord, expected: string): CommandOutcome {
  return {
    kind: 'refused',
    reason:
      `${command}: step is ${record.step} of epoch ${record.epoch}, held by ${record.holder}, ` +
      `expected ${expected}. ${STEP_GUIDE[record.step].nextStep}`,
  };
}
