import { newestRecord } from './newest-record';
import type { ControlRecord } from './control-record';

/** Health check's answer for a region that could serve; the other region's controller looks for it. */
export const HEALTHY_TEXT = 'region-able';
/** The text that Route 53 looks for at `/`. */
export const SERVING_TEXT = 'region-serving';

/** Results of a region's deep check within its time budget. */
export interface DeepCheck {
  /** Whether the region's own database cluster answered. */
  readonly databaseReachable: boolean;
  /** Whether a strongly consistent read of the control record came back. */
  readonly tableReadable: boolean;
  /** The newest control record that the process has read, null when none. */
  readonly known: ControlRecord | null;
  /** The record just read, null when the table could not be read. */
  readonly read: ControlRecord | null;
}

export interface RegionHealth {
  /** Whether the region could serve: what the controller's deep probe looks at, whoever holds. */
  readonly healthy: boolean;
  /** Whether DNS may answer the region: what Route 53's check looks at. */
  readonly serving: boolean;
  /** For the log only: the answer to the public names no component. */
  readonly reasons: readonly string[];
}

/**
 * A region's assessment of itself. DNS answers the preferred region by its own word, so without the right to write it does
 * not serve, however healthy it is; the other region is answered whenever the preferred one is not.
 */
export function assessRegionHealth(region: string, preferred: string, check: DeepCheck): RegionHealth {
  const holder = newestRecord(check.known, check.read)?.holder;
  const isExcluded = region === preferred && holder !== undefined && holder !== preferred;
  const failures = [
    ...(check.databaseReachable ? [] : ['database is not reachable']),
    ...(check.tableReadable ? [] : ['control table is not readable']),
  ];
  const able = failures.length === 0;
  return {
    healthy: able,
    serving: able && !isExcluded,
    reasons: isExcluded ? [...failures, `${holder} holds the epoch`] : failures,
  };
}
