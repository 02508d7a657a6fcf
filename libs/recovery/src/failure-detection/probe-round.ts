import type { DetectionSettings } from '../recovery-settings';

/** One answer, or none, to one probe. */
export interface Probe {
  /** Path of the probe: a zone such as `us-east-1a`, or a path such as `peering` or `public`. */
  readonly via: string;
  /**
   * `answered` as expected; `failed`: a fast refusal or error; `silent`: nothing within the probe's timeout; `unknown`:
   * refused for what lies with those who ask, too many requests or no right, which says nothing of what was asked
   */
  readonly outcome: 'answered' | 'failed' | 'silent' | 'unknown';
  /** Time to the answer, the error or the timeout, ms. */
  readonly latencyMs: number;
}

/** Probes of one observer at one time. */
export interface ProbeRound {
  /** One process's run. Another observer has another clock, so the evidence of the two is never mixed. */
  readonly observer: string;
  /** Rising within an observer. A round that does not rise is a duplicate or came late, and counts for nothing. */
  readonly sequence: number;
  /** Monotonic clock of the observer, ms. */
  readonly observedAtMs: number;
  /** Whether clients are served where they enter, as a client sees it. */
  readonly shallow: readonly Probe[];
  /** Whether the primary is healthy by its own check (database, table). */
  readonly deep: readonly Probe[];
  /** Things that do not depend on the primary. When none answers, the observer is what is cut off. */
  readonly control: readonly Probe[];
}

/**
 * - `good`: all probes answered in time
 * - `degraded`: the region is healthy, and clients are not served, or not everywhere, or slowly
 * - `bad`: no deep probe answered
 * - `unknown`: says nothing of the region, since the probes that decide came to nothing
 * - `void`: says nothing of the primary, since the observer reached nothing else either, or tried nothing
 */
export type Grade = 'good' | 'degraded' | 'bad' | 'unknown' | 'void';

/** How a bad or degraded round looks; `none` of any other. */
export type FailureShape =
  'black-hole' | 'fast-error' | 'deep-failure' | 'entry-failure' | 'some-zones' | 'latency' | 'none';

export interface RoundAssessment {
  readonly grade: Grade;
  readonly shape: FailureShape;
}

/**
 * Assesses the primary by one round.
 *
 * An entry that fails while the region is healthy makes no bad round: DNS leaves such an entry by its own check and
 * comes back by itself, the database and its writes are whole, and to promote another would lose some of them. A person
 * decides. Nor do probes of an unknown outcome: whoever could flood what they ask would take the region's epoch.
 */
export function assessRound(round: ProbeRound, settings: DetectionSettings): RoundAssessment {
  const answered = ({ outcome }: Probe) => outcome === 'answered';
  const unknown = ({ outcome }: Probe) => outcome === 'unknown';
  if (!round.control.some(answered) || round.deep.length === 0) return { grade: 'void', shape: 'none' };
  if (!round.deep.some(answered)) {
    if (round.deep.some(unknown)) return { grade: 'unknown', shape: 'none' };
    if (round.shallow.some(answered)) return { grade: 'bad', shape: 'deep-failure' };
    const silent = [...round.deep, ...round.shallow].every(({ outcome }) => outcome === 'silent');
    return { grade: 'bad', shape: silent ? 'black-hole' : 'fast-error' };
  }
  if (round.shallow.length > 0 && !round.shallow.some(answered)) {
    return round.shallow.some(unknown)
      ? { grade: 'unknown', shape: 'none' }
      : { grade: 'degraded', shape: 'entry-failure' };
  }
  const probes = [...round.deep, ...round.shallow].filter((probe) => !unknown(probe));
  if (!probes.every(answered)) return { grade: 'degraded', shape: 'some-zones' };
  const slow = probes.some(({ latencyMs }) => latencyMs >= settings.latencyLimitMs);
  return slow ? { grade: 'degraded', shape: 'latency' } : { grade: 'good', shape: 'none' };
}
