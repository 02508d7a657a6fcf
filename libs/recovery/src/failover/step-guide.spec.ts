import { type ControlRecord, lostControlRecord, type Step, STEPS } from '../fencing/control-record';
import { type Command, commandApprove, commandEvacuate, commandFailover } from './operator-commands';
import { evacuationIn, failoverIn, NOON, SERVING_IN_PRIMARY, SERVING_IN_STANDBY, SETTINGS } from './situation-for-test';
import { otherRegion } from './roles';
import { noticeOf, STEP_GUIDE } from './step-guide';

/** Region that a person takes over in where it is not the one of the step. */
const TO: Partial<Record<Step, string>> = { 'awaiting-copy': 'us-east-1', 'awaiting-approval': 'us-east-1' };

const COMMANDS = {
  approve: (command: Command) => commandApprove({ ...command, epoch: command.record.epoch }),
  evacuate: (command: Command) =>
    commandEvacuate({ ...command, name: 'evacuate', to: otherRegion(command.record.holder, SETTINGS.regions) }),
  failover: (command: Command) =>
    commandFailover({ ...command, lag: null, to: TO[command.record.step] ?? 'us-west-2' }),
} as const;

/** The commands that do something in the ledger's step, in the order of the alphabet. */
const acceptedOn = (record: ControlRecord): string[] =>
  Object.entries(COMMANDS)
    .filter(([, run]) => run({ record, by: 'ada', settings: SETTINGS, wallClockMs: NOON }).kind === 'write')
    .map(([name]) => name);

/** The commands that the step's guide names, in the order of the alphabet. */
const namedIn = (step: Step): string[] =>
  [...new Set(STEP_GUIDE[step].nextStep.match(/\b(approve|evacuate|failback|failover)\b/g))].sort();

const BLOCKED: readonly Step[] = [
  'awaiting-copy',
  'awaiting-approval',
  'promotion-stuck',
  'write-unproven',
  'detaching',
  'switchover-stuck',
  'evacuation-unproven',
  'ledger-lost',
];

describe('STEP_GUIDE', () => {
  it('guides in every step, and in no other', () => {
    expect(Object.keys(STEP_GUIDE)).toEqual([...STEPS]);
  });

  it.each(STEPS)('says in sentences what %s means and what to do', (step) => {
    const { meaning, nextStep } = STEP_GUIDE[step];

    expect(meaning).toMatch(/^[A-Z][^.]+(\. [A-Z][^.]+)*\.$/);
    expect(nextStep).toMatch(/^[A-Z][^.]+\.$/);
  });

  it('calls blocked what goes on with a person only', () => {
    expect(STEPS.filter((step) => STEP_GUIDE[step].blocked)).toEqual(BLOCKED);
  });

  it.each([
    failoverIn('awaiting-copy'),
    failoverIn('awaiting-approval'),
    failoverIn('promotion-stuck', { promotionEpoch: 2 }),
    failoverIn('write-unproven', { promotionEpoch: 2 }),
    failoverIn('detaching', { replication: 'detaching' }),
    evacuationIn('switchover-stuck'),
    evacuationIn('evacuation-unproven'),
    lostControlRecord('us-west-2', { epoch: 2, version: 10, atMs: NOON }),
  ])('names in the blocked step $step all commands that are accepted in it, and no other', (record) => {
    expect(namedIn(record.step)).not.toEqual([]);
    expect(namedIn(record.step)).toEqual(acceptedOn(record));
  });

  it('names in serving the command that leads back from the standby', () => {
    expect(namedIn('serving')).toEqual(['failback']);
    expect(acceptedOn(SERVING_IN_STANDBY)).toEqual(['evacuate']);
    expect(acceptedOn(SERVING_IN_PRIMARY)).toEqual(['evacuate', 'failover']);
  });

  it.each(STEPS.filter((step) => step !== 'serving' && !BLOCKED.includes(step)))(
    'asks for no command in %s, which ends by itself',
    (step) => {
      expect(namedIn(step)).toEqual([]);
      expect(STEP_GUIDE[step].nextStep).toMatch(
        /^Wait; (it ends by itself|a notice follows when it takes too long)\.$/,
      );
    },
  );
});

describe('noticeOf', () => {
  it('says where the ledger stands, why, and what to do', () => {
    expect(noticeOf(failoverIn('awaiting-approval', { cause: 'replication lag is unknown' }))).toEqual({
      id: '2:awaiting-approval',
      subject: 'epoch 2, us-west-2: awaiting-approval',
      text:
        'The promotion needs a person. SQL writes are closed; reads and strongly consistent writes are served. ' +
        'Cause: replication lag is unknown. ' +
        'Run approve to promote and accept the loss; or evacuate, or failover to the other region, if that is healthy again.',
    });
  });

  it('of a region whose database is detached says what is left to do', () => {
    const detached = { ...SERVING_IN_STANDBY, replication: 'detached', cause: 'failover --detach by ada' } as const;

    expect(noticeOf(detached).text).toBe(
      'The holder serves reads and all writes. Cause: failover --detach by ada. ' +
        'The database of us-west-2 is detached: nothing is replicated to the other region, and no move goes there. ' +
        'Follow "Rebuild the region that was left behind" of docs/runbooks/failover.md.',
    );
  });

  it('is the same notice however the step was entered and whoever asks', () => {
    const entered = failoverIn('draining', { version: 9, enteredAtMs: 1_780_315_190_000, announced: true });

    expect(noticeOf(entered)).toEqual(noticeOf(failoverIn('draining')));
  });

  it('has an id of its own in every step and epoch', () => {
    const ids = STEPS.flatMap((step) => [2, 3].map((epoch) => noticeOf(failoverIn(step, { epoch })).id));

    expect(new Set(ids).size).toBe(34);
  });

  it.each(STEPS)('has in %s a subject that fits into a notification of 100 characters', (step) => {
    const record = failoverIn(step, { epoch: 999_999, holder: 'ap-southeast-2' });

    expect(noticeOf(record).subject.length).toBeLessThanOrEqual(100);
  });
});
