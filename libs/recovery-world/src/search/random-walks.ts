import { runSearch } from './run-search';

/** Happenings of a walk, and the walks of a nightly target: a quarter of 10,000, within half an hour on two cores. */
const LENGTH = 200;
const WALKS = 2_500;

/** Test: the recovery keeps its promises in the random walks of some seeds, half of them in each of two processes. */
export function keepsPromisesFrom(firstSeed: number): void {
  it(`keeps its promises in ${WALKS} random walks of ${LENGTH} happenings, from seed ${firstSeed} on`, async () => {
    const halves = [firstSeed, firstSeed + WALKS / 2].map((from) =>
      runSearch({ seeds: [from, from + WALKS / 2], length: LENGTH }),
    );

    for (const found of await Promise.all(halves)) expect(found?.text ?? null).toBeNull();
  });
}
