/** Measurements of an invocation that Lambda logs at its end. */
export interface InvocationReport {
  readonly requestId: string;
  /** Duration of the handler, without loading it. */
  readonly durationMs: number;
  /** As configured. */
  readonly memoryMb: number;
  readonly maxMemoryMb: number;
  /** Duration of loading the handler; undefined for a process that was warm already. */
  readonly initMs: number | undefined;
}

/**
 * Fields between tabs, as Lambda writes them [AWS Lambda developer guide, viewing logs, example log]. Since August 2025
 * loading is billed too [AWS Compute Blog, "AWS Lambda standardizes billing for INIT Phase"].
 */
export function reportLine({ durationMs, initMs, maxMemoryMb, memoryMb, requestId }: InvocationReport): string {
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${maxMemoryMb} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    '',
  ].join('\t');
}
