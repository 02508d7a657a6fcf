import { type ControlRecord, lostControlRecord } from '../fencing/control-record';
import {
  type CommandOutcome,
  commandApprove,
  commandDetach,
  commandEvacuate,
  commandFailover,
  commandRestored,
} from './operator-commands';
import { evacuationIn, failoverIn, NOON, SERVING_IN_PRIMARY, SERVING_IN_STANDBY, SETTINGS } from './situation-for-test';

/** Known with every failover. */
export const LAG = { lagMs: 800, measuredAtMs: 1_780_315_197_000 };
const SETTINGS_AND_TIME = { settings: SETTINGS, wallClockMs: NOON };

export const failover = (record: ControlRecord, by = 'ada', to = 'us-west-2') =>
  commandFailover({ record, by, to, lag: LAG, ...SETTINGS_AND_TIME });
export const detach = (record: ControlRecord, to = 'us-west-2') =>
  commandDetach({ record, by: 'ada', to, lag: null, ...SETTINGS_AND_TIME });
export const restored = (record: ControlRecord, to = 'us-west-2') =>
  commandRestored({ record, by: 'ada', to, lag: null, ...SETTINGS_AND_TIME });
export const failback = (record: ControlRecord, by = 'ada') =>
  commandEvacuate({ name: 'failback', to: 'us-east-1', record, by, ...SETTINGS_AND_TIME });
export const evacuate = (record: ControlRecord, to: string) =>
  commandEvacuate({ name: 'evacuate', to, record, by: 'ada', ...SETTINGS_AND_TIME });
export const approve = (record: ControlRecord, epoch = record.epoch, by = 'ada') =>
  commandApprove({ record, epoch, by, ...SETTINGS_AND_TIME });

/** The ledger in every step as a way leads to it; in serving, from either side. */
export const LEDGERS = {
  'serving in the primary': SERVING_IN_PRIMARY,
  'serving in the standby': SERVING_IN_STANDBY,
  draining: failoverIn('draining'),
  guarding: failoverIn('guarding'),
  'awaiting-copy': failoverIn('awaiting-copy'),
  'awaiting-approval': failoverIn('awaiting-approval'),
  promoting: failoverIn('promoting', { promotionEpoch: 2 }),
  'promotion-stuck': failoverIn('promotion-stuck', { promotionEpoch: 2 }),
  proving: failoverIn('proving', { promotionEpoch: 2 }),
  'write-unproven': failoverIn('write-unproven', { promotionEpoch: 2 }),
  detaching: failoverIn('detaching', { promotionEpoch: 1, replication: 'detaching' }),
  'evacuation-checking': evacuationIn('evacuation-checking', { sqlWrites: 'open', closedAtVersion: 8 }),
  'evacuation-draining': evacuationIn('evacuation-draining'),
  'evacuation-switching': evacuationIn('evacuation-switching'),
  'switchover-stuck': evacuationIn('switchover-stuck'),
  'evacuation-proving': evacuationIn('evacuation-proving'),
  'evacuation-unproven': evacuationIn('evacuation-unproven'),
  'ledger-lost': lostControlRecord('us-west-2', { epoch: 2, version: 10, atMs: NOON }),
} as const satisfies Record<string, ControlRecord>;

export type Ledger = keyof typeof LEDGERS;

/** Kind of the outcome, with the step that it writes or the reason that it gives. */
export const outlineOf = (outcome: CommandOutcome) => [
  outcome.kind,
  outcome.kind === 'write' ? outcome.write.next.step : outcome.reason,
];
