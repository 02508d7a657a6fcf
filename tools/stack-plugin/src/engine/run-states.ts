import { longestChainFirst, type StateOrder } from './state-order';

export type StateOutcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: Error }
  /** Not begun, because `because` failed or was not begun itself. */
  | { readonly kind: 'skipped'; readonly because: string };

/**
 * Runs work on each state in its order, at most `parallel` at a time, those that most others wait for
 * first. A state that fails lets the others finish; what
 * waits for it is skipped.
 *
 * @param onOutcome receives each state when it is settled
 */
export async function runStates<Result>(
  order: StateOrder,
  parallel: number,
  work: (state: string) => Promise<Result>,
  onOutcome: (state: string, outcome: StateOutcome<Result>) => void = () => undefined,
): Promise<ReadonlyMap<string, StateOutcome<Result>>> {
  const outcomes = new Map<string, StateOutcome<Result>>();
  const waiting = new Set(longestChainFirst(order));
  const running = new Map<string, Promise<void>>();

  const settle = (name: string, outcome: StateOutcome<Result>) => {
    outcomes.set(name, outcome);
    onOutcome(name, outcome);
  };
  const begin = (name: string) => {
    waiting.delete(name);
    const run = work(name).then(
      (result) => settle(name, { kind: 'done', result }),
      (error: Error) => settle(name, { kind: 'failed', error }),
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
        settle(name, { kind: 'skipped', because: broken });
      } else if (running.size < parallel && waitsFor.every((other) => outcomes.get(other)?.kind === 'done')) {
        begin(name);
      }
    }
    if (running.size > 0) await Promise.race(running.values());
  }
  return outcomes;
}
