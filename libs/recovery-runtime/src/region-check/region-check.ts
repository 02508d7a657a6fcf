import { type ControlRecord, assessRegionHealth, newestRecord, type RegionHealth } from '@dr/recovery';
import { within } from '../within';
import { PROBE_BUDGET_MS, RESULT_LIFETIME_MS } from './answer-budget';

export interface RegionCheckPorts {
  /** A strongly consistent read of the control record. */
  readonly readControlRecord: (abortSignal: AbortSignal) => Promise<ControlRecord>;
  readonly probeDatabase: (abortSignal: AbortSignal) => Promise<void>;
  /** Monotonic, ms. */
  readonly clock: () => number;
}

/** Why a probe found nothing: the name of its error alone. */
export interface ProbeProblem {
  readonly probe: 'database' | 'control table';
  readonly problem: string;
}

/** Result of one observation. */
export interface CheckResult {
  readonly health: RegionHealth;
  readonly problems: readonly ProbeProblem[];
  /** Time that the slower probe took, ms. */
  readonly probeMs: number;
}

interface Observation {
  readonly beganAtMs: number;
  readonly result: Promise<CheckResult>;
  /** Undefined while it goes on. */
  endedAtMs?: number;
}

/** A region's observation of itself: both probes at once, within their budget. */
export class RegionCheck {
  /** The newest record that this process has ever read: who holds is known while the table is out of reach. */
  private known: ControlRecord | null = null;
  private observation: Observation | undefined;

  constructor(
    private readonly region: string,
    /** Region that DNS answers by its own word. */
    private readonly preferred: string,
    private readonly ports: RegionCheckPorts,
  ) {}

  /** @returns the result of an observation at most {@link RESULT_LIFETIME_MS} old; concurrent calls share one */
  result(): Promise<CheckResult> {
    return this.currentObservation().result;
  }

  private currentObservation(): Observation {
    if (this.observation === undefined || this.isOver(this.observation)) this.observation = this.begin();
    return this.observation;
  }

  private isOver({ beganAtMs, endedAtMs }: Observation): boolean {
    const nowMs = this.ports.clock();
    if (endedAtMs !== undefined) return nowMs - endedAtMs >= RESULT_LIFETIME_MS;
    // Lambda froze this process in the middle of an observation; its timers end it now, whatever the database would have said.
    return nowMs - beganAtMs > PROBE_BUDGET_MS;
  }

  private begin(): Observation {
    const { clock, probeDatabase, readControlRecord } = this.ports;
    const beganAtMs = clock();
    const reading = within(PROBE_BUDGET_MS, readControlRecord).then((attempt) => {
      const read = attempt.ok ? attempt.value : null;
      this.known = newestRecord(this.known, read);
      return { attempt, read };
    });
    const probing = within(PROBE_BUDGET_MS, probeDatabase);
    const result = Promise.all([reading, probing]).then(([{ attempt, read }, database]): CheckResult => {
      observation.endedAtMs = clock();
      const health = assessRegionHealth(this.region, this.preferred, {
        databaseReachable: database.ok,
        tableReadable: attempt.ok,
        known: this.known,
        read,
      });
      const problems = [...problemOf('database', database), ...problemOf('control table', attempt)];
      return { health, problems, probeMs: observation.endedAtMs - beganAtMs };
    });
    const observation: Observation = { beganAtMs, result };
    return observation;
  }
}

function problemOf(
  probe: ProbeProblem['probe'],
  attempt: { readonly ok: true } | { readonly ok: false; readonly problem: string },
): readonly ProbeProblem[] {
  return attempt.ok ? [] : [{ probe, problem: attempt.problem }];
}
