import { DEFAULT_RECOVERY_SETTINGS, type RecoverySettings } from '@dr/recovery';
import { FakePlatform, PRIMARY, STANDBY } from './fake-platform';
import type { RecoveryPorts } from './ports';
import { runRecovery } from './run-recovery';

const SETTINGS: RecoverySettings = {
  ...DEFAULT_RECOVERY_SETTINGS,
  mode: 'automatic',
  regions: { primary: PRIMARY, standby: STANDBY },
  guard: { ...DEFAULT_RECOVERY_SETTINGS.guard, maximumLagAgeMs: 180_000 },
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

let runs = 0;

/** As many runs as the schedule starts, a minute each; time passes also while a call hangs. */
async function runMinutes(
  platform: FakePlatform,
  minutes: number,
  change: (ports: RecoveryPorts) => Partial<RecoveryPorts> = () => ({}),
  region: string | null = STANDBY,
): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    const nextMs = platform.nowMs + 60_000;
    const ports = platform.ports();
    runs += 1;
    let isOver = false;
    const run = runRecovery({ ...ports, ...change(ports) }, SETTINGS, {
      region,
      observer: `run-${runs}`,
      endByMs: platform.nowMs + 55_000,
    }).finally(() => (isOver = true));
    while (!isOver) {
      platform.nowMs += 50;
      await jest.advanceTimersByTimeAsync(50);
    }
    await run;
    platform.nowMs = Math.max(platform.nowMs, nextMs);
    if (platform.lag !== null) platform.lag = { ...platform.lag, measuredAtMs: platform.nowMs - 60_000 };
  }
}

const counted = (platform: FakePlatform, call: string) => platform.calls.filter((name) => name === call).length;

function withPrimaryGone(): FakePlatform {
  const platform = new FakePlatform();
  platform.primaryAnswers = 'silent';
  return platform;
}

type Call = Exclude<keyof FakePlatform['failing'], undefined>;

/** Outcome of each call's failure within three minutes, in the ledger and in the log. */
const OUTCOMES: readonly (readonly [call: Call, record: object, line: object])[] = [
  ['readControlRecord', { step: 'serving', epoch: 1 }, { level: 'warn', message: 'reading the control record failed' }],
  ['writeControlRecord', { step: 'serving', epoch: 1 }, { level: 'warn', message: 'control record' }],
  ['probeRegion', { step: 'serving', epoch: 1 }, { level: 'warn', message: 'probing us-east-1 failed' }],
  ['regionIsHealthy', { step: 'serving', epoch: 1 }, { level: 'warn', message: 'asking us-west-2 failed' }],
  [
    'describeDatabase',
    { step: 'guarding', epoch: 2, sqlWrites: 'closed' },
    { level: 'warn', message: 'describing the global database failed' },
  ],
  [
    'newestLag',
    { step: 'awaiting-approval', epoch: 2, sqlWrites: 'closed' },
    { level: 'warn', message: 'reading the replication lag failed' },
  ],
  ['promote', { step: 'promotion-stuck', epoch: 2, sqlWrites: 'closed' }, { level: 'warn', message: 'promote failed' }],
  ['proveWrite', { step: 'proving', epoch: 2, sqlWrites: 'closed' }, { level: 'warn', message: 'prove-write failed' }],
  [
    'notify',
    { step: 'serving', epoch: 2, sqlWrites: 'open', announced: false },
    { level: 'warn', message: 'notify failed' },
  ],
];

/** How long a run waits for the call: looks are short, acts have the time in which they must have ended. */
const WAITS: Partial<Record<Call, number>> = {
  writeControlRecord: 5_000,
  promote: 5_000,
  proveWrite: 5_000,
  notify: 5_000,
};

describe.each(OUTCOMES)('%s', (call, record, line) => {
  const problems = (platform: FakePlatform) =>
    platform.lines
      .filter(({ level, message }) => expect.objectContaining(line).asymmetricMatch({ level, message }))
      .map(({ fields }) => fields as { readonly problem?: string; readonly outcome?: string })
      .map(({ outcome, problem }) => problem ?? outcome);

  it.each<[string, (platform: FakePlatform) => (ports: RecoveryPorts) => Partial<RecoveryPorts>, string]>([
    [
      'failing',
      (platform) => {
        platform.failing[call] = Object.assign(new Error('arn:aws:iam::1:role/x'), { name: 'AccessDeniedException' });
        return () => ({});
      },
      'AccessDeniedException',
    ],
    [
      'hanging',
      () => () => ({ [call]: () => new Promise(() => undefined) }),
      `no answer within ${WAITS[call] ?? 2_000} ms`,
    ],
  ])(
    '%s leads to no unsafe act, is told of, and delays a recovery no longer than it lasts',
    async (_how, set, problem) => {
      const platform = withPrimaryGone();
      const change = set(platform);

      await runMinutes(platform, 3, change);

      expect(platform.record).toMatchObject(record);
      expect(problems(platform)).toContain(call === 'writeControlRecord' ? `unknown: ${problem}` : problem);
      expect(JSON.stringify(platform.lines)).not.toContain('arn:aws:iam');
      const moved = call === 'proveWrite' || call === 'notify';
      expect(platform.writer).toBe(moved ? STANDBY : PRIMARY);

      delete platform.failing[call];
      await runMinutes(platform, 5);

      expect(platform.record).toMatchObject({
        step: 'serving',
        epoch: 2,
        holder: STANDBY,
        sqlWrites: 'open',
        announced: true,
      });
      expect(platform.lines.filter(({ message }) => message === 'promote was accepted')).toHaveLength(1);
    },
  );
});

describe('a replication lag', () => {
  it.each([
    ['NaN', { lagMs: NaN, measuredAtMs: 995_000 }, 'lag is NaN ms, measured at 995000, expected numbers from 0'],
    [
      'infinite',
      { lagMs: Infinity, measuredAtMs: 995_000 },
      'lag is Infinity ms, measured at 995000, expected numbers from 0',
    ],
    ['negative', { lagMs: -1, measuredAtMs: 995_000 }, 'lag is -1 ms, measured at 995000, expected numbers from 0'],
    ['of no time', { lagMs: 700, measuredAtMs: NaN }, 'lag is 700 ms, measured at NaN, expected numbers from 0'],
  ])('that is %s is unknown: a person is asked, and no figure is told', async (_what, lag, problem) => {
    const platform = withPrimaryGone();
    platform.lag = lag;

    await runMinutes(platform, 1);

    expect(platform.record).toMatchObject({
      step: 'awaiting-approval',
      epoch: 2,
      lagAtTake: null,
      cause: 'replication lag is unknown',
    });
    expect(counted(platform, 'promote')).toBe(0);
    expect(platform.lines).toContainEqual({
      level: 'warn',
      message: 'the replication lag is unknown',
      fields: { problem },
    });
    expect(platform.measured).not.toHaveProperty('ReplicationLag');
  });
});

describe('a clock that is minutes off', () => {
  it('ahead makes the lag stale: a person is asked', async () => {
    const platform = withPrimaryGone();
    platform.skewMs = 300_000;

    await runMinutes(platform, 1);

    expect(platform.record).toMatchObject({
      step: 'awaiting-approval',
      cause: expect.stringMatching(/^replication lag was measured 3\d{5} ms ago, limit 180000 ms$/),
    });
    expect(counted(platform, 'promote')).toBe(0);
  });

  it('and another way off in the next run shortens no wait for what is in flight', async () => {
    const platform = withPrimaryGone();
    let takenAtMs = 0;
    let promotedAtMs = 0;
    const watched = (ports: RecoveryPorts): Partial<RecoveryPorts> => ({
      writeControlRecord: (write, signal) => {
        if (write.next.step === 'draining') {
          takenAtMs = platform.nowMs;
          platform.skewMs = 600_000;
        }
        return ports.writeControlRecord(write, signal);
      },
      promote: (target, signal) => {
        promotedAtMs = platform.nowMs;
        return ports.promote(target, signal);
      },
    });

    await runMinutes(platform, 1, watched);

    // (6 s of lease + 5 s in flight) · 1.002 / 0.998
    expect(promotedAtMs - takenAtMs).toBeGreaterThanOrEqual(11_044);
    expect(counted(platform, 'promote')).toBe(1);
  });
});

describe('the same event twice', () => {
  it('after everything was done does nothing more', async () => {
    const platform = withPrimaryGone();
    await runMinutes(platform, 5);
    const { version } = platform.record;
    platform.calls.splice(0);

    await runMinutes(platform, 2);

    expect(platform.calls).toEqual([]);
    expect(platform.record.version).toBe(version);
  });
});

describe('the report of a run to the witness region', () => {
  const problems = (platform: FakePlatform) =>
    platform.lines.filter(({ message }) => message === 'reporting the run to the witness region failed');

  it('is made twice a run', async () => {
    const platform = new FakePlatform();

    await runMinutes(platform, 3);

    expect(platform.runsReported).toBe(6);
  });

  it('is made again beside the next round where it failed, by the name of the error alone', async () => {
    const platform = new FakePlatform();
    let calls = 0;

    await runMinutes(platform, 1, (ports) => ({
      reportRun: async (signal) => {
        calls += 1;
        if (calls < 3) throw Object.assign(new Error('arn:aws:iam::1:role/x'), { name: 'AccessDenied' });
        return ports.reportRun(signal);
      },
    }));

    expect([calls, platform.runsReported]).toEqual([4, 2]);
    expect(problems(platform).map(({ fields }) => fields)).toEqual(Array(2).fill({ problem: 'AccessDenied' }));
  });

  it('delays no round and breaks none where it hangs, and has ended when the run has', async () => {
    const timesOf = async (change?: (ports: RecoveryPorts) => Partial<RecoveryPorts>) => {
      const platform = withPrimaryGone();
      const beganAtMs = platform.nowMs;
      const times: number[] = [];
      const inFlight = new Set<AbortSignal>();
      await runMinutes(platform, 1, (ports) => ({
        reportRun: (signal) => {
          inFlight.add(signal);
          signal.addEventListener('abort', () => inFlight.delete(signal));
          return change === undefined ? ports.reportRun(signal) : new Promise(() => undefined);
        },
        // The fake's own takes no time of timers.
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        probeRegion: (region, signal) => {
          times.push(platform.nowMs - beganAtMs);
          return ports.probeRegion(region, signal);
        },
      }));
      return { platform, times, inFlight: inFlight.size };
    };

    const well = await timesOf();
    const hanging = await timesOf(() => ({}));

    expect(hanging.times).toEqual(well.times);
    expect(hanging.platform.record).toEqual(well.platform.record);
    expect(hanging.inFlight).toBe(0);
    expect(problems(hanging.platform)[0]?.fields).toEqual({ problem: 'no answer within 2000 ms' });
  });

  it("is no part of an operator's command", async () => {
    const platform = new FakePlatform();

    await runMinutes(platform, 1, undefined, null);

    expect(platform.runsReported).toBe(0);
  });
});
