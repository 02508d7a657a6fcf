import results from './live-results.json';
import type { Tier } from '../world';
import type { Verdict } from './verdict';

/** Result of a row that was played against what is deployed. */
export interface LiveResult {
  /** Target of the nightly test that measured it. */
  readonly suite: string;
  readonly verdict: Verdict;
  /** Commands that a person typed, in their order. */
  readonly commands: readonly string[];
  /** Longest time without service by tier, s; null where that had no end. */
  readonly unservedSeconds: Readonly<Record<Tier, number | null>>;
  readonly holder: string;
  readonly step: string;
  /** Acknowledged SQL writes that are not there at the end; null where no region could be asked. */
  readonly lost: number | null;
  readonly acknowledged: number;
  readonly twoWritersMs: number;
  /** Notices and alarms, each with its time since the first event, s. */
  readonly told: readonly { readonly text: string; readonly afterSeconds: number }[];
}

/** Measurements of the nightly tests `live-…` of platform-e2e with `UPDATE_LIVE=1`, by the title of the row. */
export const LIVE_RESULTS = results as unknown as Readonly<Record<string, LiveResult>>;
