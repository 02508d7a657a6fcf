import type { FencingSettings } from '../recovery-settings';
import type { ControlRecord } from './control-record';

/** The control record as a region last read it. */
export interface EpochProof {
  readonly record: ControlRecord;
  /** Only a strongly consistent read proves anything; an eventually consistent one may be older than a failover. */
  readonly consistency: 'strong' | 'eventual';
  /** When the read began, on this process's monotonic clock, ms. Not when it ended: the answer may have travelled long. */
  readonly readStartedAtMs: number;
}

export type WritePermit =
  | {
      readonly granted: true;
      readonly epoch: number;
      /** Monotonic clock of this process, ms: a write admitted now must be committed or rolled back by then. */
      readonly finishByMs: number;
    }
  | { readonly granted: false; readonly reason: string };

/**
 * Whether a region may admit a SQL write now. Without a proof younger than `permitLeaseMs` the answer is no, so a region
 * that cannot reach the table stops writing by itself.
 *
 * @param monotonicMs the same clock as `readStartedAtMs`
 */
export function decideWritePermit(
  region: string,
  proof: EpochProof | null,
  monotonicMs: number,
  settings: FencingSettings,
): WritePermit {
  const refuse = (reason: string): WritePermit => ({ granted: false, reason });
  if (!proof) return refuse(`${region} has not read the control record yet`);
  const { consistency, record, readStartedAtMs } = proof;
  if (consistency !== 'strong') return refuse('the control record was read without strong consistency');
  if (record.holder !== region) return refuse(`epoch ${record.epoch} is held by ${record.holder}`);
  if (record.sqlWrites !== 'open') return refuse(`SQL writes are closed in epoch ${record.epoch} (${record.step})`);
  const ageMs = monotonicMs - readStartedAtMs;
  if (ageMs < 0) return refuse('the clock went backwards');
  if (ageMs >= settings.permitLeaseMs) {
    return refuse(
      `write lease of epoch ${record.epoch} expired: last strongly consistent read ${ageMs} ms ago, limit ${settings.permitLeaseMs} ms`,
    );
  }
  return { granted: true, epoch: record.epoch, finishByMs: monotonicMs + settings.inFlightMs };
}
