import { existsSync, readFileSync } from 'node:fs';
import { CommandError } from '@dr/command-line';
import type { TierName } from '@dr/recovery';
import type { DrillReport } from '../drill/drill-report';

/** Measurements of a drill for the tiers that a budget computes, each in the unit of its tier. */
export interface MeasuredDrill {
  /** ISO 8601. */
  readonly brokenAt: string;
  readonly values: Readonly<Partial<Record<TierName, number>>>;
}

/**
 * The last drill of an environment; undefined where there was none.
 *
 * @throws CommandError where the file is no report of a drill
 */
export function readMeasuredDrill(file: string): MeasuredDrill | undefined {
  if (!existsSync(file)) return undefined;
  let report: DrillReport;
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as DrillReport;
    return measuredBy(report);
  } catch {
    throw new CommandError(`${file}: is no report of a drill, expected what stacks drill writes. Remove it.`);
  }
}

function measuredBy({ brokenAt, losses, tiers }: DrillReport): MeasuredDrill {
  const seconds = (tier: string) => {
    const recoveryMs = tiers.find((measured) => measured.tier === tier)?.recoveryMs;
    return recoveryMs === null || recoveryMs === undefined ? undefined : Math.round(recoveryMs / 100) / 10;
  };
  // Where nothing was promoted, nothing is known to be lost.
  const lossMs = (tier: string) =>
    seconds(tier) === undefined ? undefined : losses.find((measured) => measured.tier === tier)?.windowMs;
  const measured: Readonly<Partial<Record<TierName, number | undefined>>> = {
    entry: seconds('entry'),
    'strongly consistent writes': seconds('strongly consistent writes'),
    'SQL writes': seconds('SQL writes'),
    'database loss': lossMs('SQL writes'),
    'table loss': lossMs('eventually consistent writes'),
  };
  const found = Object.entries(measured).filter(([, value]) => value !== undefined);
  return { brokenAt, values: Object.fromEntries(found) as MeasuredDrill['values'] };
}
