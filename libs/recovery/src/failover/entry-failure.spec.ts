import type { ControlRecord } from '../fencing/control-record';
import type { FailoverMode } from '../recovery-settings';
import { decideNextEffect } from './decide-next-effect';
import type { Effect } from './effect';
import type { Situation } from './situation';
import {
  DEGRADED,
  enters,
  FAILED,
  itDecides,
  NOON,
  nothing,
  SERVING_IN_PRIMARY,
  SETTINGS,
  situationWith,
  UNCERTAIN,
} from './situation-for-test';

const FAILS: Partial<Situation> = {
  watched: { ...DEGRADED, shape: 'entry-failure' },
  inARow: { good: 0, bad: 0, entryFailed: 3 },
  answeredRegion: 'us-west-2',
};
const P = SERVING_IN_PRIMARY;
/** Since three minutes, and told to people; the standby was unhealthy ten minutes ago. */
const LASTING: ControlRecord = {
  ...P,
  entryFailure: { sinceMs: NOON - 180_000, announced: true },
  otherUnhealthyAtMs: NOON - 600_000,
};
const CAUSE = 'the entry of us-east-1 serves nobody, and us-west-2 serves them; mode automatic';
const evacuates = (record: ControlRecord, before: ControlRecord['losslessMoves'] = []): Effect =>
  enters(record, 'evacuation-checking', CAUSE, {
    begunBy: 'controller',
    entryFailure: null,
    losslessMoves: [...before, { kind: 'evacuation', atMs: NOON }],
    cause: CAUSE,
  });
const amends = (record: ControlRecord, changes: Partial<ControlRecord>, reason: string): Effect => ({
  kind: 'write',
  reason,
  write: { expected: { version: 10 }, next: { ...record, ...changes, version: 11 } },
});
const IDLE = nothing('us-east-1 is degraded: 60 % of the rounds were degraded');
const evacuation = (atMs: number) => ({ kind: 'evacuation', atMs }) as const;
const ID = `1:entry-failed:${NOON - 180_000}`;
const TOLD = { id: ID, delivered: true };
const UNTOLD: ControlRecord = { ...LASTING, entryFailure: { sinceMs: NOON - 180_000, announced: false } };
const tells = (next: string): Effect => ({
  kind: 'notify',
  notice: {
    id: ID,
    subject: 'epoch 1, us-east-1: entry fails',
    text: `us-east-1 is healthy by its own check, and its entry serves nobody: SQL writes wait. ${next}`,
  },
});
const BY_ITSELF =
  'It is evacuated to us-west-2 by itself, without loss, where this lasts for three minutes and us-west-2 was healthy for ten. ' +
  'Run evacuate if it is not. Where it is given up, since replication has stalled or Aurora refuses, run failover, which loses what was not replicated.';

const IN_OBSERVE =
  'In mode observe nothing is done. Run evacuate, which loses nothing. Where it is given up, since replication has stalled or Aurora refuses, run failover, which loses what was not replicated.';

/** Of the standby's controller, which does not reach the primary, whose heart beats. */
const CUT_OFF: Partial<Situation> = {
  watched: { kind: 'cut-off', shape: 'black-hole', reason: 'no probe reaches it' },
  inARow: { good: 0, bad: 9, entryFailed: 0 },
  answeredRegion: 'us-east-1',
};
const CUT_ID = `1:cut-off:${NOON - 180_000}`;
const CUT_CAUSE = 'us-east-1 is cut off from us-west-2, and name servers answer us-west-2; mode automatic';
const tellsOfCut = (next: string): Effect => ({
  kind: 'notify',
  notice: {
    id: CUT_ID,
    subject: 'epoch 1, us-east-1: cut off from us-west-2',
    text:
      'us-west-2 does not reach us-east-1, whose heartbeat says that it is healthy. While name servers answer us-east-1, ' +
      'clients are served, and nothing is moved; a failure of us-east-1 may lose what was not replicated since. ' +
      `Where they answer us-west-2: ${next}`,
  },
});

describe('a holder that fails while the other region is not healthy', () => {
  const id = `1:no-successor:${NOON - 180_000}`;
  const cause = 'us-east-1 failed, and us-west-2 is not healthy';
  const idle = nothing('us-east-1 failed, but us-west-2 is not healthy');
  const told: Effect = {
    kind: 'notify',
    notice: {
      id,
      subject: 'epoch 1, us-east-1: failed, and us-west-2 is not healthy',
      text:
        'us-east-1 failed: 3 bad rounds in a row (black-hole). us-west-2 is not healthy by its own check, or its entry serves ' +
        'nobody, so that nothing is taken over. Run failover where you know that us-west-2 can serve: its check may have ' +
        'failed alone. Else repair either region.',
    },
  };

  itDecides(
    [
      ['is noted', P, {}, amends(P, { entryFailure: { sinceMs: NOON, announced: false } }, cause)],
      ['is told to people', UNTOLD, {}, told],
      ['is told to people in mode observe', UNTOLD, {}, told, 'observe'],
      ['is told to people once', LASTING, {}, idle],
      ['is told to people once, though that failed', UNTOLD, { notice: { id, delivered: false } }, idle],
      ['is not evacuated, whatever name servers answer', LASTING, { answeredRegion: 'us-west-2' }, idle],
    ],
    { watched: FAILED, inARow: { good: 0, bad: 3, entryFailed: 0 }, successorHealthy: false },
  );
});

describe('a region that is cut off from the other one, and healthy by its heartbeat', () => {
  const idle = nothing('us-east-1 is cut-off: no probe reaches it');
  const young = { ...UNTOLD, entryFailure: { sinceMs: NOON - 19_999, announced: false } };

  itDecides(
    [
      [
        'is noted',
        P,
        {},
        amends(P, { entryFailure: { sinceMs: NOON, announced: false } }, 'us-east-1 is cut off from us-west-2'),
      ],
      ['is not told while a beat of a region that is gone may count', young, {}, idle],
      ['is told to people', UNTOLD, {}, tellsOfCut(BY_ITSELF)],
      ['is told to people in mode observe', UNTOLD, {}, tellsOfCut(IN_OBSERVE), 'observe'],
      ['is left, however long it lasts, while name servers answer it', LASTING, {}, idle],
      ['is left while nobody knows whom they answer', LASTING, { answeredRegion: null }, idle],
      [
        'is evacuated where they answer the other region',
        LASTING,
        { answeredRegion: 'us-west-2' },
        enters(LASTING, 'evacuation-checking', CUT_CAUSE, {
          begunBy: 'controller',
          entryFailure: null,
          losslessMoves: [{ kind: 'evacuation', atMs: NOON }],
          cause: CUT_CAUSE,
        }),
      ],
      ['is left by a command', P, { region: null, watched: UNCERTAIN }, nothing('us-east-1 serves')],
    ],
    CUT_OFF,
  );
});

describe('an entry that fails while its region is healthy', () => {
  const twice = [evacuation(NOON - 599_999), evacuation(NOON)];

  itDecides(
    [
      ['is nothing in its second round', P, { inARow: { good: 0, bad: 0, entryFailed: 2 } }, IDLE],
      [
        'is noted in its third',
        P,
        {},
        amends(P, { entryFailure: { sinceMs: NOON, announced: false } }, 'the entry of us-east-1 serves nobody'),
      ],
      ['is told to people', UNTOLD, {}, tells(BY_ITSELF)],
      ['is told in mode observe', UNTOLD, {}, tells(IN_OBSERVE), 'observe'],
      [
        'is told with the other region unhealthy',
        { ...UNTOLD, otherUnhealthyAtMs: NOON },
        { successorHealthy: false },
        tells(
          'us-west-2 is not healthy either, so that nothing is moved. Repair either entry; where a deployment broke both, roll it back.',
        ),
      ],
      [
        'is marked as told',
        UNTOLD,
        { notice: TOLD },
        amends(UNTOLD, { entryFailure: { sinceMs: NOON - 180_000, announced: true } }, 'a person was notified'),
      ],
      [
        'is evacuated though the notice was not delivered',
        UNTOLD,
        { notice: { ...TOLD, delivered: false } },
        evacuates(UNTOLD),
      ],
      ['is evacuated once it has lasted', LASTING, {}, evacuates(LASTING)],
      [
        'is evacuated in an epoch in which nobody was ever unhealthy',
        { ...LASTING, otherUnhealthyAtMs: null },
        {},
        evacuates({ ...LASTING, otherUnhealthyAtMs: null }),
      ],
      [
        'is not evacuated a millisecond earlier',
        { ...LASTING, entryFailure: { sinceMs: NOON - 179_999, announced: true } },
        {},
        IDLE,
      ],
      [
        'is not evacuated while name servers answer it: both may be bad',
        LASTING,
        { answeredRegion: 'us-east-1' },
        IDLE,
      ],
      ['is not evacuated while nobody knows whom they answer', LASTING, { answeredRegion: null }, IDLE],
      [
        'is not evacuated to a region that was unhealthy within ten minutes',
        { ...LASTING, otherUnhealthyAtMs: NOON - 599_999 },
        {},
        IDLE,
      ],
      [
        'is not evacuated to a region that is not healthy now',
        { ...LASTING, otherUnhealthyAtMs: NOON },
        { successorHealthy: false },
        IDLE,
      ],
      ['is not evacuated a third time within ten minutes', { ...LASTING, losslessMoves: twice }, {}, IDLE],
      ['is not evacuated in mode observe', LASTING, {}, IDLE, 'observe'],
      ['is not evacuated by a command', LASTING, { region: null }, nothing('us-east-1 serves')],
      [
        'is noted as over after three good rounds',
        LASTING,
        { inARow: { good: 3, bad: 0, entryFailed: 0 } },
        amends(LASTING, { entryFailure: null }, 'clients come in to us-east-1 again'),
      ],
      ['is not over after two', LASTING, { inARow: { good: 2, bad: 0, entryFailed: 0 } }, IDLE],
    ],
    FAILS,
  );

  it.each<FailoverMode>(['automatic', 'approval'])('is evacuated in mode %s, since nothing is lost', (mode) => {
    const effect = decideNextEffect(situationWith(LASTING, FAILS), { ...SETTINGS, mode });

    expect(effect.kind === 'write' && effect.write.next.step).toBe('evacuation-checking');
  });
});

describe('a region that clients are led away from, and that has not failed', () => {
  const cause = 'name servers lead clients away from us-east-1, and us-west-2 serves them; mode automatic';
  const since = { sinceMs: NOON - 180_000, announced: true };
  const told = (next: string): Effect => ({
    kind: 'notify',
    notice: {
      id: `1:led-away:${NOON - 180_000}`,
      subject: 'epoch 1, us-east-1: clients are led away',
      text: `us-east-1 has not failed, and name servers lead clients to us-west-2: SQL writes wait. ${next}`,
    },
  });
  const idle = nothing('us-east-1 is uncertain: 2 bad and 0 good rounds in a row');

  itDecides(
    [
      ['is nothing in its second round', P, { ledHereRounds: 2 }, idle],
      ['is nothing while DNS may still follow', { ...P, enteredAtMs: NOON - 59_999 }, {}, idle],
      [
        'is noted in its third',
        { ...P, enteredAtMs: NOON - 60_000 },
        {},
        amends(
          { ...P, enteredAtMs: NOON - 60_000 },
          { entryFailure: { sinceMs: NOON, announced: false } },
          'name servers lead clients away from us-east-1',
        ),
      ],
      ['is told to people', UNTOLD, {}, told(BY_ITSELF)],
      [
        'is told with the other region not known to be healthy',
        { ...UNTOLD, otherUnhealthyAtMs: NOON },
        { successorHealthy: false },
        told(
          'us-west-2 is not known to be healthy, so that nothing is moved. Repair what answers the health checks, or run failover, which loses what was not replicated.',
        ),
      ],
      [
        'is evacuated once it has lasted',
        LASTING,
        {},
        enters(LASTING, 'evacuation-checking', cause, {
          begunBy: 'controller',
          entryFailure: null,
          losslessMoves: [evacuation(NOON)],
          cause,
        }),
      ],
      ['is not evacuated in mode observe', LASTING, {}, idle, 'observe'],
      [
        'is not over after good rounds, while clients are led away',
        { ...LASTING, entryFailure: { ...since, sinceMs: NOON } },
        { inARow: { good: 3, bad: 0, entryFailed: 0 } },
        idle,
      ],
      [
        'is over after three good rounds, once they are led there again',
        LASTING,
        { inARow: { good: 3, bad: 0, entryFailed: 0 }, ledHereRounds: 0, answeredRegion: 'us-east-1' },
        amends(LASTING, { entryFailure: null }, 'clients come in to us-east-1 again'),
      ],
    ],
    {
      watched: UNCERTAIN,
      inARow: { good: 0, bad: 0, entryFailed: 0 },
      answeredRegion: 'us-west-2',
      ledHereRounds: 3,
    },
  );
});

describe('a region that could not take over while the other one serves', () => {
  const unhealthy: Partial<Situation> = {
    ...FAILS,
    successorHealthy: false,
    successorUnhealthyRounds: 3,
    inARow: { good: 8, bad: 0, entryFailed: 0 },
  };
  const noted = (atMs: number): ControlRecord => ({ ...P, otherUnhealthyAtMs: atMs });

  itDecides(
    [
      ['is noted', P, {}, amends(P, { otherUnhealthyAtMs: NOON }, 'us-west-2 is not healthy')],
      [
        'is noted again after a minute',
        noted(NOON - 60_000),
        {},
        amends(noted(NOON - 60_000), { otherUnhealthyAtMs: NOON }, 'us-west-2 is not healthy'),
      ],
      ['is not noted before', noted(NOON - 59_999), {}, IDLE],
      ['is not noted by two rounds: a function that is cold answers late', P, { successorUnhealthyRounds: 2 }, IDLE],
    ],
    unhealthy,
  );
});
