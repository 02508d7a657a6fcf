import type { Finding } from './region-check';

/** How often figures are told, and a failure that lasts is told again, ms. */
export const TELL_AGAIN_MS = 60_000;

/** What the log and the metrics were told last, as far as it decides on what is told next. */
export interface Told {
  readonly state: string;
  readonly problems: string;
  readonly problemsAtMs: number;
  readonly measuredAtMs: number;
}

/** What of a finding is worth telling. */
export interface Telling {
  readonly state: boolean;
  readonly problems: boolean;
  readonly metrics: boolean;
  /** To be given with the next finding. */
  readonly told: Told;
}

/**
 * Checkers ask some hundred times a minute: a line is worth what changed alone, a failing probe one again every
 * {@link TELL_AGAIN_MS}, and figures are told as often.
 *
 * @param told null before anything was
 * @param nowMs monotonic
 */
export function decideTelling(told: Told | null, { health, latch, problems }: Finding, nowMs: number): Telling {
  const isDue = (sinceMs: number | undefined) => sinceMs === undefined || nowMs - sinceMs >= TELL_AGAIN_MS;
  const { able, reasons, serving } = health;
  const now = { state: JSON.stringify({ able, serving, latch, reasons }), problems: JSON.stringify(problems) };
  const state = now.state !== told?.state;
  const problem = problems.length > 0 && (now.problems !== told?.problems || isDue(told.problemsAtMs));
  const metrics = state || isDue(told?.measuredAtMs);
  return {
    state,
    problems: problem,
    metrics,
    told: {
      ...now,
      problemsAtMs: problem ? nowMs : (told?.problemsAtMs ?? nowMs),
      measuredAtMs: metrics ? nowMs : (told?.measuredAtMs ?? nowMs),
    },
  };
}
