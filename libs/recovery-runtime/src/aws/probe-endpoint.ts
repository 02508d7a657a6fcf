import type { Probe } from '@dr/recovery';

export interface EndpointProbe {
  /** What the probe goes through, for the log. */
  readonly via: string;
  readonly url: string;
  /** Text that a 200 must carry. @default any answer at all counts */
  readonly text?: string;
}

/** Asks an endpoint once. A refusal or a wrong answer is fast; silence is what the signal ends. It never throws. */
export async function probeEndpoint(
  { text, url, via }: EndpointProbe,
  abortSignal: AbortSignal,
  monotonicMs: () => number,
): Promise<Probe> {
  const beganAtMs = monotonicMs();
  const ended = (outcome: Probe['outcome']): Probe => ({ via, outcome, latencyMs: monotonicMs() - beganAtMs });
  try {
    const answer = await fetch(url, { signal: abortSignal, redirect: 'manual' });
    const body = await answer.text();
    return ended(text === undefined || (answer.status === 200 && body === text) ? 'answered' : 'erred');
  } catch {
    return ended(abortSignal.aborted ? 'silent' : 'erred');
  }
}
