import { amendRecord, type ConditionalWrite, enterStep } from '../fencing/conditional-write';
import type { ControlRecord, Step } from '../fencing/control-record';
import type { LagSample } from '../promotion-guard/lag-evidence';
import type { RecoverySettings } from '../recovery-settings';
import { isLeftBehind } from './detachment';
import { otherRegion } from './roles';
import { rebuildHint, STEP_GUIDE } from './step-guide';
import { takeEpoch } from './take-epoch';

/** Commands of an operator that change what the ledger says, as they are typed. */
export const COMMAND_NAMES = [
  'failover',
  'failover --detach',
  'failover --restored',
  'evacuate',
  'failback',
  'approve',
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

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

const EVACUATION_UNDER_WAY: readonly Step[] = [
  'evacuation-checking',
  'evacuation-draining',
  'evacuation-switching',
  'evacuation-proving',
];

/**
 * Takes a new epoch for a region: from serving in the other one, or to leave a blocked step, an evacuation, or a takeover of
 * the other region behind. What an earlier epoch left in flight is drained first. In a takeover of this region that goes
 * on by itself it does nothing.
 *
 * @param command.to region that is to serve
 */
export function commandFailover(
  command: Command & { readonly lag: LagSample | null; readonly to: string },
): CommandOutcome {
  const { by, lag, record, settings, to, wallClockMs } = command;
  const { holder, step } = record;
  const from = otherRegion(to, settings.regions);
  if (isLeftBehind(record, to)) return leftBehind('failover', record, to);
  if (holder === to && FAILOVER_UNDER_WAY.includes(step)) return underWay(record);
  if (holder === to && step === 'awaiting-copy') return refused('failover', record, 'a database that is a whole copy');
  if (holder === to && step === 'awaiting-approval') return refused('failover', record, 'a step before the approval');
  if (holder === to && step === 'serving') return refused('failover', record, `serving in ${from}`);
  return {
    kind: 'write',
    write: takeEpoch(record, to, { begunBy: 'person', cause: `failover by ${by}` }, lag, wallClockMs, settings),
  };
}

/**
 * Takes the holder's database out of the global database, which promotes it, after Aurora did not: the last resort. What was
 * not replicated is lost, and the other region's database has to be rebuilt. The promotion has to have been asked for in
 * this epoch, and not to have begun or ended in time, which `promotion-stuck` says: before it nobody knows that Aurora
 * refuses, and after it a writer is there. The new epoch ends what an earlier one left in flight, promotions too.
 *
 * @param command.to region that is to serve: the one that holds
 */
export function commandDetach(
  command: Command & { readonly lag: LagSample | null; readonly to: string },
): CommandOutcome {
  const { record, to } = command;
  const { epoch, holder, promotionEpoch, step } = record;
  if (isLeftBehind(record, to)) return leftBehind('failover --detach', record, to);
  if (holder === to && step === 'detaching') return underWay(record);
  if (holder !== to || step !== 'promotion-stuck' || promotionEpoch !== epoch) {
    return refused(
      'failover --detach',
      record,
      `promotion-stuck in ${to}, after a promotion that Aurora refused or did not end`,
    );
  }
  // The other region may have been dark for long: what was known of it says most.
  return detachingBy('failover --detach', command, ({ lagAtTake }) => ({ lagAtTake: lagAtTake ?? record.lagAtTake }));
}

/**
 * Takes a region's database as a person restored it, where no whole copy is left: it is a writer of its own, which lacks what
 * was written since. SQL opens in it once any write is proved; the other region's database has to be rebuilt.
 *
 * @param command.to region that is to serve, however it was left
 */
export function commandRestored(
  command: Command & { readonly lag: LagSample | null; readonly to: string },
): CommandOutcome {
  const { record, to } = command;
  const { holder, opening, replication, step } = record;
  const isBegun = step === 'detaching' && replication === 'detaching' && opening === null;
  if (holder === to && (isBegun || FAILOVER_UNDER_WAY.includes(step))) return underWay(record);
  if (holder === to && step === 'serving') {
    return refused('failover --restored', record, `a step in which ${to} does not serve`);
  }
  return detachingBy('failover --restored', command, () => ({ opening: null }));
}

/** A new epoch for a database that is to write on its own, with what else the command changes in its record. */
function detachingBy(
  name: CommandName,
  { by, lag, record, settings, to, wallClockMs }: Command & { readonly lag: LagSample | null; readonly to: string },
  changesOf: (next: ControlRecord) => Partial<ControlRecord>,
): CommandOutcome {
  const begun = { begunBy: 'person', cause: `${name} by ${by}` } as const;
  const { expected, next } = takeEpoch(record, to, begun, lag, wallClockMs, settings);
  const intent = { step: 'detaching', isMoveIntended: true, replication: 'detaching' } as const;
  return { kind: 'write', write: { expected, next: { ...next, ...intent, ...changesOf(next) } } };
}

/**
 * Starts an evacuation to a region, from serving in the other one or from a blocked step, or tries a stuck switchover again.
 *
 * @param command.to region that is to serve
 * @param command.name command that a person typed
 */
export function commandEvacuate({
  by,
  name,
  record,
  settings,
  to,
  wallClockMs,
}: Command & { readonly to: string; readonly name: 'evacuate' | 'failback' }): CommandOutcome {
  const { holder, step } = record;
  const from = otherRegion(to, settings.regions);
  if (isLeftBehind(record, to)) return leftBehind(name, record, to);
  const startable: readonly Step[] = [
    'serving',
    'awaiting-copy',
    'awaiting-approval',
    'promotion-stuck',
    'write-unproven',
  ];
  if (holder === from && (EVACUATION_UNDER_WAY.includes(step) || step === 'evacuation-unproven'))
    return underWay(record);
  if (holder === from && step === 'switchover-stuck') {
    return { kind: 'write', write: enterStep(record, 'evacuation-switching', wallClockMs) };
  }
  if (holder !== from || !startable.includes(step))
    return refused(name, record, `serving in ${from} or a blocked step`);
  return {
    kind: 'write',
    write: enterStep(record, 'evacuation-checking', wallClockMs, {
      begunBy: 'person',
      cause: `${name} by ${by}`,
      approval: null,
    }),
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

function leftBehind(command: string, { holder }: ControlRecord, to: string): CommandOutcome {
  const reason = `${command}: ${to} was left behind, expected a region whose database follows ${holder}. ${rebuildHint(holder)}`;
  return { kind: 'refused', reason };
}

function refused(command: string, record: ControlRecord, expected: string): CommandOutcome {
  return {
    kind: 'refused',
    reason:
      `${command}: step is ${record.step} of epoch ${record.epoch}, held by ${record.holder}, ` +
      `expected ${expected}. ${STEP_GUIDE[record.step].nextStep}`,
  };
}
