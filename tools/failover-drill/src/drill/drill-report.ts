import type { Loss, Recovery } from './timeline';

/** Measurements of a drill, and the objectives to meet. */
export interface DrillReport {
  readonly environment: string;
  readonly brokenRegion: string;
  readonly servingRegion: string;
  /** ISO 8601. */
  readonly brokenAt: string;
  readonly tiers: readonly TierReport[];
  readonly losses: readonly LossReport[];
  /** A client that keeps its first DNS answer for ever. No objective is its. */
  readonly keepingAnswer?: KeptAnswerReport;
}

export interface KeptAnswerReport {
  /** Tries that ended after the fault. */
  readonly tries: number;
  /** Those of them that failed. */
  readonly failed: number;
}

export interface LossReport extends Loss {
  readonly tier: string;
  /** Writes that were acknowledged before the fault. */
  readonly acknowledged: number;
  /** 0: not one write may be lost. */
  readonly objectiveMs: number;
}

export interface TierReport extends Recovery {
  readonly tier: string;
  /** Undefined where the environment states none. */
  readonly objectiveSeconds?: number;
}

/** Objectives that were missed, each in a sentence. */
export function missedObjectives({ losses, servingRegion, tiers }: DrillReport): readonly string[] {
  return [
    ...tiers.flatMap(({ objectiveSeconds, recoveryMs, tier }) => {
      if (recoveryMs === null) return [`${tier}: ${servingRegion} did not take over while the drill watched.`];
      return objectiveSeconds !== undefined && recoveryMs >= objectiveSeconds * 1_000
        ? [`${tier}: took ${seconds(recoveryMs)}, expected less than ${objectiveSeconds} s.`]
        : [];
    }),
    ...losses.flatMap(({ objectiveMs, tier, windowMs, writes }) => {
      if (objectiveMs === 0) return writes > 0 ? [`${tier}: ${writes} were lost, expected none.`] : [];
      return windowMs > objectiveMs
        ? [`${tier}: those of ${windowMs} ms were lost, expected at most ${objectiveMs} ms.`]
        : [];
    }),
  ];
}

export function formatReport(report: DrillReport): string {
  const { brokenAt, brokenRegion, environment, keepingAnswer, losses, servingRegion, tiers } = report;
  const recovered = tiers.map(({ failed, objectiveSeconds, recoveryMs, tier }) => [
    tier,
    recoveryMs === null ? 'never' : seconds(recoveryMs),
    objectiveSeconds === undefined ? 'none' : `< ${objectiveSeconds} s`,
    String(failed),
  ]);
  const lost = losses.map(({ acknowledged, objectiveMs, tier, windowMs, writes }) => [
    tier,
    `${writes} of ${acknowledged}`,
    `${windowMs} ms`,
    objectiveMs === 0 ? 'none' : `<= ${objectiveMs} ms`,
  ]);
  return [
    `${environment}: ${brokenRegion} broken at ${brokenAt}, ${servingRegion} takes over`,
    ...tableOf([['tier', 'recovered after', 'objective', 'failed tries'], ...recovered]),
    '',
    ...tableOf([['acknowledged writes', 'lost', 'of the last', 'objective'], ...lost]),
    ...(keepingAnswer === undefined ? [] : ['', sentenceOf(keepingAnswer)]),
  ].join('\n');
}

function sentenceOf({ failed, tries }: KeptAnswerReport): string {
  return `  a client that keeps its DNS answer for ever: ${failed} of ${tries} tries failed since. The other region serves it once it is restarted; no objective counts it.`;
}

function tableOf(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
