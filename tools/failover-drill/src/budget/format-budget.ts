import type { MeasuredDrill } from './measured-drill';
import { objectiveOf, type RecoveryObjectives, type TierBudget } from '@dr/recovery';

const HEADER = ['term', 'typical', 'worst', 'basis', 'source'] as const;

/**
 * The budget as a table for a terminal: a block a tier, a line a term, its sum and the objective, and last what a drill
 * measured of it. In the worst column, `call 900 s`: a person is called after that.
 */
export function formatBudget(
  budget: readonly TierBudget[],
  objectives: RecoveryObjectives,
  drill?: MeasuredDrill,
): string {
  return budget.map((tier) => formatTier(tier, objectives, drill)).join('\n\n');
}

function formatTier(
  { isCall, tier, meaning, unit, terms, typical, worst }: TierBudget,
  objectives: RecoveryObjectives,
  drill: MeasuredDrill | undefined,
): string {
  const measured = drill?.values[tier];
  const objective = objectiveOf(tier, objectives);
  const amount = (value: number) => `${value} ${unit}`;
  // A timeout of the platform's own is no worst case: clients are served by then, or a person is called.
  const bound = (value: number, isCalled = false) => (isCalled ? `call ${amount(value)}` : amount(value));
  const met = isCall ? 'met, or a person is called' : 'met';
  const judged =
    objective === undefined ? 'no objective' : `${objective.isMet(worst) ? met : 'MISSED'}: ${objective.expected}`;
  const rows = [
    HEADER,
    ...terms.map(
      (term) => [term.name, amount(term.typical), bound(term.worst, term.isCall), term.basis, sourceOf(term)] as const,
    ),
    ['sum', amount(typical), bound(worst, isCall), judged, ''] as const,
    ...(drill === undefined || measured === undefined
      ? []
      : [['drill', amount(measured), '', 'measured', `In the sandbox, at ${drill.brokenAt}`] as const]),
  ];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 1 || column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [`${tier}: ${meaning}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function sourceOf({ source, facts }: TierBudget['terms'][number]): string {
  const settings = facts.map(({ setting, settingValue, value }) => `${setting} ${settingValue ?? value}`).join(', ');
  return settings === '' ? source : `${settings}. ${source}`;
}
