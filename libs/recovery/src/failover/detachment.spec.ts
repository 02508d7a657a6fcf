import { detach, evacuate, failback, failover, LEDGERS, outlineOf } from './commands-for-test';
import { databaseOf } from './detachment';
import type { DatabaseState, Situation } from './situation';
import {
  enters,
  failoverIn,
  HEALTHY,
  IN_PRIMARY,
  itDecides,
  NOON,
  nothing,
  polls,
  type Row,
  SERVING_IN_STANDBY,
} from './situation-for-test';
import { decideNextEffect } from './decide-next-effect';
import { SETTINGS, situationWith } from './situation-for-test';

const BOTH = { 'us-east-1': 'trading', 'us-west-2': 'trading' };
/** The writer is in the region that is dark, and both clusters are in the global database. */
const MEMBER: DatabaseState = { ...IN_PRIMARY, clusters: BOTH, resyncing: [] };
/** The standby's cluster was taken out; the one that was left behind calls itself the writer. */
const OUT: DatabaseState = { ...IN_PRIMARY, clusters: { 'us-east-1': 'trading' }, resyncing: [] };
const REBUILT: DatabaseState = { writer: 'us-west-2', status: 'idle', clusters: BOTH, resyncing: [] };

const DETACHED = { ...SERVING_IN_STANDBY, replication: 'detached' } as const;
const HINT =
  'The database of us-west-2 is detached: nothing is replicated to the other region, and no move goes there. ' +
  'Follow "Rebuild the region that was left behind" of docs/runbooks/failover.md.';

const RESTORE_HINT =
  'Where us-west-2 is gone for long, follow "Restore where no copy is left" of docs/runbooks/failover.md, then run ' +
  'failover --restored --to=us-east-1: what was written since is lost.';

describe('failover --detach', () => {
  const STUCK = failoverIn('promotion-stuck', { promotionEpoch: 2 });

  it('takes an epoch, which is drained, and keeps the lag that was known', () => {
    const outcome = detach(STUCK);

    expect(outcome.kind === 'write' && outcome.write).toEqual({
      expected: { version: 10 },
      next: {
        ...STUCK,
        version: 11,
        epoch: 3,
        step: 'detaching',
        closedAtVersion: 11,
        begunBy: 'person',
        isMoveIntended: true,
        replication: 'detaching',
        cause: 'failover --detach by ada',
        enteredAtMs: NOON,
      },
    });
  });

  it.each(Object.entries(LEDGERS).filter(([step]) => step !== 'promotion-stuck' && step !== 'detaching'))(
    'is refused in %s',
    (_step, record) => {
      expect(detach(record).kind).toBe('refused');
    },
  );

  it('is under way where it was begun, and refused for the other region and before the promotion of this epoch', () => {
    expect(detach(LEDGERS.detaching).kind).toBe('under-way');
    expect(detach(STUCK, 'us-east-1').kind).toBe('refused');
    expect(detach({ ...STUCK, promotionEpoch: 1 }).kind).toBe('refused');
  });
});

describe('once a database is detached', () => {
  const refused = (command: string) => [
    'refused',
    `${command}: us-east-1 was left behind, expected a region whose database follows us-west-2. ${HINT}`,
  ];

  it.each([
    ['failover', failover(DETACHED, 'ada', 'us-east-1')],
    ['failover --detach', detach(DETACHED, 'us-east-1')],
    ['failback', failback(DETACHED)],
    ['evacuate', evacuate(DETACHED, 'us-east-1')],
  ])('%s goes nowhere, and names what is to be done', (command, outcome) => {
    expect(outlineOf(outcome)).toEqual(refused(command));
  });

  it('is the writer, whatever the one that was left behind is, and only where the ledger let it be taken out', () => {
    expect(databaseOf(DETACHED, OUT)).toEqual({ ...OUT, writer: 'us-west-2' });
    expect(databaseOf(DETACHED, { ...OUT, status: 'changing' }).status).toBe('idle');
    expect(databaseOf(DETACHED, { writer: null, status: 'unknown' })).toEqual({ writer: null, status: 'unknown' });
    expect(databaseOf(SERVING_IN_STANDBY, OUT)).toBe(OUT);
  });

  const inStandby: Partial<Situation> = { region: 'us-west-2', watched: HEALTHY };
  const replicated = { ...DETACHED, version: 11, replication: 'whole' } as const;
  const rows: readonly Row[] = [
    ['is left as it is while it serves', DETACHED, { ...inStandby, database: OUT }, nothing('us-west-2 serves')],
    [
      'is as before once the other one follows it again',
      DETACHED,
      { ...inStandby, database: REBUILT },
      {
        kind: 'write',
        reason: 'us-east-1 follows us-west-2 again',
        write: { expected: { version: 10 }, next: replicated },
      },
    ],
    [
      'is alone while the other one is rebuilt',
      DETACHED,
      { ...inStandby, database: { ...REBUILT, resyncing: ['us-east-1'] } },
      nothing('us-west-2 serves'),
    ],
    [
      'is alone where Aurora still shows what was',
      DETACHED,
      { ...inStandby, database: MEMBER },
      nothing('us-west-2 serves'),
    ],
  ];
  itDecides(rows);

  it.each(['automatic', 'approval', 'observe'] as const)(
    'has people notified, and nothing taken over, where its region fails in mode %s',
    (mode) => {
      const failure = { sinceMs: NOON - 60_000, announced: false };
      const situation = situationWith({ ...DETACHED, entryFailure: failure }, { region: 'us-east-1', database: OUT });

      expect(decideNextEffect(situation, { ...SETTINGS, mode })).toEqual({
        kind: 'notify',
        notice: {
          id: `2:no-successor:${NOON - 60_000}`,
          subject: 'epoch 2, us-west-2: failed, and there is no place to go',
          text: `us-west-2 failed: 3 bad rounds in a row (black-hole). Repair it: its database alone has what was written. ${RESTORE_HINT} ${HINT}`,
        },
      });
    },
  );
});

describe('detaching', () => {
  const record = failoverIn('detaching', {
    epoch: 3,
    promotionEpoch: 2,
    replication: 'detaching',
    opening: { region: 'us-east-1', version: 4 },
    begunBy: 'person',
  });
  const drained = { closureWatch: { closedAtVersion: 8, seenAtMs: 480_000 }, region: null, database: MEMBER };
  const old = { ...record, enteredAtMs: NOON - 60_001 };

  const rows: readonly Row[] = [
    [
      'waits until no earlier writer, and no earlier promotion, can go on',
      record,
      { ...drained, closureWatch: { closedAtVersion: 8, seenAtMs: 490_000 } },
      { kind: 'wait', ms: 1_045, reason: 'earlier writes may still be in flight' },
    ],
    [
      "takes the database out by a person's process",
      record,
      drained,
      { kind: 'detach', target: 'us-west-2', epoch: 3, beginByMs: 505_900 },
    ],
    [
      'does so while Aurora goes on with a promotion that hangs',
      record,
      { ...drained, database: { ...MEMBER, status: 'changing' } },
      { kind: 'detach', target: 'us-west-2', epoch: 3, beginByMs: 505_900 },
    ],
    [
      'is left to a person by controllers',
      record,
      { ...drained, region: 'us-west-2' },
      nothing("a database is detached by a person's command alone"),
    ],
    [
      'takes out no database that is no whole copy',
      record,
      { ...drained, database: { ...MEMBER, resyncing: ['us-west-2'] } },
      polls('the database of us-west-2 is no whole copy yet: it would lose what was written since it was left'),
    ],
    [
      'takes nothing out while nobody knows',
      record,
      { ...drained, database: { writer: null, status: 'unknown' } },
      polls('the global database is unknown'),
    ],
    [
      'takes nothing out of a global database that has no cluster of the region',
      { ...record, replication: 'whole' },
      { ...drained, database: { ...MEMBER, clusters: {} } },
      polls('the global database has no cluster of us-west-2'),
    ],
    [
      'goes on with a write once Aurora says that it is out, by any process',
      record,
      { ...drained, region: 'us-west-2', database: OUT },
      enters(record, 'proving', 'the database of us-west-2 is a writer', { writerMovedAtMs: NOON }),
    ],
    [
      'goes on with a write where the promotion has ended after all',
      record,
      { ...drained, database: REBUILT },
      enters(record, 'proving', 'the database of us-west-2 is a writer', { writerMovedAtMs: NOON }),
    ],
  ];
  itDecides(rows);

  it('calls a person after a minute, whoever sees it', () => {
    for (const region of [null, 'us-west-2']) {
      expect(decideNextEffect(situationWith(old, { ...drained, region }), SETTINGS)).toMatchObject({
        kind: 'notify',
        notice: { id: '3:detaching' },
      });
    }
  });

  const proving = { ...record, step: 'proving' } as const;
  itDecides([
    [
      'proves a write only in a database that has the last opening',
      proving,
      { ...drained, database: OUT },
      {
        kind: 'prove-write',
        region: 'us-west-2',
        version: 10,
        beginByMs: 505_900,
        after: { region: 'us-east-1', version: 4 },
      },
    ],
    ...(
      [
        ['is detached from then on', OUT, 'detached'],
        ['is detached where nobody knows', { writer: null, status: 'unknown' }, 'detached'],
        ['is as before where the promotion had ended after all', REBUILT, 'whole'],
      ] as const
    ).map(([name, database, replication]): Row => [
      `opens SQL, and ${name}`,
      proving,
      { ...drained, database, provedAtVersion: 10 },
      enters(proving, 'serving', 'a write in us-west-2 was proved', {
        sqlWrites: 'open',
        approval: null,
        isMoveIntended: false,
        replication,
      }),
    ]),
  ]);
});

describe('a promotion that Aurora refuses', () => {
  const PROBLEM = 'InvalidGlobalClusterStateFault: not available';
  const promoting = failoverIn('promoting', { promotionEpoch: 2, enteredAtMs: NOON - 45_001 });
  const cause = `Aurora refuses the promotion: ${PROBLEM}`;
  const stuck = failoverIn('promotion-stuck', { promotionEpoch: 2, announced: true, cause });
  const PROMOTES = { kind: 'promote', target: 'us-west-2', epoch: 2, beginByMs: 505_900 } as const;

  itDecides([
    [
      'is told within a minute, with the words of Aurora',
      promoting,
      { promotionProblem: PROBLEM },
      enters(promoting, 'promotion-stuck', cause, { cause }),
    ],
    [
      'is asked for again before',
      { ...promoting, enteredAtMs: NOON - 45_000 },
      { promotionProblem: PROBLEM },
      PROMOTES,
    ],
    ['is asked for by who has not asked yet', promoting, {}, PROMOTES],
    ['is asked for again by controllers, while people look at it', stuck, {}, PROMOTES],
    ['is left to the person whose command waits', stuck, { region: null }, nothing('waiting for a person')],
    ['is not asked for again for ever', { ...stuck, enteredAtMs: NOON - 900_001 }, {}, nothing('waiting for a person')],
  ]);
});
