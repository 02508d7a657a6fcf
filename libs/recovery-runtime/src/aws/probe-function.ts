import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Probe } from '@dr/recovery';
import { abortAfter } from './abort-after';
import { TOO_MANY_REQUESTS } from './probe-endpoint';

export interface FunctionProbe {
  /** Path of the probe, for the log. */
  readonly via: string;
  readonly functionArn: string;
  /** Request that the function is given, as a load balancer gives it. */
  readonly path: string;
  /** Text that a 200 has to be. */
  readonly text: string;
}

/** Statuses of a refusal that lies with those who ask: no right, or too many calls. */
const OF_THOSE_WHO_ASK: readonly unknown[] = [403, TOO_MANY_REQUESTS];

/**
 * Invokes a function once. A refusal or a wrong answer is fast; silence is what the time or the signal ends. It never throws.
 *
 * @param timeoutMs longest wait for the answer
 */
export async function probeFunction(
  client: Pick<LambdaClient, 'send'>,
  { functionArn, path, text, via }: FunctionProbe,
  timeoutMs: number,
  abortSignal: AbortSignal,
  monotonicMs: () => number,
): Promise<Probe> {
  const beganAtMs = monotonicMs();
  const ended = (outcome: Probe['outcome']): Probe => ({ via, outcome, latencyMs: monotonicMs() - beganAtMs });
  const { signal, end } = abortAfter(timeoutMs, abortSignal);
  try {
    const { FunctionError: failed, Payload: payload } = await client.send(
      new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify({ path }) }),
      { abortSignal: signal },
    );
    const answer = JSON.parse(new TextDecoder().decode(payload)) as { statusCode?: unknown; body?: unknown } | null;
    const isGood = failed === undefined && answer?.statusCode === 200 && answer.body === text;
    return ended(isGood ? 'answered' : 'failed');
  } catch (error) {
    if (signal.aborted) return ended('silent');
    const { $metadata: metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
    return ended(OF_THOSE_WHO_ASK.includes(metadata?.httpStatusCode) ? 'unknown' : 'failed');
  } finally {
    end();
  }
}
