import type { Probe } from '@dr/recovery';
import { abortAfter } from './abort-after';

/**
 * Tries a probe once. Silence is what the time or the signal ends. It never throws.
 *
 * @param timeoutMs longest wait for the whole answer
 * @param outcomeOfError outcome of a try that throws before its time is over
 */
export async function tryProbe(
  via: string,
  timeoutMs: number,
  abortSignal: AbortSignal,
  monotonicMs: () => number,
  ask: (signal: AbortSignal) => Promise<Probe['outcome']>,
  outcomeOfError: (error: unknown) => Probe['outcome'] = () => 'failed',
): Promise<Probe> {
  const beganAtMs = monotonicMs();
  const ended = (outcome: Probe['outcome']): Probe => ({ via, outcome, latencyMs: monotonicMs() - beganAtMs });
  const { signal, end } = abortAfter(timeoutMs, abortSignal);
  try {
    return ended(await ask(signal));
  } catch (error) {
    return ended(signal.aborted ? 'silent' : outcomeOfError(error));
  } finally {
    end();
  }
}
