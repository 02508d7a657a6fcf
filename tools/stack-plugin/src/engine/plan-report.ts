import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { NotBegunError, notAReport, notAsReviewed } from '../errors';
import { describeChange } from './describe-plan';
import { countsOf, type PlannedChange } from './planned-changes';
import type { PLAN_REPORT } from './plan-report-schema';
import { describeCounts } from './progress';
import type { PlannedState, Run } from './run';
import type { StateOutcome } from './run-states';

/** Report of a run: its plan, and the outcome. Written by `--json`, read by `--reviewed`. */
export type PlanReport = z.infer<typeof PLAN_REPORT>;
type StateReport = PlanReport['states'][number];

/** @param outcomes of the second pass; those of the first where there was none */
export function planReport(
  { options, manifests, dark, spentMs }: Run,
  planned: ReadonlyMap<string, StateOutcome<PlannedState>>,
  outcomes: ReadonlyMap<string, StateOutcome<unknown>>,
): PlanReport {
  const { mode, environment, account } = options;
  return {
    version: 1,
    mode,
    environment,
    account,
    states: manifests.flatMap(({ stack, states }) =>
      states.map(({ name, region }): StateReport => {
        const first = planned.get(name);
        const plan = first?.kind === 'done' ? first.result.plan : undefined;
        return {
          stack,
          state: name,
          region,
          ...(first?.kind === 'done' && first.result.held === undefined
            ? { outcome: 'skipped' as const }
            : outcomeOf(name, mode, dark, outcomes.get(name))),
          ...(spentMs.has(name) ? { seconds: Math.round((spentMs.get(name) ?? 0) / 100) / 10 } : {}),
          provisional: plan?.isProvisional ?? false,
          changes: [...(plan?.changes ?? [])] as StateReport['changes'],
          drift: [...(plan?.drift ?? [])] as StateReport['drift'],
        };
      }),
    ),
  };
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

/** Maximum length of a comment of a pull request, in characters [GitHub, comments]. */
const MARKDOWN_LIMIT = 65_536;

/** The report for people who review it: what is destroyed or replaced on top, what stays left out, creations folded. */
export function reportMarkdown(report: PlanReport): string {
  const changed = report.states.filter(({ changes, drift, problem }) => changes.length + drift.length > 0 || problem);
  const severe = changed.filter(({ changes }) => changes.some(isLoss));
  const sections = [
    `## ${report.mode} of ${report.environment} in ${report.account}: ${summary(report)}`,
    ...(severe.length > 0 ? ['### Destroyed or replaced', ...severe.map((state) => section(state, isLoss))] : []),
    ...changed.map((state) => section(state, (each) => !isLoss(each))).filter((text) => text !== ''),
  ];
  let text = '';
  for (const [n, part] of sections.entries()) {
    const rest = `\n\n${sections.length - n} of ${sections.length} parts are left out: a comment holds ${MARKDOWN_LIMIT} characters. The JSON report holds all.\n`;
    if (text.length + part.length + 2 + rest.length > MARKDOWN_LIMIT) return `${text}${rest}`;
    text += `${part}\n\n`;
  }
  return text;
}

function summary({ states }: PlanReport): string {
  const counts = countsOf(states.flatMap(({ changes }) => changes));
  const failed = states.filter(({ outcome }) => !isDone(outcome)).length;
  return `${describeCounts(counts)} in ${states.length} states${failed > 0 ? `, ${failed} of them not done` : ''}`;
}

/** Whether a state is as it is wanted to be, as far as the run looked. */
export function isDone(outcome: StateReport['outcome']): boolean {
  return outcome === 'planned' || outcome === 'applied' || outcome === 'skipped';
}

const isLoss = ({ action }: { readonly action: string }) => ['destroy', 'replace', 'forget'].includes(action);

function section({ state, changes, drift, problem }: StateReport, which: (change: PlannedChange) => boolean): string {
  const chosen = (changes as readonly PlannedChange[]).filter(which);
  const lines = (of: readonly PlannedChange[]) => of.flatMap((each) => describeChange(each)).join('\n');
  const block = (of: readonly PlannedChange[]) => `\`\`\`\n${lines(of).replaceAll('```', "'''")}\n\`\`\``;
  const made = chosen.filter(({ action }) => action === 'create');
  const others = chosen.filter(({ action }) => action !== 'create');
  const isRest = !chosen.some(isLoss);
  const parts = [
    ...(others.length > 0 ? [block(others)] : []),
    ...(made.length > 0
      ? [`<details><summary>${made.length} to create</summary>\n\n${block(made)}\n\n</details>`]
      : []),
    ...(isRest && drift.length > 0 ? ['Changed outside Terraform:', block(drift as readonly PlannedChange[])] : []),
    ...(isRest && problem !== undefined ? [`Not done: ${problem.replaceAll('\n', ' ')}`] : []),
  ];
  return parts.length === 0 ? '' : [`**${state}**`, ...parts].join('\n\n');
}
