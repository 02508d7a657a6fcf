import { type EpochWrite, RegionWriters, twoWritersMs } from './region-writers';

const write = (region: string, epoch: number, atMs: number): EpochWrite => ({ region, epoch, atMs });

describe('the time in which two regions wrote', () => {
  it('is none where one ended before the other began, there and back', () => {
    expect(
      twoWritersMs([write('east', 1, 0), write('east', 1, 500), write('west', 2, 900), write('east', 3, 1_500)]),
    ).toBe(0);
    expect(twoWritersMs([])).toBe(0);
  });

  it('is from the first write of the later epoch to the last of the earlier one', () => {
    expect(
      twoWritersMs([write('east', 1, 0), write('west', 2, 400), write('west', 2, 700), write('east', 1, 1_000)]),
    ).toBe(600);
  });

  it('is counted within one epoch, too', () => {
    expect(twoWritersMs([write('east', 1, 0), write('west', 1, 400), write('east', 1, 500)])).toBeGreaterThan(0);
  });
});

describe('writers of both regions', () => {
  it('try all the time, each in its own, and keep what was acknowledged', async () => {
    const tried: string[] = [];
    const writers = new RegionWriters(['east', 'west'], async (region) => {
      tried.push(region);
      if (region === 'west') throw new Error('closed');
      return 7;
    });
    writers.start();
    await new Promise((done) => setTimeout(done, 50));
    await writers.stop();

    expect(tried.toSorted()).toEqual(['east', 'west']);
    expect(writers.acknowledged).toEqual([{ region: 'east', epoch: 7, atMs: expect.any(Number) }]);
  });
});
