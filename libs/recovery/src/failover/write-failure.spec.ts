import type { ControlRecord } from '../fencing/control-record';
import type { Effect } from './effect';
import {
  DEGRADED,
  enters,
  FAILED,
  HEALTHY,
  itDecides,
  NOON,
  nothing,
  SERVING_IN_PRIMARY,
  was,
} from './situation-for-test';
import type { Situation } from './situation';

const P = SERVING_IN_PRIMARY;
const failing = (sinceMs: number, confirmedAtMs = NOON, announced = true): ControlRecord => ({
  ...P,
  writeFailure: { sinceMs, confirmedAtMs, announced },
});
const amends = (record: ControlRecord, changes: Partial<ControlRecord>, reason: string): Effect => ({
  kind: 'write',
  reason,
  write: { expected: { version: 10 }, next: { ...record, ...changes, version: 11 } },
});
const notes = (record: ControlRecord, failure: ControlRecord['writeFailure'], reason: string) =>
  amends(record, { writeFailure: failure }, reason);
const SERVES = nothing('us-east-1 serves');

describe("the holder's controller, whose canary's writes are refused", () => {
  const ID = `1:writes-failed:${NOON - 20_000}`;
  const UNTOLD = failing(NOON - 20_000, NOON - 20_000, false);
  const tells = (next: string): Effect => ({
    kind: 'notify',
    notice: {
      id: ID,
      subject: 'epoch 1, us-east-1: SQL writes fail',
      text: `us-east-1 is healthy by its own check, and its database takes no SQL write: they wait. ${next}`,
    },
  });

  itDecides(
    [
      ['says nothing of two', P, { ownWrites: { taken: 0, refused: 2 } }, SERVES],
      [
        'notes a third',
        P,
        {},
        notes(P, { sinceMs: NOON, confirmedAtMs: NOON, announced: false }, 'the database of us-east-1 takes no writes'),
      ],
      [
        'notifies people',
        UNTOLD,
        {},
        tells(
          'It is evacuated to us-west-2 by itself, without loss, where this lasts for three minutes and us-west-2 was healthy for ten. Run evacuate if it is not. Where it is given up, since replication has stalled or Aurora refuses, run failover, which loses what was not replicated.',
        ),
      ],
      [
        'notifies people in mode observe',
        UNTOLD,
        {},
        tells(
          'In mode observe nothing is done. Run evacuate, which loses nothing. Where it is given up, since replication has stalled or Aurora refuses, run failover, which loses what was not replicated.',
        ),
        'observe',
      ],
      [
        'notes that people were notified',
        UNTOLD,
        { notice: was(ID, true) },
        notes(UNTOLD, { sinceMs: NOON - 20_000, confirmedAtMs: NOON, announced: true }, 'a person was notified'),
      ],
      ['waits with a notice that was not delivered', UNTOLD, { notice: was(ID, false) }, SERVES],
      ['confirms nothing within half a minute', failing(NOON - 100_000, NOON - 29_999), {}, SERVES],
      [
        'confirms after half a minute that it goes on',
        failing(NOON - 100_000, NOON - 30_000),
        {},
        notes(
          failing(NOON - 100_000),
          { sinceMs: NOON - 100_000, confirmedAtMs: NOON, announced: true },
          'the database of us-east-1 still takes no writes',
        ),
      ],
      [
        'sets a confirmation right that a clock ahead has made',
        failing(NOON - 100_000, NOON + 30_000),
        {},
        notes(
          failing(NOON - 100_000),
          { sinceMs: NOON - 100_000, confirmedAtMs: NOON, announced: true },
          'the database of us-east-1 still takes no writes',
        ),
      ],
      [
        'notes the end after three that were taken',
        failing(NOON - 100_000),
        { ownWrites: { taken: 3, refused: 0 } },
        notes(failing(NOON - 100_000), null, 'the database of us-east-1 takes writes again'),
      ],
      ['notes no end after two', failing(NOON - 100_000), { ownWrites: { taken: 2, refused: 0 } }, SERVES],
      [
        'confirms nothing where the canary does not answer',
        failing(NOON - 100_000, NOON - 60_000),
        { ownWrites: { taken: 0, refused: 0 } },
        SERVES,
      ],
      ['evacuates nothing itself', failing(NOON - 600_000), {}, SERVES],
    ],
    { region: 'us-east-1', watched: HEALTHY, ownWrites: { taken: 0, refused: 3 } },
  );
});

describe("the other region's controller, of a holder whose database takes no writes", () => {
  const CAUSE = 'the database of us-east-1 takes no writes, and us-west-2 is healthy; mode automatic';
  const LASTING = failing(NOON - 180_000, NOON - 89_999);
  const IDLE = nothing('us-east-1 is healthy: 8 good rounds in a row');
  const evacuates = (record: ControlRecord, cause = CAUSE): Effect =>
    enters(record, 'evacuation-checking', cause, {
      begunBy: 'controller',
      writeFailure: null,
      losslessMoves: [{ kind: 'evacuation', atMs: NOON }],
      cause,
    });
  const healthyRounds: Partial<Situation> = { watched: HEALTHY, inARow: { good: 8, bad: 0, entryFailed: 0 } };

  itDecides(
    [
      ['evacuates once that has lasted', LASTING, {}, { ...evacuates(LASTING) }],
      [
        'evacuates in mode approval, since nothing is lost',
        LASTING,
        {},
        evacuates(LASTING, CAUSE.replace('automatic', 'approval')),
        'approval',
      ],
      ['does nothing a millisecond earlier', failing(NOON - 179_999), {}, IDLE],
      ['does nothing by what was last confirmed 90 s ago', failing(NOON - 180_000, NOON - 90_000), {}, IDLE],
      ['does nothing by what is confirmed in the future', failing(NOON - 180_000, NOON + 3_001), {}, IDLE],
      [
        'evacuates by what a clock within the allowed skew has confirmed',
        failing(NOON - 180_000, NOON + 3_000),
        {},
        evacuates(failing(NOON - 180_000)),
      ],
      ['does nothing in mode observe', LASTING, {}, IDLE, 'observe'],
      ['does nothing while it is not healthy itself', LASTING, { successorHealthy: false }, IDLE],
      [
        'does nothing where it was unhealthy within ten minutes',
        { ...LASTING, otherUnhealthyAtMs: NOON - 599_999 },
        {},
        IDLE,
      ],
      [
        'does nothing a third time within ten minutes',
        {
          ...LASTING,
          losslessMoves: [
            { kind: 'evacuation', atMs: NOON - 599_999 },
            { kind: 'evacuation', atMs: NOON },
          ],
        },
        {},
        IDLE,
      ],
      ['does nothing as a command', LASTING, { region: null }, nothing('us-east-1 serves')],
      [
        'evacuates whatever name servers answer, since the entry serves',
        LASTING,
        { answeredRegion: 'us-east-1' },
        evacuates(LASTING),
      ],
      [
        'evacuates a region that is degraded besides',
        LASTING,
        { watched: DEGRADED, inARow: { good: 0, bad: 0, entryFailed: 0 } },
        evacuates(LASTING),
      ],
    ],
    healthyRounds,
  );

  itDecides([
    [
      'takes over where the region fails as a whole',
      LASTING,
      { watched: FAILED },
      enters(LASTING, 'draining', 'us-west-2 takes the epoch', {
        epoch: 2,
        holder: 'us-west-2',
        sqlWrites: 'closed',
        closedAtVersion: 11,
        begunBy: 'controller',
        writeFailure: null,
        otherUnhealthyAtMs: NOON,
        cause: `us-east-1 failed: ${FAILED.reason}`,
      }),
    ],
  ]);
});
