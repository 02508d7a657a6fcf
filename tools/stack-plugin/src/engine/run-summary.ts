import { isDone, type PlanReport } from './plan-report';
import { countsOf } from './planned-changes';
import { formatElapsed } from './progress';
import { PAST } from './run';

type StateReport = PlanReport['states'][number];

const HEAD = ['state', 'added', 'changed', 'destroyed', 'took', ''];

/**
 * The table that a run ends with: each state that something happens to, or that was not done, and why. States without a
 * change are counted.
 */
export function runSummary({ mode, states }: PlanReport): string {
  const shown = states.filter(isShown);
  const skipped = states.filter(({ outcome }) => outcome === 'skipped');
  const unchanged = states.filter(
    ({ changes, outcome }) => changes.length === 0 && isDone(outcome) && outcome !== 'skipped',
  );
  const rows = [HEAD, ...shown.map((state) => rowOf(state))];
  const widths = HEAD.map((_title, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || column === HEAD.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const rest = [
    ...(unchanged.length === 0 ? [] : [`${unchanged.length} of ${states.length} states are unchanged`]),
    ...(skipped.length === 0
      ? []
      : [`${skipped.length} of ${states.length} states are as deployed, and were not looked at (--skip-unchanged)`]),
  ];
  const undone = states.filter(({ outcome }) => !isDone(outcome));
  const next =
    undone.length === 0
      ? []
      : [
          `${undone.length} of ${states.length} states are not done: ${mode === 'plan' ? 'see why above' : 'put right the errors, and run the same command again'}`,
        ];
  return [...(shown.length === 0 ? [] : lines), ...rest, ...next].join('\n');
}

/**
 * One line of a stack that is done, with the time that its own states took: those of other stacks run beside them, and
 * before.
 */
export function stackSummary({ mode, states }: PlanReport, stack: string): string {
  const own = states.filter((state) => state.stack === stack);
  const seconds = own.reduce((sum, state) => sum + (state.seconds ?? 0), 0);
  const those = own.length === 1 ? '1 state' : `${own.length} states, added up`;
  return `${stack}: ${PAST[mode]}, ${formatElapsed(seconds * 1_000)} of ${those}`;
}

function isShown({ changes, outcome }: StateReport): boolean {
  return changes.length > 0 || outcome === 'failed' || outcome === 'left';
}

const OUTCOMES = {
  planned: '',
  applied: '',
  skipped: '',
  failed: 'failed',
  'not-begun': 'not begun',
  left: 'left as it is',
} as const;

function rowOf({ state, changes, seconds, outcome }: StateReport): readonly string[] {
  const { add, change, remove } = countsOf(changes);
  return [
    state,
    String(add),
    String(change),
    String(remove),
    seconds === undefined ? '' : formatElapsed(seconds * 1_000),
    OUTCOMES[outcome],
  ];
}
