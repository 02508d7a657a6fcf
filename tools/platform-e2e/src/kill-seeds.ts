import { KilledState } from './killed-apply';

/** Tests: deploys of the network are killed at the moments of some seeds, each in an empty account, and converge. */
export function killAt(firstSeed: number, count: number): void {
  const state = new KilledState('network', 'network-us-east-1');
  beforeAll(() => state.open());
  afterAll(() => state.close());

  it.each(Array.from({ length: count }, (_none, index) => firstSeed + index))('of seed %i converges', async (seed) => {
    const killed = await state.kill(seed);

    expect(state.outcomeOf(killed)).toEqual(state.converged);
  });
}
