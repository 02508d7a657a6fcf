import { initialControlRecord, type Probe } from '@dr/recovery';
import { formatStatus, type PlatformStatus } from './platform-status';

const AT_MS = Date.UTC(2026, 10, 24, 3, 0, 0);
const answered = (latencyMs: number): Probe => ({ via: 'test', outcome: 'answered', latencyMs });

const status = (change: Partial<PlatformStatus> = {}): PlatformStatus => ({
  environment: 'prod',
  primary: 'us-east-1',
  standby: 'us-west-2',
  mode: 'approval',
  record: initialControlRecord('us-east-1', AT_MS - 3_600_000),
  database: { writer: 'us-east-1', status: 'idle' },
  lag: { lagMs: 700, measuredAtMs: AT_MS - 45_000 },
  primaryProbe: answered(41.4),
  primaryEntry: [answered(18), answered(20.2)],
  standbyHealthy: true,
  shape: 'none',
  atMs: AT_MS,
  ...change,
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
        '  latch        down',
        '  database     writer in us-east-1, idle',
        '  replication  lag 700 ms in the minute that began 45 s ago',
        '  us-east-1    primary: healthy (41 ms); serves clients at its entry (20 ms)',
        '  us-west-2    standby: healthy',
        '  approval     none',
        '  mode         approval',
        '  cause        first deployment',
        '  next         Nothing to do.',
      ].join('\n'),
    );
  });

  it.each<[string, Partial<PlatformStatus>, string]>([
    [
      'answers',
      { primaryProbe: { via: 'test', outcome: 'failed', latencyMs: 9 } },
      'us-east-1 answers: failback is possible.',
    ],
    [
      'is silent',
      { primaryProbe: { via: 'test', outcome: 'silent', latencyMs: 900 } },
      'us-east-1 does not answer: repair it, then run failback.',
    ],
    ['was not asked', { primaryProbe: null }, 'us-east-1 does not answer: repair it, then run failback.'],
    [
      'answers and the database moves',
      { database: { writer: 'us-west-2', status: 'changing' } },
      "us-east-1 answers; run failback once the database's state is known and idle.",
    ],
  ])(
    'after a promotion, when the primary %s, says who serves, the latch, and what a failback needs',
    (_when, change, then) => {
      const record = {
        ...initialControlRecord('us-east-1', AT_MS),
        epoch: 2,
        holder: 'us-west-2',
        latchedRegion: 'us-east-1',
      };

      expect(rowOf('next', { record, database: { writer: 'us-west-2', status: 'idle' }, ...change })).toBe(
        `us-west-2 serves, and the latch keeps us-east-1 out of DNS. ${then}`,
      );
    },
  );

  it('of a failover that waits says so first, with what an approval is good for', () => {
    const record = {
      ...initialControlRecord('us-east-1', AT_MS - 300_000),
      epoch: 2,
      holder: 'us-west-2',
      latchedRegion: 'us-east-1',
      sqlWrites: 'closed',
      step: 'awaiting-approval',
      cause: 'promotions need an approval in mode approval',
      approval: { epoch: 2, by: 'arn:aws:iam::1:user/ops', approvedAtMs: AT_MS, expiresAtMs: AT_MS + 90_500 },
    } as const;

    const text = formatStatus(status({ record }));

    expect(text.split('\n')[0]).toBe('prod: WAITS FOR A PERSON in awaiting-approval');
    expect(text).toContain('  entry        DNS should answer us-west-2: us-east-1 is latched\n');
    expect(text).toContain('  SQL writes   closed everywhere\n');
    expect(text).toContain('  latch        up: DNS does not answer us-east-1 until a failback\n');
    expect(text).toContain('  approval     by arn:aws:iam::1:user/ops, for 91 s more\n');
  });

  it.each<[string, Partial<PlatformStatus>, string]>([
    [
      'is dark',
      {
        primaryProbe: { via: 'test', outcome: 'silent', latencyMs: 1_800 },
        primaryEntry: [{ via: 'test', outcome: 'silent', latencyMs: 1_800 }],
      },
      'primary: no answer in 1800 ms; no answer at its entry in 1800 ms',
    ],
    [
      'is able, and serves nobody',
      { primaryEntry: [{ via: 'test', outcome: 'failed', latencyMs: 9 }] },
      'primary: healthy (41 ms); serves nobody at its entry',
    ],
    [
      'serves in some zones',
      { primaryEntry: [answered(18), { via: 'test', outcome: 'silent', latencyMs: 1_800 }, answered(20)] },
      'primary: healthy (41 ms); serves clients at 2 of 3 addresses of its entry',
    ],
    [
      'is not able',
      { primaryProbe: { via: 'test', outcome: 'failed', latencyMs: 9 } },
      'primary: answers, but is not healthy; serves clients at its entry (20 ms)',
    ],
    ['could not be asked', { primaryProbe: null, primaryEntry: [] }, 'primary: not probed; entry not probed'],
  ])('tells of a primary that %s', (_what, change, row) => {
    expect(rowOf('us-east-1', change)).toBe(row);
  });

  it('of an entry that fails says that clients are elsewhere than SQL writes', () => {
    const text = formatStatus(status({ primaryEntry: [{ via: 'test', outcome: 'failed', latencyMs: 9 }] }));

    expect(text.split('\n')[0]).toBe('prod: served by us-west-2, SQL writes in us-east-1');
    expect(text).toContain(
      '  entry        DNS should answer us-west-2 while us-east-1 fails its checks, and us-east-1 again by itself\n',
    );
  });

  it.each<[string, Partial<PlatformStatus>, string]>([
    [
      'fails',
      { shape: 'black-hole' },
      'us-east-1 fails (black-hole): the controller takes over within about a minute. Run failover if it does not.',
    ],
    [
      'fails in mode observe',
      { shape: 'black-hole', mode: 'observe' },
      'us-east-1 fails (black-hole), and mode is observe: run failover.',
    ],
    [
      'serves nobody at its entry',
      { shape: 'entry-failure' },
      'us-east-1 is degraded (entry-failure): nothing takes over by itself. See the runbook; run failover if it cannot be repaired.',
    ],
    [
      'fails like the standby',
      { shape: 'black-hole', standbyHealthy: false },
      'Repair either region: us-west-2 could not take over.',
    ],
    ['is well, unlike the standby', { standbyHealthy: false }, 'Repair us-west-2: a failover would not help now.'],
    [
      'is not seen, like anything else',
      { shape: 'not seen' },
      'Nothing was reached from here: check your own network first.',
    ],
  ])('says what to do while the primary %s', (_what, change, next) => {
    expect(rowOf('next', change)).toBe(next);
  });

  it('calls what it could not learn unknown', () => {
    expect(rowOf('database', { database: null })).toBe('unknown');
    expect(rowOf('replication', { lag: null })).toBe('no lag published');
    expect(rowOf('us-west-2', { standbyHealthy: false })).toBe('standby: not healthy');
  });
});
