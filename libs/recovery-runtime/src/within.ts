import { withDeadline } from '@dr/deadline';

/** Result of a call with a deadline. */
export type Attempt<Value> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false;
      readonly problem: string;
      /** Words for people, of an error that has them as its `reason`. */
      readonly reason?: string;
    };

/**
 * Runs a call for `ms` at most, whether it heeds its signal or not. It never throws: of a failure only the error's name
 * or its system's code is kept, since messages of SDKs carry endpoints and requests.
 */
export async function within<Value>(
  ms: number,
  call: (signal: AbortSignal) => Promise<Value>,
): Promise<Attempt<Value>> {
  let late: Error | undefined;
  try {
    return { ok: true, value: await withDeadline(ms, call, () => (late = new Error(`no answer within ${ms} ms`))) };
  } catch (error) {
    if (late !== undefined && error === late) return { ok: false, problem: late.message };
    const { reason } = (error ?? {}) as { readonly reason?: unknown };
    return { ok: false, problem: nameOf(error), ...(typeof reason === 'string' && { reason }) };
  }
}

/** `ECONNREFUSED` rather than `Error`: the name of a system's error says nothing, and the SDK calls a reset a timeout. */
function nameOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === 'string' && /^E[A-Z0-9_]+$/.test(code)) return code;
  return typeof name === 'string' ? name : 'unknown error';
}
