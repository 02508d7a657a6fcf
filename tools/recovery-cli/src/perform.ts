import { type ControlRecord, type Effect, STEP_GUIDE } from '@dr/recovery';
import { runRecovery } from '@dr/recovery-runtime';
import type { Platform } from './connect-platform';

export type Performance =
  | { readonly kind: 'serving'; readonly record: ControlRecord }
  /** Nothing goes on without a person. */
  | { readonly kind: 'blocked'; readonly record: ControlRecord }
  | { readonly kind: 'time-over'; readonly record: ControlRecord | null };

/**
 * Performs what the ledger says until the platform serves or waits for a person, beside whatever controller runs: any
 * number of them are safe.
 *
 * @param onStep receives each step that is entered
 */
export async function performRecovery(
  { ports, settings }: Platform,
  waitSeconds: number,
  onStep: (record: ControlRecord) => void,
): Promise<Performance> {
  let entered = '';
  let ended: ControlRecord | null = null;
  const newest = await runRecovery(ports, settings, {
    observer: `operator-${process.pid}-${Date.now()}`,
    region: null,
    endByMs: ports.monotonicMs() + waitSeconds * 1_000,
    until: (record, effect) => {
      const step = `${record.epoch} ${record.step}`;
      if (step !== entered) onStep(record);
      entered = step;
      ended = hasEnded(record, effect) ? record : null;
      return ended !== null;
    },
  });
  // The callback has set it, which the compiler does not follow.
  const last = ended as ControlRecord | null;
  if (last === null) return { kind: 'time-over', record: newest };
  return { kind: STEP_GUIDE[last.step].blocked ? 'blocked' : 'serving', record: last };
}

/**
 * Whether the platform serves or waits for a person, and nothing is about to change that, as an existing approval would.
 * A step that is retried without a person, as `write-unproven` is, has ended too: the person must not wait for it.
 */
function hasEnded({ announced, step }: ControlRecord, { kind }: Effect): boolean {
  const changesLedger =
    kind === 'write' || kind === 'promote' || kind === 'switch-over' || kind === 'detach' || kind === 'notify';
  return (step === 'serving' || STEP_GUIDE[step].blocked) && announced && !changesLedger;
}
