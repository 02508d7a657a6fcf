import type { RegionAssessment, RoundsInARow } from '../failure-detection/assess-region';
import type { ClosureWatch } from '../fencing/closure-watch';
import type { ControlRecord } from '../fencing/control-record';
import type { CanaryTrail } from '../promotion-guard/canary-trail';
import type { LagSample } from '../promotion-guard/lag-evidence';

/** Everything that a decision looks at. */
export interface Situation {
  /** The ledger, by a strongly consistent read. */
  readonly record: ControlRecord;
  /** When that read began, on this process's monotonic clock, ms. */
  readonly recordReadStartedAtMs: number;
  /** This process's monotonic clock, ms. Measures durations within the process. */
  readonly monotonicMs: number;
  /** ms since 1970. Ages lag measurements, expires approvals, times out steps. Gates no write. */
  readonly wallClockMs: number;
  /** Since when this process knows that writes are closed; null while they are open. */
  readonly closureWatch: ClosureWatch | null;
  /** Serving region that this process runs in, null for an operator's command: who watches the holder runs elsewhere. */
  readonly region: string | null;
  /** This process's assessment of the region that it observes (`watchedRegion`). */
  readonly watched: RegionAssessment;
  /** Region that name servers answer, by checkers in many places; null while that is unknown, or not asked for. */
  readonly answeredRegion: string | null;
  /** Rounds in a row in which name servers answered this process's own region, while the other one held. */
  readonly ledHereRounds: number;
  /** Rounds of that region in a row. */
  readonly inARow: RoundsInARow;
  /** Whether the region that would serve (`successorRegion`) could: by its own deep check, and where clients would enter. */
  readonly successorHealthy: boolean;
  /** Rounds in a row in which this process found that it could not. */
  readonly successorUnhealthyRounds: number;
  /** SQL writes that this process's own region took or refused in a row, while it holds and serves. */
  readonly ownWrites: WritesInARow;
  readonly database: DatabaseState;
  /** When this process asked for that state, on its monotonic clock, ms. */
  readonly databaseAskedAtMs: number;
  readonly lag: LagSample | null;
  /** Of the region that the epoch was taken from; null while that is unknown, or not asked for. */
  readonly trail: CanaryTrail | null;
  /** Problem of this process's last call to promote in this epoch; null where it did not fail. */
  readonly promotionProblem: string | null;
  /** Version of the ledger at which this process proved a write in the region that the step is about; null when none. */
  readonly provedAtVersion: number | null;
  /** Id of the last notice that this process sent, null when none, with what became of it. */
  readonly notice: { readonly id: string; readonly delivered: boolean } | null;
}

/** Rounds in a row in which a canary's write had one outcome; of at most one there are any, and of an unknown one none. */
export interface WritesInARow {
  readonly taken: number;
  readonly refused: number;
}

export const NO_WRITES: WritesInARow = { taken: 0, refused: 0 };

/** State of the global database, as Aurora reports it. */
export interface DatabaseState {
  /** Region of the writer, null when unknown. */
  readonly writer: string | null;
  /** `changing`: a promotion or switchover runs. */
  readonly status: 'idle' | 'changing' | 'unknown';
  /** Identifier of each region's cluster that is in the global database, where they are known. */
  readonly clusters?: Readonly<Record<string, string>>;
  /** Regions whose cluster is no whole copy of the writer's yet, where they are known. */
  readonly resyncing?: readonly string[];
}
