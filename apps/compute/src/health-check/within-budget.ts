/**
 * What a probe finds within `budgetMs`, null when it fails or takes longer; then it is aborted.
 */
export async function withinBudget<Found>(
  budgetMs: number,
  probe: (abortSignal: AbortSignal) => Promise<Found>,
): Promise<Found | null> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const exhausted = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      controller.abort();
      resolve(null);
    }, budgetMs);
  });
  try {
    return await Promise.race([
      exhausted,
      // Inside a promise, so that a probe that throws at once fails like any other.
      Promise.resolve(controller.signal)
        .then(probe)
        .catch(() => null),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
