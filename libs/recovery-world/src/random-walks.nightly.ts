/** The recovery keeps its promises in 10,000 random walks of 200 happenings, and whatever two things happen after each root. */
import { runSearch } from './search/run-search';

/** Length of a walk, and how many of them each of two processes performs. */
const LENGTH = 200;
const WALKS = 5_000;

describe('the recovery, in a world where anything may happen', () => {
  it(`keeps its promises in ${2 * WALKS} random walks of ${LENGTH} happenings`, async () => {
    const halves = [0, WALKS].map((from) => runSearch({ seeds: [from, from + WALKS], length: LENGTH }));

    for (const found of await Promise.all(halves)) expect(found?.text ?? null).toBeNull();
  });

  it('keeps them whatever two things happen next, from every root', async () => {
    const found = await runSearch({ depth: 2 });

    expect(found?.text ?? null).toBeNull();
  });
});
