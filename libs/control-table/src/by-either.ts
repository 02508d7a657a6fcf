/** Time after which the other replica of the table is asked besides, ms: a near one takes ten. */
export const ASK_OTHER_AFTER_MS = 300;

/**
 * Asks one, and another one besides once the first has failed or has not answered in time. What first succeeds, counts.
 *
 * @param afterMs time in which the first one is asked alone, ms
 * @param signal ends both. Each call is given one that also ends it once it is not waited for any more
 * @throws what the first one fails with, where both do
 */
export async function byEither<Client, Value>(
  near: Client,
  other: Client | undefined,
  afterMs: number,
  signal: AbortSignal,
  call: (client: Client, signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  if (other === undefined) return call(near, signal);
  const either = new AbortController();
  if (signal.aborted) either.abort();
  signal.addEventListener('abort', () => either.abort());
  const first = call(near, either.signal);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const second = new Promise<Value>((resolve, reject) => {
    let isAsked = false;
    const ask = () => {
      if (isAsked) return;
      isAsked = true;
      call(other, either.signal).then(resolve, reject);
    };
    timer = setTimeout(ask, afterMs);
    first.catch(ask);
  });
  try {
    return await Promise.any([first, second]);
  } catch {
    return await first;
  } finally {
    clearTimeout(timer);
    either.abort();
  }
}
