import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { CanaryAnswer } from '../write-canary/try-write';

/**
 * Has the canary of a region try a write.
 *
 * @throws where the function was not invoked, failed, or answered something else: nothing is known of writes then
 */
export async function invokeCanary(
  client: Pick<LambdaClient, 'send'>,
  functionArn: string,
  abortSignal: AbortSignal,
): Promise<CanaryAnswer> {
  const { FunctionError: failed, Payload: payload } = await client.send(
    new InvokeCommand({ FunctionName: functionArn }),
    { abortSignal },
  );
  if (failed !== undefined) throw Object.assign(new Error(failed), { name: 'CanaryFailed' });
  const { outcome, problem } = JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
  if (outcome !== 'taken' && outcome !== 'refused' && outcome !== 'unknown') {
    throw Object.assign(new Error('no outcome'), { name: 'CanaryFailed' });
  }
  return { outcome, ...(typeof problem === 'string' && { problem }) };
}
