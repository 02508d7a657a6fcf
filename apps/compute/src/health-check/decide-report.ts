import type { CheckResult } from '@dr/recovery-runtime';

/** How often figures are reported, and a failure that lasts is reported again, ms. */
export const REPORT_AGAIN_MS = 60_000;

/** The last log line and measurement, as far as they decide what is due next. */
export interface LastReport {
  readonly state: string;
  readonly problems: string;
  readonly problemsAtMs: number;
  readonly measuredAtMs: number;
}

/** Parts of a result that are due. */
export interface DueReport {
  readonly state: boolean;
  readonly problems: boolean;
  readonly metrics: boolean;
  /** To be given with the next result. */
  readonly reported: LastReport;
}

/**
 * Checkers ask some hundred times a minute: a line is worth what changed alone, a failing probe one again every
 * {@link REPORT_AGAIN_MS}, and figures are reported as often.
 *
 * @param reported null before the first report
 * @param nowMs monotonic
 */
export function decideReport(reported: LastReport | null, { health, problems }: CheckResult, nowMs: number): DueReport {
  const isDue = (sinceMs: number | undefined) => sinceMs === undefined || nowMs - sinceMs >= REPORT_AGAIN_MS;
  const { healthy, reasons, serving } = health;
  const now = { state: JSON.stringify({ healthy, serving, reasons }), problems: JSON.stringify(problems) };
  const state = now.state !== reported?.state;
  const problem = problems.length > 0 && (now.problems !== reported?.problems || isDue(reported.problemsAtMs));
  const metrics = state || isDue(reported?.measuredAtMs);
  return {
    state,
    problems: problem,
    metrics,
    reported: {
      ...now,
      problemsAtMs: problem ? nowMs : (reported?.problemsAtMs ?? nowMs),
      measuredAtMs: metrics ? nowMs : (reported?.measuredAtMs ?? nowMs),
    },
  };
}
