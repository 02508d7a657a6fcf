import type { ControlRecord, Step } from '../fencing/control-record';
import type { RecoverySettings } from '../recovery-settings';

/** Steps in which the holder's database is not there yet: the epoch was taken from the other region. */
const TAKING_OVER: readonly Step[] = [
  'draining',
  'guarding',
  'awaiting-approval',
  'promoting',
  'promotion-stuck',
  'proving',
  'write-unproven',
];

export type Regions = RecoverySettings['regions'];

/** The serving region other than a given one. */
export function otherRegion(region: string, { primary, standby }: Regions): string {
  return region === primary ? standby : primary;
}

/** Whether the ledger's holder took the epoch from the other region, and does not write SQL yet. */
export function isTakingOver({ step }: Pick<ControlRecord, 'step'>): boolean {
  return TAKING_OVER.includes(step);
}

/**
 * Region whose state the next decision rests on: while the holder serves, the holder, since the other one watches it; in
 * a move the region that does not hold, which failed, or is to serve.
 */
export function watchedRegion({ holder, step }: Pick<ControlRecord, 'holder' | 'step'>, regions: Regions): string {
  return step === 'serving' ? holder : otherRegion(holder, regions);
}

/** Region that serves SQL when the move under way has ended; while the holder serves, the one that could take over. */
export function successorRegion({ holder, step }: Pick<ControlRecord, 'holder' | 'step'>, regions: Regions): string {
  return isTakingOver({ step }) ? holder : otherRegion(holder, regions);
}
