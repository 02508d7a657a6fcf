import { type EntryNetwork, probeEntry } from './probe-entry';

const ENTRY = { host: 'trade-us-east-1.example.com', path: '/healthz' };
const NEVER = new Promise<never>(() => undefined);

/** Statuses by address; an error for one that refuses, and nothing for one that is silent. */
function network(statuses: Readonly<Record<string, number | Error | undefined>>): EntryNetwork {
  return {
    resolve: () => Promise.resolve(Object.keys(statuses)),
    ask: (address) => {
      const status = statuses[address];
      if (status === undefined) return NEVER;
      return status instanceof Error ? Promise.reject(status) : Promise.resolve(status);
    },
  };
}

const probe = (through: EntryNetwork, timeoutMs = 2_000, signal = new AbortController().signal) =>
  probeEntry(ENTRY, timeoutMs, signal, () => 0, through);

describe('the probe of an entry', () => {
  it('asks each address of the load balancer', async () => {
    const asked: unknown[] = [];

    const probes = await probe({
      resolve: (host) => Promise.resolve([`of ${host}`, '198.18.0.2']),
      ask: (address, entry) => {
        asked.push([address, entry]);
        return Promise.resolve(200);
      },
    });

    expect(probes).toEqual([
      { via: 'of trade-us-east-1.example.com', outcome: 'answered', latencyMs: 0 },
      { via: '198.18.0.2', outcome: 'answered', latencyMs: 0 },
    ]);
    expect(asked).toEqual([
      ['of trade-us-east-1.example.com', ENTRY],
      ['198.18.0.2', ENTRY],
    ]);
  });

  it.each([
    [200, 'answered'],
    [302, 'answered'],
    [399, 'answered'],
    [400, 'failed'],
    [503, 'failed'],
    [199, 'failed'],
  ])('takes status %d for %s, as Route 53 does', async (status, outcome) => {
    expect((await probe(network({ a: status })))[0]?.outcome).toBe(outcome);
  });

  it('tells the zones that fail from those that serve', async () => {
    const probes = await probe(network({ a: 200, b: new Error('refused'), c: undefined }), 50);

    expect(probes.map(({ outcome }) => outcome)).toEqual(['answered', 'failed', 'silent']);
  });

  it('fails once, by the name, where that has no address', async () => {
    const notFound: EntryNetwork = { ...network({}), resolve: () => Promise.reject(new Error('ENOTFOUND')) };

    expect(await probe(notFound)).toEqual([{ via: ENTRY.host, outcome: 'failed', latencyMs: 0 }]);
    expect(await probe(network({}))).toEqual([{ via: ENTRY.host, outcome: 'failed', latencyMs: 0 }]);
  });

  it('is silent, after its time, where the name servers are', async () => {
    expect(await probe({ ...network({}), resolve: () => NEVER }, 50)).toEqual([
      { via: ENTRY.host, outcome: 'silent', latencyMs: 0 },
    ]);
  });

  it('ends with whoever asked for it, and tells those it asks', async () => {
    const asker = new AbortController();
    let told = false;
    const through: EntryNetwork = {
      resolve: () => Promise.resolve(['a']),
      ask: (_address, _entry, signal) => {
        signal.addEventListener('abort', () => (told = true));
        return NEVER;
      },
    };
    setTimeout(() => asker.abort(), 20);

    expect((await probe(through, 60_000, asker.signal)).map(({ outcome }) => outcome)).toEqual(['silent']);
    expect(told).toBe(true);
  });

  it('asks eight addresses at most', async () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`a${index}`, 200]));

    expect(await probe(network(many))).toHaveLength(8);
  });
});
