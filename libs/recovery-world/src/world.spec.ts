import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULTS } from './search/faults';
import { SEQUENCES } from './sequences';
import {
  type Counterexample,
  findCounterexample,
  formatCounterexample,
  perform,
  randomWalk,
  violationOf,
  type Walk,
} from './walk';

jest.setTimeout(120_000);

const WORKSPACE = join(__dirname, '../../..');

async function counterexampleOf(walks: Iterable<Walk>): Promise<string | null> {
  const found: Counterexample | null = await findCounterexample(walks);
  return found && formatCounterexample(found);
}

describe('the recovery, in a world where anything may happen', () => {
  it.each(SEQUENCES)('keeps its promises when $name', async (sequence) => {
    expect(await counterexampleOf([sequence])).toBeNull();
  });

  it('keeps them in 200 random walks', async () => {
    const walks = Array.from({ length: 200 }, (_, seed) => randomWalk(seed, 10));

    expect(await counterexampleOf(walks)).toBeNull();
    // Work, and no wait: a busy machine takes several times as long.
  }, 600_000);
});

describe('a walk', () => {
  it('is determined by its seed and by what happens in it', async () => {
    const walk = randomWalk(7, 30);

    const [once, again] = [await logOf(walk), await logOf(walk)];

    expect(once.length).toBeGreaterThan(30);
    expect(again).toEqual(once);
  });

  it('ends in a violation where a promise is broken, and is shortened to what breaks it', async () => {
    // No promise is kept without a quorum of the table.
    const happenings = [
      'us-east-2 goes dark',
      '5 s pass',
      'us-west-2 goes dark',
      '40 s pass',
      'entry of us-west-2 breaks',
    ];
    const walk: Walk = { seed: 1, mode: 'automatic', happenings: [...happenings, 'clients must be served'] };

    const found = await findCounterexample([walk]);

    expect(found?.violation).toBe('clients are not served: strongly consistent writes, SQL writes');
    expect(found?.happenings).toEqual([
      'us-east-2 goes dark',
      'us-west-2 goes dark',
      '40 s pass',
      'clients must be served',
    ]);
    expect(await violationOf(found as Walk)).toBe(found?.violation);
  });
});

describe('the faults that the world has to find', () => {
  it.each(FAULTS)('$name: is somewhere in the code', ({ file, from }) => {
    expect(readFileSync(join(WORKSPACE, file), 'utf8').split(from)).toHaveLength(2);
  });
});

async function logOf(walk: Walk): Promise<readonly string[]> {
  return (await perform(walk)).log;
}
