import { drainWaitMs } from './fencing/drain-wait';
import { OBSERVATION_PERIOD_MS, type RecoverySettings } from './recovery-settings';

/** Time from the begin of one run of the controller by its schedule to the next, ms: EventBridge's shortest. */
export const CONTROLLER_PERIOD_MS = 60_000;

/** Rounds of a run besides those that see a failure: the one in which it begins, and the one after the drain. */
const SPARE_ROUNDS = 2;

/**
 * Length of a run that overlaps the next one, ms: whenever a region begins to fail, one run sees it fail, takes the epoch
 * and waits for the drain.
 */
export function overlappingRunMs({ detection, fencing }: Pick<RecoverySettings, 'detection' | 'fencing'>): number {
  const roundsMs = (detection.failureThreshold + SPARE_ROUNDS) * OBSERVATION_PERIOD_MS;
  return Math.ceil((CONTROLLER_PERIOD_MS + roundsMs + drainWaitMs(fencing)) / 1_000) * 1_000;
}
