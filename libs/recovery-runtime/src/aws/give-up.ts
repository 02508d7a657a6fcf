/** A signal that ends what a probe waits for. */
export interface GivingUp {
  readonly signal: AbortSignal;
  /** To be called when the probe has ended. */
  readonly end: () => void;
}

/**
 * Aborts after a time, or with whoever asked. A timer and a controller of its own: signals that are joined may be collected
 * before they abort.
 */
export function giveUpAfter(timeoutMs: number, abortSignal: AbortSignal): GivingUp {
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  const timer = setTimeout(giveUp, timeoutMs);
  abortSignal.addEventListener('abort', giveUp, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      abortSignal.removeEventListener('abort', giveUp);
    },
  };
}
