import {
  assessByHeartbeat,
  assessRegion,
  canaryTrail,
  type CanaryTrail,
  type ClosureWatch,
  type ControlRecord,
  type DatabaseState,
  decideNextEffect,
  type DetectionState,
  type Effect,
  effectIsCurrent,
  type Heartbeat,
  type HeartbeatWatch,
  isStored,
  type LagSample,
  NO_ROUNDS,
  NO_WRITES,
  NOTHING_OBSERVED,
  OBSERVATION_PERIOD_MS,
  observeRound,
  otherRegion,
  type RecoverySettings,
  type RegionAssessment,
  roundsInARow,
  RUN_METRIC,
  type Situation,
  successorRegion,
  watchClosure,
  watchedRegion,
  watchHeartbeat,
  type WritesInARow,
} from '@dr/recovery';
import type { ProbeAnswers, RecoveryPorts } from './ports';
import type { CanaryAnswer } from './write-canary/try-write';
import { within } from './within';

/** Time for each look at the world, ms. All looks of a round run at once, so a dark region costs a round this much. */
export const OBSERVATION_TIMEOUT_MS = 2_000;
/** Effects that one round performs at most; the next round goes on. */
const MOST_EFFECTS_A_ROUND = 8;
/** Time from one beat to the next, with the looks of both rounds, ms: when a run ends, the next one beats already. */
const NEXT_BEAT_MS = OBSERVATION_PERIOD_MS + 2 * OBSERVATION_TIMEOUT_MS;
/** Time between two reports to the witness region, ms: every minute has one, wherever in it runs begin. */
const REPORT_PERIOD_MS = 25_000;
/** Age of a round's probes from which no more effects rest on them, ms: calls to a region that died end late. */
const LONGEST_ROUND_MS = 2 * OBSERVATION_PERIOD_MS;

export interface RecoveryOptions {
  /** Unique to this process and run: evidence of two observers is never mixed. */
  readonly observer: string;
  /** Serving region that it runs in, null for an operator's command, which begins no takeover on its own evidence. */
  readonly region: string | null;
  /** No round is begun that could end after this time on the monotonic clock, ms. */
  readonly endByMs: number;
  /** Ends the run before its time, once it is in a situation that it was run for. @default never */
  readonly until?: (record: ControlRecord, effect: Effect) => boolean;
}

/** State that a run keeps between rounds; none of it outlives the process. */
interface Memory {
  detection: DetectionState;
  /** Of the other region, while it holds. */
  heartbeat: HeartbeatWatch | null;
  /** Rounds in a row without a healthy region to go to. */
  successorUnhealthyRounds: number;
  /** Rounds in a row in which name servers answered this process's own region, while the other one held. */
  ledHereRounds: number;
  ownWrites: WritesInARow;
  /** Database's clock at the last write of the canary that was taken, ms since 1970. */
  canaryAtMs: number | null;
  /** Rounds in a row in which something was missing that a recovery needs. */
  readonly impairedRounds: Map<Impairment, number>;
  /** When the witness region is to be told next that this process runs, on the monotonic clock; Infinity while it is. */
  reportDueAtMs: number;
  closureWatch: ClosureWatch | null;
  /** Last one that was read, and the epoch that it was read in: what was written before that does not change. */
  trail: { readonly epoch: number; readonly known: CanaryTrail } | null;
  provedAtVersion: number | null;
  notice: Situation['notice'];
  /** Failure of the last call to promote. */
  promotion: { readonly epoch: number; readonly problem: string } | null;
  reported: string;
}

/** Observations of a round besides the ledger. */
interface Observations {
  readonly successorHealthy: boolean;
  readonly answeredRegion: string | null;
  readonly database: DatabaseState;
  readonly databaseAskedAtMs: number;
  readonly lag: LagSample | null;
}

interface Ledger {
  readonly record: ControlRecord;
  readonly readStartedAtMs: number;
}

/**
 * One controller's run, or an operator's: look, decide, act, look again, until its time is over. Everything it must know
 * of the past is in the ledger, so it may be killed anywhere and any number of runs may go on at once; what it decides is
 * decided by `@dr/recovery` alone.
 *
 * @returns the newest record that it read, null when it could read none
 */
export async function runRecovery(
  ports: RecoveryPorts,
  settings: RecoverySettings,
  options: RecoveryOptions,
): Promise<ControlRecord | null> {
  const memory: Memory = {
    detection: NOTHING_OBSERVED,
    heartbeat: null,
    successorUnhealthyRounds: 0,
    ledHereRounds: 0,
    ownWrites: NO_WRITES,
    canaryAtMs: null,
    impairedRounds: new Map(),
    reportDueAtMs: 0,
    closureWatch: null,
    trail: null,
    provedAtVersion: null,
    notice: null,
    promotion: null,
    reported: '',
  };
  // What is in flight when this process dies must have ended when another believes that it has.
  const callMs = settings.fencing.inFlightMs;
  let newest: ControlRecord | null = null;
  for (let sequence = 0; ports.monotonicMs() + OBSERVATION_TIMEOUT_MS < options.endByMs; sequence++) {
    const beganAtMs = ports.monotonicMs();
    // A round is over: the run observes. A command keeps no watch.
    if (sequence > 0 && options.region !== null) reportRun(ports, memory);
    // Which region is watched, the ledger says; the record of the round before does until it was read.
    const known: Ledger | null = newest === null ? await readLedger(ports, memory) : null;
    newest ??= known?.record ?? null;
    const watched: string | null = newest && watchedRegion(newest, settings.regions, options.region);
    const watchesHolder: boolean = options.region !== null && watched === newest?.holder && watched !== options.region;
    const holds: ControlRecord | null = newest?.holder === options.region ? newest : null;
    const serves: ControlRecord | null = isServing(holds, options.region) ? holds : null;
    const [first, probes, heartbeat, observations, canary, isOtherHealthy, isOwnHealthy]: [
      Ledger | null,
      ProbeAnswers | null,
      Heartbeat | null,
      Observations,
      CanaryAnswer | null,
      boolean | null,
      boolean | null,
    ] = await Promise.all([
      known ?? readLedger(ports, memory),
      watched === null ? null : observe(ports, `probing ${watched}`, (signal) => ports.probeRegion(watched, signal)),
      watchesHolder && watched !== null
        ? observe(ports, 'reading the heartbeat', (signal) => ports.readHeartbeat(watched, signal))
        : null,
      observeAll(ports, memory, newest, settings, options.region),
      serves ? observe(ports, 'asking the write canary', ports.tryWrite) : null,
      serves ? isHealthy(ports, otherRegion(serves.holder, settings.regions)) : null,
      holds ? findsItselfHealthy(ports, holds.holder) : null,
    ]);
    // A round in which the region fails takes nothing back of what was written before.
    memory.canaryAtMs = canary?.writtenAtMs ?? memory.canaryAtMs;
    // By a beat whoever finds no ledger knows that it is lost, and what it said last.
    if (first !== null && first.record.holder === options.region && isStored(first.record)) {
      await beat(ports, {
        id: `${options.observer} ${sequence}`,
        epoch: first.record.epoch,
        version: first.record.version,
        healthy: isOwnHealthy === true,
        atMs: ports.wallClockMs(),
        canaryAtMs: memory.canaryAtMs,
        nextWithinMs: byOtherClock(NEXT_BEAT_MS, settings),
      });
    }
    const round = {
      // What was seen of one region says nothing of another.
      observer: `${options.observer} of ${watched}`,
      sequence,
      observedAtMs: ports.monotonicMs(),
      ...(probes ?? { shallow: [], deep: [], control: [] }),
    };
    memory.detection = observeRound(memory.detection, round, settings.detection);
    memory.successorUnhealthyRounds = observations.successorHealthy ? 0 : memory.successorUnhealthyRounds + 1;
    const isLedHere = observations.answeredRegion !== null && observations.answeredRegion === options.region;
    memory.ledHereRounds = isLedHere ? memory.ledHereRounds + 1 : 0;
    memory.heartbeat = watchesHolder ? watchHeartbeat(memory.heartbeat, heartbeat, ports.monotonicMs()) : null;
    measureWatched(ports, memory, newest, settings);
    noteWrites(ports, memory, canary);
    noteImpairments(ports, memory, settings, {
      canary: serves !== null && (canary === null || canary.outcome === 'unknown'),
      ledger: first === null || ports.isLedgerFar(),
      probes: memory.detection.lastGrade === 'unknown',
      witness: probes !== null && !probes.control.some(({ outcome }) => outcome === 'answered'),
      'other region': isOtherHealthy === false,
    });
    if (observations.lag !== null) ports.measure('ReplicationLag', observations.lag.lagMs, 'Milliseconds');

    let ledger: Ledger | null = first;
    let seen = observations;
    let waitMs = OBSERVATION_PERIOD_MS;
    for (let performed = 0; ledger !== null && performed < MOST_EFFECTS_A_ROUND; performed++) {
      if (ports.monotonicMs() - beganAtMs >= LONGEST_ROUND_MS) break;
      newest = ledger.record;
      const situation = situationOf(ports, settings, memory, {
        ledger,
        observations: seen,
        region: options.region,
        watched,
      });
      const effect = decideNextEffect(situation, settings);
      reportChange(ports, memory, situation, effect);
      if (options.until?.(ledger.record, effect) === true) return newest;
      if (effect.kind === 'none') break;
      if (effect.kind === 'wait') {
        waitMs = Math.min(OBSERVATION_PERIOD_MS, Math.max(effect.ms, 0));
        break;
      }
      if (ports.monotonicMs() + callMs >= options.endByMs) return newest;
      await perform(ports, effect, memory, callMs);
      // Whatever the outcome was: the ledger says what holds now, and the database where its writer is.
      [ledger, seen] = await Promise.all([
        readLedger(ports, memory),
        observeAll(ports, memory, newest, settings, options.region),
      ]);
    }
    const restMs = beganAtMs + waitMs - ports.monotonicMs();
    await ports.sleep(Math.max(0, Math.min(restMs, options.endByMs - ports.monotonicMs())));
  }
  return newest;
}

/** The read that a decision rests on. Its begin is what its age counts from: the answer may have travelled long. */
async function readLedger(ports: RecoveryPorts, memory: Memory): Promise<Ledger | null> {
  const readStartedAtMs = ports.monotonicMs();
  const record = await observe(ports, 'reading the control record', ports.readControlRecord);
  if (record === null) return null;
  memory.closureWatch = watchClosure(memory.closureWatch, record, ports.monotonicMs());
  return { record, readStartedAtMs };
}

/** Whether a region holds, and takes SQL writes by the ledger: there a canary tries them. */
function isServing(record: ControlRecord | null, region: string | null): boolean {
  return record?.step === 'serving' && record.sqlWrites === 'open' && record.holder === region;
}

/** Counts what the canary found in a row, and says why a write was not taken. */
function noteWrites(ports: RecoveryPorts, memory: Memory, canary: CanaryAnswer | null): void {
  const { taken, refused } = memory.ownWrites;
  memory.ownWrites = {
    taken: canary?.outcome === 'taken' ? taken + 1 : 0,
    refused: canary?.outcome === 'refused' ? refused + 1 : 0,
  };
  if (canary === null) return;
  if (canary.outcome !== 'unknown') ports.measure('WritesRefused', canary.outcome === 'refused' ? 1 : 0, 'Count');
  if (canary.outcome !== 'taken') ports.report('warn', `the canary's write is ${canary.outcome}`, { ...canary });
}

/** Parts that a recovery needs and that clients do not miss while nothing else fails. */
type Impairment = 'canary' | 'ledger' | 'probes' | 'witness' | 'other region';

/** Whether the region that could take over is healthy, as the holder sees it. It decides nothing, and is told of. */
async function isHealthy(ports: RecoveryPorts, region: string): Promise<boolean> {
  const attempt = await within(OBSERVATION_TIMEOUT_MS, (signal) => ports.regionIsHealthy(region, signal));
  return attempt.ok && attempt.value;
}

/** Whether a region is healthy by its own check, asked from within: whether clients get in, others see better. */
async function findsItselfHealthy(ports: RecoveryPorts, region: string): Promise<boolean> {
  const attempt = await within(OBSERVATION_TIMEOUT_MS, (signal) => ports.probeDeep(region, signal));
  return attempt.ok && attempt.value.outcome === 'answered';
}

/** A time of this process's clock by the fastest clock of another, where this one is the slowest, ms. */
function byOtherClock(ms: number, { fencing: { clockRateDriftPpm } }: RecoverySettings): number {
  return Math.ceil((ms * (1_000_000 + clockRateDriftPpm)) / (1_000_000 - clockRateDriftPpm));
}

async function beat(ports: RecoveryPorts, heartbeat: Heartbeat): Promise<void> {
  const attempt = await within(OBSERVATION_TIMEOUT_MS, (signal) => ports.beat(heartbeat, signal));
  if (!attempt.ok) ports.report('warn', 'leaving a heartbeat failed', { problem: attempt.problem });
}

/**
 * Reports the run: in its own region each round, to the witness region every half minute, and what fails is tried again beside the next round. No round waits for it;
 * begun with a round, it ends within the run.
 */
function reportRun(ports: RecoveryPorts, memory: Memory): void {
  ports.measure(RUN_METRIC, 1, 'Count');
  const sentAtMs = ports.monotonicMs();
  if (sentAtMs < memory.reportDueAtMs) return;
  memory.reportDueAtMs = Infinity;
  void within(OBSERVATION_TIMEOUT_MS, ports.reportRun).then((attempt) => {
    memory.reportDueAtMs = attempt.ok ? sentAtMs + REPORT_PERIOD_MS : 0;
    if (!attempt.ok)
      ports.report('warn', 'reporting the run to the witness region failed', { problem: attempt.problem });
  });
}

/** Measures, for an alarm, what is missing in as many rounds in a row as make a failure, and says what. */
function noteImpairments(
  ports: RecoveryPorts,
  { impairedRounds }: Memory,
  { detection }: RecoverySettings,
  missing: Readonly<Record<Impairment, boolean>>,
): void {
  const before = lasting(impairedRounds, detection.failureThreshold);
  for (const [part, isMissing] of Object.entries(missing) as [Impairment, boolean][]) {
    impairedRounds.set(part, isMissing ? (impairedRounds.get(part) ?? 0) + 1 : 0);
  }
  const parts = lasting(impairedRounds, detection.failureThreshold);
  ports.measure('RecoveryImpaired', parts.length > 0 ? 1 : 0, 'Count');
  if (parts.join() !== before.join()) ports.report(parts.length > 0 ? 'warn' : 'info', 'a recovery misses', { parts });
}

const lasting = (rounds: Memory['impairedRounds'], enough: number): readonly Impairment[] =>
  [...rounds].filter(([, number]) => number >= enough).map(([part]) => part);

/** The region that is to serve, or could take over, and the lag of its cluster, which is published where it is. */
async function observeAll(
  ports: RecoveryPorts,
  memory: Memory,
  record: ControlRecord | null,
  settings: RecoverySettings,
  region: string | null,
): Promise<Observations> {
  const { regions } = settings;
  // The holder decides nothing while it serves, and waits for no other region.
  const databaseAskedAtMs = ports.monotonicMs();
  const isWatched = record?.step !== 'serving' || record.holder !== region;
  const isAnswerAsked = record?.step === 'serving' && region !== null && isWatched;
  const successor = record && isWatched ? successorRegion(record, regions, region) : null;
  const [able, database, lag, answeredRegion] = await Promise.all([
    successor && observe(ports, `asking ${successor}`, (signal) => ports.regionIsHealthy(successor, signal)),
    observe(ports, 'describing the global database', ports.describeDatabase),
    successor && observe(ports, 'reading the replication lag', (signal) => ports.newestLag(successor, signal)),
    isAnswerAsked ? observe(ports, 'asking name servers', ports.answeredRegion) : null,
    record && record.holder === region && BEFORE_PROMOTION.includes(record.step)
      ? readTrail(ports, memory, record, settings)
      : null,
  ]);
  return {
    successorHealthy: able === true,
    answeredRegion,
    database: database ?? { writer: null, status: 'unknown' },
    databaseAskedAtMs,
    lag: knownLag(ports, lag || null),
  };
}

/** Steps of a takeover in which it is asked what would be lost. */
const BEFORE_PROMOTION: readonly ControlRecord['step'][] = ['draining', 'guarding', 'awaiting-approval'];

/** Notes what the region that the epoch was taken from wrote last, and what of it has arrived here. */
async function readTrail(
  ports: RecoveryPorts,
  memory: Memory,
  { epoch, holder }: ControlRecord,
  { guard, regions }: RecoverySettings,
): Promise<void> {
  const from = otherRegion(holder, regions);
  const beat = await observe(ports, 'reading the heartbeat', (signal) => ports.readHeartbeat(from, signal));
  if (beat === null || beat.canaryAtMs === null) return;
  const arrivedAtMs = await observe(ports, `reading the canary of ${from}`, (signal) =>
    ports.newestCanary(from, signal),
  );
  const known = canaryTrail(beat, arrivedAtMs, ports.wallClockMs(), guard);
  if (known !== null) memory.trail = { epoch, known };
}

/** XML has a NaN, and the SDK makes one of what is no number: such a lag is unknown, and no figure for a metric. */
function knownLag(ports: RecoveryPorts, lag: LagSample | null): LagSample | null {
  if (lag === null || (Number.isFinite(lag.lagMs) && lag.lagMs >= 0 && Number.isFinite(lag.measuredAtMs))) return lag;
  const problem = `lag is ${lag.lagMs} ms, measured at ${lag.measuredAtMs}, expected numbers from 0`;
  ports.report('warn', 'the replication lag is unknown', { problem });
  return null;
}

async function observe<Value>(
  ports: RecoveryPorts,
  what: string,
  call: (signal: AbortSignal) => Promise<Value>,
): Promise<Value | null> {
  const attempt = await within(OBSERVATION_TIMEOUT_MS, call);
  if (attempt.ok) return attempt.value;
  ports.report('warn', `${what} failed`, { problem: attempt.problem });
  return null;
}

/** Basis of a decision, besides the memory of the process. */
interface Seen {
  readonly ledger: Ledger;
  readonly observations: Observations;
  readonly region: string | null;
  /** Region that was probed. */
  readonly watched: string | null;
}

function situationOf(
  ports: RecoveryPorts,
  settings: RecoverySettings,
  memory: Memory,
  { ledger: { record, readStartedAtMs }, observations, region, watched }: Seen,
): Situation {
  const monotonicMs = ports.monotonicMs();
  const isAbout = watchedRegion(record, settings.regions, region);
  // A region is no witness of itself, and the roles may have changed since it was probed.
  const isWitness = watched === isAbout && region !== isAbout;
  return {
    record,
    recordReadStartedAtMs: readStartedAtMs,
    monotonicMs,
    wallClockMs: ports.wallClockMs(),
    closureWatch: memory.closureWatch,
    region,
    ...(isWitness
      ? {
          watched: assessWatched(ports, memory, record, settings),
          inARow: roundsInARow(memory.detection, monotonicMs, settings.detection),
        }
      : {
          watched: { kind: 'uncertain', shape: 'none', reason: `${isAbout} was not watched from elsewhere` },
          inARow: NO_ROUNDS,
        }),
    provedAtVersion: memory.provedAtVersion,
    successorUnhealthyRounds: memory.successorUnhealthyRounds,
    ledHereRounds: memory.ledHereRounds,
    ownWrites: isServing(record, region) ? memory.ownWrites : NO_WRITES,
    trail: memory.trail?.epoch === record.epoch ? memory.trail.known : null,
    notice: memory.notice,
    promotionProblem: memory.promotion?.epoch === record.epoch ? memory.promotion.problem : null,
    ...observations,
  };
}

async function perform(
  ports: RecoveryPorts,
  effect: Exclude<Effect, { readonly kind: 'wait' | 'none' }>,
  memory: Memory,
  callMs: number,
): Promise<void> {
  // A process may have been suspended since it decided: an old reading of the ledger moves nothing.
  if (!effectIsCurrent(effect, ports.monotonicMs())) {
    ports.report('warn', `${effect.kind} was dropped: the ledger was read too long ago`, {});
    return;
  }
  switch (effect.kind) {
    case 'write': {
      const { next } = effect.write;
      const wrote = await within(callMs, (signal) => ports.writeControlRecord(effect.write, signal));
      const outcome = wrote.ok ? wrote.value : `unknown: ${wrote.problem}`;
      const { epoch, step, version } = next;
      ports.report(wrote.ok ? 'info' : 'warn', 'control record', {
        epoch,
        step,
        version,
        reason: effect.reason,
        outcome,
      });
      if (outcome === 'written') ports.measure('Epoch', epoch, 'None');
      return;
    }
    case 'promote':
    case 'switch-over':
    case 'detach': {
      const calls = { promote: ports.promote, 'switch-over': ports.switchOver, detach: ports.detach } as const;
      const called = await within(callMs, (signal) => calls[effect.kind](effect.target, signal));
      if (effect.kind === 'promote') {
        memory.promotion = called.ok ? null : { epoch: effect.epoch, problem: called.reason ?? called.problem };
      }
      reportCall(ports, effect.kind, called, { target: effect.target, epoch: effect.epoch });
      return;
    }
    case 'prove-write': {
      const { after = null, region, version } = effect;
      const proved = await within(callMs, (signal) => ports.proveWrite(region, version, after, signal));
      if (proved.ok) memory.provedAtVersion = version;
      reportCall(ports, effect.kind, proved, { region, version });
      // Until Aurora lets writes in, each try fails at once.
      if (!proved.ok) await ports.sleep(1_000);
      return;
    }
    case 'notify': {
      const sent = await within(callMs, (signal) => ports.notify(effect.notice, signal));
      memory.notice = { id: effect.notice.id, delivered: sent.ok };
      reportCall(ports, effect.kind, sent, { notice: effect.notice.id });
      return;
    }
  }
}

function reportCall(
  ports: RecoveryPorts,
  kind: string,
  attempt: { readonly ok: true } | { readonly ok: false; readonly problem: string },
  fields: object,
): void {
  if (attempt.ok) ports.report('info', `${kind} was accepted`, fields);
  else ports.report('warn', `${kind} failed`, { ...fields, problem: attempt.problem });
}

/** Assessment of the watched region, by its probes and by what it says of itself. */
function assessWatched(
  ports: RecoveryPorts,
  { detection, heartbeat }: Memory,
  record: ControlRecord | null,
  settings: RecoverySettings,
): RegionAssessment {
  const clocks = { monotonicMs: ports.monotonicMs(), wallClockMs: ports.wallClockMs() };
  const assessment = assessRegion(detection, clocks.monotonicMs, settings.detection);
  return assessByHeartbeat(assessment, heartbeat, record?.epoch ?? 0, clocks);
}

/** Every round, so that an alarm stays for as long as what it is about. */
function measureWatched(
  ports: RecoveryPorts,
  memory: Memory,
  record: ControlRecord | null,
  settings: RecoverySettings,
): void {
  const { kind } = assessWatched(ports, memory, record, settings);
  ports.measure('PrimaryFailed', kind === 'failed' ? 1 : 0, 'Count');
  ports.measure('PrimaryDegraded', kind === 'degraded' || kind === 'cut-off' ? 1 : 0, 'Count');
}

/** One line for what changed, and none for what did not. */
function reportChange(ports: RecoveryPorts, memory: Memory, { watched, record }: Situation, effect: Effect): void {
  const { kind, reason } = watched;
  const change = `${record.epoch} ${record.step} ${kind}`;
  const fields = { epoch: record.epoch, step: record.step, holder: record.holder, watched: kind, why: reason };
  ports.report(change === memory.reported ? 'debug' : 'info', 'situation', { ...fields, next: effect.kind });
  memory.reported = change;
}
