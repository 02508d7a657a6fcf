/** Request for an invocation, which the account's process sends to a function's process over Node's IPC channel. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly functionArn: string;
  readonly event: unknown;
  /** Time at which the invocation is ended, ms since 1970. */
  readonly deadlineMs: number;
}

/** As Lambda shows the error of a function [AWS Lambda developer guide, errors in Node.js]. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** Message of a function's process to the account's process, over the same channel. */
export type FunctionMessage = {
  /** Peak memory of the process so far. */
  readonly peakMemoryBytes: number;
} & (
  | { /** The handler was loaded. */ readonly kind: 'ready' }
  | { readonly kind: 'init-failed'; readonly error: FunctionError }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly error: FunctionError }
);

/** Environment variables of a function's process that are the sandbox's; all others are as Lambda sets them. */
export const SANDBOX_VARIABLES = {
  /** Address of the endpoint, which stands for the internet too. */
  address: 'SANDBOX_ADDRESS',
  /** Folder of the sockets that stand for databases. */
  network: 'SANDBOX_NETWORK',
} as const;
