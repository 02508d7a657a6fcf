import type { ContractAddress, StateEntry } from '@dr/state-manifest';
import { stateCycle } from '../errors';

/** Names of the states of one stack that each state must wait for. */
export type StateOrder = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The order of a stack's states, from what they publish and read: a state waits for those that publish what it reads.
 *
 * @throws UserError when states wait for each other
 */
export function orderStates(states: readonly StateEntry[]): StateOrder {
  const publisherOf = new Map(
    states.flatMap((state) => state.publishes.map((address) => [addressKey(address), state.name] as const)),
  );
  const order = new Map(
    states.map((state) => {
      const publishers = state.reads.map((address) => publisherOf.get(addressKey(address)));
      return [state.name, new Set(publishers.filter((name) => name !== undefined && name !== state.name) as string[])];
    }),
  );
  refuseCycles(order);
  return order;
}

/** The same order backwards: a state waits for those that read what it publishes. */
export function reverseOrder(order: StateOrder): StateOrder {
  return new Map(
    [...order.keys()].map((name) => [
      name,
      new Set([...order].filter(([, waitsFor]) => waitsFor.has(name)).map(([reader]) => reader)),
    ]),
  );
}

/** The same contract about the same region in the same store, whatever its shape. */
export function addressKey({ contract, region, store }: ContractAddress): string {
  return [contract, region, store].join(' ');
}

function refuseCycles(order: StateOrder): void {
  const left = new Map(order);
  for (;;) {
    const free = [...left].filter(([, waitsFor]) => [...waitsFor].every((name) => !left.has(name)));
    if (free.length === 0) break;
    for (const [name] of free) left.delete(name);
  }
  if (left.size > 0) throw stateCycle([...left.keys()].sort());
}
