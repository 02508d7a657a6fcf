import { LEDGERS, outlineOf, restored } from './commands-for-test';
import type { DatabaseState } from './situation';
import {
  enters,
  failoverIn,
  IN_PRIMARY,
  itDecides,
  NOON,
  nothing,
  type Row,
  SERVING_IN_PRIMARY,
  SERVING_IN_STANDBY,
  was,
} from './situation-for-test';

const BOTH = { 'us-east-1': 'trading', 'us-west-2': 'trading' };
/** The standby's cluster is rebuilt from the primary's, where the writer is. */
const REBUILT: DatabaseState = { ...IN_PRIMARY, clusters: BOTH, resyncing: ['us-west-2'] };
const WHOLE: DatabaseState = { ...REBUILT, resyncing: [] };
/** A person has taken it out, to make it anew. */
const OUT: DatabaseState = { ...IN_PRIMARY, clusters: { 'us-east-1': 'trading' }, resyncing: [] };

const CAUSE = 'the database of us-west-2 is no whole copy of that of us-east-1, from which Aurora rebuilds it';
const WAITS = 'the database of us-west-2 is no whole copy of that of us-east-1';
const drained = { closureWatch: { closedAtVersion: 8, seenAtMs: 480_000 }, region: 'us-west-2' };

describe('a promotion of a database that is no whole copy', () => {
  const approval = { epoch: 2, by: 'ada', approvedAtMs: NOON - 5_000, expiresAtMs: NOON + 60_000 };
  const guarding = failoverIn('guarding');
  const approved = failoverIn('awaiting-approval', { approval, announced: true });
  const rows: readonly Row[] = [
    [
      'is not asked for, and a person is called',
      guarding,
      { ...drained, database: REBUILT },
      enters(guarding, 'awaiting-copy', CAUSE, { cause: CAUSE }),
    ],
    [
      'is not asked for where a person approved it',
      approved,
      { ...drained, database: REBUILT },
      enters(approved, 'awaiting-copy', CAUSE, { cause: CAUSE }),
    ],
  ];
  itDecides(rows);
});

describe('awaiting-copy', () => {
  const record = failoverIn('awaiting-copy');
  const told = { ...record, announced: true };
  const rows: readonly Row[] = [
    [
      'has people notified, and says so in the ledger',
      record,
      { ...drained, database: REBUILT, notice: was('2:awaiting-copy', true) },
      {
        kind: 'write',
        reason: 'a person was notified',
        write: { expected: { version: 10 }, next: { ...told, version: 11 } },
      },
    ],
    ['goes on waiting then', told, { ...drained, database: REBUILT }, nothing(WAITS)],
    [
      'waits while Aurora does not answer',
      told,
      { ...drained, database: { writer: null, status: 'unknown' } },
      nothing(WAITS),
    ],
    ['waits while a person makes the cluster anew', told, { ...drained, database: OUT }, nothing(WAITS)],
    [
      'ends once the copy is whole',
      told,
      { ...drained, database: WHOLE },
      enters(told, 'guarding', 'the database of us-west-2 is a whole copy'),
    ],
  ];
  itDecides(rows);
});

describe('failover --restored', () => {
  const COPYLESS = failoverIn('awaiting-copy', { opening: { region: 'us-east-1', version: 4 } });

  it('takes an epoch, which is drained, and asks for no earlier past', () => {
    const outcome = restored(COPYLESS);

    expect(outcome.kind === 'write' && outcome.write).toEqual({
      expected: { version: 10 },
      next: {
        ...COPYLESS,
        version: 11,
        epoch: 3,
        step: 'detaching',
        closedAtVersion: 11,
        begunBy: 'person',
        isMoveIntended: true,
        lagAtTake: null,
        replication: 'detaching',
        opening: null,
        cause: 'failover --restored by ada',
        enteredAtMs: NOON,
      },
    });
  });

  it.each(['awaiting-copy', 'awaiting-approval', 'promotion-stuck', 'write-unproven', 'ledger-lost'] as const)(
    'is possible in %s',
    (step) => {
      expect(outlineOf(restored(LEDGERS[step]))).toEqual(['write', 'detaching']);
    },
  );

  it('takes over in a region that was left behind, too', () => {
    const detached = { ...SERVING_IN_STANDBY, replication: 'detached' } as const;

    expect(outlineOf(restored(detached, 'us-east-1'))).toEqual(['write', 'detaching']);
  });

  it('is refused where the region serves, and under way where it was begun', () => {
    expect(restored(SERVING_IN_PRIMARY, 'us-east-1').kind).toBe('refused');
    for (const step of ['draining', 'guarding', 'promoting', 'proving'] as const) {
      expect(restored(LEDGERS[step]).kind).toBe('under-way');
    }
    const begun = restored(COPYLESS);
    expect(begun.kind === 'write' && restored(begun.write.next).kind).toBe('under-way');
  });
});
