import { DEFAULT_RECOVERY_SETTINGS, initialControlRecord, type RecoverySettings } from '@dr/recovery';
import type { RecoveryPorts } from '@dr/recovery-runtime';
import { CHANGE_COMMANDS, writeCommand } from './change-commands';
import type { Platform } from './connect-platform';
import type { PlatformStatus } from './platform-status';

const SETTINGS: RecoverySettings = {
  ...DEFAULT_RECOVERY_SETTINGS,
  regions: { primary: 'us-east-1', standby: 'us-west-2' },
};

function platformThat(write: RecoveryPorts['writeControlRecord']): Platform {
  const ports = {
    readControlRecord: () => Promise.resolve(initialControlRecord('us-east-1', 1)),
    newestLag: () => Promise.resolve(null),
    writeControlRecord: write,
    wallClockMs: () => 1_000,
  } as unknown as RecoveryPorts;
  return { ports, settings: SETTINGS, caller: 'arn:aws:iam::1:user/ops' } as unknown as Platform;
}

const failover = (write: RecoveryPorts['writeControlRecord']) =>
  writeCommand(platformThat(write), CHANGE_COMMANDS.failover, 1, 'us-west-2');

describe('writing a command into the ledger', () => {
  it('is one conditional write', async () => {
    const outcome = await failover(() => Promise.resolve('written'));

    expect(outcome).toMatchObject({ kind: 'write', write: { expected: { version: 1 }, next: { epoch: 2 } } });
  });

  it('is decided anew when somebody else was faster, and given up when that goes on', async () => {
    let tries = 0;
    const onceLost = await failover(() => Promise.resolve(++tries === 1 ? 'lost' : 'written'));
    const alwaysLost = await failover(() => Promise.resolve('lost'));

    expect([onceLost.kind, tries]).toEqual(['write', 2]);
    expect(alwaysLost).toEqual({ kind: 'contended' });
  });

  it('that is not allowed is called by its name, not contention', async () => {
    const denied = Object.assign(new Error('of a role'), { name: 'AccessDeniedException' });

    expect(await failover(() => Promise.reject(denied))).toEqual({ kind: 'failed', problem: 'AccessDeniedException' });
  });
});

describe('a failover that detaches', () => {
  const stuck = {
    ...initialControlRecord('us-west-2', 0),
    epoch: 2,
    step: 'promotion-stuck',
    cause: 'Aurora refuses the promotion: InvalidGlobalClusterStateFault: not available',
    lagAtTake: { lagMs: 800, ageMs: 3_000 },
  } as const;
  const status = (change: object = {}) =>
    ({
      ...SETTINGS.regions,
      record: stuck,
      database: { writer: 'us-east-1', status: 'idle', resyncing: [] },
      regions: { 'us-east-1': { healthy: false }, 'us-west-2': { healthy: true } },
      ...change,
    }) as unknown as PlatformStatus;
  const { goal, intent, objection } = CHANGE_COMMANDS['failover --detach'];

  it('is for the region whose promotion was refused', () => {
    expect(goal(status())).toBe('us-west-2');
  });

  it('says what is lost before anybody confirms it', () => {
    expect(intent(status(), 'us-west-2')).toBe(
      'takes the database of us-west-2 out of the global database (Aurora refuses the promotion: ' +
        'InvalidGlobalClusterStateFault: not available), and opens SQL writes there in epoch 3. It cannot be undone: ' +
        'what was not replicated is lost, by a lag of 800 ms, measured 3 s before the epoch was taken; ' +
        'the database of us-east-1 is not replicated any more and has to be rebuilt, and until then nothing takes over from us-west-2',
    );
    expect(intent(status({ record: { ...stuck, lagAtTake: null } }), 'us-west-2')).toContain(
      'what was not replicated is lost, and no lag is known that bounds it',
    );
  });

  it('says where nothing would have to be lost', () => {
    const regions = { 'us-east-1': { healthy: true }, 'us-west-2': { healthy: true } };

    expect(intent(status({ regions }), 'us-west-2')).toMatch(
      /^\(us-east-1 is healthy: evacuate would lose nothing\) takes the database/,
    );
  });

  it('is refused for a database that is no whole copy', () => {
    const database = { writer: 'us-east-1', status: 'idle', resyncing: ['us-west-2'] };

    expect(objection?.(status(), 'us-west-2')).toBeUndefined();
    expect(objection?.(status({ database }), 'us-west-2')).toBe(
      'the database of us-west-2 is no whole copy, and lacks what was written since it was left. Wait until Aurora has rebuilt it; where the other region is gone for long, follow "Restore where no copy is left" of docs/runbooks/failover.md.',
    );
  });
});

describe('a failover to what a person restored', () => {
  const record = { ...initialControlRecord('us-east-1', 0), epoch: 3, step: 'awaiting-copy' } as const;
  const status = (change: object = {}) =>
    ({
      ...SETTINGS.regions,
      record,
      database: { writer: 'us-west-2', status: 'idle', clusters: { 'us-west-2': 'trading' }, resyncing: [] },
      regions: { 'us-east-1': { healthy: true }, 'us-west-2': { healthy: false } },
      ...change,
    }) as unknown as PlatformStatus;
  const { goal, intent, objection } = CHANGE_COMMANDS['failover --restored'];
  const inGlobal = (writer: string) => ({
    database: { writer, status: 'idle', clusters: { 'us-east-1': 'trading', 'us-west-2': 'trading' }, resyncing: [] },
  });

  it('is for the region that is healthy, whoever holds', () => {
    expect(goal(status())).toBe('us-east-1');
    expect(goal(status({ record: { ...record, holder: 'us-west-2', step: 'serving' } }))).toBe('us-east-1');
  });

  it('says what is lost before anybody confirms it', () => {
    expect(intent(status(), 'us-east-1')).toBe(
      'opens SQL writes in epoch 4 in the database of us-east-1 as you restored it. It cannot be undone: what was written ' +
        'since the time of the backup is lost, the database of us-west-2 is not replicated any more and has to be rebuilt, ' +
        'and until then nothing takes over from us-east-1',
    );
  });

  it.each<[string, object, string | undefined]>([
    ['a database of its own', {}, undefined],
    ['the writer of a global database', inGlobal('us-east-1'), undefined],
    [
      'one in the global database',
      inGlobal('us-west-2'),
      'the database of us-east-1 is in the global database, which a restored one is not. Follow "Restore where no copy is left" of docs/runbooks/failover.md.',
    ],
    [
      'nobody knows what',
      { database: null },
      'Aurora does not say which clusters are in the global database. Run it again.',
    ],
    [
      'one that nobody needs',
      { regions: { 'us-east-1': { healthy: true }, 'us-west-2': { healthy: true } } },
      'us-west-2 is healthy, and has all that was written: run evacuate, or failover --to=us-west-2.',
    ],
  ])('is let go, or refused, for %s', (_what, change, reason) => {
    expect(objection?.(status(change), 'us-east-1')).toBe(reason);
  });
});

describe('a failover without a named region', () => {
  const goal = (holder: string, step: string, healthy: Readonly<Record<string, boolean>>) =>
    CHANGE_COMMANDS.failover.goal({
      ...SETTINGS.regions,
      record: { ...initialControlRecord(holder, 0), step },
      regions: Object.fromEntries(Object.entries(healthy).map(([region, is]) => [region, { healthy: is }])),
    } as unknown as PlatformStatus);
  const BOTH = { 'us-east-1': true, 'us-west-2': true };

  it('is for the standby while the primary serves, whatever its checks say', () => {
    expect(goal('us-east-1', 'serving', BOTH)).toBe('us-west-2');
  });

  it('does not take over back when it is run again', () => {
    expect(goal('us-west-2', 'serving', BOTH)).toBe('us-west-2');
    expect(goal('us-west-2', 'promotion-stuck', BOTH)).toBe('us-west-2');
  });

  it('is for the other region where the one that holds fails, and that one is healthy', () => {
    const fails = { 'us-east-1': true, 'us-west-2': false };

    expect(goal('us-west-2', 'serving', fails)).toBe('us-east-1');
    expect(goal('us-west-2', 'promoting', fails)).toBe('us-east-1');
    expect(goal('us-west-2', 'serving', { 'us-east-1': false, 'us-west-2': false })).toBe('us-west-2');
  });
});
