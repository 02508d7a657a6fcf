import { planMoved } from '../errors';
import { PARALLEL_STATES } from './plan-states';
import type { PlannedChange } from './planned-changes';
import { PAST, type PlannedState, type Run, spendingTime } from './run';
import { runStates, type StateOutcome } from './run-states';
import type { ChangeCounts } from './terraform-events';

/**
 * The second pass: applies what was planned. A plan over inputs that were only planned themselves is made again over
 * what is published now, and must hold nothing that was not shown.
 */
export function applyStates(
  run: Run,
  plans: ReadonlyMap<string, PlannedState>,
): Promise<ReadonlyMap<string, StateOutcome<ChangeCounts>>> {
  const { mode } = run.options;

  async function applyOne(name: string): Promise<ChangeCounts> {
    const { held, plan: shown } = plans.get(name) as PlannedState;
    try {
      const plan = shown.isProvisional ? await held.plan({ destroy: false, wantsDetails: () => false }) : shown;
      refuseWhatWasNotShown(name, shown.changes, plan.changes);
      const counts = plan.hasChanges ? await held.apply(plan) : plan.counts;
      const { add, change, remove } = counts;
      const total = add + change + remove;
      run.display.update(name, { phase: 'done', total, done: total, current: [] });
      if (total > 0) {
        run.display.say(`${name}: ${PAST[mode]}, ${add} added, ${change} changed, ${remove} destroyed`);
      }
      return counts;
    } catch (error) {
      run.display.update(name, { phase: 'failed', current: [] });
      throw error;
    } finally {
      await held.close();
    }
  }

  return runStates(run.order, PARALLEL_STATES, (name) => spendingTime(run, name, () => applyOne(name)));
}

/** Refuses changes that were not shown; a change that was shown may be missing. */
function refuseWhatWasNotShown(
  state: string,
  shown: readonly PlannedChange[],
  planned: readonly PlannedChange[],
): void {
  const known = new Set(shown.map(({ action, address }) => `${action} ${address}`));
  const added = planned.map(({ action, address }) => `${action} ${address}`).filter((change) => !known.has(change));
  if (added.length > 0) throw planMoved(state, added);
}
