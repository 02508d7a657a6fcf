import { NOTHING_OBSERVED, observeRound } from '../failure-detection/detection-state';
import type { Probe, ProbeRound } from '../failure-detection/probe-round';
import { decideNextEffect } from '../failover/decide-next-effect';
import type { Effect } from '../failover/effect';
import { commandApprove, commandFailback, commandFailover, type CommandOutcome } from '../failover/operator-commands';
import { RECOVERY_RULES, type RecoveryRules } from '../failover/recovery-rules';
import type { Situation } from '../failover/situation';
import type { ConditionalWrite } from '../fencing/conditional-write';
import { type ControlRecord, initialControlRecord } from '../fencing/control-record';
import { newestRecord } from '../fencing/latch-answer';
import type { EpochProof } from '../fencing/write-permit';
import type { FailoverMode, RecoverySettings } from '../recovery-settings';
import { answeredRegion, askChecks, calmDns, checkDns, type DnsFault, type DnsWorld } from './dns-model';
import type { Model, Transition } from './explore';
import { Interned, memoized, pack, PACKED } from './interned';
import {
  type CallEffect,
  type ControllerState,
  FRESH_CONTROLLER,
  type RecoveryState,
  type Services,
  type ServiceState,
} from './recovery-state';
import { PRIMARY, type RegionIndex, STANDBY } from './region-index';

/** Functions under exploration: the real ones, or a mutant in the place of one. */
export interface DecisionFunctions {
  readonly rules: RecoveryRules;
  readonly decide: typeof decideNextEffect;
  /** The handler's loop: which record a run acts on. */
  readonly recordToActOn: (ledger: ControlRecord, remembered: ControlRecord | null) => ControlRecord;
}

export const REAL_DECISIONS: DecisionFunctions = {
  rules: RECOVERY_RULES,
  decide: decideNextEffect,
  recordToActOn: (ledger) => ledger,
};

/** How much may go wrong in one run. */
export interface Budget {
  readonly faults: number;
  readonly commands: number;
  /** Whether both regions' health checks, Route 53 and the primary's entry are part of the system. @default false */
  readonly dns?: boolean;
}

const REGIONS = ['us-east-1', 'us-west-2'] as const;

/** Real time of a tick, and the two extremes that a clock may show of it with the drift below, ms. */
const TICK_MS = 1_000;
const SLOW_TICK_MS = 800;
const FAST_TICK_MS = 1_200;

/** Now, on every clock: only durations before it mean anything. */
const NOW_MS = 1_000_000_000;
/** The other wall clock that a controller may have: every timeout has passed, every approval has expired. */
const LATE_MS = 2_000_000_000;

/** Lease two ticks and one in flight on a slow clock, so the drain takes three ticks on a fast one. */
export function modelSettings(mode: FailoverMode): RecoverySettings {
  return {
    regions: { primary: REGIONS[PRIMARY], standby: REGIONS[STANDBY] },
    mode,
    detection: {
      failureThreshold: 2,
      recoveryThreshold: 2,
      windowMs: 1_000,
      windowMinimumRounds: 1_000,
      windowFailureRatio: 1,
      recoveryRatio: 0,
      windowDegradedRatio: 1,
      latencyLimitMs: 1_000,
      maximumGapMs: 3 * TICK_MS,
      flapLimit: 100,
    },
    fencing: { permitLeaseMs: 2 * SLOW_TICK_MS, inFlightMs: SLOW_TICK_MS, clockRateDriftPpm: 200_000 },
    guard: {
      maximumLossMs: TICK_MS,
      maximumLagAgeMs: 2 * TICK_MS,
      cooldownMs: 60_000,
      approvalLifetimeMs: 60_000,
      clockSkewAllowanceMs: 0,
    },
    timeouts: { promotionMs: 60_000, proofMs: 60_000, switchoverMs: 60_000 },
    controllerRunMs: 55_000,
  };
}

const MAXIMUM_PROOF_TICKS = 2;
const MAXIMUM_ADMISSION_TICKS = 2;
const MAXIMUM_SILENT_TICKS = 4;
const MAXIMUM_WATCH_TICKS = 3;
const MAXIMUM_LAG_AGE_TICKS = 3;
/** Objective, oldest measurement, lease, in flight, and one tick for each of the two roundings. */
const MAXIMUM_LOST_TICKS = 1 + 2 + 2 + 1 + 1;

/**
 * Two regions with a service each, the standby's controller and a duplicate of it, an operator, the strongly consistent
 * table, Aurora, and the faults between them. Every decision is made by the decisions's functions.
 */
export class RecoveryModel implements Model<RecoveryState> {
  readonly settings: RecoverySettings;
  private readonly remembers: boolean;
  private readonly records = new Interned<ControlRecord>((record) => JSON.stringify(record));
  private readonly effects = new Interned<Effect>((effect) => JSON.stringify(effect));
  private readonly controllers = new Interned<ControllerState>(controllerKey);
  private readonly freshController = this.controllers.idOf(FRESH_CONTROLLER);
  // Results of pure functions, kept by their arguments.
  private readonly permits = new Map<number, boolean>();
  private readonly latchAnswers = new Map<number, string | null>();
  private readonly olderControllers = new Map<number, number>();
  private readonly rounds = new Map<string, Round>();
  private readonly settled = new Map<string, string | null>();

  constructor(
    private readonly decisions: DecisionFunctions,
    mode: FailoverMode,
    private readonly budget: Budget,
    private readonly roots: readonly (keyof typeof ROOTS)[] = ['steady'],
    private readonly checkLiveness = false,
  ) {
    this.settings = modelSettings(mode);
    this.remembers = decisions.recordToActOn !== REAL_DECISIONS.recordToActOn;
  }

  get initial(): readonly { name: string; state: RecoveryState }[] {
    return this.roots.map((name) => {
      const calm = ROOTS[name](this, this.steady());
      return {
        name,
        state: {
          ...calm,
          faultsLeft: this.budget.faults,
          commandsLeft: this.budget.commands,
          dns: this.budget.dns === true ? calm.dns : null,
        },
      };
    });
  }

  steady(): RecoveryState {
    const table = this.records.idOf(initialControlRecord(REGIONS[PRIMARY], NOW_MS));
    const proof = { record: table, ticks: 0 };
    return {
      table,
      tableBefore: table,
      primary: 'up',
      entry: 'serves',
      standby: 'up',
      replication: 'running',
      services: [
        { proof, ticksSinceAdmission: 0 },
        { proof, ticksSinceAdmission: MAXIMUM_ADMISSION_TICKS },
      ],
      database: {
        writer: PRIMARY,
        writable: [true, false],
        change: null,
        shownBefore: null,
        promotedEpoch: 0,
        unreplicatedTicks: 0,
      },
      lag: { lagTicks: 0, ageTicks: 0 },
      controllers: [this.freshController, this.freshController],
      call: null,
      faultsLeft: 0,
      commandsLeft: 0,
      dns: calmDns(table),
    };
  }

  record(id: number): ControlRecord {
    return this.records.valueOf(id);
  }

  /** One code unit an id, or four small numbers: a key of a few bytes, since millions of them are compared and kept. */
  key(state: RecoveryState): string {
    const { call, controllers, database: db, dns, lag, services } = state;
    const [one, other] = controllers;
    const [primary, standby] = services;
    return String.fromCharCode(
      state.table,
      state.tableBefore,
      // The two controllers run the same code on the same inputs: which of them is which makes no difference.
      one < other ? one : other,
      one < other ? other : one,
      primary.proof ? 1 + primary.proof.record : 0,
      standby.proof ? 1 + standby.proof.record : 0,
      pack(
        primary.proof?.ticks ?? 0,
        standby.proof?.ticks ?? 0,
        primary.ticksSinceAdmission,
        standby.ticksSinceAdmission,
      ),
      this.reachKey(state),
      pack(
        db.writer,
        (db.writable[PRIMARY] ? 2 : 0) + (db.writable[STANDBY] ? 1 : 0),
        db.promotedEpoch,
        db.unreplicatedTicks,
      ),
      this.databaseKey(state),
      pack(lag.lagTicks, lag.ageTicks, state.faultsLeft, state.commandsLeft),
      call ? call.effect : 0,
      call ? 1 + call.ticks : 0,
      dns ? 1 + (dns.known[PRIMARY] ?? -1) : 0,
      dns ? 1 + (dns.known[STANDBY] ?? -1) : 0,
      dns ? 16 + (dns.serves ? 8 : 0) + (dns.entered ? 4 : 0) + (dns.unlatched ? 2 : 0) + (dns.latchHeard ? 1 : 0) : 0,
    );
  }

  private reachKey({ primary, standby, entry, replication }: RecoveryState): number {
    return pack(
      PRIMARY_CODES[primary],
      STANDBY_CODES[standby],
      entry === 'serves' ? 0 : 1,
      replication === 'running' ? 0 : 1,
    );
  }

  /** Key of the change that Aurora is making, and of the state that its API showed before. */
  private databaseKey({ database: { change, shownBefore } }: RecoveryState): number {
    return pack(
      change ? 1 + change.target : 0,
      change?.kind === 'promote' ? 1 : 0,
      shownBefore ? 1 + shownBefore.writer : 0,
      shownBefore?.changing ? 1 : 0,
    );
  }

  check(state: RecoveryState): string | null {
    if (this.canAdmit(state, PRIMARY) && this.canAdmit(state, STANDBY))
      return 'two regions believe that they may write';
    if (this.canCommit(state, PRIMARY) && this.canCommit(state, STANDBY))
      return 'SQL writes are accepted in two regions';
    const dnsViolation = state.dns && checkDns(state.dns, this.record(state.table), REGIONS);
    return (
      dnsViolation ?? this.checkLatchAnswers(state) ?? (this.checkLiveness ? this.checkServesInTheEnd(state) : null)
    );
  }

  *next(state: RecoveryState): Generator<Transition<RecoveryState>> {
    yield* this.clockTransitions(state);
    yield* this.serviceTransitions(state);
    yield* this.databaseTransitions(state);
    for (const index of [0, 1] as const) {
      const [one, other] = state.controllers;
      if (index === 1 && one === other) continue;
      yield* this.controllerTransitions(state, index);
    }
    yield* this.dnsTransitions(state);
    yield* this.operatorTransitions(state);
    yield* this.environmentTransitions(state);
  }

  // Time

  private *clockTransitions(state: RecoveryState): Generator<Transition<RecoveryState>> {
    yield happened('a tick passes, and the services read the ledger', this.tick(state, true));
    yield happened('a tick passes, and no service reads the ledger', this.tick(state, false));
  }

  tick(state: RecoveryState, servicesRead: boolean): RecoveryState {
    const replicates = state.primary === 'up' && state.replication === 'running' && !state.database.change;
    const written = this.canCommit(state, PRIMARY) ? 1 : 0;
    const unreplicated = Math.min(state.database.unreplicatedTicks + written, MAXIMUM_LOST_TICKS + 1);
    const older = (service: ServiceState): ServiceState => ({
      proof: service.proof && { ...service.proof, ticks: atMost(service.proof.ticks + 1, MAXIMUM_PROOF_TICKS) },
      ticksSinceAdmission: atMost(service.ticksSinceAdmission + 1, MAXIMUM_ADMISSION_TICKS),
    });
    const services = [older(state.services[PRIMARY]), older(state.services[STANDBY])] as const;
    return {
      ...state,
      services: servicesRead
        ? this.afterReading(state, this.afterReading(state, services, PRIMARY), STANDBY)
        : this.afterAdmissions(state, services),
      database: { ...state.database, unreplicatedTicks: replicates ? 0 : unreplicated },
      lag: replicates
        ? { lagTicks: 0, ageTicks: 0 }
        : { ...state.lag, ageTicks: atMost(state.lag.ageTicks + 1, MAXIMUM_LAG_AGE_TICKS) },
      controllers: [this.olderController(state.controllers[0]), this.olderController(state.controllers[1])],
      // The caller's timeout ends a call, on a slow clock, within one tick.
      call: state.call && state.call.ticks < 1 ? { ...state.call, ticks: state.call.ticks + 1 } : null,
    };
  }

  // Services

  private *serviceTransitions(state: RecoveryState): Generator<Transition<RecoveryState>> {
    for (const region of [PRIMARY, STANDBY] as const) {
      const { proof } = state.services[region];
      if (proof?.record === state.table || !this.reachesTable(state, region)) continue;
      yield happened(`the service in ${REGIONS[region]} reads the ledger`, this.readByService(state, region));
    }
  }

  private readByService(state: RecoveryState, region: RegionIndex): RecoveryState {
    return { ...state, services: this.afterReading(state, state.services, region) };
  }

  private afterReading(state: RecoveryState, services: Services, region: RegionIndex): Services {
    if (!this.reachesTable(state, region)) return this.afterAdmissions(state, services);
    const read = { ...services[region], proof: { record: state.table, ticks: 0 } };
    return this.afterAdmissions(state, region === PRIMARY ? [read, services[STANDBY]] : [services[PRIMARY], read]);
  }

  private reachesTable(state: RecoveryState, region: RegionIndex): boolean {
    return region === PRIMARY ? state.primary === 'up' : state.standby !== 'cut';
  }

  canAdmit(state: RecoveryState, region: RegionIndex): boolean {
    return this.admits(state, state.services[region], region);
  }

  private admits(state: RecoveryState, { proof }: ServiceState, region: RegionIndex): boolean {
    if (region === PRIMARY && state.primary === 'dark') return false;
    const asked = proof ? pack(region, proof.ticks, 0, 0) + PACKED * proof.record : -1 - region;
    return memoized(this.permits, asked, () => {
      // The worst that the bound allows: the writer's clock is slow.
      const epochProof: EpochProof | null = proof && {
        record: this.record(proof.record),
        consistency: 'strong',
        readStartedAtMs: NOW_MS - proof.ticks * SLOW_TICK_MS,
      };
      return this.decisions.rules.decideWritePermit(REGIONS[region], epochProof, NOW_MS, this.settings.fencing).granted;
    });
  }

  /** Whether a write that was admitted at some time could be acknowledged now. */
  canCommit(state: RecoveryState, region: RegionIndex): boolean {
    if (region === PRIMARY && state.primary === 'dark') return false;
    const inFlightMs = state.services[region].ticksSinceAdmission * SLOW_TICK_MS;
    return state.database.writable[region] && inFlightMs <= this.settings.fencing.inFlightMs;
  }

  private afterAdmissions(state: RecoveryState, services: Services): Services {
    const after = (region: RegionIndex): ServiceState => {
      const service = services[region];
      const admits = service.ticksSinceAdmission > 0 && this.admits(state, service, region);
      return admits ? { ...service, ticksSinceAdmission: 0 } : service;
    };
    return [after(PRIMARY), after(STANDBY)];
  }

  // The strongly consistent table

  private writeTable(state: RecoveryState, write: ConditionalWrite, by: string): Transition<RecoveryState> {
    const stored = this.record(state.table);
    const { next } = write;
    if (!this.decisions.rules.conditionHolds(stored, write.expected)) return happened(`${by}: refused`, state);
    const label = `${by}: version ${next.version}, epoch ${next.epoch}, ${next.holder}, ${next.step}, writes ${next.sqlWrites}`;
    const table = this.records.idOf(next);
    // What was heard of a latch ends with it.
    const dns = state.dns && { ...state.dns, latchHeard: state.dns.latchHeard && next.latchedRegion !== null };
    const after = { ...state, tableBefore: state.table, table, dns };
    return { label, state: after, violation: this.checkWrite(state, stored, next) };
  }

  private checkWrite(state: RecoveryState, stored: ControlRecord, next: ControlRecord): string | null {
    if (next.version !== stored.version + 1) return 'an acknowledged strongly consistent write is lost';
    if (next.epoch < stored.epoch) return 'the epoch goes backwards';
    if (next.epoch === stored.epoch && next.holder !== stored.holder) return 'one epoch has two holders';
    if (stored.latchedRegion && !next.latchedRegion && stored.step !== 'failback-releasing') {
      return 'the latch comes down before the end of a failback';
    }
    if (next.step === 'promoting' && stored.step !== 'promoting' && stored.promotionEpoch >= next.epoch) {
      return 'an epoch begins a second promotion';
    }
    const opens = stored.sqlWrites === 'closed' && next.sqlWrites === 'open';
    const holder = next.holder === REGIONS[PRIMARY] ? PRIMARY : STANDBY;
    if (opens && !state.database.writable[holder]) return 'writes open in a region whose database refuses them';
    return null;
  }

  // Aurora

  private *databaseTransitions(state: RecoveryState): Generator<Transition<RecoveryState>> {
    const { change } = state.database;
    if (change) {
      yield this.completeChange(state);
      if (state.faultsLeft > 0) {
        const shownBefore = { writer: state.database.writer, changing: true };
        const database = { ...state.database, change: null, shownBefore };
        yield happened(`Aurora gives up the ${change.kind}`, fault({ ...state, database }));
      }
    }
    if (state.call)
      yield this.acceptCall({ ...state, call: null }, this.callOf(state.call.effect), 'the delayed call arrives');
  }

  private acceptCall(state: RecoveryState, effect: CallEffect, by: string): Transition<RecoveryState> {
    const target = effect.target === REGIONS[PRIMARY] ? PRIMARY : STANDBY;
    const { database } = state;
    const reachable = effect.kind === 'promote' || state.primary === 'up';
    if (database.change || database.writer === target || !reachable || state.standby === 'cut') {
      return happened(`${by}: Aurora refuses to ${effect.kind} to ${effect.target}`, state);
    }
    const label = `${by}: Aurora begins to ${effect.kind} to ${effect.target}`;
    const shownBefore = { writer: database.writer, changing: false };
    const after = { ...state, database: { ...database, shownBefore, change: { kind: effect.kind, target } as const } };
    const { epoch, step } = this.record(state.table);
    // While a new epoch drains, calls of the one before may still begin: that is what it waits for.
    const violation =
      effect.epoch !== epoch && step !== 'draining'
        ? 'a call of an old epoch moves the database'
        : effect.kind === 'switch-over' && (this.canCommit(state, PRIMARY) || this.canCommit(state, STANDBY))
          ? 'a switchover begins before writes have stopped'
          : null;
    return { label, state: after, violation };
  }

  private completeChange(state: RecoveryState): Transition<RecoveryState> {
    const { database, primary } = state;
    if (!database.change) return happened('nothing', state);
    const { kind, target } = database.change;
    const { approval, epoch, promotionEpoch } = this.record(state.table);
    const planned = kind === 'switch-over';
    const oldStays = !planned && primary !== 'dark' && database.writable[PRIMARY];
    const after: RecoveryState = {
      ...state,
      database: {
        writer: target,
        writable: target === PRIMARY ? [true, false] : [oldStays, true],
        change: null,
        shownBefore: { writer: database.writer, changing: true },
        promotedEpoch: planned ? database.promotedEpoch : promotionEpoch,
        unreplicatedTicks: 0,
      },
    };
    const unapprovedLoss = approval?.epoch !== epoch && database.unreplicatedTicks > MAXIMUM_LOST_TICKS;
    const violation = planned
      ? null
      : database.promotedEpoch === promotionEpoch
        ? 'an epoch promotes twice'
        : unapprovedLoss
          ? 'a promotion that nobody approved loses more than the guard allows'
          : null;
    return { label: `Aurora ends the ${kind} to ${REGIONS[target]}`, state: after, violation };
  }

  // Route 53 and the health checks

  private *dnsTransitions(state: RecoveryState): Generator<Transition<RecoveryState>> {
    const { dns } = state;
    if (dns === null) return;
    yield happened('Route 53 asks', this.askedByRoute53(state));
    for (const region of [PRIMARY, STANDBY] as const) {
      if (dns.known[region] === null) continue;
      const label = `Route 53 asks, and meets a new copy of the health check in ${REGIONS[region]}`;
      yield happened(label, this.askedByRoute53(state, { newCopy: region }));
    }
    if (state.faultsLeft === 0) return;
    for (const region of [PRIMARY, STANDBY] as const) {
      const where = REGIONS[region];
      for (const newCopy of [undefined, region]) {
        const copy = newCopy === undefined ? 'the health check' : 'a new copy of the health check';
        const met = newCopy === undefined ? {} : { newCopy };
        yield happened(
          `Route 53 asks, and ${copy} in ${where} cannot read the ledger`,
          fault(this.askedByRoute53(state, { ...met, readLost: region })),
        );
      }
      yield happened(
        `Route 53 asks, and the answer of ${where} is lost`,
        fault(this.askedByRoute53(state, { answerLost: region })),
      );
    }
  }

  askedByRoute53(state: RecoveryState, asked: DnsFault = {}): RecoveryState {
    if (state.dns === null) return state;
    const world: DnsWorld = {
      stored: state.table,
      record: (id) => this.record(id),
      // A primary that is cut off from the other region and the table still answers the internet: the worst case.
      answers: (region) => (region === PRIMARY ? state.primary !== 'dark' : state.standby !== 'cut'),
      reads: (region) => this.reachesTable(state, region),
      entryAnswers: state.primary !== 'dark' && state.entry === 'serves',
    };
    return { ...state, dns: askChecks(state.dns, world, this.decisions.rules, REGIONS, asked) };
  }

  // Controllers

  private *controllerTransitions(state: RecoveryState, index: 0 | 1): Generator<Transition<RecoveryState>> {
    const name = index === 0 ? 'controller A' : 'controller B';
    const faulty = state.faultsLeft > 0;
    if (faulty && state.controllers[index] !== this.freshController) {
      yield happened(`${name} is killed`, fault(withController(state, index, this.freshController)));
    }
    if (this.controllerOf(state, index).pending) {
      yield this.resume(state, index, name);
      return;
    }
    const plain = this.round(state, index, {});
    yield* this.perform(state, index, name, plain, true);
    if (!faulty) return;
    if (state.primary === 'up' && state.standby === 'up') {
      yield* this.perform(fault(state), index, `${name} (probes lost)`, this.round(state, index, { lostProbes: true }));
    }
    yield* this.perform(fault(state), index, `${name} (clock hours ahead)`, this.round(state, index, { late: true }));
    if (state.database.shownBefore) {
      const stale = this.round(state, index, { staleDatabase: true });
      yield* this.perform(fault(state), index, `${name} (old answer from Aurora)`, stale);
    }
  }

  /** One pass of the handler's loop up to the effect: probes, reads, decides. */
  round(state: RecoveryState, index: 0 | 1, odds: RoundOdds): Round {
    const { database, lag } = state;
    const asked = String.fromCharCode(
      state.controllers[index],
      state.table,
      this.reachKey(state),
      this.databaseKey(state),
      pack(
        database.writer,
        lag.lagTicks,
        lag.ageTicks,
        (odds.lostProbes ? 4 : 0) + (odds.late ? 2 : 0) + (odds.staleDatabase ? 1 : 0),
      ),
    );
    return memoized(this.rounds, asked, () => this.roundAnew(state, index, odds));
  }

  private roundAnew(
    state: RecoveryState,
    index: 0 | 1,
    { lostProbes = false, late = false, staleDatabase = false }: RoundOdds,
  ): Round {
    const { rules } = this.decisions;
    const observed = this.observe(state, this.controllerOf(state, index), lostProbes);
    const wasIsolated = state.standby !== 'up';
    if (state.standby === 'cut') return { controller: this.controllers.idOf(observed), effect: null, wasIsolated };

    const remembered = observed.remembered === null ? null : this.record(observed.remembered);
    const record = this.decisions.recordToActOn(this.record(state.table), remembered);
    const previous = observed.watch && {
      closedAtVersion: observed.watch.closedAtVersion,
      // The worst that the bound allows: the waiting controller's clock is fast.
      seenAtMs: NOW_MS - observed.watch.ticks * FAST_TICK_MS,
    };
    const watch = rules.watchClosure(previous, record, NOW_MS);
    const { database } = state;
    const shown = staleDatabase && database.shownBefore;
    const wallClockMs = late ? LATE_MS : NOW_MS;
    const situation: Situation = {
      record,
      recordReadStartedAtMs: NOW_MS,
      monotonicMs: NOW_MS,
      wallClockMs,
      closureWatch: watch,
      primary: rules.assessPrimary(
        {
          ...NOTHING_OBSERVED,
          ...observed.detection,
          observer: 'controller',
          lastObservedAtMs: NOW_MS,
        },
        NOW_MS,
        this.settings.detection,
      ),
      standbyHealthy: true,
      database: {
        writer: REGIONS[shown ? shown.writer : database.writer],
        status: (shown ? shown.changing : database.change) ? 'changing' : 'idle',
      },
      lag: { lagMs: state.lag.lagTicks * TICK_MS, measuredAtMs: wallClockMs - state.lag.ageTicks * TICK_MS },
      provedAtVersion: observed.provedAtVersion,
      notice: observed.noticeId === null ? null : { id: observed.noticeId, delivered: true },
    };
    let effect = this.decisions.decide(situation, this.settings, rules);
    let { noticeId } = observed;
    if (effect.kind === 'notify') {
      // A notice changes nothing that anyone else sees, so what follows it belongs to the same transition.
      noticeId = effect.notice.id;
      effect = this.decisions.decide({ ...situation, notice: { id: noticeId, delivered: true } }, this.settings, rules);
    }
    const watchTicks = watch && previous && watch.seenAtMs === previous.seenAtMs ? (observed.watch?.ticks ?? 0) : 0;
    return {
      controller: this.controllers.idOf({
        ...observed,
        noticeId,
        remembered: this.remembers ? this.records.idOf(record) : null,
        watch: watch && { closedAtVersion: watch.closedAtVersion, ticks: watchTicks },
      }),
      effect,
      wasIsolated,
    };
  }

  private observe(state: RecoveryState, controller: ControllerState, lostProbes: boolean): ControllerState {
    const probe = (answers: boolean): Probe => ({
      via: 'public',
      outcome: answers ? 'answered' : 'silent',
      latencyMs: 1,
    });
    const seesPrimary = state.primary === 'up' && state.standby === 'up' && !lostProbes;
    const round: ProbeRound = {
      observer: 'controller',
      sequence: 1,
      observedAtMs: NOW_MS,
      shallow: [probe(seesPrimary && state.entry === 'serves')],
      deep: [probe(seesPrimary)],
      control: [probe(state.standby === 'up')],
    };
    const { detection, silentTicks } = controller;
    const before = {
      ...NOTHING_OBSERVED,
      ...detection,
      observer: detection.lastGrade === null ? null : 'controller',
      lastSequence: 0,
      lastObservedAtMs: NOW_MS - silentTicks * TICK_MS,
    };
    const after = observeRound(before, round, this.settings.detection, this.decisions.rules.assessRound);
    return {
      ...controller,
      silentTicks: 0,
      detection: {
        status: after.status,
        consecutiveBad: atMost(after.consecutiveBad, this.settings.detection.failureThreshold),
        consecutiveGood: atMost(after.consecutiveGood, this.settings.detection.recoveryThreshold),
        lastGrade: after.lastGrade,
        lastShape: after.lastShape,
      },
    };
  }

  private *perform(
    state: RecoveryState,
    index: 0 | 1,
    name: string,
    { controller, effect, wasIsolated }: Round,
    withFaults = false,
  ): Generator<Transition<RecoveryState>> {
    const ready = withController(state, index, controller);
    if (!effect || effect.kind === 'wait' || effect.kind === 'none' || effect.kind === 'notify') {
      yield happened(`${name} observes`, ready);
      return;
    }
    yield this.apply(ready, index, name, effect, wasIsolated);
    if (!withFaults || state.faultsLeft === 0) return;
    const faulty = fault(ready);
    yield happened(
      `${name} decides to ${describe(effect)} and is suspended before it does`,
      this.suspendedWith(faulty, index, controller, effect),
    );
    if (effect.kind === 'write') {
      const applied = this.apply(faulty, index, name, effect, wasIsolated);
      yield {
        ...applied,
        label: `${applied.label}; it is killed before it knows`,
        state: withController(applied.state, index, this.freshController),
      };
    }
    if ((effect.kind === 'promote' || effect.kind === 'switch-over') && !state.call) {
      const label = `${name} calls Aurora to ${effect.kind} to ${effect.target}; the call is delayed`;
      yield happened(label, { ...faulty, call: { effect: this.effects.idOf(effect), ticks: 0 } });
    }
  }

  /** A controller that has decided, and was suspended before it did it. */
  suspended(state: RecoveryState, index: 0 | 1): RecoveryState {
    const { controller, effect } = this.round(state, index, {});
    return effect ? this.suspendedWith(state, index, controller, effect) : state;
  }

  private suspendedWith(state: RecoveryState, index: 0 | 1, controller: number, effect: Effect): RecoveryState {
    const pending = { effect: this.effects.idOf(effect), ticks: 0 };
    return withController(state, index, this.changed(controller, { pending }));
  }

  private resume(state: RecoveryState, index: 0 | 1, name: string): Transition<RecoveryState> {
    const { pending } = this.controllerOf(state, index);
    if (!pending) return happened('nothing', state);
    const effect = this.effects.valueOf(pending.effect);
    const awake = withController(state, index, this.changed(state.controllers[index], { pending: null }));
    const monotonicMs = NOW_MS + pending.ticks * SLOW_TICK_MS;
    if (state.standby === 'cut' || !this.decisions.rules.effectIsCurrent(effect, monotonicMs)) {
      return happened(`${name} wakes and drops what it had decided`, awake);
    }
    return this.apply(awake, index, `${name} wakes`, effect, false);
  }

  private apply(
    state: RecoveryState,
    index: 0 | 1,
    name: string,
    effect: Effect,
    wasIsolated: boolean,
  ): Transition<RecoveryState> {
    switch (effect.kind) {
      case 'write': {
        const before = this.record(state.table);
        const written = this.writeTable(state, effect.write, name);
        const takes = before.step === 'serving' && effect.write.next.epoch > before.epoch;
        return wasIsolated && takes && written.state.table !== state.table
          ? { ...written, violation: 'a controller that reaches nothing takes the epoch' }
          : written;
      }
      case 'promote':
      case 'switch-over':
        return this.acceptCall(state, effect, name);
      case 'prove-write': {
        const region = effect.region === REGIONS[PRIMARY] ? PRIMARY : STANDBY;
        const proved = state.database.writable[region] && (region === STANDBY || state.primary === 'up');
        const provedAtVersion = proved ? effect.version : null;
        const controller = this.changed(state.controllers[index], { provedAtVersion });
        const outcome = proved ? 'proves' : 'fails to prove';
        return happened(`${name} ${outcome} a write in ${effect.region}`, withController(state, index, controller));
      }
      default:
        return happened(`${name} does nothing`, state);
    }
  }

  // The operator

  private *operatorTransitions(state: RecoveryState): Generator<Transition<RecoveryState>> {
    if (state.commandsLeft === 0) return;
    const spent = { ...state, commandsLeft: state.commandsLeft - 1 };
    for (const command of ['approve', 'failover', 'failback'] as const) {
      const outcome = this.command(state, command);
      if (outcome.kind === 'write') yield this.writeTable(spent, outcome.write, `the operator runs ${command}`);
    }
  }

  private command(state: RecoveryState, command: 'approve' | 'failover' | 'failback'): CommandOutcome {
    const record = this.record(state.table);
    const given = { record, by: 'operator', wallClockMs: NOW_MS, settings: this.settings };
    if (command === 'approve') return commandApprove({ ...given, epoch: record.epoch });
    if (command === 'failback') return commandFailback(given);
    const lag = { lagMs: state.lag.lagTicks * TICK_MS, measuredAtMs: NOW_MS - state.lag.ageTicks * TICK_MS };
    return commandFailover({ ...given, lag });
  }

  // Faults and repairs

  private *environmentTransitions(state: RecoveryState): Generator<Transition<RecoveryState>> {
    if (state.primary !== 'up') yield happened('the primary region heals', { ...state, primary: 'up' });
    if (state.entry === 'fails') yield happened("the primary's entry heals", { ...state, entry: 'serves' });
    if (state.standby !== 'up') yield happened("the standby's network heals", { ...state, standby: 'up' });
    if (state.replication !== 'running') {
      yield happened('replication goes on', { ...state, replication: 'running' });
    }
    if (state.faultsLeft === 0) return;
    if (state.primary !== 'dark') {
      const [service, other] = state.services;
      const dead = { ...service, proof: null, ticksSinceAdmission: MAXIMUM_ADMISSION_TICKS };
      yield happened('the primary region goes dark', fault({ ...state, primary: 'dark', services: [dead, other] }));
    }
    if (state.primary === 'up') yield happened('the primary region is cut off', fault({ ...state, primary: 'cut' }));
    if (state.dns !== null && state.entry === 'serves') {
      yield happened("the primary's entry fails", fault({ ...state, entry: 'fails' }));
    }
    if (state.standby === 'up') {
      yield happened("the standby's probes are cut off", fault({ ...state, standby: 'probes-cut' }));
      yield happened('the standby region is cut off', fault({ ...state, standby: 'cut' }));
    }
    if (state.replication === 'running') {
      yield happened('replication stalls, and its lag is not reported', fault({ ...state, replication: 'stalled' }));
    }
  }

  // Invariants that need more than a look

  /** All answers that the standby's latch endpoint could give now. */
  private checkLatchAnswers({ table, tableBefore }: RecoveryState): string | null {
    return memoized(this.latchAnswers, table * PACKED + tableBefore, () =>
      this.checkLatchOf(this.record(table), this.record(tableBefore)),
    );
  }

  private checkLatchOf(stored: ControlRecord, before: ControlRecord): string | null {
    if (!stored.latchedRegion) return null;
    const read = (record: ControlRecord, consistency: EpochProof['consistency']): EpochProof => ({
      record,
      consistency,
      readStartedAtMs: NOW_MS,
    });
    for (const known of [null, before, stored]) {
      for (const proof of [null, read(before, 'eventual'), read(stored, 'eventual'), read(stored, 'strong')]) {
        const answer = this.decisions.rules.decideLatchAnswer(known, proof);
        if (answer === 'released') return 'the latch endpoint releases a latched region';
        const knows = newestRecord(known, proof?.record ?? null)?.latchedRegion;
        if (knows && answer !== 'latched') return 'the latch endpoint forgets a latch that it knew of';
      }
    }
    return null;
  }

  /**
   * Lets every fault end, and the controllers, Aurora, time and an operator who follows the step guide go on in turn:
   * the platform must then serve. Deterministic, so one look at a state is enough.
   */
  private checkServesInTheEnd(state: RecoveryState): string | null {
    const way: string[] = [];
    let at: RecoveryState = {
      ...state,
      primary: 'up',
      entry: 'serves',
      standby: 'up',
      replication: 'running',
      faultsLeft: 0,
      commandsLeft: 0,
    };
    let outcome: string | null = `no region serves ${FAIR_ROUNDS} rounds after the last fault`;
    let key = this.key(at);
    for (let round = 0; round < FAIR_ROUNDS; round += 1) {
      const known = this.settled.get(key);
      if (known !== undefined) {
        outcome = known;
        break;
      }
      way.push(key);
      if (this.serves(at)) {
        outcome = null;
        break;
      }
      const following = this.fairRound(at);
      // Where nothing moves any more, time goes on until a timeout has passed.
      at = this.key(following) === key ? this.fairRound(at, true) : following;
      key = this.key(at);
    }
    for (const passed of way) this.settled.set(passed, outcome);
    return outcome;
  }

  private serves(state: RecoveryState): boolean {
    const { holder, latchedRegion, step } = this.record(state.table);
    const region = holder === REGIONS[PRIMARY] ? PRIMARY : STANDBY;
    const latch = region === PRIMARY ? null : REGIONS[PRIMARY];
    if (state.dns !== null && answeredRegion(state.dns) !== region) return false;
    return (
      step === 'serving' && latchedRegion === latch && this.canAdmit(state, region) && this.canCommit(state, region)
    );
  }

  /** One controller acts once, Aurora ends what it does, and a tick passes. */
  soloRound(state: RecoveryState): RecoveryState {
    let at = state.database.change ? this.completeChange(state).state : state;
    for (const transition of this.perform(at, 0, '', this.round(at, 0, {}))) at = transition.state;
    const { step } = this.record(at.table);
    const outcome = step === 'awaiting-approval' ? this.command(at, 'approve') : null;
    if (outcome?.kind === 'write') at = this.writeTable(at, outcome.write, '').state;
    return this.askedByRoute53(this.tick(at, true));
  }

  fairRound(state: RecoveryState, late = false): RecoveryState {
    let at = state;
    if (at.call) at = this.acceptCall({ ...at, call: null }, this.callOf(at.call.effect), '').state;
    if (at.database.change) at = this.completeChange(at).state;
    for (const index of [0, 1] as const) {
      if (this.controllerOf(at, index).pending) at = this.resume(at, index, '').state;
      else for (const transition of this.perform(at, index, '', this.round(at, index, { late }))) at = transition.state;
    }
    const { step } = this.record(at.table);
    const advice = FAIR_ADVICE[step];
    const outcome = advice ? this.command(at, advice) : null;
    if (outcome?.kind === 'write') at = this.writeTable(at, outcome.write, '').state;
    return this.askedByRoute53(this.tick(at, true));
  }

  // Identity

  intern(record: ControlRecord): number {
    return this.records.idOf(record);
  }

  private callOf(effectId: number): CallEffect {
    return this.effects.valueOf(effectId) as CallEffect;
  }

  private controllerOf(state: RecoveryState, index: 0 | 1): ControllerState {
    return this.controllers.valueOf(state.controllers[index]);
  }

  private changed(controller: number, changes: Partial<ControllerState>): number {
    return this.controllers.idOf({ ...this.controllers.valueOf(controller), ...changes });
  }

  private olderController(controller: number): number {
    return memoized(this.olderControllers, controller, () => {
      const { pending, silentTicks, watch } = this.controllers.valueOf(controller);
      return this.changed(controller, {
        silentTicks: atMost(silentTicks + 1, MAXIMUM_SILENT_TICKS),
        watch: watch && { ...watch, ticks: atMost(watch.ticks + 1, MAXIMUM_WATCH_TICKS) },
        pending: pending && { ...pending, ticks: atMost(pending.ticks + 1, MAXIMUM_PROOF_TICKS) },
      });
    });
  }
}

/** Faults of one pass of a controller. */
interface RoundOdds {
  readonly lostProbes?: boolean;
  /** Its wall clock is hours ahead. */
  readonly late?: boolean;
  readonly staleDatabase?: boolean;
}

/** Result of one pass of a controller. */
interface Round {
  /** Id of the controller's state after it. */
  readonly controller: number;
  readonly effect: Effect | null;
  readonly wasIsolated: boolean;
}

const PRIMARY_CODES = { up: 0, cut: 1, dark: 2 } as const;
const STANDBY_CODES = { up: 0, 'probes-cut': 1, cut: 2 } as const;

function controllerKey({ detection: d, watch, pending, ...rest }: ControllerState): string {
  return (
    `${d.status}/${d.consecutiveBad}/${d.consecutiveGood}/${d.lastGrade}/${d.lastShape}/${rest.silentTicks}/` +
    `${watch?.closedAtVersion}/${watch?.ticks}/${rest.provedAtVersion}/${rest.noticeId}/${rest.remembered}/` +
    `${pending?.effect}/${pending?.ticks}`
  );
}

/** Commands of an operator who follows the step guide. */
const FAIR_ADVICE: Readonly<Partial<Record<ControlRecord['step'], 'approve' | 'failover' | 'failback'>>> = {
  'awaiting-approval': 'approve',
  'promotion-stuck': 'failover',
  'write-unproven': 'failover',
  'switchover-stuck': 'failover',
  'failback-unproven': 'failover',
};

const FAIR_ROUNDS = 60;

/** Where an exploration may begin: states that runs of the real code lead to, fault-free but for what a name says. */
export const ROOTS = {
  steady: (_model: RecoveryModel, state: RecoveryState): RecoveryState => state,
  'failed over': (model: RecoveryModel, state: RecoveryState): RecoveryState => failedOver(model, state),
  'failback begun': (model: RecoveryModel, state: RecoveryState): RecoveryState => {
    const served = failedOver(model, state);
    const outcome = commandFailback({
      record: model.record(served.table),
      by: 'operator',
      wallClockMs: NOW_MS,
      settings: model.settings,
    });
    if (outcome.kind !== 'write') throw new Error(`exploration: failback is ${outcome.kind}, expected write.`);
    return { ...served, tableBefore: served.table, table: model.intern(outcome.write.next) };
  },
  'about to judge an old lag': (model: RecoveryModel, state: RecoveryState): RecoveryState => {
    // Replication stalls unnoticed, and the primary goes on writing, until it is cut off.
    let stalled: RecoveryState = { ...state, replication: 'stalled' };
    for (let tick = 0; tick <= MAXIMUM_LOST_TICKS; tick += 1) stalled = model.tick(stalled, true);
    return untilStep(model, { ...stalled, primary: 'cut' }, 'guarding');
  },
  'about to promote': (model: RecoveryModel, state: RecoveryState): RecoveryState =>
    untilStep(model, { ...state, primary: 'cut' }, 'promoting'),
  'about to switch back': (model: RecoveryModel, state: RecoveryState): RecoveryState =>
    untilStep(model, ROOTS['failback begun'](model, state), 'failback-switching'),
  'suspended before the switchover': (model: RecoveryModel, state: RecoveryState): RecoveryState =>
    model.suspended(ROOTS['about to switch back'](model, state), 0),
} as const;

/** Fault-free rounds of one controller, until the ledger is in a step. */
function untilStep(model: RecoveryModel, from: RecoveryState, step: ControlRecord['step']): RecoveryState {
  let state = from;
  for (let round = 0; round < 40 && model.record(state.table).step !== step; round += 1) state = model.soloRound(state);
  if (model.record(state.table).step !== step) throw new Error(`exploration: no way to ${step}, expected one.`);
  return state;
}

function failedOver(model: RecoveryModel, steady: RecoveryState): RecoveryState {
  let state: RecoveryState = { ...steady, primary: 'cut' };
  for (let round = 0; round < 20; round += 1) state = model.fairRound(state);
  state = { ...state, primary: 'up' };
  for (let round = 0; round < 4; round += 1) state = model.fairRound(state);
  return state;
}

function happened(label: string, state: RecoveryState): Transition<RecoveryState> {
  return { label, state, violation: null };
}

function fault(state: RecoveryState): RecoveryState {
  return { ...state, faultsLeft: state.faultsLeft - 1 };
}

function withController(state: RecoveryState, index: 0 | 1, controller: number): RecoveryState {
  const [first, second] = state.controllers;
  return { ...state, controllers: index === 0 ? [controller, second] : [first, controller] };
}

function atMost(value: number, maximum: number): number {
  return value < maximum ? value : maximum;
}

function describe(effect: Effect): string {
  if (effect.kind === 'write') return `write ${effect.write.next.step}`;
  return effect.kind === 'promote' || effect.kind === 'switch-over'
    ? `${effect.kind} to ${effect.target}`
    : effect.kind;
}
