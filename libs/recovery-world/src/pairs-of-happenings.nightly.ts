/** The recovery keeps its promises whatever two likely things happen after each root. */
import { runSearch } from './search/run-search';

describe('the recovery, in a world where anything may happen', () => {
  it('keeps its promises whatever two things happen next, from every root', async () => {
    const found = await runSearch({ depth: 2 });

    expect(found?.text ?? null).toBeNull();
  });
});
