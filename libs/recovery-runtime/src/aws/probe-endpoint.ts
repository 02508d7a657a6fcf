import type { Probe } from '@dr/recovery';
import { tryProbe } from './try-probe';

export interface EndpointProbe {
  /** Path of the probe, for the log. */
  readonly via: string;
  readonly url: string;
  /** Text that a 200 has to be. @default any success or redirect counts, as it does for Route 53 */
  readonly text?: string;
}

/** Firewalls refuse who has no name: the managed rules of AWS do [AWS WAF developer guide, core rule set]. */
export const PROBE_USER_AGENT = 'failover-controller';

/** Status of what is asked more often than it may be: Lambda's own, and that of the firewall's limit per client. */
export const TOO_MANY_REQUESTS = 429;

/** Outcome of a probe for which any answer will do: a success or a redirect, as Route 53 takes it [Route 53 developer guide, health checks]. */
export function outcomeOf(status: number): Probe['outcome'] {
  if (status === TOO_MANY_REQUESTS) return 'unknown';
  return status >= 200 && status < 400 ? 'answered' : 'failed';
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
  return tryProbe(via, timeoutMs, abortSignal, monotonicMs, async (signal) => {
    const answer = await fetch(url, {
      signal,
      redirect: 'manual',
      headers: { 'user-agent': PROBE_USER_AGENT },
    });
    const body = await answer.text();
    const outcome = outcomeOf(answer.status);
    const isOther = text !== undefined && (answer.status !== 200 || body !== text);
    return outcome === 'answered' && isOther ? 'failed' : outcome;
  });
}
