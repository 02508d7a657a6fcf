/** One try of a client. */
export interface Attempt {
  /** When it began, ms on the drill's clock. */
  readonly beganAtMs: number;
  readonly endedAtMs: number;
  /** Where it succeeded; null where it failed. */
  readonly region: string | null;
}

/** A failure as one kind of client saw it. */
export interface Recovery {
  /** From the fault to the end of the first success in the other region after which none failed; null: never. */
  readonly recoveryMs: number | null;
  /** Tries that failed after the fault. */
  readonly failed: number;
}

/**
 * How long a client was without service.
 *
 * @param faultAtMs when the region was broken, on the same clock
 * @param region that has to serve in the end
 */
export function recoveryOf(attempts: readonly Attempt[], faultAtMs: number, region: string): Recovery {
  const after = attempts.filter(({ endedAtMs }) => endedAtMs > faultAtMs);
  const lastFailure = after.findLastIndex((attempt) => attempt.region !== region);
  const firstSuccess = after[lastFailure + 1];
  return {
    recoveryMs: firstSuccess === undefined ? null : firstSuccess.endedAtMs - faultAtMs,
    failed: after.filter((attempt) => attempt.region === null).length,
  };
}

/** Tries that began after a time, and those of them that failed: one that was under way then may have been served. */
export function triesSince(attempts: readonly Attempt[], sinceMs: number) {
  const since = attempts.filter(({ beganAtMs }) => beganAtMs >= sinceMs);
  return { tries: since.length, failed: since.filter(({ region }) => region === null).length };
}

/** A write that was acknowledged. */
export interface Acknowledged {
  readonly id: string;
  readonly atMs: number;
}

export interface Loss {
  readonly writes: number;
  /** From the first write that was lost to the fault, ms: what the objective bounds. 0 where none was. */
  readonly windowMs: number;
}

/** Writes acknowledged before the fault and not there any more. */
export function lossOf(acknowledged: readonly Acknowledged[], found: ReadonlySet<string>, faultAtMs: number): Loss {
  const lost = acknowledged.filter(({ id }) => !found.has(id));
  const [first] = lost;
  return { writes: lost.length, windowMs: first === undefined ? 0 : Math.max(0, Math.round(faultAtMs - first.atMs)) };
}
