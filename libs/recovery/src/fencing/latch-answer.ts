import type { ControlRecord } from './control-record';
import type { EpochProof } from './write-permit';

/** `latched` makes Route 53's inverted check fail the primary's record, the other two do not. */
export type LatchAnswer = 'latched' | 'released' | 'unknown';

/**
 * Decides the answer of the standby's latch endpoint.
 *
 * Once it knows of a latch it goes on saying so until a strongly consistent read shows a newer record without one: an
 * old replica, or a table out of reach, releases nothing. Without any strongly consistent read there is no answer.
 *
 * @param known the newest record that this process has ever read
 * @param read what it just read, null when the table could not be reached
 */
export function decideLatchAnswer(known: ControlRecord | null, read: EpochProof | null): LatchAnswer {
  const newest = newestRecord(known, read?.record ?? null);
  if (newest?.latchedRegion) return 'latched';
  return read?.consistency === 'strong' && newest === read.record ? 'released' : 'unknown';
}

/** The record with the higher version: records are never read backwards. */
export function newestRecord(known: ControlRecord | null, read: ControlRecord | null): ControlRecord | null {
  if (!known || !read) return read ?? known;
  return known.version > read.version ? known : read;
}
