import { planMoved } from '../errors';
import type { RecordedInput } from '../records/recorder';
import { PARALLEL_STATES } from './plan-states';
import type { PlannedChange } from './planned-changes';
import { PAST, type PlannedState, type Run, type RunState, spendingTime } from './run';
import { runStates, type StateOutcome } from './run-states';
import type { OpenState, StatePlan } from './state-run';
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
    const { held, plan: shown, input } = plans.get(name) as PlannedState;
    if (held === undefined) {
      run.display.update(name, { phase: 'done', total: 0, done: 0, current: [] });
      return shown.counts;
    }
    try {
      const state = run.states.get(name) as RunState;
      // Read before Terraform reads them: a value that comes between is only looked at once more.
      const current = shown.isProvisional ? await run.recordedInput(state, true) : input;
      const plan = shown.isProvisional && !isAtOnce(run, shown) ? await planAgain(name, held, shown) : shown;
      const counts = await applyRecorded(run, state, current, plan, held);
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

/**
 * Whether a state is planned again and applied in one run of Terraform: one that holds nothing can lose nothing, and a
 * plan that was reviewed is compared before anything is applied.
 */
function isAtOnce({ review }: Run, { isProvisional, isFresh }: StatePlan): boolean {
  return isProvisional && isFresh && review === undefined;
}

/** @throws UserError where the plan holds what was not shown; what was shown may be missing */
async function planAgain(name: string, held: OpenState, shown: StatePlan): Promise<StatePlan> {
  const plan = await held.plan({ destroy: false, wantsDetails: () => false });
  const more = notShown(shown.changes, plan.changes);
  if (more.length > 0) throw planMoved(name, more);
  return plan;
}

/** Applies a plan between the two records of it: that it begins, and how it ended. */
async function applyRecorded(
  run: Run,
  state: RunState,
  input: RecordedInput,
  plan: StatePlan,
  held: OpenState,
): Promise<ChangeCounts> {
  const { recorder, options } = run;
  const end = (outcome: 'deployed' | 'failed') => recorder.end(state, input, outcome, held.readIdentity);
  let counts = plan.counts;
  if (plan.hasChanges) {
    await recorder.begin(state, input);
    // Where Terraform failed, that is what is said, and the record is left as it was begun if it cannot be ended.
    counts = await (isAtOnce(run, plan) ? applyAtOnce(run, state.entry.name, plan, held) : held.apply(plan)).catch(
      async (error: unknown) => {
        await end('failed').catch(() => undefined);
        throw error;
      },
    );
  }
  await (options.mode === 'destroy' ? recorder.remove(state) : end('deployed'));
  return counts;
}

async function applyAtOnce(run: Run, name: string, shown: StatePlan, held: OpenState): Promise<ChangeCounts> {
  const { counts, changes } = await held.planAndApply(shown);
  const more = notShown(shown.changes, changes);
  if (more.length > 0) run.display.say(`${name}: with the values published now it also did: ${more.join('; ')}`);
  return counts;
}

function notShown(shown: readonly PlannedChange[], planned: readonly PlannedChange[]): readonly string[] {
  const known = new Set(shown.map(({ action, address }) => `${action} ${address}`));
  return planned.map(({ action, address }) => `${action} ${address}`).filter((change) => !known.has(change));
}
