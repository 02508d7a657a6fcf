import {
  commandApprove,
  commandDetach,
  commandEvacuate,
  DEFAULT_RECOVERY_SETTINGS,
  type FailoverMode,
  initialControlRecord,
  lostControlRecord,
  type RecoverySettings,
} from '@dr/recovery';
import { FakePlatform, Killed, PRIMARY, STANDBY } from './fake-platform';
import { runRecovery } from './run-recovery';

const settings = (mode: FailoverMode = 'automatic'): RecoverySettings => ({
  ...DEFAULT_RECOVERY_SETTINGS,
  mode,
  regions: { primary: PRIMARY, standby: STANDBY },
  guard: { ...DEFAULT_RECOVERY_SETTINGS.guard, maximumLagAgeMs: 180_000 },
});

let observers = 0;

/** One run of the controller, as the schedule starts it each minute. */
async function run(platform: FakePlatform, mode?: FailoverMode, region = STANDBY): Promise<void> {
  observers += 1;
  await runRecovery(platform.ports(), settings(mode), {
    region,
    observer: `run-${observers}`,
    endByMs: platform.nowMs + 55_000,
  }).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
}

async function runMinutes(
  platform: FakePlatform,
  minutes: number,
  mode?: FailoverMode,
  region = STANDBY,
): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    const nextMs = platform.nowMs + 60_000;
    await run(platform, mode, region);
    platform.nowMs = Math.max(platform.nowMs, nextMs);
    if (platform.lag !== null) platform.lag = { ...platform.lag, measuredAtMs: platform.nowMs - 60_000 };
  }
}

const counted = (platform: FakePlatform, call: string) => platform.calls.filter((name) => name === call).length;

describe('a run of the controller', () => {
  it('touches nothing while the primary answers', async () => {
    const platform = new FakePlatform();

    await runMinutes(platform, 3);

    expect(platform.calls).toEqual([]);
    expect(platform.record.version).toBe(1);
    expect(platform.measured).toEqual({
      ControllerRunning: 1,
      PrimaryDegraded: 0,
      PrimaryFailed: 0,
      RecoveryImpaired: 0,
      ReplicationLag: 700,
    });
  });

  it('takes the epoch, drains, promotes once, proves a write and opens writes', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';

    await run(platform);
    expect(platform.record).toMatchObject({
      step: 'promoting',
      epoch: 2,
      holder: STANDBY,
      sqlWrites: 'closed',
      lagAtTake: { lagMs: 700, ageMs: 15_000 },
    });

    await runMinutes(platform, 3);
    expect(platform.record).toMatchObject({
      step: 'serving',
      epoch: 2,
      holder: STANDBY,
      sqlWrites: 'open',
      announced: true,
    });
    expect(platform.writer).toBe(STANDBY);
    expect(counted(platform, 'promote')).toBe(1);
    expect(platform.measured['Epoch']).toBe(2);
  });

  it('takes the epoch in the third round, and waits out the drain before it promotes', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';
    const ports = platform.ports();
    let takenAtMs = 0;
    let promotedAtMs = 0;

    await runRecovery(
      {
        ...ports,
        writeControlRecord: (write, signal) => {
          if (write.next.step === 'draining') takenAtMs = platform.nowMs;
          return ports.writeControlRecord(write, signal);
        },
        promote: (target, signal) => {
          promotedAtMs = platform.nowMs;
          return ports.promote(target, signal);
        },
      },
      settings(),
      { region: STANDBY, observer: 'timed', endByMs: platform.nowMs + 55_000 },
    );

    expect(takenAtMs).toBe(1_010_000);
    // (6 s of lease + 5 s in flight) · 1.002 / 0.998
    expect(promotedAtMs - takenAtMs).toBeGreaterThanOrEqual(11_044);
    expect(promotedAtMs - takenAtMs).toBeLessThan(20_000);
  });

  it.each<FailoverMode>(['automatic', 'approval'])(
    'gives the epoch back in mode %s after 18 s without an answer, and moves nothing',
    async (mode) => {
      const platform = new FakePlatform();
      platform.primaryAnswers = 'silent';
      const ports = platform.ports();
      const sleep = async (ms: number) => {
        await ports.sleep(ms);
        if (platform.nowMs >= 1_018_000) platform.primaryAnswers = 'answered';
      };

      await runRecovery({ ...ports, sleep }, settings(mode), {
        region: STANDBY,
        observer: 'blip',
        endByMs: platform.nowMs + 55_000,
      });

      expect(platform.record).toMatchObject({ step: 'serving', epoch: 3, holder: PRIMARY, sqlWrites: 'open' });
      expect(platform.writer).toBe(PRIMARY);
      expect(counted(platform, 'promote')).toBe(0);
      expect(counted(platform, 'proveWrite')).toBe(1);
      expect(platform.notices.at(-1)?.text).toContain('handed back to us-east-1');
    },
  );

  it('takes the epoch back from the other region where that fails, by the region that it was taken from', async () => {
    const platform = new FakePlatform();
    const { nowMs, record } = platform;
    platform.record = {
      ...record,
      version: 2,
      epoch: 2,
      holder: STANDBY,
      step: 'draining',
      sqlWrites: 'closed',
      closedAtVersion: 2,
      enteredAtMs: nowMs,
    };
    platform.primaryAnswers = 'silent';

    await runRecovery(platform.ports(), settings(), { region: PRIMARY, observer: 'back', endByMs: nowMs + 55_000 });

    expect(platform.record).toMatchObject({ step: 'serving', epoch: 3, holder: PRIMARY, sqlWrites: 'open' });
    expect(platform.record.cause).toMatch(/^taken back by us-east-1: us-west-2 failed: /);
  });

  it('fails back without a loss when a person asked for it', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';
    await runMinutes(platform, 4);
    platform.primaryAnswers = 'answered';
    const command = commandEvacuate({
      name: 'failback',
      to: PRIMARY,
      record: platform.record,
      by: 'operator',
      wallClockMs: platform.nowMs,
      settings: settings(),
    });
    if (command.kind !== 'write') throw new Error(command.reason);
    platform.record = command.write.next;

    await runMinutes(platform, 6);

    expect(platform.record).toMatchObject({
      step: 'serving',
      epoch: 3,
      holder: PRIMARY,
      sqlWrites: 'open',
    });
    expect(platform.writer).toBe(PRIMARY);
    expect(counted(platform, 'switchOver')).toBe(1);
    expect(counted(platform, 'promote')).toBe(1);
  });
});

describe('a holder that no probe reaches', () => {
  /** Lets the holder leave a beat in each round of the other one. */
  function beats(platform: FakePlatform, healthy = true, canaryAtMs: number | null = null): void {
    let beat = 0;
    platform.beforeHeartbeat = () => {
      beat += 1;
      const { epoch, version } = platform.record;
      platform.heartbeat = {
        ...{ id: `run ${beat}`, epoch, version, healthy },
        ...{ atMs: platform.nowMs, canaryAtMs, nextWithinMs: 9_000 },
      };
    };
  }

  it('is left where its heart beats, and people are told once', async () => {
    const platform = new FakePlatform();
    beats(platform);
    platform.primaryAnswers = 'silent';
    platform.entryAnswers = 'answered';

    await runMinutes(platform, 10);

    expect(platform.record).toMatchObject({ holder: PRIMARY, epoch: 1, entryFailure: { announced: true } });
    expect(platform.notices.map(({ subject }) => subject)).toEqual(['epoch 1, us-east-1: cut off from us-west-2']);
    expect(platform.measured).toMatchObject({ PrimaryFailed: 0, PrimaryDegraded: 1 });
  });

  it('is evacuated where name servers answer the other region', async () => {
    const platform = new FakePlatform();
    beats(platform);
    platform.primaryAnswers = 'silent';

    await runMinutes(platform, 5);

    expect(platform.record.cause).toContain('us-east-1 is cut off from us-west-2, and name servers answer us-west-2');
    expect(counted(platform, 'promote')).toBe(0);
  });

  it('is taken over from where it says that it is not healthy', async () => {
    const platform = new FakePlatform();
    beats(platform, false);
    platform.primaryAnswers = 'silent';

    await run(platform);

    expect(platform.record).toMatchObject({ holder: STANDBY, epoch: 2 });
  });
});

describe('what the former holder wrote last', () => {
  /** The primary fails, with its canary's last write recorded now. */
  async function fail(
    missingMs: number,
    lag: FakePlatform['lag'],
    platform = new FakePlatform(),
  ): Promise<FakePlatform> {
    const { epoch, version } = platform.record;
    platform.heartbeat = {
      ...{ id: 'run 1', epoch, version, healthy: false },
      ...{ atMs: platform.nowMs, canaryAtMs: platform.nowMs, nextWithinMs: 9_000 },
    };
    platform.primaryAnswers = 'silent';
    platform.lag = lag;
    platform.arrivedCanaryAtMs = platform.nowMs - missingMs;
    await run(platform);
    return platform;
  }

  it('has arrived: the database is promoted, though no lag is known', async () => {
    const { calls } = await fail(0, null);

    expect(calls).toContain('promote');
  });

  it('has not arrived: a person is asked, though the lag that was published is small', async () => {
    const { calls, record } = await fail(5_001, { lagMs: 20, measuredAtMs: 1_000_000 });

    expect(record).toMatchObject({ step: 'awaiting-approval' });
    expect(record.cause).toContain('the last 5001 ms have not arrived, over the objective of 5000 ms');
    expect(calls).not.toContain('promote');
  });

  it('is not known where the following database cannot be asked: then the published lag counts', async () => {
    const platform = new FakePlatform();
    platform.failing.newestCanary = new Error('refused');

    await fail(0, { lagMs: 20, measuredAtMs: 1_000_000 }, platform);

    expect(platform.calls).toContain('promote');
    expect(platform.lines).toContainEqual(
      expect.objectContaining({ message: 'reading the canary of us-east-1 failed' }),
    );
  });
});

describe('a ledger of which nothing is stored yet', () => {
  it('is begun by the holder, before its first heartbeat', async () => {
    const platform = new FakePlatform();
    platform.record = initialControlRecord(PRIMARY, 0);
    const begunAtMs = platform.nowMs;

    await run(platform);
    expect(platform.record.enteredAtMs).toBe(0);

    await run(platform, 'automatic', PRIMARY);
    expect(platform.record).toEqual(initialControlRecord(PRIMARY, begunAtMs + 55_000));
    expect(platform.calls).toEqual(['writeControlRecord']);
    expect(platform.heartbeat).toMatchObject({ epoch: 1, version: 1 });
  });
});

describe('a ledger that is lost', () => {
  it('is told of, and nothing is done, whatever fails', async () => {
    const platform = new FakePlatform();
    platform.record = lostControlRecord(PRIMARY, { epoch: 1, version: 4, atMs: platform.nowMs });
    platform.primaryAnswers = 'silent';
    platform.failing.writeControlRecord = new Error('refused');

    await run(platform, 'automatic', PRIMARY);
    // What nobody has stored, no beat vouches for.
    expect(platform.heartbeat).toBeNull();

    delete platform.failing.writeControlRecord;
    await runMinutes(platform, 3);

    expect(platform.record).toMatchObject({ step: 'ledger-lost', holder: PRIMARY, sqlWrites: 'closed' });
    expect(platform.notices.map(({ subject }) => subject)).toContain('epoch 11, us-east-1: ledger-lost');
    expect(counted(platform, 'promote')).toBe(0);
  });
});

describe('the heartbeat', () => {
  it('is left by the holder alone, and says whether it is healthy', async () => {
    const platform = new FakePlatform();

    await run(platform);
    expect(platform.heartbeat).toBeNull();

    await run(platform, 'automatic', PRIMARY);
    expect(platform.heartbeat).toMatchObject({ epoch: 1, healthy: true, atMs: platform.nowMs - 5_000, canaryAtMs: 77 });

    platform.primaryAnswers = 'failed';
    await run(platform, 'automatic', PRIMARY);
    expect(platform.heartbeat).toMatchObject({ healthy: false });
  });

  it("keeps the time of the canary's last write in a round in which the canary fails", async () => {
    const platform = new FakePlatform();
    const recorded: (number | null)[] = [];
    const ports = platform.ports();
    const beat: typeof ports.beat = async ({ canaryAtMs }) => {
      recorded.push(canaryAtMs);
      platform.failing.tryWrite = new Error('the region fails');
    };

    await runRecovery({ ...ports, beat }, settings(), {
      region: PRIMARY,
      observer: 'run',
      endByMs: platform.nowMs + 15_000,
    });

    expect(recorded.length).toBeGreaterThan(1);
    expect(new Set(recorded)).toEqual(new Set([77]));
  });

  it('says of each, also of the last one of a run, when the next one is left: by the next run, which overlaps it', async () => {
    const platform = new FakePlatform();
    const lasting: number[] = [];
    const ports = platform.ports();

    await runRecovery({ ...ports, beat: async (heartbeat) => void lasting.push(heartbeat.nextWithinMs) }, settings(), {
      region: PRIMARY,
      observer: 'run',
      endByMs: platform.nowMs + 55_000,
    });

    // By clocks that may differ by 0.2 % each.
    expect(lasting).toEqual(Array.from({ length: 11 }, () => 9_037));
  });

  it('delays nothing where it cannot be left', async () => {
    const platform = new FakePlatform();
    platform.failing.beat = new Error('refused');

    await run(platform, 'automatic', PRIMARY);

    expect(platform.lines).toContainEqual({
      level: 'warn',
      message: 'leaving a heartbeat failed',
      fields: { problem: 'Error' },
    });
  });
});

describe('a run that is killed', () => {
  it.each(Array.from({ length: 12 }, (_, acts) => acts + 1))(
    'after act %i is resumed from the ledger, with one promotion',
    async (acts) => {
      const platform = new FakePlatform();
      platform.primaryAnswers = 'silent';
      platform.actsUntilKill = acts;

      await runMinutes(platform, 7);

      expect(platform.record).toMatchObject({ step: 'serving', epoch: 2, holder: STANDBY, sqlWrites: 'open' });
      expect(counted(platform, 'promote')).toBe(1);
    },
  );
});

describe('answers that are lost', () => {
  it.each(['writeControlRecord', 'promote'] as const)(
    'of %s: the act is found done, and not done twice',
    async (call) => {
      const platform = new FakePlatform();
      platform.primaryAnswers = 'silent';
      platform.answerLost.add(call);

      await runMinutes(platform, 5);

      expect(platform.record).toMatchObject({ step: 'serving', epoch: 2, holder: STANDBY, sqlWrites: 'open' });
      expect(counted(platform, 'promote')).toBe(1);
    },
  );

  it('of notify: a recovery is delayed by none, and the notice is sent again by the next run', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';
    platform.answerLost.add('notify');

    await runMinutes(platform, 5);

    expect(platform.record).toMatchObject({ step: 'serving', sqlWrites: 'open', announced: false });
    const ids = platform.notices.map(({ id }) => id);
    expect(ids.filter((id) => id === '2:serving').length).toBeGreaterThan(1);
  });
});

describe('two runs at once, as an alarm storm starts them', () => {
  it('take one epoch and promote once', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';

    for (let minute = 0; minute < 5; minute++) {
      await Promise.all([run(platform), run(platform), run(platform)]);
    }

    expect(platform.record).toMatchObject({ step: 'serving', epoch: 2, sqlWrites: 'open' });
    expect(platform.writer).toBe(STANDBY);
    expect(counted(platform, 'promote')).toBeLessThanOrEqual(3);
    expect(platform.lines.filter(({ message }) => message === 'promote was accepted')).toHaveLength(1);
  });
});

describe('a primary that is able, and serves nobody at its entry', () => {
  it('is told of as degraded in every round, and to people once, and nothing is taken over', async () => {
    const platform = new FakePlatform();
    platform.entryAnswers = 'failed';

    await runMinutes(platform, 3);

    expect(platform.calls).toEqual(['writeControlRecord', 'notify', 'writeControlRecord']);
    expect(platform.record).toMatchObject({ epoch: 1, holder: PRIMARY, step: 'serving', sqlWrites: 'open' });
    expect(platform.record.entryFailure).toMatchObject({ announced: true });
    expect(platform.notices.map(({ subject }) => subject)).toEqual(['epoch 1, us-east-1: entry fails']);
    expect(platform.measured).toMatchObject({ PrimaryDegraded: 1, PrimaryFailed: 0 });
    expect(platform.lines.map(({ fields }) => fields)).toContainEqual({
      epoch: 1,
      step: 'serving',
      holder: PRIMARY,
      watched: 'degraded',
      why: '100 % of the rounds were degraded (entry-failure)',
      next: 'none',
    });
  });
});

describe('a primary whose entry has served nobody for minutes', () => {
  it('is evacuated, once name servers answer the standby', async () => {
    const platform = new FakePlatform();
    platform.entryAnswers = 'failed';

    await runMinutes(platform, 4);

    expect(platform.record).toMatchObject({
      epoch: 1,
      holder: PRIMARY,
      step: 'evacuation-checking',
      sqlWrites: 'open',
    });
    expect(platform.record.losslessMoves).toMatchObject([{ kind: 'evacuation' }]);
  });
});

describe('a holder whose database takes no writes', () => {
  const broken = (): FakePlatform => {
    const platform = new FakePlatform();
    platform.canary = { outcome: 'refused', problem: '25006' };
    return platform;
  };

  it('is noted and told by its own controller, and confirmed', async () => {
    const platform = broken();

    await runMinutes(platform, 2, 'automatic', PRIMARY);

    expect(platform.notices.map(({ subject }) => subject)).toEqual(['epoch 1, us-east-1: SQL writes fail']);
    const { confirmedAtMs = 0, ...failure } = platform.record.writeFailure ?? {};
    expect(failure).toEqual({ sinceMs: 1_010_000, announced: true });
    expect(platform.nowMs - confirmedAtMs).toBeLessThan(60_000);
    expect(platform.measured).toMatchObject({ WritesRefused: 1 });
    expect(platform.lines).toContainEqual({
      level: 'warn',
      message: "the canary's write is refused",
      fields: { outcome: 'refused', problem: '25006' },
    });
  });

  it('is evacuated by the other one once that has lasted', async () => {
    const platform = broken();
    for (let minute = 0; minute < 4; minute++) {
      await run(platform, 'automatic', PRIMARY);
      platform.nowMs -= 55_000;
      await run(platform, 'automatic', STANDBY);
      platform.nowMs += 5_000;
    }

    expect(platform.record).toMatchObject({ holder: PRIMARY, step: 'evacuation-checking', writeFailure: null });
  });

  it('is not asked where it does not serve, or its canary answers nothing', async () => {
    const platform = broken();
    await runMinutes(platform, 1, 'automatic', STANDBY);
    expect(platform.record.version).toBe(1);

    platform.failing.tryWrite = Object.assign(new Error('x'), { name: 'TooManyRequestsException' });
    await runMinutes(platform, 1, 'automatic', PRIMARY);

    expect(platform.record.version).toBe(1);
    expect(platform.lines).toContainEqual({
      level: 'warn',
      message: 'asking the write canary failed',
      fields: { problem: 'TooManyRequestsException' },
    });
  });
});

describe('a promotion that Aurora refuses', () => {
  const refused = async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';
    const reason = 'InvalidGlobalClusterStateFault: not available';
    platform.failing.promote = Object.assign(new Error('refused'), { name: 'InvalidGlobalClusterStateFault', reason });
    await runMinutes(platform, 2);
    return platform;
  };

  it('is told to people with the words of Aurora, and goes on by itself once Aurora does not refuse', async () => {
    const platform = await refused();

    expect(platform.record).toMatchObject({
      step: 'promotion-stuck',
      announced: true,
      cause: 'Aurora refuses the promotion: InvalidGlobalClusterStateFault: not available',
    });
    delete platform.failing.promote;
    await runMinutes(platform, 3);
    expect(platform.record).toMatchObject({ step: 'serving', holder: STANDBY, epoch: 2, replication: 'whole' });
  });

  it("is left for a database that is detached, by the person's process and by no controller", async () => {
    const platform = await refused();
    const outcome = commandDetach({
      record: platform.record,
      to: STANDBY,
      by: 'ada',
      lag: null,
      wallClockMs: platform.nowMs,
      settings: settings(),
    });
    if (outcome.kind === 'write') platform.record = outcome.write.next;
    await runMinutes(platform, 2);
    expect([platform.record.step, counted(platform, 'detach')]).toEqual(['detaching', 0]);

    await runRecovery(platform.ports(), settings(), {
      region: null,
      observer: 'operator',
      endByMs: platform.nowMs + 55_000,
    });

    expect(counted(platform, 'detach')).toBe(1);
    expect(platform.record).toMatchObject({ step: 'serving', holder: STANDBY, epoch: 3, replication: 'detached' });
    await runMinutes(platform, 2);
    expect(platform.record).toMatchObject({ epoch: 3, replication: 'detached' });
  });
});

describe('a part that a recovery needs', () => {
  const impaired = (platform: FakePlatform) => [
    platform.measured['RecoveryImpaired'],
    platform.lines.filter(({ message }) => message === 'a recovery misses').map(({ fields }) => fields),
  ];

  it.each<[part: string, breaks: (platform: FakePlatform) => void, region: string]>([
    ['canary', (platform) => (platform.canary = { outcome: 'unknown', problem: 'NotMigratedError' }), PRIMARY],
    ['canary', (platform) => (platform.failing.tryWrite = new Error('throttled')), PRIMARY],
    ['ledger', (platform) => (platform.isLedgerFar = true), STANDBY],
    ['other region', (platform) => (platform.standbyHealthy = false), PRIMARY],
    ['probes', (platform) => (platform.primaryAnswers = 'unknown'), STANDBY],
    ['witness', (platform) => (platform.worldReachable = false), STANDBY],
  ])('such as the %s is measured once it was missing in three rounds, and said', async (part, breaks, region) => {
    const platform = new FakePlatform();
    breaks(platform);
    const runFor = (ms: number) =>
      runRecovery(platform.ports(), settings(), { region, observer: 'x', endByMs: platform.nowMs + ms });

    await runFor(12_000);
    expect(impaired(platform)).toEqual([0, []]);
    await runFor(17_000);
    expect(impaired(platform)).toEqual([1, [{ parts: [part] }]]);
  });

  it('is not missed where it is not asked: by the region that does not hold', async () => {
    const platform = new FakePlatform();
    platform.canary = { outcome: 'unknown' };

    await runMinutes(platform, 1, 'automatic', STANDBY);

    expect(impaired(platform)).toEqual([0, []]);
  });
});

describe('a run that cannot see', () => {
  it('decides nothing without the ledger, and says so by the name of the error alone', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';
    platform.failing.readControlRecord = Object.assign(new Error('token of arn:aws:iam::1:role/x expired'), {
      name: 'ExpiredTokenException',
    });

    await run(platform);

    expect(platform.calls).toEqual([]);
    expect(platform.lines[0]).toEqual({
      level: 'warn',
      message: 'reading the control record failed',
      fields: { problem: 'ExpiredTokenException' },
    });
    expect(JSON.stringify(platform.lines)).not.toContain('arn:aws:iam');
  });

  it('takes no epoch when it reaches nothing at all', async () => {
    const platform = new FakePlatform();
    platform.worldReachable = false;
    platform.failing.readControlRecord = new Error('unreachable');

    await runMinutes(platform, 2);

    expect(platform.record.epoch).toBe(1);
  });

  it('takes no epoch while the standby could not serve', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'failed';
    platform.standbyHealthy = false;

    await runMinutes(platform, 2);

    expect(platform.record.epoch).toBe(1);
  });

  it.each([
    ['is missing', (platform: FakePlatform) => (platform.lag = null)],
    ['is over the objective', (platform: FakePlatform) => (platform.lag = { lagMs: 5_001, measuredAtMs: 999_000 })],
    ['is stale', (platform: FakePlatform) => (platform.lag = { lagMs: 10, measuredAtMs: 700_000 })],
    ['cannot be read', (platform: FakePlatform) => (platform.failing.newestLag = new Error('throttled'))],
    ['lies minutes ahead of a clock that is behind', (platform: FakePlatform) => (platform.skewMs = -300_000)],
  ])('waits for a person when the lag %s', async (_what, set) => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';
    set(platform);

    await run(platform);

    expect(platform.record).toMatchObject({ step: 'awaiting-approval', epoch: 2 });
    expect(counted(platform, 'promote')).toBe(0);
    expect(platform.notices.map(({ id }) => id)).toContain('2:awaiting-approval');
  });

  it('promotes nothing while the database is not described, however long', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';
    platform.failing.describeDatabase = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });

    await runMinutes(platform, 4);

    expect(platform.record.step).toBe('guarding');
    expect(counted(platform, 'promote')).toBe(0);
  });
});

describe('the modes', () => {
  it('approval: takes the epoch, and promotes when a person approved', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';
    await runMinutes(platform, 2, 'approval');
    expect(platform.record.step).toBe('awaiting-approval');
    const command = commandApprove({
      record: platform.record,
      epoch: 2,
      by: 'operator',
      wallClockMs: platform.nowMs,
      settings: settings('approval'),
    });
    if (command.kind !== 'write') throw new Error(command.reason);
    platform.record = command.write.next;

    await runMinutes(platform, 4, 'approval');

    expect(platform.record).toMatchObject({ step: 'serving', epoch: 2, sqlWrites: 'open' });
  });

  it('observe: says what it would do, once a run, and does nothing', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';

    await run(platform, 'observe');

    expect(platform.calls).toEqual(['notify']);
    expect(platform.record.version).toBe(1);
  });
});

describe('a process that was suspended', () => {
  it('drops a promotion that it decided on an old reading of the ledger', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';
    const ports = platform.ports();
    let frozen = false;

    await runRecovery(
      {
        ...ports,
        report: (level, message, fields) => {
          // Between the decision and the call the machine stands still for a minute.
          if (message === 'situation' && (fields as { next: string }).next === 'promote' && !frozen) {
            frozen = true;
            platform.nowMs += 60_000;
          }
          ports.report(level, message, fields);
        },
      },
      settings(),
      { region: STANDBY, observer: 'suspended', endByMs: platform.nowMs + 600_000 },
    );

    expect(platform.lines.map(({ message }) => message)).toContain(
      'promote was dropped: the ledger was read too long ago',
    );
    expect(counted(platform, 'promote')).toBe(1);
  });
});

describe('a failback', () => {
  /** Served by the standby after a failover, with the primary repaired; a person began the way back. */
  const returning = async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';
    await runMinutes(platform, 3);
    expect(platform.record).toMatchObject({ step: 'serving', holder: STANDBY });
    platform.primaryAnswers = 'answered';
    platform.lagAskedOf.clear();
    const { record, nowMs } = platform;
    platform.record = { ...record, version: record.version + 1, step: 'evacuation-checking', enteredAtMs: nowMs };
    return platform;
  };

  it("goes by the primary's lag, and switches over", async () => {
    const platform = await returning();

    await runMinutes(platform, 3);

    expect(platform.record).toMatchObject({ step: 'serving', holder: PRIMARY, sqlWrites: 'open' });
    expect(counted(platform, 'switchOver')).toBe(1);
    expect(platform.lagAskedOf).toContain(PRIMARY);
  });

  it('is the only time that the region of the primary is asked for its lag', async () => {
    const platform = new FakePlatform();
    platform.primaryAnswers = 'silent';
    await runMinutes(platform, 3);

    expect(platform.lagAskedOf).toEqual(new Set([STANDBY]));
  });

  it('is given up where that lag is unknown, with the standby serving on', async () => {
    const platform = await returning();
    platform.lag = null;

    await runMinutes(platform, 4);

    expect(platform.record).toMatchObject({
      step: 'serving',
      holder: STANDBY,
      cause: expect.stringMatching(/^the evacuation was given up: /),
    });
    expect(counted(platform, 'switchOver')).toBe(0);
  });
});
