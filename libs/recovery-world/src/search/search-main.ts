import { ROOTS } from '../roots';
import { allWalks, findCounterexample, formatCounterexample, randomWalk, type Walk } from '../walk';

/** Arguments of a search, as JSON in the first argument. */
export interface SearchRequest {
  /** Walks that are performed first. */
  readonly walks?: readonly Walk[];
  /** Seeds of the random walks that follow, from the first to before the last. */
  readonly seeds?: readonly [from: number, to: number];
  readonly length?: number;
  /** Every walk of so many happenings from each root. @default none */
  readonly depth?: number;
  /** Name of the root of all of them. @default any */
  readonly root?: string;
}

function* walksOf({ depth, length = 30, root, seeds = [0, 0], walks = [] }: SearchRequest): Generator<Walk> {
  yield* walks;
  const roots = ROOTS.filter(({ name }) => root === undefined || name === root);
  if (depth !== undefined) yield* allWalks(depth, seeds[0], roots);
  for (let seed = seeds[0]; seed < seeds[1]; seed++) yield randomWalk(seed, length, roots);
}

const found = findCounterexample(walksOf(JSON.parse(process.argv[2] ?? '{}') as SearchRequest));
void found.then(async (counterexample) =>
  process.stdout.write(
    JSON.stringify(counterexample && { ...counterexample, text: await formatCounterexample(counterexample) }),
  ),
);
