import fc from 'fast-check';
import type { RegionAssessment } from '../failure-detection/assess-region';
import { type Approval, type ControlRecord, type Step, STEPS } from '../fencing/control-record';
import { DEFAULT_RECOVERY_SETTINGS, type FailoverMode, type RecoverySettings } from '../recovery-settings';
import { decideNextEffect } from './decide-next-effect';
import type { Effect } from './effect';
import { type DatabaseState, NO_WRITES, type Situation } from './situation';
import { STEP_GUIDE } from './step-guide';

/** 12:00 of 1 June 2026 (UTC), ms since 1970: what the wall clock shows in every situation. */
export const NOON = 1_780_315_200_000;
export const DAY_AGO = 1_780_228_800_000;

/** No two bounds are alike, so that none can stand in for another. The drain wait is 11,045 ms. */
export const SETTINGS: RecoverySettings = {
  regions: { primary: 'us-east-1', standby: 'us-west-2' },
  mode: 'automatic',
  detection: DEFAULT_RECOVERY_SETTINGS.detection,
  fencing: { permitLeaseMs: 6_000, inFlightMs: 5_000, clockRateDriftPpm: 2_000 },
  guard: {
    maximumLossMs: 4_000,
    maximumLagAgeMs: 60_000,
    cooldownMs: 600_000,
    approvalLifetimeMs: 1_800_000,
    clockSkewAllowanceMs: 3_000,
  },
  timeouts: { promotionMs: 900_000, proofMs: 120_000, switchoverMs: 700_000 },
  controllerRunMs: 55_000,
};

export const FAILED: RegionAssessment = {
  kind: 'failed',
  shape: 'black-hole',
  reason: '3 bad rounds in a row (black-hole)',
};
export const HEALTHY: RegionAssessment = { kind: 'healthy', shape: 'none', reason: '8 good rounds in a row' };
export const DEGRADED: RegionAssessment = {
  kind: 'degraded',
  shape: 'latency',
  reason: '60 % of the rounds were degraded',
};
export const ISOLATED: RegionAssessment = { kind: 'isolated', shape: 'none', reason: 'the observer reaches nothing' };
export const UNCERTAIN: RegionAssessment = {
  kind: 'uncertain',
  shape: 'none',
  reason: '2 bad and 0 good rounds in a row',
};

/** The primary serves in epoch 1, and nothing ever failed. */
export const SERVING_IN_PRIMARY: ControlRecord = {
  schema: 1,
  version: 10,
  epoch: 1,
  holder: 'us-east-1',
  sqlWrites: 'open',
  closedAtVersion: 0,
  step: 'serving',
  announced: true,
  promotionEpoch: 0,
  approval: null,
  begunBy: 'person',
  isMoveIntended: false,
  replication: 'whole',
  opening: null,
  losslessMoves: [],
  entryFailure: null,
  writeFailure: null,
  otherUnhealthyAtMs: null,
  cause: 'first deployment',
  lagAtTake: null,
  enteredAtMs: 1_780_228_800_000,
  writerMovedAtMs: null,
};

/** The standby took epoch 2 with version 8, and a second before noon it came to a step. It is not announced yet. */
export function failoverIn(step: Step, changes: Partial<ControlRecord> = {}): ControlRecord {
  return {
    schema: 1,
    version: 10,
    epoch: 2,
    holder: 'us-west-2',
    sqlWrites: 'closed',
    closedAtVersion: 8,
    step,
    announced: false,
    promotionEpoch: 0,
    approval: null,
    begunBy: 'controller',
    isMoveIntended: !['draining', 'guarding', 'awaiting-copy', 'awaiting-approval', 'serving'].includes(step),
    replication: 'whole',
    opening: null,
    losslessMoves: [],
    entryFailure: null,
    writeFailure: null,
    otherUnhealthyAtMs: null,
    cause: 'us-east-1 failed: 3 bad rounds in a row (black-hole)',
    lagAtTake: { lagMs: 800, ageMs: 3_000 },
    enteredAtMs: 1_780_315_199_000,
    writerMovedAtMs: null,
    ...changes,
  };
}

/** The standby was promoted in epoch 2, half a day before noon, and serves. */
export const SERVING_IN_STANDBY: ControlRecord = failoverIn('serving', {
  sqlWrites: 'open',
  announced: true,
  promotionEpoch: 2,
  enteredAtMs: 1_780_272_000_000,
  writerMovedAtMs: 1_780_271_940_000,
});

/** Writes were closed with version 9 for a failback, which came to a step a second before noon. */
export function evacuationIn(step: Step, changes: Partial<ControlRecord> = {}): ControlRecord {
  return {
    ...SERVING_IN_STANDBY,
    sqlWrites: 'closed',
    closedAtVersion: 9,
    step,
    announced: false,
    begunBy: 'person',
    isMoveIntended: !['evacuation-checking', 'evacuation-draining'].includes(step),
    cause: 'failback by ada',
    enteredAtMs: 1_780_315_199_000,
    ...changes,
  };
}

/** The ledger was read 100 ms ago. The primary failed with the writer in it; no lag is known, and nothing was done yet. */
export function situationWith(record: ControlRecord, changes: Partial<Situation> = {}): Situation {
  return {
    record,
    recordReadStartedAtMs: 499_900,
    monotonicMs: 500_000,
    wallClockMs: NOON,
    closureWatch: null,
    region: 'us-west-2',
    watched: FAILED,
    answeredRegion: null,
    ledHereRounds: 0,
    inARow: { good: 0, bad: 3, entryFailed: 0 },
    successorHealthy: true,
    successorUnhealthyRounds: 0,
    ownWrites: NO_WRITES,
    database: { writer: 'us-east-1', status: 'idle' },
    databaseAskedAtMs: 499_900,
    trail: null,
    lag: null,
    promotionProblem: null,
    provedAtVersion: null,
    notice: null,
    ...changes,
  };
}

/** The situation once an effect has been performed, and nothing else has happened. */
export function situationAfter(effect: Effect, situation: Situation): Situation {
  switch (effect.kind) {
    case 'write':
      return { ...situation, record: effect.write.next };
    case 'notify':
      return { ...situation, notice: { id: effect.notice.id, delivered: true } };
    case 'prove-write':
      return { ...situation, provedAtVersion: effect.version };
    case 'detach':
      return { ...situation, database: { ...situation.database, clusters: { 'us-east-1': 'trading' } } };
    case 'promote':
    case 'switch-over':
      return { ...situation, database: { writer: effect.target, status: 'idle' } };
    case 'wait':
    case 'none':
      return situation;
  }
}

export const MODES: readonly FailoverMode[] = ['automatic', 'approval', 'observe'];
export const VERDICTS: readonly RegionAssessment[] = [FAILED, HEALTHY, DEGRADED, ISOLATED, UNCERTAIN];
export const IN_PRIMARY: DatabaseState = { writer: 'us-east-1', status: 'idle' };
export const IN_STANDBY: DatabaseState = { writer: 'us-west-2', status: 'idle' };
export const UNKNOWN: DatabaseState = { writer: null, status: 'unknown' };

/** Result of a notice that was sent. */
export const was = (id: string, delivered: boolean): Situation['notice'] => ({ id, delivered });

/** The write that enters a step at noon. */
export function enters(
  record: ControlRecord,
  step: Step,
  reason: string,
  changes: Partial<ControlRecord> = {},
): Effect {
  const unknown = changes.holder === undefined ? {} : { otherUnhealthyAtMs: NOON };
  const opened = changes.sqlWrites === 'open' && { opening: { region: changes.holder ?? record.holder, version: 10 } };
  const next = { ...record, ...unknown, version: 11, step, announced: false, enteredAtMs: NOON, ...opened, ...changes };
  return { kind: 'write', reason, write: { expected: { version: 10 }, next } };
}

/** The write that marks the step's notice as delivered. */
export function marksAnnounced(record: ControlRecord): Effect {
  const next = { ...record, version: 11, announced: true };
  return { kind: 'write', reason: 'a person was notified', write: { expected: { version: 10 }, next } };
}

export function nothing(reason: string): Effect {
  return { kind: 'none', reason };
}

/** Waits for something that another system is doing. */
export function polls(reason: string): Effect {
  return { kind: 'wait', ms: 5_000, reason };
}

/** A situation by its name, and what is decided in it; in mode automatic unless it says another. */
export type Row = readonly [
  situation: string,
  record: ControlRecord,
  changes: Partial<Situation>,
  effect: Effect,
  mode?: FailoverMode,
];

/** Registers a test a row. */
export function itDecides(rows: readonly Row[], usual: Partial<Situation> = {}): void {
  const named = rows.map((row) => [row[0], row] as const);

  it.each(named)('%s', (_situation, [, record, changes, effect, mode = 'automatic']) => {
    const situation = situationWith(record, { ...usual, ...changes });

    expect(decideNextEffect(situation, { ...SETTINGS, mode })).toEqual(effect);
  });
}

const anyRegion = fc.constantFrom('us-east-1', 'us-west-2');

/** From an hour before noon to an hour after, mostly about the bounds of the settings. */
const anyTime = fc.oneof(
  fc.integer({ min: NOON - 3_600_000, max: NOON + 3_600_000 }),
  fc
    .constantFrom(0, 1, -1)
    .chain((offMs) =>
      fc
        .constantFrom(0, -3_000, 3_000, -60_000, -120_000, -600_000, -700_000, -900_000)
        .map((ageMs) => NOON + ageMs + offMs),
    ),
);

const anyApproval: fc.Arbitrary<Approval> = fc.record({
  epoch: fc.integer({ min: 1, max: 4 }),
  by: fc.constantFrom('ada', 'grace'),
  approvedAtMs: anyTime,
  expiresAtMs: anyTime,
});

const anyLagMs = fc.oneof(
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 4_000, 4_001),
  fc.integer({ min: 0, max: 10_000 }),
);

/** Any record that can be parsed, whether or not a way leads to it. */
export const anyRecord: fc.Arbitrary<ControlRecord> = fc.record({
  schema: fc.constant(1 as const),
  version: fc.integer({ min: 2, max: 20 }),
  epoch: fc.integer({ min: 1, max: 4 }),
  holder: anyRegion,
  sqlWrites: fc.constantFrom('open' as const, 'closed' as const),
  closedAtVersion: fc.integer({ min: 0, max: 3 }),
  step: fc.constantFrom(...STEPS),
  announced: fc.boolean(),
  promotionEpoch: fc.integer({ min: 0, max: 4 }),
  approval: fc.option(anyApproval),
  begunBy: fc.constantFrom('controller' as const, 'person' as const),
  isMoveIntended: fc.boolean(),
  replication: fc.constantFrom('whole' as const, 'detaching' as const, 'detached' as const),
  opening: fc.option(fc.record({ region: anyRegion, version: fc.integer({ min: 1, max: 20 }) })),
  losslessMoves: fc.array(
    fc.record({ kind: fc.constantFrom('hand-back' as const, 'evacuation' as const), atMs: anyTime }),
    { maxLength: 3 },
  ),
  entryFailure: fc.option(fc.record({ sinceMs: anyTime, announced: fc.boolean() })),
  writeFailure: fc.option(fc.record({ sinceMs: anyTime, confirmedAtMs: anyTime, announced: fc.boolean() })),
  otherUnhealthyAtMs: fc.option(anyTime),
  cause: fc.constant('primary failed'),
  lagAtTake: fc.option(
    fc.record({ lagMs: fc.integer({ min: 0, max: 10_000 }), ageMs: fc.integer({ min: 0, max: 90_000 }) }),
  ),
  enteredAtMs: anyTime,
  writerMovedAtMs: fc.option(anyTime),
});

/** Any record with anything about it that a process may believe, right or wrong. */
export const anySituation: fc.Arbitrary<Situation> = anyRecord.chain((record) =>
  fc.record({
    record: fc.constant(record),
    recordReadStartedAtMs: fc.integer({ min: 480_000, max: 500_000 }),
    monotonicMs: fc.constant(500_000),
    wallClockMs: fc.constant(NOON),
    closureWatch: fc.option(
      fc.record({
        closedAtVersion: fc.oneof(fc.constant(record.closedAtVersion), fc.integer({ min: 0, max: 3 })),
        seenAtMs: fc.integer({ min: 480_000, max: 500_000 }),
      }),
    ),
    region: fc.option(anyRegion),
    watched: fc.constantFrom(FAILED, HEALTHY, DEGRADED, ISOLATED, UNCERTAIN),
    inARow: fc.constantFrom(
      { good: 0, bad: 0, entryFailed: 0 },
      { good: 0, bad: 3, entryFailed: 0 },
      { good: 1, bad: 0, entryFailed: 0 },
      { good: 3, bad: 0, entryFailed: 0 },
      { good: 0, bad: 0, entryFailed: 3 },
    ),
    answeredRegion: fc.option(anyRegion),
    ledHereRounds: fc.constantFrom(0, 3),
    databaseAskedAtMs: fc.integer({ min: 480_000, max: 500_000 }),
    successorHealthy: fc.boolean(),
    successorUnhealthyRounds: fc.constantFrom(0, 3),
    ownWrites: fc.constantFrom(NO_WRITES, { taken: 3, refused: 0 }, { taken: 0, refused: 3 }),
    database: fc.record({
      writer: fc.option(anyRegion),
      status: fc.constantFrom('idle' as const, 'changing' as const, 'unknown' as const),
      clusters: fc.constantFrom({}, { 'us-east-1': 'a' }, { 'us-west-2': 'b' }, { 'us-east-1': 'a', 'us-west-2': 'b' }),
      resyncing: fc.subarray(['us-east-1', 'us-west-2']),
    }),
    promotionProblem: fc.constantFrom(null, 'InvalidGlobalClusterStateFault'),
    lag: fc.option(fc.record({ lagMs: anyLagMs, measuredAtMs: anyTime })),
    trail: fc.option(fc.record({ recordedAtMs: anyTime, arrivedAtMs: anyTime, isRecent: fc.boolean() })),
    provedAtVersion: fc.option(fc.constantFrom(record.version, record.version - 1)),
    notice: fc.option(
      fc.record({
        id: fc.constantFrom(...Object.keys(STEP_GUIDE), 'observed').map((step) => `${record.epoch}:${step}`),
        delivered: fc.boolean(),
      }),
    ),
  }),
);
