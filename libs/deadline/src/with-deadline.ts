/**
 * Runs a call for `ms` at most, whether it heeds its signal or not. At the deadline the signal is aborted and the call's
 * outcome, whatever it comes to, is no longer waited for.
 *
 * @param late makes the error of a call that is not over by then
 * @throws that error, or what the call throws
 */
export async function withDeadline<Value>(
  ms: number,
  call: (signal: AbortSignal) => Promise<Value>,
  late: () => Error,
): Promise<Value> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // Before the abort, which may end the call with an error of its own.
      reject(late());
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([call(controller.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
