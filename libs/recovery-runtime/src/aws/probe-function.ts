import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Probe } from '@dr/recovery';
import { TOO_MANY_REQUESTS } from './probe-endpoint';
import { tryProbe } from './try-probe';

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
  const ask = async (signal: AbortSignal): Promise<Probe['outcome']> => {
    const { FunctionError: failed, Payload: payload } = await client.send(
      new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify({ path }) }),
      { abortSignal: signal },
    );
    const answer = JSON.parse(new TextDecoder().decode(payload)) as { statusCode?: unknown; body?: unknown } | null;
    return failed === undefined && answer?.statusCode === 200 && answer.body === text ? 'answered' : 'failed';
  };
  return tryProbe(via, timeoutMs, abortSignal, monotonicMs, ask, (error) => {
    const { $metadata: metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
    return OF_THOSE_WHO_ASK.includes(metadata?.httpStatusCode) ? 'unknown' : 'failed';
  });
}
