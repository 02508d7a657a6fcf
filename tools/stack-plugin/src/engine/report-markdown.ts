import { describeChange } from './describe-plan';
import { isDone, type PlanReport, type StateReport } from './plan-report';
import { countsOf, type PlannedChange } from './planned-changes';
import { describeCounts } from './progress';

/** Maximum length of a comment of a pull request, in characters [GitHub, comments]. */
const COMMENT_LIMIT = 65_536;

/** Longest value in a table, and the characters for the names of what is left out. */
const VALUE_WIDTH = 60;
const NAMES_WIDTH = 1_000;

/** Lines of created resources that are not folded. */
const SHOWN_CREATIONS = 10;

/** A part of a comment, which is shown or left out as a whole. */
export interface CommentPart {
  /** Names it where it is left out. */
  readonly name: string;
  /** Stands above the first of the parts that have it. */
  readonly heading?: string;
  /** Markdown. */
  readonly text: string;
}

/** A report as parts of a comment, by how much they matter to whoever reviews it. */
export interface ReportParts {
  /** Refusals that a deploy ends with, and states that could not be planned or applied. */
  readonly stops: readonly CommentPart[];
  /** Resources that are destroyed, replaced or given up, with what forces it. */
  readonly losses: readonly CommentPart[];
  /** Outputs that change, and the deployed states that read them. */
  readonly downstream: readonly CommentPart[];
  /** Resources that are changed, and what was changed outside Terraform. */
  readonly changes: readonly CommentPart[];
  readonly creations: readonly CommentPart[];
  /** States without a change, folded. */
  readonly unchanged: readonly CommentPart[];
}

/** The report for people who review it: what is destroyed or replaced on top, what stays folded. */
export function reportMarkdown(report: PlanReport): string {
  const { stops, losses, downstream, changes, creations, unchanged } = reportParts(report);
  const title = `## ${report.mode} of ${report.environment} in ${report.account}: ${reportSummary(report)}`;
  return fitComment([
    { name: 'title', text: title },
    ...headed('### Not done, or a deploy stops here', stops),
    ...headed('### Destroyed or replaced', losses),
    ...headed('### Downstream', downstream),
    ...headed('### Changed', changes),
    ...headed('### Created', creations),
    ...unchanged,
  ]);
}

/** Parts under a heading. */
export function headed(heading: string, parts: readonly CommentPart[]): readonly CommentPart[] {
  return parts.map((part) => ({ ...part, heading }));
}

export function reportParts(report: PlanReport): ReportParts {
  const { states, stops = [] } = report;
  const blocks = (which: (state: StateReport) => readonly PlannedChange[]) =>
    states
      .filter((state) => which(state).length > 0)
      .map((state) => ({ name: state.state, text: `**${state.state}**\n\n${block(which(state))}` }));
  const undone = states.filter(({ outcome }) => outcome === 'failed' || outcome === 'left');
  const waiting = states.filter(({ outcome }) => outcome === 'not-begun').map(({ state }) => state);
  const still = states.filter(({ changes, drift, outcome }) => changes.length + drift.length === 0 && isDone(outcome));
  const outputs = outputRows(report);
  return {
    stops: [
      ...stops.map((text) => ({ name: 'a refusal', text: fenced(text) })),
      ...undone.map(({ state, problem = '' }) => ({
        name: state,
        text: `**${state}** is not done:\n\n${fenced(problem)}`,
      })),
      ...(waiting.length === 0 ? [] : [{ name: 'what is not begun', text: `Not begun: ${waiting.join(', ')}` }]),
    ],
    losses: blocks(({ changes }) => (changes as readonly PlannedChange[]).filter(isLoss)),
    downstream:
      outputs.length === 0
        ? []
        : [{ name: 'outputs', text: table(['output', 'changes', 'deployed states that read it'], outputs) }],
    changes: [
      ...blocks(({ changes }) =>
        (changes as readonly PlannedChange[]).filter((change) => !isLoss(change) && change.action !== 'create'),
      ),
      ...states
        .filter(({ drift }) => drift.length > 0)
        .map(({ state, drift }) => ({
          name: state,
          text: `**${state}** was changed outside Terraform:\n\n${block(drift as readonly PlannedChange[])}`,
        })),
    ],
    creations: states.flatMap(({ state, changes }) => {
      const made = (changes as readonly PlannedChange[]).filter(({ action }) => action === 'create');
      return made.length === 0 ? [] : [{ name: state, text: creation(state, made) }];
    }),
    unchanged:
      still.length === 0
        ? []
        : [
            {
              name: 'what is unchanged',
              text: folded(
                `${still.length} of ${states.length} states unchanged`,
                still.map(({ state }) => state).join(', '),
              ),
            },
          ],
  };
}

/** `2 to add, 1 to change in 31 states, 1 of them not done` */
export function reportSummary({ states }: PlanReport): string {
  const counts = countsOf(states.flatMap(({ changes }) => changes));
  const failed = states.filter(({ outcome }) => !isDone(outcome)).length;
  return `${describeCounts(counts)} in ${states.length} states${failed > 0 ? `, ${failed} of them not done` : ''}`;
}

export const isLoss = ({ action }: { readonly action: string }) => ['destroy', 'replace', 'forget'].includes(action);

/** Outputs that are read, with what becomes of each reader. */
function outputRows({ states }: PlanReport): readonly (readonly string[])[] {
  const planned = new Map(states.map((state) => [state.state, state]));
  const effectOn = (reader: string) => {
    const state = planned.get(reader);
    if (state === undefined) return `${reader} (not in this plan: deploy it afterwards)`;
    return `${reader} (${state.changes.length === 0 ? 'unchanged' : describeCounts(countsOf(state.changes))})`;
  };
  return states.flatMap(({ outputs = [] }) =>
    outputs
      .filter(({ readBy }) => readBy.length > 0)
      .map(({ parameter, before, after, unknown, readBy }) => [
        code(parameter),
        `${before === undefined ? 'none' : code(before)} → ${unknown ? 'known after the apply' : after === undefined ? '**gone**' : code(after)}`,
        readBy.map(effectOn).join(', '),
      ]),
  );
}

function creation(state: string, made: readonly PlannedChange[]): string {
  return made.length <= SHOWN_CREATIONS
    ? `**${state}**\n\n${block(made)}`
    : folded(`${state}: ${made.length} to create`, block(made));
}

/** Changes with their attributes, as a block of code. */
export function block(changes: readonly PlannedChange[]): string {
  return fenced(changes.flatMap((change) => describeChange(change)).join('\n'));
}

/** A block of code. */
export function fenced(text: string): string {
  return `\`\`\`\n${text.replaceAll('```', "'''")}\n\`\`\``;
}

function folded(summary: string, text: string): string {
  return `<details><summary>${summary}</summary>\n\n${text}\n\n</details>`;
}

/** A value among words, or in a cell of a table; cut where it is longer than a width. */
export function code(value: string, width = VALUE_WIDTH): string {
  const short = value.length > width ? `${value.slice(0, width - 1)}…` : value;
  return `\`${short.replace(/[`\n]/g, ' ').replaceAll('|', '\\|')}\``;
}

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Parts as one comment, without those that it has no room for, which are counted and named at its end. */
export function fitComment(parts: readonly CommentPart[]): string {
  const whole = textOf(parts);
  if (whole.length <= COMMENT_LIMIT) return whole;
  const [kept, left]: [CommentPart[], CommentPart[]] = [[], []];
  const room = COMMENT_LIMIT - endOf(parts, parts).length;
  for (const part of parts) {
    const isFitting = textOf([...kept, part]).length <= room;
    (isFitting ? kept : left).push(part);
  }
  return `${textOf(kept)}${endOf(left, parts)}`;
}

function textOf(parts: readonly CommentPart[]): string {
  return parts
    .map(({ heading, text }, n) => {
      const isFirst = heading !== undefined && heading !== parts[n - 1]?.heading;
      return `${isFirst ? `${heading}\n\n` : ''}${text}\n\n`;
    })
    .join('');
}

function endOf(left: readonly CommentPart[], all: readonly CommentPart[]): string {
  const names = [...new Set(left.map(({ name }) => name))].join(', ');
  const short = names.length > NAMES_WIDTH ? `${names.slice(0, NAMES_WIDTH)}…` : names;
  return `Left out: ${short}. ${left.length} of ${all.length} parts are left out: a comment holds ${COMMENT_LIMIT} characters. The JSON report holds all.\n`;
}
