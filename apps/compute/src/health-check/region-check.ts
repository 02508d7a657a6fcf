import {
  type ControlRecord,
  decideLatchAnswer,
  decideRegionHealth,
  newestRecord,
  type RegionHealth,
} from '@dr/recovery';
import type { RegionState } from './decide-answer';
import { withinBudget } from './within-budget';

/** Below Route 53's 2 s for an answer, with room for the way there and back [Route 53 developer guide]. */
export const PROBE_BUDGET_MS = 1_200;
/**
 * How long a verdict answers further questions: a region is asked by some 15 checkers every interval, on three paths, and
 * by anybody who finds the URL, but its database and its table once in this time by each running copy of the function.
 */
export const VERDICT_LIFETIME_MS = 1_000;

export interface RegionCheckPorts {
  /** A strongly consistent read of the control record. */
  readonly readControlRecord: (abortSignal: AbortSignal) => Promise<ControlRecord>;
  readonly probeDatabase: (abortSignal: AbortSignal) => Promise<void>;
  /** Monotonic, ms. */
  readonly clock: () => number;
}

interface Verdict {
  readonly state: RegionState & { readonly health: RegionHealth };
  readonly foundAtMs: number;
}

/** What a region finds when it looks at itself: both probes at once, within their budget. */
export class RegionCheck {
  /** The newest record that this process has ever read: a latch that is known outlives a table out of reach. */
  private known: ControlRecord | null = null;
  private verdict: Verdict | undefined;
  private running: Promise<Verdict> | undefined;

  constructor(
    private readonly region: string,
    private readonly ports: RegionCheckPorts,
  ) {}

  /** @returns a verdict of at most {@link VERDICT_LIFETIME_MS} ago; whoever asks meanwhile waits for the same probes */
  async state(): Promise<Verdict['state']> {
    if (this.verdict && this.ports.clock() - this.verdict.foundAtMs < VERDICT_LIFETIME_MS) return this.verdict.state;
    this.running ??= this.look().finally(() => (this.running = undefined));
    this.verdict = await this.running;
    return this.verdict.state;
  }

  private async look(): Promise<Verdict> {
    const { clock, probeDatabase, readControlRecord } = this.ports;
    const readStartedAtMs = clock();
    const [read, database] = await Promise.all([
      withinBudget(PROBE_BUDGET_MS, readControlRecord),
      withinBudget(PROBE_BUDGET_MS, async (abortSignal) => {
        await probeDatabase(abortSignal);
        return true;
      }),
    ]);
    const latch = decideLatchAnswer(this.known, read && { record: read, consistency: 'strong', readStartedAtMs });
    const health = decideRegionHealth(this.region, {
      databaseReachable: database === true,
      tableReadable: read !== null,
      known: this.known,
      read,
    });
    this.known = newestRecord(this.known, read);
    return { state: { health, latch }, foundAtMs: clock() };
  }
}
