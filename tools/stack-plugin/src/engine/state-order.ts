import { addressKey, type StateEntry, type StateManifest } from '@dr/state-manifest';
import { stateCycle } from '../errors';

/** Names of the states that each state must wait for. */
export type StateOrder = ReadonlyMap<string, ReadonlySet<string>>;

/** A stack that must be finished before another begins, whatever contracts say. */
export interface StackEdge {
  readonly stack: string;
  readonly waitsFor: string;
}

/**
 * The order of the states of some stacks, from what they publish and read: a state waits for those that publish what
 * it reads, in its own stack or another. Where one stack waits for another without reading a contract of it, all its
 * states wait for all of the other's.
 *
 * @param edges of the project graph, between the same stacks
 * @throws UserError when states wait for each other
 */
export function orderStates(manifests: readonly StateManifest[], edges: readonly StackEdge[] = []): StateOrder {
  const states = manifests.flatMap((manifest) => manifest.states);
  const publisherOf = new Map(
    states.flatMap((state) => state.publishes.map((address) => [addressKey(address), state.name] as const)),
  );
  const order = new Map(
    states.map((state) => {
      const publishers = state.reads.map((address) => publisherOf.get(addressKey(address)));
      return [state.name, new Set(publishers.filter((name) => name !== undefined && name !== state.name) as string[])];
    }),
  );
  const statesOf = (stack: string) => manifests.find((manifest) => manifest.stack === stack)?.states ?? [];
  for (const { stack, waitsFor } of edges) {
    if (readsFrom(statesOf(stack), statesOf(waitsFor))) continue;
    for (const state of statesOf(stack)) for (const other of statesOf(waitsFor)) order.get(state.name)?.add(other.name);
  }
  refuseCycles(order);
  return order;
}

/** The same order backwards: a state waits for those that waited for it. */
export function reverseOrder(order: StateOrder): StateOrder {
  return new Map(
    [...order.keys()].map((name) => [
      name,
      new Set([...order].filter(([, waitsFor]) => waitsFor.has(name)).map(([reader]) => reader)),
    ]),
  );
}

/**
 * The states in an order to begin them in where not all can run at once: that with the longest chain of states waiting
 * for it first, since that chain cannot be made shorter; by name where chains are equal.
 */
export function longestChainFirst(order: StateOrder): readonly string[] {
  const lengths = new Map<string, number>();
  const readers = reverseOrder(order);
  const lengthOf = (name: string): number => {
    const known = lengths.get(name);
    if (known !== undefined) return known;
    const length = 1 + Math.max(0, ...[...(readers.get(name) ?? [])].map(lengthOf));
    lengths.set(name, length);
    return length;
  };
  return [...order.keys()].sort((a, b) => lengthOf(b) - lengthOf(a) || a.localeCompare(b, 'en'));
}

function readsFrom(readers: readonly StateEntry[], publishers: readonly StateEntry[]): boolean {
  const published = new Set(publishers.flatMap((state) => state.publishes.map(addressKey)));
  return readers.some((state) => state.reads.some((address) => published.has(addressKey(address))));
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
