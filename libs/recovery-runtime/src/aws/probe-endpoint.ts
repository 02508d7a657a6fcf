import type { Probe } from '@dr/recovery';

export interface EndpointProbe {
  /** What the probe goes through, for the log. */
  readonly via: string;
  readonly url: string;
  /** Text that a 200 must carry. @default any answer at all counts */
  readonly text?: string;
}

/**
 * Asks an endpoint once. A refusal or a wrong answer is fast; silence is what the time or the signal ends. It never throws.
 *
 * @param timeoutMs longest wait for the answer and its body
 */
export async function probeEndpoint(
  { text, url, via }: EndpointProbe,
  timeoutMs: number,
  abortSignal: AbortSignal,
  monotonicMs: () => number,
): Promise<Probe> {
  const beganAtMs = monotonicMs();
  const ended = (outcome: Probe['outcome']): Probe => ({ via, outcome, latencyMs: monotonicMs() - beganAtMs });
  // A timer and a controller of its own: signals that are joined may be collected before they abort.
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  const timer = setTimeout(giveUp, timeoutMs);
  abortSignal.addEventListener('abort', giveUp, { once: true });
  try {
    const answer = await fetch(url, { signal: controller.signal, redirect: 'manual' });
    const body = await answer.text();
    return ended(text === undefined || (answer.status === 200 && body === text) ? 'answered' : 'erred');
  } catch {
    return ended(controller.signal.aborted ? 'silent' : 'erred');
  } finally {
    clearTimeout(timer);
    abortSignal.removeEventListener('abort', giveUp);
  }
}
