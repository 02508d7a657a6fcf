import type { RegionAssessment } from './assess-region';

/** Sign of life of the region that holds, which its controller leaves beside the ledger in every round. */
export interface Heartbeat {
  /** Differs from that of every other beat. */
  readonly id: string;
  /** Epoch that the region holds. */
  readonly epoch: number;
  /** Version of the ledger that it knows. */
  readonly version: number;
  /** Whether the region found itself healthy in that round, by its own check. */
  readonly healthy: boolean;
  /** Wall clock of its writer, ms since 1970. */
  readonly atMs: number;
  /** Database's clock at the last write of the canary that was committed in that run, ms since 1970; null where none was. */
  readonly canaryAtMs: number | null;
  /** Time within which the next one comes, ms. */
  readonly nextWithinMs: number;
}

/** The newest beat that an observer has read. */
export interface HeartbeatWatch {
  readonly beat: Heartbeat;
  /** When the observer first read it, on its monotonic clock, ms. */
  readonly seenAtMs: number;
}

/** Clocks of one observer, ms. */
interface Clocks {
  readonly monotonicMs: number;
  /** ms since 1970. */
  readonly wallClockMs: number;
}

/**
 * The beat that counts after one more reading.
 *
 * @param beat null where none could be read: the one before grows old
 */
export function watchHeartbeat(
  before: HeartbeatWatch | null,
  beat: Heartbeat | null,
  monotonicMs: number,
): HeartbeatWatch | null {
  return beat === null || beat.id === before?.beat.id ? before : { beat, seenAtMs: monotonicMs };
}

/**
 * Assesses a region that holds by what it says of itself besides: one that no probe reaches, and that goes on saying that
 * it is healthy, is cut off from the observer. To take its epoch would lose what it has written since, and both would take
 * it from one another for as long as they are cut off.
 *
 * @param epoch of the ledger
 */
export function assessByHeartbeat(
  assessment: RegionAssessment,
  watch: HeartbeatWatch | null,
  epoch: number,
  clocks: Clocks,
): RegionAssessment {
  if (assessment.kind !== 'failed' || !isHealthyByHeartbeat(watch, epoch, clocks)) return assessment;
  const reason = `${assessment.reason}, and its heartbeat says that it is healthy`;
  return { kind: 'cut-off', shape: assessment.shape, reason };
}

function isHealthyByHeartbeat(
  watch: HeartbeatWatch | null,
  epoch: number,
  { monotonicMs, wallClockMs }: Clocks,
): boolean {
  if (watch === null || watch.beat.epoch !== epoch || !watch.beat.healthy) return false;
  // By whichever clock it is older: an observer that has just begun has seen every beat just now.
  const ageMs = Math.max(monotonicMs - watch.seenAtMs, wallClockMs - watch.beat.atMs);
  return ageMs < watch.beat.nextWithinMs;
}
