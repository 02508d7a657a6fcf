import type { StateOrder } from './state-order';

export type StateOutcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: Error }
  /** Not begun, because `because` failed or was not begun itself. */
  | { readonly kind: 'skipped'; readonly because: string };

/**
 * Runs work on each state in its order, at most `parallel` at a time. A state that fails lets the others finish; what
 * waits for it is skipped.
 */
export async function runStates<Result>(
  order: StateOrder,
  parallel: number,
  work: (state: string) => Promise<Result>,
): Promise<ReadonlyMap<string, StateOutcome<Result>>> {
  const outcomes = new Map<string, StateOutcome<Result>>();
  const waiting = new Set(order.keys());
  const running = new Map<string, Promise<void>>();

  const begin = (name: string) => {
    waiting.delete(name);
    const run = work(name).then(
      (result) => void outcomes.set(name, { kind: 'done', result }),
      (error: Error) => void outcomes.set(name, { kind: 'failed', error }),
    );
    running.set(
      name,
      run.finally(() => running.delete(name)),
    );
  };

  while (waiting.size > 0 || running.size > 0) {
    for (const name of [...waiting]) {
      const waitsFor = [...(order.get(name) ?? [])];
      const broken = waitsFor.find((other) => ['failed', 'skipped'].includes(outcomes.get(other)?.kind ?? ''));
      if (broken !== undefined) {
        waiting.delete(name);
        outcomes.set(name, { kind: 'skipped', because: broken });
      } else if (running.size < parallel && waitsFor.every((other) => outcomes.get(other)?.kind === 'done')) {
        begin(name);
      }
    }
    if (running.size > 0) await Promise.race(running.values());
  }
  return outcomes;
}
