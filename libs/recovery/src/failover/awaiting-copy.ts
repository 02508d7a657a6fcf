import { enterStep } from '../fencing/conditional-write';
import type { Effect } from './effect';
import { decideHandBack } from './hand-back';
import { otherRegion } from './roles';
import type { Situation } from './situation';
import { announce, nothing, type StepDecision, write } from './step-effects';

/**
 * Nothing is promoted that lacks what was written since it was left: after a failover Aurora rebuilds the former writer's
 * database from the new one, for minutes to hours [Aurora user guide, recovering from unplanned outages]. It goes on where
 * that ends, or the other region is back; else a person restores a backup.
 */
export const decideAwaitingCopy: StepDecision = (situation, settings) => {
  const { database, record, wallClockMs } = situation;
  const { holder } = record;
  // Where Aurora does not answer, and while a person makes the cluster anew, it is no copy.
  if (database.clusters?.[holder] !== undefined && database.resyncing?.includes(holder) === false) {
    return write(enterStep(record, 'guarding', wallClockMs), `the database of ${holder} is a whole copy`);
  }
  const from = otherRegion(holder, settings.regions);
  const handBack = decideHandBack(situation, settings);
  return announce(situation) ?? handBack ?? nothing(`the database of ${holder} is no whole copy of that of ${from}`);
};

/** Calls a person, before a promotion that Aurora would refuse. */
export function awaitCopy({ record, wallClockMs }: Situation, from: string): Effect {
  const { holder } = record;
  const cause = `the database of ${holder} is no whole copy of that of ${from}, from which Aurora rebuilds it`;
  return write(enterStep(record, 'awaiting-copy', wallClockMs, { cause }), cause);
}
