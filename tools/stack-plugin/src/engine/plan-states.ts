import { cpus } from 'node:os';
import { recordedStateLost } from '../errors';
import { recordPath } from '../records/state-record';
import { describeChange } from './describe-plan';
import { mergeParameters, NO_PARAMETERS, type PlannedParameters } from './planned-inputs';
import { describeCounts } from './progress';
import { type PlannedState, type Run, type RunState, spendingTime } from './run';
import { runStates, type StateOutcome } from './run-states';
import { unchangedSince } from './skip-unchanged';
import { EMPTY_PLAN, type OpenState, openState, type StatePlan } from './state-run';
import type { StateOrder } from './state-order';

/** The states that are worked on at once. */
export const PARALLEL_STATES = Math.max(2, cpus().length);

/**
 * The first pass: plans all states of a run, each over what its publishers would publish, and changes nothing.
 *
 * @returns each planned state still held: close it
 */
export function planStates(run: Run): Promise<ReadonlyMap<string, StateOutcome<PlannedState>>> {
  const parameters = new Map<string, { readonly region: string; readonly planned: PlannedParameters }>();
  const { mode, reports, reviewed } = run.options;
  const skipped = new Set<string>();
  const isDestroy = mode === 'destroy';
  const isReported = mode === 'plan' || reviewed !== undefined || Object.values(reports).some(Boolean);
  const isRead = new Set([...run.order.values()].flatMap((publishers) => [...publishers]));

  async function planOne(state: RunState): Promise<PlannedState> {
    const { name, region } = state.entry;
    const input = await run.recordedInput(state);
    const isSkippable =
      run.options.skipUnchanged && [...(run.order.get(name) ?? [])].every((other) => skipped.has(other));
    const commit = isSkippable ? await unchangedSince(run, state, input) : undefined;
    const options = await run.optionsOf(state);
    if (commit !== undefined) {
      skipped.add(name);
      parameters.set(name, { region, planned: NO_PARAMETERS });
      options.onProgress({ phase: 'planned', total: 0 });
      run.display.say(`${name}: as deployed at ${commit}; drift not checked`);
      return { held: undefined, plan: EMPTY_PLAN, input };
    }
    const held = await openState(options);
    try {
      const inputs = isDestroy ? undefined : inputsOf(name, run.order, parameters);
      const plan = await held.plan({
        destroy: isDestroy,
        ...(inputs ? { inputs } : {}),
        // What is only made has no values that anybody is shown, but those that deployed states read.
        wantsDetails: (changes) =>
          !isDestroy &&
          (isReported || (isRead.has(name) && !run.isFirst) || changes.some(({ action }) => action !== 'create')),
      });
      if (!isDestroy) await refuseLostState(run, state, plan, held);
      parameters.set(name, { region, planned: plan.parameters });
      tell(run, name, plan);
      options.onProgress(mode === 'plan' ? { phase: 'done' } : { phase: 'planned', total: totalOf(plan) });
      return { held, plan, input };
    } catch (error) {
      options.onProgress({ phase: 'failed' });
      await held.close();
      throw error;
    }
  }

  // A destroy publishes nothing that another state would have to be planned with.
  const order: StateOrder = isDestroy ? new Map([...run.order.keys()].map((name) => [name, new Set()])) : run.order;
  return runStates(order, PARALLEL_STATES, (name) =>
    spendingTime(run, name, () => planOne(run.states.get(name) as RunState)),
  );
}

/**
 * Refuses to make everything of a state a second time: it is recorded as deployed, and what is saved of it is another state
 * or none.
 */
async function refuseLostState(run: Run, { entry }: RunState, plan: StatePlan, held: OpenState): Promise<void> {
  const record = run.records.states.get(entry.name)?.record;
  const makesAll = plan.changes.length > 0 && plan.changes.every(({ action }) => action === 'create');
  if (!makesAll || record?.outcome !== 'deployed' || !record.lineage) return;
  const { lineage } = await held.readIdentity();
  if (lineage === record.lineage) return;
  const parameter = `${recordPath(run.parameterRoot, entry.region, entry.name)} --region ${entry.region}`;
  throw recordedStateLost(entry.name, { recorded: record.lineage, at: record.at, found: lineage }, parameter);
}

/** Values that the states that a state waits for would publish, by the region of its store. */
function inputsOf(
  state: string,
  order: StateOrder,
  parameters: ReadonlyMap<string, { readonly region: string; readonly planned: PlannedParameters }>,
): ReadonlyMap<string, PlannedParameters> {
  const byRegion = new Map<string, PlannedParameters[]>();
  for (const publisher of order.get(state) ?? []) {
    const published = parameters.get(publisher);
    if (published) byRegion.set(published.region, [...(byRegion.get(published.region) ?? []), published.planned]);
  }
  return new Map([...byRegion].map(([region, planned]) => [region, mergeParameters(planned)]));
}

/** Prints the changes of a plan: all of them for `plan`, and those that are no creation for `deploy`. */
function tell({ display, options }: Run, state: string, plan: StatePlan): void {
  display.say(`${state}: ${headline(plan)}`);
  const shown = plan.changes.filter(
    ({ action }) =>
      options.mode === 'plan' ||
      ['replace', 'update', 'forget', 'move', 'import'].includes(action) ||
      (action === 'destroy' && options.mode !== 'destroy'),
  );
  for (const change of shown) for (const line of describeChange(change)) display.say(`  ${line}`);
  if (plan.drift.length > 0 && options.mode !== 'destroy') {
    display.say(`  changed outside Terraform:`);
    for (const change of plan.drift) for (const line of describeChange(change)) display.say(`    ${line}`);
  }
}

/** `2 to add, 1 to destroy, 3 to move` */
function headline(plan: StatePlan): string {
  const { hasChanges, counts, changes } = plan;
  if (hasChanges && changes.length === 0) return 'update state';
  const moved = changes.filter(({ previousAddress }) => previousAddress !== undefined).length;
  const imported = changes.filter((change) => change.imported).length;
  const more = [...(moved > 0 ? [`${moved} to move`] : []), ...(imported > 0 ? [`${imported} to import`] : [])];
  if (more.length === 0) return describeCounts(counts);
  return [...(totalOf(plan) > 0 ? [describeCounts(counts)] : []), ...more].join(', ');
}

export function totalOf({ counts }: StatePlan): number {
  return counts.add + counts.change + counts.remove;
}
