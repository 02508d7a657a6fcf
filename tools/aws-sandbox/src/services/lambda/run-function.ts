import { join } from 'node:path';
import { enterNetwork } from '../../network/region-network';
import { type FunctionError, type FunctionMessage, type InvokeMessage, SANDBOX_VARIABLES } from './function-messages';

type DistributiveOmit<Union, Key extends keyof Union> = Union extends unknown ? Omit<Union, Key> : never;

/** Entry point of a function's process: an execution environment of Lambda, for one function, one invocation at a time. */
function main(folder: string): void {
  const { [SANDBOX_VARIABLES.address]: address = '', [SANDBOX_VARIABLES.network]: network = '' } = process.env;
  for (const name of Object.values(SANDBOX_VARIABLES)) delete process.env[name];
  enterNetwork(address, network, process.env['AWS_REGION']);
  // The account's process has ended: nothing reads the response.
  process.on('disconnect', () => process.exit(0));
  let handler: (event: unknown, context: object) => unknown;
  try {
    handler = load(folder, process.env['_HANDLER'] ?? '');
  } catch (error) {
    report({ kind: 'init-failed', error: describe(error) });
    return;
  }
  process.on('message', (message: InvokeMessage) => void invoke(handler, message));
  report({ kind: 'ready' });
}

/** @param named `index.handler` */
function load(folder: string, named: string) {
  const [file = '', name = ''] = named.split('.');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the deployed bundle is known at run time only
  const exported = (require(join(folder, file)) as Record<string, unknown>)[name];
  if (typeof exported !== 'function') throw new Error(`${named} is undefined or not exported`);
  return exported as (event: unknown, context: object) => unknown;
}

async function invoke(
  handler: (event: unknown, context: object) => unknown,
  { deadlineMs, event, functionArn, requestId }: InvokeMessage,
): Promise<void> {
  const { AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE, AWS_LAMBDA_LOG_GROUP_NAME } = process.env;
  const context = {
    awsRequestId: requestId,
    functionName: AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
  try {
    const result = await handler(event, context);
    report({ kind: 'result', requestId, payload: JSON.stringify(result ?? null) ?? 'null' });
  } catch (error) {
    report({ kind: 'failed', requestId, error: describe(error) });
  }
}

/** @param message what happened; the memory is added here */
function report(message: DistributiveOmit<FunctionMessage, 'peakMemoryBytes'>): void {
  // Kilobytes on every system that Node.js runs on [libuv, uv_getrusage].
  process.send?.({ ...message, peakMemoryBytes: process.resourceUsage().maxRSS * 1_024 });
}

function describe(error: unknown): FunctionError {
  const { message, name, stack } = error instanceof Error ? error : new Error(String(error));
  return { errorType: name, errorMessage: message, trace: (stack ?? '').split('\n') };
}

main(process.argv[2] ?? '');
