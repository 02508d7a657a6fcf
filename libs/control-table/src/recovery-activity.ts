import type { ControlRecord } from '@dr/recovery';
import { ControlTableReader, type ControlTableReaderOptions } from './control-table-reader';

/** Activity of the recovery: of the move that is under way, or of the last one. */
export interface RecoveryActivity {
  /** Whether a takeover or an evacuation is under way: the database, DNS and the right to write may be moving. */
  readonly isUnderWay: boolean;
  readonly step: ControlRecord['step'];
  /** Region that may accept SQL writes, or is to. */
  readonly holder: string;
  /** Why it began, in a sentence. */
  readonly cause: string;
  /** When its step was entered, ms since 1970; 0 on a platform that never failed over. */
  readonly enteredAtMs: number;
}

/**
 * Asks whether a recovery is under way, for what must not change what it moves.
 *
 * @throws InvalidControlRecordError where the item is damaged, and whatever the call fails with
 */
export async function readRecoveryActivity(
  options: ControlTableReaderOptions,
  abortSignal: AbortSignal,
): Promise<RecoveryActivity> {
  const { step, holder, cause, enteredAtMs } = await new ControlTableReader(options).read(abortSignal);
  return { isUnderWay: step !== 'serving', step, holder, cause, enteredAtMs };
}
