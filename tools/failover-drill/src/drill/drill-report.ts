import type { Loss, Recovery } from './timeline';

/** What a drill measured, and what was to be met. */
export interface DrillReport {
  readonly environment: string;
  readonly brokenRegion: string;
  readonly servingRegion: string;
  /** ISO 8601. */
  readonly brokenAt: string;
  readonly tiers: readonly TierReport[];
  readonly loss: Loss & { readonly acknowledged: number; readonly objectiveMs: number };
}

export interface TierReport extends Recovery {
  readonly tier: string;
  /** Undefined where the environment states none. */
  readonly objectiveSeconds?: number;
}

/** What was missed, each in a sentence. */
export function missedObjectives({ loss, servingRegion, tiers }: DrillReport): readonly string[] {
  return [
    ...tiers.flatMap(({ objectiveSeconds, recoveryMs, tier }) => {
      if (recoveryMs === null) return [`${tier}: ${servingRegion} did not take over while the drill watched.`];
      return objectiveSeconds !== undefined && recoveryMs >= objectiveSeconds * 1_000
        ? [`${tier}: took ${seconds(recoveryMs)}, expected less than ${objectiveSeconds} s.`]
        : [];
    }),
    ...(loss.windowMs > loss.objectiveMs
      ? [`SQL writes: those of ${loss.windowMs} ms were lost, expected at most ${loss.objectiveMs} ms.`]
      : []),
  ];
}

export function formatReport(report: DrillReport): string {
  const { brokenAt, brokenRegion, environment, loss, servingRegion, tiers } = report;
  const rows = tiers.map(({ failed, objectiveSeconds, recoveryMs, tier }) => [
    tier,
    recoveryMs === null ? 'never' : seconds(recoveryMs),
    objectiveSeconds === undefined ? 'none' : `< ${objectiveSeconds} s`,
    String(failed),
  ]);
  const table = [['tier', 'recovered after', 'objective', 'failed tries'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return [
    `${environment}: ${brokenRegion} broken at ${brokenAt}, ${servingRegion} takes over`,
    ...table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()),
    `  SQL writes lost: ${loss.writes} of ${loss.acknowledged} acknowledged, of ${loss.windowMs} ms (objective: at most ${loss.objectiveMs} ms)`,
  ].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
