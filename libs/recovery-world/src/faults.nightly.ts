/** Each fault of the list is put into the code of the recovery, and a walk finds it. */
import { type Fault, FAULTS } from './search/faults';
import { runSearch } from './search/run-search';
import { SEQUENCES } from './sequences';

/** Walks after which a fault that none has found is not found. */
const WALKS_WITH_FAULT = 400;

it.each(FAULTS)('a fault in the code is found: $name', async ({ root, ...fault }: Fault) => {
  const found = await runSearch({ fault, root, walks: SEQUENCES, seeds: [1, WALKS_WITH_FAULT], length: 30 });

  expect(found).not.toBeNull();
});
