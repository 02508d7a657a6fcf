import type { GuardSettings } from '../recovery-settings';

/** Trail of the former holder's write canary: what it recorded last, and what of it the region that follows has. */
export interface CanaryTrail {
  /** Database's clock at the last committed write that the former holder recorded, ms since 1970. */
  readonly recordedAtMs: number;
  /** Database's clock at its newest write that has arrived, ms since 1970. */
  readonly arrivedAtMs: number;
  /** Whether the record is of {@link LONGEST_TRAIL_MS} ago at most: an older one bounds no loss, and may show one. */
  readonly isRecent: boolean;
}

/**
 * Age of the last write that a former holder recorded up to which it bounds what is lost, ms: from one round to the next, a
 * detection and the drain. What the holder wrote after it is the part of a loss that no canary shows.
 */
export const LONGEST_TRAIL_MS = 60_000;

/**
 * The trail by the former holder's newest heartbeat and by what the following database has. Times of writes are by the
 * database's clock, so that one wall clock alone, this process's, can make a record look younger than it is.
 *
 * @param beat null where there is none
 * @param arrivedAtMs null where nothing could be read
 * @returns null where no canary was recorded, or nothing could be read
 */
export function canaryTrail(
  beat: { readonly canaryAtMs: number | null } | null,
  arrivedAtMs: number | null,
  wallClockMs: number,
  { clockSkewAllowanceMs }: GuardSettings,
): CanaryTrail | null {
  if (beat === null || beat.canaryAtMs === null || arrivedAtMs === null) return null;
  const ageMs = wallClockMs - beat.canaryAtMs;
  const isRecent = ageMs <= LONGEST_TRAIL_MS && ageMs >= -clockSkewAllowanceMs;
  return { recordedAtMs: beat.canaryAtMs, arrivedAtMs, isRecent };
}

/** Time before the last recorded write of which the follower has nothing, ms: at least as much is lost by a promotion. */
export function missingMs({ arrivedAtMs, recordedAtMs }: Pick<CanaryTrail, 'arrivedAtMs' | 'recordedAtMs'>): number {
  return Math.max(0, recordedAtMs - arrivedAtMs);
}
