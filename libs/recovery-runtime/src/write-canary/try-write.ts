import type { AdmittedWrite, WriteFence } from '@dr/control-table';
import { within } from '../within';

/** Longest try of a canary, ms: so that its answer is there within a round's look. */
export const TRY_MS = 1_400;

/** Outcome of an SQL write that a canary tried. */
export type CanaryOutcome =
  /** It was committed. */
  | 'taken'
  /** It was let in by the fence, and not committed in its time. */
  | 'refused'
  /** It was not tried: the fence let it not in, or the database knows the canary not yet. */
  | 'unknown';

export interface CanaryAnswer {
  readonly outcome: CanaryOutcome;
  /** Name of the error, of what was not taken. */
  readonly problem?: string;
  /** Database's clock at the write, of what was taken, ms since 1970. */
  readonly writtenAtMs?: number;
}

/** The database does not know the canary, its role or its table: nothing is known of writes. */
export class NotMigratedError extends Error {
  override readonly name = 'NotMigratedError';
}

/**
 * Tries one SQL write behind the fence, as the service makes it.
 *
 * @param perform one transaction, with the database's clock at it, ms since 1970. Its NotMigratedError says that nothing was tried
 */
export async function tryWrite(
  fence: Pick<WriteFence, 'write'>,
  perform: (admitted: AdmittedWrite) => Promise<number>,
): Promise<CanaryAnswer> {
  let isTried = false;
  const attempt = await within(TRY_MS, () =>
    fence.write(async (admitted) => {
      isTried = true;
      try {
        return await perform(admitted);
      } catch (error) {
        if (error instanceof NotMigratedError) isTried = false;
        throw error;
      }
    }),
  );
  if (attempt.ok) return { outcome: 'taken', writtenAtMs: attempt.value };
  return { outcome: isTried ? 'refused' : 'unknown', problem: attempt.problem };
}
