import type { RecoverySettings } from '../recovery-settings';
import type { Effect } from './effect';
import type { Situation } from './situation';
import { STEP_GUIDE } from './step-guide';
import { assessmentOf, notifyOnce, write } from './step-effects';
import { takeEpoch } from './take-epoch';

/**
 * Takes the epoch for the region that does not hold, by its own controller, once it sees that the holder failed and is
 * healthy itself: while the holder serves, and in every step of an evacuation from it.
 *
 * @returns null where it is not taken; in mode observe, once people were notified
 */
export function decideTakeover(situation: Situation, settings: RecoverySettings): Effect | null {
  const { lag, record, region, successorHealthy, wallClockMs } = situation;
  const { announced, epoch, holder, step } = record;
  const { kind, reason } = assessmentOf(situation, holder, settings);
  if (region === null || region === holder || kind !== 'failed' || !successorHealthy) return null;
  if (settings.mode === 'observe') {
    // Of two notices each would be sent again after the other: whom the step needs is called first.
    if (STEP_GUIDE[step].blocked && !announced) return null;
    return notifyOnce(situation, {
      id: `${epoch}:observed`,
      subject: `epoch ${epoch}, ${holder}: failed`,
      text: `${holder} failed: ${reason}. In mode observe nothing is done. Run failover to take over.`,
    });
  }
  const cause = `${holder} failed: ${reason}`;
  return write(
    takeEpoch(record, region, { begunBy: 'controller', cause }, lag, wallClockMs, settings),
    `${region} takes the epoch`,
  );
}
