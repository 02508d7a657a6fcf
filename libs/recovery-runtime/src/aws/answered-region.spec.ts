import { findAnsweredRegion } from './answered-region';

const ENTRIES = { 'us-east-1': 'entry.us-east-1.example.com', 'us-west-2': 'entry.us-west-2.example.com' };
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'entry.us-east-1.example.com': ['10.0.0.1', '10.0.0.2'],
  'entry.us-west-2.example.com': ['10.1.0.1', '10.1.0.2'],
};
const answering = (addresses: readonly string[]) => (host: string) => Promise.resolve(ADDRESSES[host] ?? addresses);
const find = (addresses: readonly string[], host = 'trade.example.com') =>
  findAnsweredRegion(host, ENTRIES, new AbortController().signal, answering(addresses));

describe('the region that name servers answer', () => {
  it.each([
    [['10.0.0.1', '10.0.0.2'], 'us-east-1'],
    [['10.1.0.2', '10.1.0.9'], 'us-west-2'],
    [['10.2.0.1'], null],
    [[], null],
  ])('with the addresses %j is %s', async (addresses, region) => {
    expect(await find(addresses)).toBe(region);
  });

  it('is unknown where the controller was deployed without the name', async () => {
    expect(await find(['10.0.0.1'], '')).toBeNull();
  });

  it('is not told to a caller that has gone', async () => {
    const signal = AbortSignal.abort();

    await expect(findAnsweredRegion('trade.example.com', ENTRIES, signal, answering([]))).rejects.toThrow();
  });
});
