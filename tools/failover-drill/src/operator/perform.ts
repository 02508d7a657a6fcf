import { type ControlRecord, STEP_GUIDE } from '@dr/recovery';
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
 * @param tell told each step that is entered
 */
export async function performRecovery(
  { ports, settings }: Platform,
  waitSeconds: number,
  tell: (record: ControlRecord) => void,
): Promise<Performance> {
  let told = '';
  const newest = await runRecovery(ports, settings, {
    observer: `operator-${process.pid}-${Date.now()}`,
    endByMs: ports.monotonicMs() + waitSeconds * 1_000,
    until: (record) => {
      const step = `${record.epoch} ${record.step}`;
      if (step !== told) tell(record);
      told = step;
      return hasEnded(record);
    },
  });
  if (newest === null || !hasEnded(newest)) return { kind: 'time-over', record: newest };
  return { kind: STEP_GUIDE[newest.step].blocked ? 'blocked' : 'serving', record: newest };
}

/** What is tried on without a person, as `write-unproven` is, has ended too: whoever waits for it must be told. */
function hasEnded({ announced, step }: ControlRecord): boolean {
  return (step === 'serving' || STEP_GUIDE[step].blocked) && announced;
}
