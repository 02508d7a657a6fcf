import { initialControlRecord, type Probe } from '@dr/recovery';
import { formatStatus, type PlatformStatus, type RegionStatus } from './platform-status';

const AT_MS = Date.UTC(2026, 10, 24, 3, 0, 0);
const answered = (latencyMs: number): Probe => ({ via: 'test', outcome: 'answered', latencyMs });

const EAST: RegionStatus = {
  probe: answered(41.4),
  entry: [answered(18), answered(20.2)],
  shape: 'none',
  healthy: true,
};
const WEST: RegionStatus = { probe: answered(30), entry: [answered(15)], shape: 'none', healthy: true };

const status = (change: Partial<PlatformStatus> = {}): PlatformStatus => ({
  environment: 'prod',
  primary: 'us-east-1',
  standby: 'us-west-2',
  mode: 'approval',
  automated: true,
  record: initialControlRecord('us-east-1', AT_MS - 3_600_000),
  database: { writer: 'us-east-1', status: 'idle' },
  lag: { lagMs: 700, measuredAtMs: AT_MS - 45_000 },
  regions: { 'us-east-1': EAST, 'us-west-2': WEST },
  atMs: AT_MS,
  ...change,
});

/** With another state of the primary, and of the standby. */
const seen = (primary: Partial<RegionStatus>, standby: Partial<RegionStatus> = {}): Partial<PlatformStatus> => ({
  regions: { 'us-east-1': { ...EAST, ...primary }, 'us-west-2': { ...WEST, ...standby } },
});

const rowOf = (name: string, change: Partial<PlatformStatus>) =>
  formatStatus(status(change))
    .split('\n')
    .find((line) => line.startsWith(`  ${name} `))
    ?.slice(15);

describe('the status', () => {
  it('of a platform at rest says who serves, and that there is nothing to do', () => {
    expect(formatStatus(status())).toBe(
      [
        'prod: served by us-east-1',
        '  step         serving, since 2026-11-24T02:00:00Z (60 min ago)',
        '               The holder serves reads and all writes.',
        '  epoch        1, held by us-east-1',
        '  entry        DNS should answer us-east-1',
        '  SQL writes   open in us-east-1',
        '  database     writer in us-east-1, idle',
        '  replication  lag 700 ms in the minute that began 45 s ago',
        '  us-east-1    primary: healthy (41 ms); serves clients at its entry (20 ms)',
        '  us-west-2    standby: healthy (30 ms); serves clients at its entry (15 ms)',
        '  approval     none',
        '  mode         approval',
        '  cause        first deployment',
        '  next         Nothing to do.',
      ].join('\n'),
    );
  });

  it('of an account that runs no controller says so beside the mode', () => {
    expect(rowOf('mode', { automated: false })).toBe('approval; no controller runs');
    expect(rowOf('next', { automated: false })).toBe('Nothing to do.');
  });

  it.each<[string, Partial<PlatformStatus>, string]>([
    [
      'answers, and is not healthy yet',
      seen({ probe: { via: 'test', outcome: 'failed', latencyMs: 9 }, healthy: false }),
      'us-east-1 answers, and is not healthy yet: run failback once it is.',
    ],
    ['is healthy', {}, 'us-east-1 answers: failback is possible.'],
    [
      'is silent',
      seen({ probe: { via: 'test', outcome: 'silent', latencyMs: 900 } }),
      'us-east-1 does not answer: repair it, then run failback.',
    ],
    ['was not asked', seen({ probe: null }), 'us-east-1 does not answer: repair it, then run failback.'],
    [
      'answers and the database moves',
      { database: { writer: 'us-west-2', status: 'changing' } },
      "us-east-1 answers; run failback once the database's state is known and idle.",
    ],
  ])('after a promotion, when the primary %s, says who serves, and what a failback needs', (_when, change, then) => {
    const record = {
      ...initialControlRecord('us-east-1', AT_MS),
      epoch: 2,
      holder: 'us-west-2',
    };

    expect(rowOf('next', { record, database: { writer: 'us-west-2', status: 'idle' }, ...change })).toBe(
      `us-west-2 serves. ${then}`,
    );
  });

  it('of a region that holds and does not serve says so first, and not that it serves', () => {
    const silent: Probe = { via: 'test', outcome: 'silent', latencyMs: 1_800 };
    const text = formatStatus(status(seen({ probe: silent, entry: [silent], shape: 'black-hole', healthy: false })));

    expect(text.split('\n')[0]).toBe('prod: served by us-west-2, no SQL writes: us-east-1 does not serve');
    expect(text).toContain('               us-east-1 is to serve reads and all writes, and does not.\n');
    expect(text).toContain('  SQL writes   allowed in us-east-1 alone, which does not serve\n');
  });

  it.each([
    [
      'one',
      {},
      'us-east-1 was slow in this one look: run status again, and evacuate if it stays so, which loses nothing.',
    ],
    ['both', { shape: 'latency' }, 'us-east-1 and us-west-2 were both slow in this one look: run status again.'],
  ])('takes a slow answer of %s for one look', (_whose, standby, next) => {
    expect(rowOf('next', seen({ shape: 'latency' }, standby))).toBe(next);
  });

  it('of a failover that waits says so first, with what an approval is good for', () => {
    const record = {
      ...initialControlRecord('us-east-1', AT_MS - 300_000),
      epoch: 2,
      holder: 'us-west-2',
      sqlWrites: 'closed',
      step: 'awaiting-approval',
      cause: 'promotions need an approval in mode approval',
      approval: { epoch: 2, by: 'arn:aws:iam::1:user/ops', approvedAtMs: AT_MS, expiresAtMs: AT_MS + 90_500 },
    } as const;

    const text = formatStatus(status({ record }));

    expect(text.split('\n')[0]).toBe('prod: WAITS FOR A PERSON in awaiting-approval');
    expect(text).toContain('  entry        DNS should answer us-west-2: us-west-2 holds the epoch\n');
    expect(text).toContain('  SQL writes   closed everywhere\n');
    expect(text).toContain('  approval     by arn:aws:iam::1:user/ops, for 91 s more\n');
  });

  it.each<[string, Partial<PlatformStatus>, string]>([
    [
      'is dark',
      seen({
        probe: { via: 'test', outcome: 'silent', latencyMs: 1_800 },
        entry: [{ via: 'test', outcome: 'silent', latencyMs: 1_800 }],
      }),
      'primary: no answer in 1800 ms; no answer at its entry in 1800 ms',
    ],
    [
      'is able, and serves nobody',
      seen({ entry: [{ via: 'test', outcome: 'failed', latencyMs: 9 }] }),
      'primary: healthy (41 ms); serves nobody at its entry',
    ],
    [
      'serves in some zones',
      seen({ entry: [answered(18), { via: 'test', outcome: 'silent', latencyMs: 1_800 }, answered(20)] }),
      'primary: healthy (41 ms); serves clients at 2 of 3 addresses of its entry',
    ],
    [
      'is not able',
      seen({ probe: { via: 'test', outcome: 'failed', latencyMs: 9 } }),
      'primary: answers, but is not healthy; serves clients at its entry (20 ms)',
    ],
    ['could not be asked', seen({ probe: null, entry: [] }), 'primary: not probed; entry not probed'],
  ])('tells of a primary that %s', (_what, change, row) => {
    expect(rowOf('us-east-1', change)).toBe(row);
  });

  it('of an entry that fails says that clients are elsewhere than SQL writes', () => {
    const text = formatStatus(status(seen({ entry: [{ via: 'test', outcome: 'failed', latencyMs: 9 }] })));

    expect(text.split('\n')[0]).toBe('prod: served by us-west-2, SQL writes in us-east-1');
    expect(text).toContain(
      '  entry        DNS should answer us-west-2 while us-east-1 fails its checks, and us-east-1 again by itself\n',
    );
  });

  it.each<[string, Partial<PlatformStatus>, string]>([
    [
      'fails',
      seen({ shape: 'black-hole' }),
      'us-east-1 fails (black-hole): the controller takes over within about a minute. Run failover if it does not.',
    ],
    [
      'fails in mode observe',
      { ...seen({ shape: 'black-hole' }), mode: 'observe' },
      'us-east-1 fails (black-hole), and mode is observe: run failover.',
    ],
    [
      'serves nobody at its entry',
      seen({ shape: 'entry-failure' }),
      'us-east-1 is degraded (entry-failure): run evacuate if it cannot be repaired soon, which loses nothing.',
    ],
    [
      'fails like the standby',
      seen({ shape: 'black-hole' }, { healthy: false }),
      'us-east-1 fails (black-hole), and us-west-2 is not healthy, so that nothing takes over by itself. Repair either region; where clients are served in us-west-2 all the same, run failover --to=us-west-2.',
    ],
    ['is well, unlike the standby', seen({}, { healthy: false }), 'Repair us-west-2: a failover would not help now.'],
    [
      'is not seen, like anything else',
      seen({ shape: 'not seen' }),
      'Nothing was reached from here: check your own network first.',
    ],
  ])('says what to do while the primary %s', (_what, change, next) => {
    expect(rowOf('next', change)).toBe(next);
  });

  it('calls what it could not learn unknown', () => {
    expect(rowOf('database', { database: null })).toBe('unknown');
    expect(rowOf('replication', { lag: null })).toBe('no lag published');
  });

  it.each<[string, Partial<PlatformStatus>, string]>([
    [
      'fails',
      seen({}, { shape: 'black-hole', healthy: false }),
      'us-west-2 fails (black-hole): the controller takes over within about a minute. Run failover if it does not.',
    ],
    [
      'lets nobody in',
      seen({}, { shape: 'entry-failure', healthy: false }),
      'us-west-2 is degraded (entry-failure): run evacuate if it cannot be repaired soon, which loses nothing.',
    ],
    [
      'fails like the primary',
      seen({ healthy: false }, { shape: 'black-hole', healthy: false }),
      'us-west-2 fails (black-hole), and us-east-1 is not healthy, so that nothing takes over by itself. Repair either region; where clients are served in us-east-1 all the same, run failover --to=us-east-1.',
    ],
  ])('says what to do while the region that took over %s', (_what, change, next) => {
    const record = { ...initialControlRecord('us-east-1', AT_MS), epoch: 2, holder: 'us-west-2' };

    expect(rowOf('next', { record, ...change })).toBe(next);
  });

  it('says what to do when the region that is to serve fails in the middle of a takeover', () => {
    const record = {
      ...initialControlRecord('us-east-1', AT_MS),
      epoch: 2,
      holder: 'us-west-2',
      sqlWrites: 'closed',
      step: 'promoting',
    } as const;

    expect(rowOf('next', { record, ...seen({}, { healthy: false }) })).toBe(
      'us-west-2 fails, which is to serve, and us-east-1 is healthy: run failover, which takes over in us-east-1.',
    );
  });
});
