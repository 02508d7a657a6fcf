/** A signal that ends what a probe waits for. */
export interface TimedAbort {
  readonly signal: AbortSignal;
  /** To be called when the probe has ended. */
  readonly end: () => void;
}

/**
 * Aborts after a time, or with the caller's signal. A timer and a controller of its own: signals that
 * are joined may be collected before they abort.
 */
export function abortAfter(timeoutMs: number, abortSignal: AbortSignal): TimedAbort {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  abortSignal.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      abortSignal.removeEventListener('abort', abort);
    },
  };
}
