import type { ControlRecord } from '../fencing/control-record';
import { type CommandOutcome, commandApprove, commandFailback, commandFailover } from './operator-commands';
import { failbackIn, failoverIn, NOON, SERVING_IN_PRIMARY, SERVING_IN_STANDBY, SETTINGS } from './situation-for-test';

/** Known with every failover. */
export const LAG = { lagMs: 800, measuredAtMs: 1_780_315_197_000 };
const SETTINGS_AND_TIME = { settings: SETTINGS, wallClockMs: NOON };

export const failover = (record: ControlRecord, by = 'ada', to = 'us-west-2') =>
  commandFailover({ record, by, to, lag: LAG, ...SETTINGS_AND_TIME });
export const failback = (record: ControlRecord, by = 'ada') => commandFailback({ record, by, ...SETTINGS_AND_TIME });
export const approve = (record: ControlRecord, epoch = record.epoch, by = 'ada') =>
  commandApprove({ record, epoch, by, ...SETTINGS_AND_TIME });

/** The ledger in every step as a way leads to it; in serving, from either side. */
export const LEDGERS = {
  'serving in the primary': SERVING_IN_PRIMARY,
  'serving in the standby': SERVING_IN_STANDBY,
  draining: failoverIn('draining'),
  guarding: failoverIn('guarding'),
  'awaiting-approval': failoverIn('awaiting-approval'),
  promoting: failoverIn('promoting', { promotionEpoch: 2 }),
  'promotion-stuck': failoverIn('promotion-stuck', { promotionEpoch: 2 }),
  proving: failoverIn('proving', { promotionEpoch: 2 }),
  'write-unproven': failoverIn('write-unproven', { promotionEpoch: 2 }),
  'failback-checking': failbackIn('failback-checking', { sqlWrites: 'open', closedAtVersion: 8 }),
  'failback-draining': failbackIn('failback-draining'),
  'failback-switching': failbackIn('failback-switching'),
  'switchover-stuck': failbackIn('switchover-stuck'),
  'failback-proving': failbackIn('failback-proving'),
  'failback-unproven': failbackIn('failback-unproven'),
} as const satisfies Record<string, ControlRecord>;

export type Ledger = keyof typeof LEDGERS;

/** Kind of the outcome, with the step that it writes or the reason that it gives. */
export const outlineOf = (outcome: CommandOutcome) => [
  outcome.kind,
  outcome.kind === 'write' ? outcome.write.next.step : outcome.reason,
];
