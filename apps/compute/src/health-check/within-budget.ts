/**
 * Whether a probe succeeds within `budgetMs`. A probe that fails or takes longer counts as failed, and is aborted.
 */
export async function withinBudget(
  budgetMs: number,
  probe: (abortSignal: AbortSignal) => Promise<unknown>,
): Promise<boolean> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const exhausted = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      controller.abort();
      resolve(false);
    }, budgetMs);
  });
  try {
    return await Promise.race([
      exhausted,
      // Inside a promise, so that a probe that throws at once fails like any other.
      Promise.resolve(controller.signal)
        .then(probe)
        .then(
          () => true,
          () => false,
        ),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
