import type { ControlRecord, Step } from '../fencing/control-record';
import type { RecoverySettings } from '../recovery-settings';

/** Steps in which the holder's database is not there yet: the epoch was taken from the other region. */
const TAKING_OVER: readonly Step[] = [
  'draining',
  'guarding',
  'awaiting-copy',
  'awaiting-approval',
  'promoting',
  'promotion-stuck',
  'proving',
  'write-unproven',
  'detaching',
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
 * Region that a process observes: while the holder serves, the holder; in a move the region that it does not run in, since
 * either may fail, and none is a witness of itself. A command observes the region that does not hold.
 *
 * @param region serving region of the process, null for a command
 */
export function watchedRegion(
  { holder, step }: Pick<ControlRecord, 'holder' | 'step'>,
  regions: Regions,
  region: string | null,
): string {
  return step === 'serving' ? holder : otherRegion(region ?? holder, regions);
}

/**
 * Region that serves SQL when the move under way has ended; while the holder serves, the one that could take over. For a
 * process in the region that an epoch was taken from it is that one, which could take it back.
 *
 * @param region serving region of the process, null for whoever is in none
 */
export function successorRegion(
  { holder, step }: Pick<ControlRecord, 'holder' | 'step'>,
  regions: Regions,
  region: string | null,
): string {
  const other = otherRegion(holder, regions);
  return isTakingOver({ step }) && region !== other ? holder : other;
}
