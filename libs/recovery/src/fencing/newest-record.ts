import type { ControlRecord } from './control-record';

/** The record with the higher version: records are never read backwards. */
export function newestRecord(known: ControlRecord | null, read: ControlRecord | null): ControlRecord | null {
  if (!known || !read) return read ?? known;
  return known.version > read.version ? known : read;
}
