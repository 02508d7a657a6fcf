import type { ControlRecord } from './control-record';

/** Since when one process knows that writes are closed. Kept in that process's memory only. */
export interface ClosureWatch {
  readonly closedAtVersion: number;
  /** Monotonic clock of this process at the end of the first strongly consistent read that showed the closing, ms. */
  readonly seenAtMs: number;
}

/**
 * The watch after another strongly consistent read. A process that was started again begins its wait anew: its clock
 * has nothing to do with that of the one before, and the ledger carries no time that could be compared with it.
 *
 * @param readEndedAtMs monotonic clock of this process, ms; when it lies before the watch, the wait begins anew
 */
export function watchClosure(
  watch: ClosureWatch | null,
  record: ControlRecord,
  readEndedAtMs: number,
): ClosureWatch | null {
  if (record.sqlWrites === 'open') return null;
  if (watch?.closedAtVersion === record.closedAtVersion && watch.seenAtMs <= readEndedAtMs) return watch;
  return { closedAtVersion: record.closedAtVersion, seenAtMs: readEndedAtMs };
}
