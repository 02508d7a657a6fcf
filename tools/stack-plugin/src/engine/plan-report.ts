import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { NotBegunError, notAReport, notAsReviewed } from '../errors';
import { recordedReadersOf } from '../records/state-record';
import type { Records } from '../records/records';
import { changedOutputs, type OutputChange } from './planned-inputs';
import type { PLAN_REPORT } from './plan-report-schema';
import type { PlannedState, Run } from './run';
import type { StateOutcome } from './run-states';

/** Report of a run: its plan, and the outcome. Written by `--json`, read by `--reviewed`. */
export type PlanReport = z.infer<typeof PLAN_REPORT>;
export type StateReport = PlanReport['states'][number];

/** @param outcomes of the second pass; those of the first where there was none */
export function planReport(
  { options, manifests, dark, spentMs, stops, records }: Run,
  planned: ReadonlyMap<string, StateOutcome<PlannedState>>,
  outcomes: ReadonlyMap<string, StateOutcome<unknown>>,
): PlanReport {
  const { mode, environment, account } = options;
  return {
    version: 1,
    mode,
    environment,
    account,
    ...(stops.length > 0 ? { stops: [...stops] } : {}),
    states: manifests.flatMap(({ stack, states }) =>
      states.map(({ name, region }): StateReport => {
        const first = planned.get(name);
        const plan = first?.kind === 'done' ? first.result.plan : undefined;
        const outputs = outputsWithReaders(records, region, changedOutputs(plan?.resources));
        return {
          stack,
          state: name,
          region,
          ...(first?.kind === 'done' && first.result.held === undefined
            ? { outcome: 'skipped' as const }
            : outcomeOf(name, mode, dark, outcomes.get(name))),
          ...(spentMs.has(name) ? { seconds: Math.round((spentMs.get(name) ?? 0) / 100) / 10 } : {}),
          ...(first?.kind === 'done'
            ? { asDeployed: records.states.get(name)?.record.hash === first.result.input.hash }
            : {}),
          provisional: plan?.isProvisional ?? false,
          changes: [...(plan?.changes ?? [])] as StateReport['changes'],
          drift: [...(plan?.drift ?? [])] as StateReport['drift'],
          ...(outputs.length > 0 ? { outputs: [...outputs] } : {}),
        };
      }),
    ),
  };
}

/** Outputs with the recorded states that read them, without new ones that nobody reads. */
function outputsWithReaders(
  { states }: Pick<Records, 'states'>,
  store: string,
  outputs: readonly OutputChange[],
): NonNullable<StateReport['outputs']> {
  return outputs
    .map((output) => ({ ...output, readBy: recordedReadersOf(output.parameter, store, states.values()) }))
    .filter(({ before, readBy }) => before !== undefined || readBy.length > 0);
}

function outcomeOf(
  state: string,
  mode: string,
  dark: ReadonlyMap<string, string>,
  outcome: StateOutcome<unknown> | undefined,
): Pick<StateReport, 'outcome' | 'problem'> {
  if (dark.has(state)) return { outcome: 'left', problem: `${dark.get(state)} does not answer` };
  switch (outcome?.kind) {
    case 'done':
      return { outcome: mode === 'plan' ? 'planned' : 'applied' };
    case 'failed':
      return {
        outcome: outcome.error instanceof NotBegunError ? 'not-begun' : 'failed',
        problem: outcome.error.message,
      };
    default:
      return { outcome: 'not-begun', ...(outcome ? { problem: `${outcome.because} did not succeed` } : {}) };
  }
}

/**
 * Refuses a run whose plan is another than the one that was reviewed. A saved plan of Terraform would not do: that of a
 * reader holds the values that its publishers had when it was made.
 *
 * @throws UserError with what differs
 */
export function refuseUnreviewed(report: PlanReport, reviewed: PlanReport, file: string): void {
  const differences = differencesOf(reviewed, report);
  if (differences.length > 0) throw notAsReviewed(file, differences);
}

/** @throws UserError where the file is no report of a plan */
export async function readReport(file: string): Promise<PlanReport> {
  // The library takes long to load, and few runs read a report.
  const { PLAN_REPORT } = await import('./plan-report-schema');
  try {
    return PLAN_REPORT.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const { issues, message } = error as Error & { readonly issues?: readonly { path: unknown[]; message: string }[] };
    const [issue] = issues ?? [];
    throw notAReport(file, issue === undefined ? message : `${issue.path.join('.') || 'it'}: ${issue.message}`);
  }
}

function differencesOf(reviewed: PlanReport, planned: PlanReport): readonly string[] {
  if (reviewed.environment !== planned.environment) {
    return [`it is of ${reviewed.environment}, and this run is of ${planned.environment}`];
  }
  const changesOf = ({ states }: PlanReport) =>
    new Map(
      states.flatMap(({ state, changes }) =>
        changes.map((each) => [`${state}: ${each.action} ${each.address}`, JSON.stringify(each)] as const),
      ),
    );
  const [before, now] = [changesOf(reviewed), changesOf(planned)];
  return [
    ...[...now.keys()].filter((key) => !before.has(key)).map((key) => `${key} was not reviewed`),
    ...[...before.keys()].filter((key) => !now.has(key)).map((key) => `${key} was reviewed and is not planned`),
    ...[...now].flatMap(([key, text]) =>
      before.has(key) && before.get(key) !== text ? [`${key} has other values`] : [],
    ),
  ];
}

/** Whether a state is as it is wanted to be, as far as the run looked. */
export function isDone(outcome: StateReport['outcome']): boolean {
  return outcome === 'planned' || outcome === 'applied' || outcome === 'skipped';
}
