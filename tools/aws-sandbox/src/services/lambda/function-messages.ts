/** What the account's process tells a function's process, and is told by it, over Node's IPC channel. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly functionArn: string;
  readonly event: unknown;
  /** Wall clock at which the invocation is ended, ms since 1970. */
  readonly deadlineMs: number;
}

/** As Lambda shows the error of a function [AWS Lambda developer guide, errors in Node.js]. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type FunctionMessage = {
  /** The most memory that the process has had until now. */
  readonly peakMemoryBytes: number;
} & (
  | { /** The handler was loaded. */ readonly kind: 'ready' }
  | { readonly kind: 'init-failed'; readonly error: FunctionError }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly error: FunctionError }
);

/** Variables that tell a function's process of the sandbox; everything else is as Lambda sets it. */
export const SANDBOX_VARIABLES = {
  /** Address of the endpoint, which stands for the internet too. */
  address: 'SANDBOX_ADDRESS',
  /** Folder of the sockets that stand for databases. */
  network: 'SANDBOX_NETWORK',
} as const;
