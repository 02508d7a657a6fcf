import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { CanaryAnswer } from '../write-canary/try-write';

/** Event of a canary's function that reads: the region whose canary wrote. Any other event has it write. */
export interface CanaryReading {
  readonly read: string;
}

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
  const { outcome, problem, writtenAtMs } = await invoke(client, functionArn, undefined, abortSignal);
  if (outcome !== 'taken' && outcome !== 'refused' && outcome !== 'unknown') throw failed('no outcome');
  return {
    outcome,
    ...(typeof problem === 'string' && { problem }),
    ...(typeof writtenAtMs === 'number' && { writtenAtMs }),
  };
}

/**
 * Has the canary of a region read what another region's wrote last, as far as it has arrived.
 *
 * @returns the database's clock at that write, ms since 1970; null where none has arrived
 * @throws where the function was not invoked, failed, or answered something else: nothing is known then
 */
export async function readCanary(
  client: Pick<LambdaClient, 'send'>,
  functionArn: string,
  reading: CanaryReading,
  abortSignal: AbortSignal,
): Promise<number | null> {
  const { writtenAtMs } = await invoke(client, functionArn, reading, abortSignal);
  if (writtenAtMs !== null && typeof writtenAtMs !== 'number') throw failed('no time');
  return writtenAtMs;
}

async function invoke(
  client: Pick<LambdaClient, 'send'>,
  functionArn: string,
  event: CanaryReading | undefined,
  abortSignal: AbortSignal,
): Promise<Record<string, unknown>> {
  const { FunctionError: error, Payload: payload } = await client.send(
    new InvokeCommand({ FunctionName: functionArn, ...(event && { Payload: JSON.stringify(event) }) }),
    { abortSignal },
  );
  if (error !== undefined) throw failed(error);
  return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
}

const failed = (problem: string) => Object.assign(new Error(problem), { name: 'CanaryFailed' });
