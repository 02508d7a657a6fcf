import {
  type AdmittedWrite,
  ControlTableReader,
  ControlTableWriter,
  HeartbeatStore,
  WriteFence,
} from '@dr/control-table';
import {
  commandApprove,
  commandDetach,
  commandEvacuate,
  commandFailover,
  type CommandName,
  type CommandOutcome,
  commandRestored,
  type ControlRecord,
  CONTROLLER_PERIOD_MS,
  DEFAULT_RECOVERY_SETTINGS,
  overlappingRunMs,
  drainWaitMs,
  type FailoverMode,
  HEALTHY_TEXT,
  initialControlRecord,
  LONGEST_TRAIL_MS,
  type Notice,
  type Probe,
  type RecoverySettings,
  SERVING_TEXT,
  STEP_GUIDE,
  validateRecoverySettings,
} from '@dr/recovery';
import {
  answerHealthRequest,
  AuroraGlobalDatabaseAdapter,
  type CanaryAnswer,
  type HttpAnswer,
  type RecoveryPorts,
  RegionCheck,
  runController,
  runRecovery,
  tryWrite,
  within,
} from '@dr/recovery-runtime';
import { Alarms, missingIn, NONE_RUNNING } from './alarms';
import { type Change, clusterArn, GlobalDatabase, otherThan } from './global-database';
import {
  Network,
  OTHER,
  type Place,
  PREFERRED,
  type Region,
  type ServingRegion,
  SERVING_REGIONS,
  WITNESS,
} from './network';
import { Random } from './random';
import { ReplicatedTable } from './replicated-table';
import { type HealthCheck, Route53 } from './route53';
import { type ClockOptions, Process, VirtualTime } from './virtual-time';

/** Needs of clients: to be let in, to write into a strongly consistent table, to write SQL. */
export const TIERS = ['entry', 'strongly consistent writes', 'SQL writes'] as const;
export type Tier = (typeof TIERS)[number];

/** Clocks may run up to a fifth fast or slow, so that a wait that forgets it is too short by seconds. */
const DRIFT_PPM = 200_000;
/** Regions that have a failover controller. */
const CONTROLLED: readonly ServingRegion[] = SERVING_REGIONS;
/** Time that a run takes to end, after its watch. */
const ENDING_MS = 3_000;
const RESERVED_CONCURRENCY = 3;
const PROBE_MS = 1_800;
/** Error of Lambda where a function runs as often at once as it may. */
const THROTTLED = 'TooManyRequestsException';
/** The two functions of a region that find whether it can serve; a flood of public traffic uses up the one with a URL. */
type HealthFunction = 'region check' | 'public health check';
/** The one that controllers invoke and checkers ask. */
const ASKED: HealthFunction = 'region check';
/** A failure that was confirmed before that moves nothing, by any clock, and what is seen takes some rounds. */
const CONFIRMED_MS = 130_000;
/** Longer than from one run of a controller to the second one after it. */
const UNDISTURBED_MS = 150_000;
/** Longer than the dead-man takes to notice that no controller runs, or that one runs again. */
const DEAD_MAN_MS = 200_000;
/** Happenings that leave each serving region as it is. */
const HARMLESS = new RegExp(` pass$|^time passes|^${PREFERRED} and ${OTHER} are | must `);
/** Name servers that lead clients away do so for longer than this before a region is evacuated. */
const LED_AWAY_MS = 40_000;
/** Clients that were served so lately are. */
export const SERVED_MS = 6_000;
const SCHEDULED = { source: 'aws.events', time: 'now' };

/** Sizes of the deployed controller; what a walk would only wait for is shorter. */
export function worldSettings(mode: FailoverMode): RecoverySettings {
  const { detection, fencing: usual, guard } = DEFAULT_RECOVERY_SETTINGS;
  const fencing = { ...usual, clockRateDriftPpm: DRIFT_PPM };
  return validateRecoverySettings('recovery-world', {
    ...DEFAULT_RECOVERY_SETTINGS,
    regions: { primary: PREFERRED, standby: OTHER },
    mode,
    fencing,
    controllerRunMs: overlappingRunMs({ detection, fencing }),
    guard: { ...guard, maximumLagAgeMs: 180_000, cooldownMs: 300_000, approvalLifetimeMs: 600_000 },
    timeouts: { promotionMs: 240_000, proofMs: 120_000, switchoverMs: 240_000 },
  });
}

/** A write that a fence has admitted, until it has ended for certain. */
interface InFlight {
  readonly region: ServingRegion;
  readonly epoch: number;
  readonly endsByMs: number;
}

/**
 * All of it on one clock: the regions, the table, Aurora, Route 53 and clients are modelled; the failover controllers, the
 * health checks, the write fences, and who reads and writes the ledger are the real ones, by their ports. A run is
 * determined by its seed and by what happens in it.
 */
export class World {
  readonly time = new VirtualTime();
  readonly random: Random;
  readonly network: Network;
  readonly table: ReplicatedTable;
  readonly database: GlobalDatabase;
  readonly dns: Route53;
  readonly alarms: Alarms;
  readonly settings: RecoverySettings;
  readonly notices: (Notice & { readonly atMs: number })[] = [];
  /** Events so far, for whoever reads a counterexample. */
  readonly log: string[] = [];
  /** The first invariant that was broken, null while none was. */
  violation: string | null = null;
  /** How wrong clocks are: by chance, or so that every wait is as short as it can be. */
  clocks: 'by chance' | 'at their worst' = 'by chance';
  /** Difference to real time of the wall clocks of processes that are started, ms. */
  wallOffsetMs = 0;
  /** Longest time for which clients of a tier were not served, ms. */
  readonly longestUnservedMs = new Map<Tier, number>();
  /** Committed writes that were left behind. */
  lost = 0;
  /** Time in which two regions could have written SQL, ms. */
  twoWritersMs = 0;
  private readonly checks = this.makeChecks();
  private readonly servedAtMs = new Map<Tier, number>();
  private readonly wroteSqlAtMs = new Map<ServingRegion, number>();
  private readonly services = new Map<ServingRegion, Process>();
  private readonly healthFunctions = new Map<
    ServingRegion,
    { readonly process: Process; readonly check: RegionCheck }
  >();
  private readonly canaries = new Map<ServingRegion, { readonly process: Process; readonly fence: WriteFence }>();
  private readonly controllers = new Map<ServingRegion, Set<Process>>();
  private readonly operators = new Set<Process>();
  private readonly inFlight = new Set<InFlight>();
  private lastEpochCommitted = 0;
  private promotedEpoch = 0;
  /** Whether a person has accepted what the change under way loses. */
  /** When a region was last slow, ms. */
  private readonly slowUntilMs = new Map<ServingRegion, number>();
  private isLossApproved = false;
  /** Whether the canary's trail shows what the change that is under way loses. */
  private isLossShown = false;
  /** Epoch in which a process last read what had arrived of the other region's canary. */
  private readonly canaryReadIn = new Map<Process, number>();
  /** Time of the last happening besides the {@link HARMLESS} ones, ms. */
  private disturbedAtMs = 0;
  private hasLeftDns = false;
  private closedAtMs = 0;
  private proved: { readonly region: ServingRegion; readonly atMs: number } | undefined;
  private started = 0;

  constructor(seed: number, mode: FailoverMode) {
    this.settings = worldSettings(mode);
    this.random = new Random(seed);
    this.network = new Network(this.time, this.random);
    this.table = new ReplicatedTable(this.time, this.network, (before, after, by) =>
      this.checkWrite(before, after, by),
    );
    this.table.record = initialControlRecord(PREFERRED, this.time.wallMs);
    this.database = new GlobalDatabase(this.time, this.network, {
      accepted: (change, by) => this.checkChange(change, by),
      lost: (commits) => this.checkLoss(commits),
      asked: (by) => this.checkAge(by),
      detached: (region, lost, by) => this.checkDetachment(region, lost, by),
      restored: (lost) => void (this.lost += lost.length),
    });
    this.dns = this.makeDns();
    this.alarms = new Alarms(
      this.time,
      this.network,
      () => this.failingChecks(),
      ({ name }) => this.log.push(`${this.clock()} alarm ${name} goes off`),
    );
    for (const region of SERVING_REGIONS) this.startService(region);
    for (const region of CONTROLLED) {
      const schedule = () => {
        if (!this.network.isBroken(region, 'schedule')) this.invoke(region);
        this.time.plan(CONTROLLER_PERIOD_MS, null, schedule);
      };
      this.time.plan(this.random.between(0, CONTROLLER_PERIOD_MS), null, schedule);
    }
    const everySecond = () => {
      this.observeClients();
      this.time.plan(1_000, null, everySecond);
    };
    this.time.plan(1_000, null, everySecond);
  }

  /** Time of the controller's function, ms. */
  private get functionMs(): number {
    return this.settings.controllerRunMs + ENDING_MS;
  }

  /** Called with each happening, before it does anything. */
  note(happening: string): void {
    this.log.push(`${this.clock()} ${happening}`);
    if (!HARMLESS.test(happening)) this.disturbedAtMs = this.time.nowMs;
  }

  get record(): ControlRecord {
    return this.table.record ?? this.table.lostRecord ?? initialControlRecord(PREFERRED, this.time.wallMs);
  }

  /** Tiers that clients were not served in for a time. */
  unserved(ms: number): readonly Tier[] {
    return TIERS.filter((tier) => this.time.nowMs - (this.servedAtMs.get(tier) ?? 0) > ms);
  }

  /** Since when clients of a tier are not served, ms. */
  servedAt(tier: Tier): number {
    return this.servedAtMs.get(tier) ?? 0;
  }

  /** The world as it is long after a region took over, with both healthy since. */
  beginIn(region: ServingRegion): void {
    this.table.record = initialControlRecord(region, this.time.wallMs);
    this.database.beginIn(region);
    if (region === PREFERRED) return;
    this.dns.setFailed(this.checks.serves);
    this.alarms.setActive('primary-not-serving', PREFERRED);
  }

  requireHolder(region: ServingRegion): void {
    if (this.record.holder !== region) this.violate(`${this.record.holder} holds the epoch, expected ${region}`);
  }

  /** No committed write was left behind. */
  requireNoLoss(): void {
    if (this.lost > 0) this.violate(`${this.lost} committed writes are lost, expected none`);
  }

  /** People know of the step that the ledger is in, and it is one that a person ends. */
  requireTold(): void {
    const { announced, step } = this.record;
    if (!announced || !STEP_GUIDE[step].blocked) this.violate(`nobody is called in ${step}`);
  }

  requireNotice(words: string): void {
    if (!this.notices.some(({ subject }) => subject.includes(words))) this.violate(`nobody is told: ${words}`);
  }

  requireAnswered(region: ServingRegion): void {
    if (this.dns.answered() !== region) this.violate(`DNS answers ${this.dns.answered()}, expected ${region}`);
  }

  requireServed(): void {
    const unserved = this.unserved(SERVED_MS);
    if (unserved.length > 0) this.violate(`clients are not served: ${unserved.join(', ')}`);
  }

  // What can be done to it

  darken(region: Region): void {
    if (this.network.dark.has(region)) return;
    this.network.dark.add(region);
    if (region === WITNESS) return;
    this.services.get(region)?.kill();
    this.healthFunctions.get(region)?.process.kill();
    this.canaries.get(region)?.process.kill();
    this.killControllers(region);
  }

  bringBack(region: Region): void {
    if (!this.network.dark.delete(region)) return;
    this.table.returned(region);
    if (region !== WITNESS) this.startService(region);
  }

  /** Clocks of all processes are as wrong as they may be. */
  worsenClocks(): void {
    this.clocks = 'at their worst';
    for (const region of SERVING_REGIONS) {
      this.killControllers(region);
      this.services.get(region)?.kill();
      if (!this.network.dark.has(region)) this.startService(region);
    }
  }

  /** Every fault ends. */
  heal(): void {
    for (const region of [...this.network.dark]) this.bringBack(region);
    this.noteSlowness();
    this.database.slowStatements.clear();
    this.network.clear();
    this.database.stalled = false;
    this.database.fate = null;
    this.database.refusesPromotions = false;
    this.database.stale.clear();
    this.wallOffsetMs = 0;
  }

  /** Notes which regions are slow, before something gets faster. */
  private noteSlowness(): void {
    for (const region of SERVING_REGIONS) if (this.isSlow(region)) this.slowUntilMs.set(region, this.time.nowMs);
  }

  /** Ends a region's part in one kind of slowness. */
  quicken<Place extends Region>(slow: Set<Place>, region: Place): void {
    this.noteSlowness();
    slow.delete(region);
  }

  private isSlow(region: ServingRegion): boolean {
    return this.database.slowStatements.has(region) || this.network.slow.has(region);
  }

  /** A new copy of the health check answers from now on, which has read nothing yet. */
  renewHealthFunction(region: ServingRegion): void {
    this.healthFunctions.get(region)?.process.kill();
    this.healthFunctions.delete(region);
  }

  killControllers(region: ServingRegion): void {
    for (const process of this.controllers.get(region) ?? []) process.kill();
    this.controllers.delete(region);
  }

  suspend(what: 'controllers' | 'service', region: ServingRegion, ms: number): void {
    const processes = what === 'service' ? [this.services.get(region)] : (this.controllers.get(region) ?? []);
    for (const process of processes) process?.suspend(ms);
  }

  /** One run of the failover controller of a region, by its schedule, or by an event besides. */
  invoke(region: ServingRegion): void {
    if (this.network.dark.has(region)) return;
    const running = this.controllers.get(region) ?? new Set<Process>();
    this.controllers.set(region, running);
    for (const process of running) if (process.state === 'dead') running.delete(process);
    if (running.size >= RESERVED_CONCURRENCY) return;
    const process = this.newProcess(`controller in ${region}`);
    running.add(process);
    const invocation = { event: SCHEDULED, region, requestId: process.name, remainingMs: this.functionMs };
    process.start(() =>
      runController(invocation, this.portsOf(process, region, region), this.settings).finally(() => process.kill()),
    );
    this.time.plan(process.realMs(this.functionMs), null, () => {
      if (process.state === 'running' && !process.wasSuspended) this.violate('a run outlasts the time of its function');
      process.kill();
    });
  }

  /** A person runs a command, from anywhere, and stays to perform what it wrote. */
  command(name: CommandName): void {
    // By whichever replica answers.
    const region = this.table.answersIn(OTHER) ? OTHER : PREFERRED;
    const process = this.newProcess(`operator with ${name}`);
    for (const operator of this.operators) if (operator.state === 'dead') this.operators.delete(operator);
    this.operators.add(process);
    const ports = this.portsOf(process, 'internet', region);
    process.start(async () => {
      const read = await within(5_000, ports.readControlRecord);
      if (!read.ok) return;
      const lag = await within(5_000, (signal) => ports.newestLag(otherThan(this.database.writer), signal));
      const outcome = this.decideCommand(name, read.value, lag.ok ? lag.value : null, process);
      this.log.push(`${this.clock()} the operator runs ${name}: ${outcome.kind}`);
      if (outcome.kind === 'refused') return;
      if (outcome.kind === 'write') await within(5_000, (signal) => ports.writeControlRecord(outcome.write, signal));
      await runRecovery(ports, this.settings, {
        observer: process.name,
        region: null,
        endByMs: ports.monotonicMs() + 300_000,
        until: ({ announced, step }, { kind }) =>
          announced && kind === 'none' && (step === 'serving' || STEP_GUIDE[step].blocked),
      });
      process.kill();
    });
  }

  // Processes

  private newProcess(name: string, clock?: ClockOptions): Process {
    this.started += 1;
    const byChance = this.random.of([-DRIFT_PPM, 0, DRIFT_PPM]);
    // Who writes has a slow clock, and who waits for it a fast one.
    const worst = name.startsWith('service') ? -DRIFT_PPM : DRIFT_PPM;
    const ratePpm = this.clocks === 'by chance' ? byChance : worst;
    return new Process(this.time, `${name} ${this.started}`, clock ?? { ratePpm, wallOffsetMs: this.wallOffsetMs });
  }

  /** Clients of both replicas of a process in a region, or of an operator who works with one. */
  private tableClients(process: Process, from: Place, region: ServingRegion) {
    return {
      client: this.table.client(process, from, region),
      otherClient: this.table.client(process, from, otherThan(region)),
    };
  }

  private readerOf(
    process: Process,
    from: Place,
    region: ServingRegion,
    onRead: (isFar: boolean) => void = () => undefined,
  ): ControlTableReader {
    return new ControlTableReader({
      ...this.tableClients(process, from, region),
      onRead,
      tableName: 'control',
      regions: SERVING_REGIONS,
    });
  }

  private startService(region: ServingRegion): void {
    const process = this.newProcess(`service in ${region}`);
    this.services.set(region, process);
    const fence = this.fenceOf(process, region);
    const tryToWrite = () => {
      // More of them are in flight at once, the longer one takes.
      this.time.plan(this.database.slowStatements.has(region) ? 300 : 1_000, process, tryToWrite);
      fence
        .write((admitted) => this.writeSql(process, region, admitted, false))
        .then(() => this.wroteSqlAtMs.set(region, this.time.nowMs))
        .catch(() => undefined);
    };
    this.time.plan(this.random.between(0, 1_000), process, tryToWrite);
  }

  private fenceOf(process: Process, region: ServingRegion): WriteFence {
    return new WriteFence({
      region,
      reader: this.readerOf(process, region, region),
      settings: this.settings.fencing,
      monotonicMs: () => process.monotonicMs(),
    });
  }

  /** The canary's function, which stays warm as long as its region is there. */
  private canaryOf(region: ServingRegion) {
    const known = this.canaries.get(region);
    if (known?.process.state === 'running') return known;
    const process = this.newProcess(`canary in ${region}`);
    const canary = { process, fence: this.fenceOf(process, region) };
    this.canaries.set(region, canary);
    return canary;
  }

  private writeSql(
    process: Process,
    region: ServingRegion,
    { epoch, remainingMs, signal }: AdmittedWrite,
    isCanary: boolean,
  ): Promise<number> {
    const write: InFlight = { region, epoch, endsByMs: this.time.nowMs + process.realMs(remainingMs) };
    this.checkAdmission(write);
    this.inFlight.add(write);
    this.time.plan(process.realMs(remainingMs) + 1, null, () => this.inFlight.delete(write));
    return this.network.call<number>(
      process,
      region,
      region,
      'sql',
      (reply) => {
        const takesMs = this.database.slowStatements.has(region)
          ? this.random.between(4_000, 14_000)
          : this.random.between(1, 80);
        this.time.plan(takesMs, null, () => {
          if (!this.inFlight.delete(write) || this.network.dark.has(region)) return;
          // The transaction's own timeout, which the fence tells the database.
          const isInTime = this.time.nowMs <= write.endsByMs;
          const atMs = this.time.nowMs;
          if (!isInTime || !this.database.commit({ region, epoch, atMs, isCanary })) {
            reply({ error: new Error('not committed') });
            return;
          }
          this.checkCommit(epoch);
          reply({ value: this.time.wallMs });
        });
      },
      signal,
    );
  }

  private healthFunctionOf(region: ServingRegion) {
    const known = this.healthFunctions.get(region);
    if (known?.process.state === 'running') return known;
    const process = this.newProcess(`health function in ${region}`);
    const reader = this.readerOf(process, region, region);
    const check = new RegionCheck(region, PREFERRED, {
      readControlRecord: (signal) => reader.read(signal),
      // A server that says hello at the reader endpoint: whether it takes writes is another matter.
      probeDatabase: (signal) =>
        this.network.call<undefined>(
          process,
          region,
          region,
          'sql',
          (reply) => reply(this.isReadable(region) ? { value: undefined } : { error: new Error('closed') }),
          signal,
        ),
      clock: () => process.monotonicMs(),
    });
    const copy = { process, check };
    this.healthFunctions.set(region, copy);
    return copy;
  }

  private askHealth(
    process: Process,
    from: Place,
    region: ServingRegion,
    rawPath: string,
    signal: AbortSignal,
  ): Promise<Pick<HttpAnswer, 'body'>> {
    return this.network.call<Pick<HttpAnswer, 'body'>>(
      process,
      from,
      region,
      'health function',
      (reply) => {
        if (this.network.isBroken(region, 'health function')) return reply({ error: new Error('502') });
        const isChecker = process.name.startsWith('checkers');
        if (isChecker && this.network.isBroken(region, 'checker listener')) return reply({ error: new Error('503') });
        if (this.network.isBroken(region, 'probes') || this.isFlooded(region, ASKED)) {
          return reply({ error: Object.assign(new Error('429'), { name: THROTTLED }) });
        }
        const { check, process: copy } = this.healthFunctionOf(region);
        copy.start(async () => {
          const instruments = { report: () => undefined, refuse: () => undefined };
          reply({ value: await answerHealthRequest({ rawPath }, check, instruments) });
        });
      },
      signal,
    );
  }

  private isFlooded(region: ServingRegion, asked: HealthFunction): boolean {
    return asked === 'public health check' && this.network.isBroken(region, 'public URL');
  }

  private askEntry(process: Process, from: Place, region: ServingRegion, signal: AbortSignal): Promise<void> {
    const isWayBroken = from !== 'internet' && from !== region && this.network.isBroken(from, 'way to the other entry');
    return this.network.call<undefined>(
      process,
      from,
      region,
      'entry',
      (reply) =>
        reply(
          this.network.isBroken(region, 'entry') || isWayBroken ? { error: new Error('503') } : { value: undefined },
        ),
      signal,
    );
  }

  /** The ports of one process of the recovery, which works from a region. */
  private portsOf(process: Process, from: Place, region: ServingRegion): RecoveryPorts {
    const { network } = this;
    let isLedgerFar = false;
    const reader = this.readerOf(process, from, region, (isFar) => (isLedgerFar = isFar));
    const writer = new ControlTableWriter({
      ...this.tableClients(process, from, region),
      tableName: 'control',
      regions: SERVING_REGIONS,
    });
    const heartbeats = new HeartbeatStore({ ...this.tableClients(process, from, region), tableName: 'control' });
    const database = new AuroraGlobalDatabaseAdapter({
      clientOf: (of) => this.database.client(process, from, of as ServingRegion),
      region,
      globalClusterIdentifier: 'trade',
      deployedClusterArns: Object.fromEntries(SERVING_REGIONS.map((of) => [of, clusterArn(of)])),
    });
    const probe = async (via: string, ask: (signal: AbortSignal) => Promise<boolean>): Promise<Probe> => {
      const beganAtMs = process.monotonicMs();
      const attempt = await within(PROBE_MS, ask);
      const latencyMs = process.monotonicMs() - beganAtMs;
      if (attempt.ok) return { via, outcome: attempt.value ? 'answered' : 'failed', latencyMs };
      const isSilent = attempt.problem.startsWith('no answer');
      return { via, outcome: isSilent ? 'silent' : attempt.problem === THROTTLED ? 'unknown' : 'failed', latencyMs };
    };
    const deep = (of: ServingRegion) =>
      probe(
        'health check',
        async (signal) => (await this.askHealth(process, from, of, '/able', signal)).body === HEALTHY_TEXT,
      );
    const entry = (of: ServingRegion) =>
      probe('entry', (signal) => this.askEntry(process, from, of, signal).then(() => true));
    const control = () =>
      probe(WITNESS, (signal) =>
        network.call<boolean>(process, from, WITNESS, 'entry', (reply) => reply({ value: true }), signal),
      );
    return {
      readControlRecord: (signal) => reader.read(signal),
      isLedgerFar: () => isLedgerFar,
      writeControlRecord: (write, signal) => writer.write(write, signal),
      beat: (heartbeat, signal) => heartbeats.write(region, heartbeat, signal),
      readHeartbeat: (of, signal) => heartbeats.read(of, signal),
      probeRegion: async (of) => {
        const [deepProbe, shallow, witness] = await Promise.all([
          deep(of as ServingRegion),
          entry(of as ServingRegion),
          control(),
        ]);
        return { deep: [deepProbe], shallow: [shallow], control: [witness] };
      },
      probeDeep: (of) => deep(of as ServingRegion),
      regionIsHealthy: async (of) => {
        const [deepProbe, shallow] = await Promise.all([deep(of as ServingRegion), entry(of as ServingRegion)]);
        return deepProbe.outcome === 'answered' && shallow.outcome === 'answered';
      },
      // Name servers answer wherever there is a way out.
      answeredRegion: () =>
        from !== 'internet' && network.isBroken(from, 'way out')
          ? Promise.reject(new Error('no way out'))
          : Promise.resolve(this.dns.answered()),
      describeDatabase: (signal) => database.describe(signal),
      newestLag: (of, signal) =>
        network.call(
          process,
          from,
          of as ServingRegion,
          'metrics',
          (reply) => reply({ value: this.database.lagPublishedIn(of as ServingRegion) }),
          signal,
        ),
      newestCanary: (of, signal) =>
        network.call<number | null>(
          process,
          from,
          region,
          'canary',
          (reply) => {
            if (network.isBroken(region, 'canary')) return reply({ error: new Error('throttled') });
            try {
              const atMs = this.database.newestCanaryIn(region, of as ServingRegion);
              if (atMs !== null) this.canaryReadIn.set(process, this.record.epoch);
              reply({ value: atMs === null ? null : this.time.wallMs - this.time.nowMs + atMs });
            } catch (error) {
              reply({ error: error as Error });
            }
          },
          signal,
        ),
      promote: (target, signal) => database.promote(target, signal),
      switchOver: (target, signal) => database.switchOver(target, otherThan(target as ServingRegion), signal),
      detach: (target, signal) => database.detach(target, signal),
      proveWrite: (of, version, after, signal) =>
        network.call<undefined>(
          process,
          from,
          of as ServingRegion,
          'sql',
          (reply) => {
            if (network.isBroken(of as ServingRegion, 'writer')) return;
            // Only a writer is served [Aurora user guide, Data API limitations].
            const isServed = this.database.prove(of as ServingRegion, version, after);
            if (isServed) this.proved = { region: of as ServingRegion, atMs: this.time.nowMs };
            reply(isServed ? { value: undefined } : { error: new Error('read-only') });
          },
          signal,
        ),
      tryWrite: (signal) =>
        network.call<CanaryAnswer>(
          process,
          from,
          region,
          'canary',
          (reply) => {
            if (network.isBroken(region, 'canary')) return reply({ error: new Error('throttled') });
            const { fence, process: canary } = this.canaryOf(region);
            canary.start(async () =>
              reply({ value: await tryWrite(fence, (admitted) => this.writeSql(canary, region, admitted, true)) }),
            );
          },
          signal,
        ),
      notify: (notice, signal) =>
        network.call<undefined>(
          process,
          from,
          region,
          'notices',
          (reply) => {
            if (network.isBroken(region, 'notices')) return reply({ error: new Error('refused') });
            this.notices.push({ ...notice, atMs: this.time.nowMs });
            this.log.push(`${this.clock()} people are notified: ${notice.subject}`);
            reply({ value: undefined });
          },
          signal,
        ),
      // By a way without chance in it: no message of it changes what becomes of the others.
      reportRun: () => {
        if (!network.reaches(from, WITNESS)) return new Promise(() => undefined);
        this.alarms.reported(region);
        return Promise.resolve();
      },
      report: () => undefined,
      measure: (name, value) => this.alarms.measured(region, name, value),
      monotonicMs: () => process.monotonicMs(),
      wallClockMs: () => process.wallClockMs(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    };
  }

  private decideCommand(
    name: CommandName,
    record: ControlRecord,
    lag: Parameters<typeof commandFailover>[0]['lag'],
    process: Process,
  ): CommandOutcome {
    const given = { record, by: 'operator', wallClockMs: process.wallClockMs(), settings: this.settings };
    if (name === 'approve') return commandApprove({ ...given, epoch: record.epoch });
    if (name === 'failback') return commandEvacuate({ ...given, name, to: PREFERRED });
    if (name === 'evacuate') return commandEvacuate({ ...given, name, to: otherThan(record.holder as ServingRegion) });
    if (name === 'failover --detach') return commandDetach({ ...given, lag, to: record.holder });
    if (name === 'failover --restored') return this.restoreAndCommand(record, { ...given, lag });
    return commandFailover({ ...given, lag, to: this.unservedRegion(record) });
  }

  /** A person restores a database only while the region that has a whole copy is gone, as the command asks. */
  private restoreAndCommand(record: ControlRecord, given: Omit<Parameters<typeof commandRestored>[0], 'to'>) {
    const to = this.unservedRegion(record);
    const other = otherThan(to);
    if (!this.network.dark.has(other)) return { kind: 'refused', reason: `${other} is there` } as const;
    const outcome = commandRestored({ ...given, to });
    if (outcome.kind === 'write') this.database.restore(to);
    return outcome;
  }

  /** Where a person takes over: in the region that holds and does not serve yet, or in the other where the holder is down. */
  private unservedRegion({ holder, step }: ControlRecord): ServingRegion {
    if (step === 'ledger-lost') return this.database.writer;
    const region = holder as ServingRegion;
    const isDown = this.network.dark.has(region) || this.network.isBroken(region, 'entry');
    return isDown || (step === 'serving' && region === PREFERRED) ? otherThan(region) : region;
  }

  // Route 53 and clients

  private makeChecks() {
    const deep = (region: ServingRegion, path: string, text: string): HealthCheck => ({
      ask: async (process, signal) => (await this.askHealth(process, 'internet', region, path, signal)).body === text,
    });
    const serves = deep(PREFERRED, '/', SERVING_TEXT);
    const entered: HealthCheck = {
      ask: (process, signal) => this.askEntry(process, 'internet', PREFERRED, signal).then(() => true),
    };
    const otherEntered: HealthCheck = {
      ask: (process, signal) => this.askEntry(process, 'internet', OTHER, signal).then(() => true),
    };
    return { serves, entered, otherEntered };
  }

  private makeDns(): Route53 {
    const { entered, otherEntered, serves } = this.checks;
    const checkers = this.newProcess('checkers', { ratePpm: 0, wallOffsetMs: 0 });
    return new Route53(this.time, checkers, [serves, entered, otherEntered], (isHealthy) => {
      const isPreferred = isHealthy(serves) && isHealthy(entered);
      // Where neither of a failover pair is healthy, the first is answered [Route 53 developer guide].
      return isPreferred || !isHealthy(otherEntered) ? PREFERRED : OTHER;
    });
  }

  /** Alarms on checks that fail. The check on whether the other region is able decides nothing, and is not asked here. */
  private failingChecks(): readonly string[] {
    const { network, table } = this;
    const { entered, otherEntered, serves } = this.checks;
    const isOtherAble =
      !network.dark.has(OTHER) &&
      !network.isBroken(OTHER, 'health function') &&
      this.isReadable(OTHER) &&
      !network.isBroken(OTHER, 'probes') &&
      !network.isBroken(OTHER, 'checker listener') &&
      table.answersIn(OTHER);
    return [
      ...(this.dns.isHealthy(serves) ? [] : ['primary-not-serving']),
      ...(this.dns.isHealthy(entered) ? [] : ['primary-entry-failing']),
      ...(this.dns.isHealthy(otherEntered) ? [] : ['standby-entry-failing']),
      ...(isOtherAble ? [] : ['standby-not-serving']),
    ];
  }

  private observeClients(): void {
    this.network.noteFaults();
    this.checkDns();
    this.checkDeadMan();
    this.noteServed();
    for (const tier of TIERS) {
      const unservedMs = this.time.nowMs - (this.servedAtMs.get(tier) ?? 0);
      if (unservedMs > (this.longestUnservedMs.get(tier) ?? 0)) this.longestUnservedMs.set(tier, unservedMs);
    }
  }

  private noteServed(): void {
    const region = this.dns.resolved();
    const now = this.time.nowMs;
    if (this.network.dark.has(region) || this.network.isBroken(region, 'entry')) return;
    this.servedAtMs.set('entry', now);
    if (this.table.answersTo(region)) this.servedAtMs.set('strongly consistent writes', now);
    this.servedAtMs.set(
      'SQL writes',
      Math.max(this.servedAtMs.get('SQL writes') ?? 0, this.wroteSqlAtMs.get(region) ?? 0),
    );
  }

  // Invariants, checked as things happen

  violate(problem: string): void {
    this.violation ??= problem;
  }

  private checkWrite(before: ControlRecord | null, after: ControlRecord, by: Process): void {
    this.log.push(
      `${this.clock()} ${by.name}: version ${after.version}, epoch ${after.epoch}, ${after.holder}, ${after.step}, writes ${after.sqlWrites} (${after.cause})`,
    );
    if (before === null) {
      const { lostRecord } = this.table;
      if (lostRecord !== null && after.epoch <= lostRecord.epoch)
        this.violate('a lost ledger begins anew, and the epoch goes backwards');
      if (lostRecord !== null && after.sqlWrites === 'open') this.violate('a lost ledger begins anew, and SQL is open');
      return;
    }
    if (after.version !== before.version + 1) this.violate('an acknowledged strongly consistent write is lost');
    if (after.epoch < before.epoch) this.violate('the epoch goes backwards');
    if (after.epoch === before.epoch && after.holder !== before.holder) this.violate('one epoch has two holders');
    if (after.step === 'promoting' && before.step !== 'promoting' && before.promotionEpoch >= after.epoch) {
      this.violate('an epoch begins a second promotion');
    }
    const holder = after.holder as ServingRegion;
    const isClosed = before.sqlWrites === 'closed' || before.holder !== after.holder;
    if (before.closedAtVersion !== after.closedAtVersion) this.closedAtMs = this.time.nowMs;
    if (isClosed && after.sqlWrites === 'open') {
      const isProved = this.proved?.region === holder && this.proved.atMs >= this.closedAtMs;
      if (!isProved) this.violate('SQL opens in a region without a write that was proved there');
      if (before.replication !== 'whole' && this.database.lacks(holder, before.opening)) {
        this.violate('SQL opens in a database that lacks what was written when it was last open');
      }
    }
    const isLeaving = after.holder !== before.holder || after.step.startsWith('evacuation-');
    const isRestored = after.step === 'detaching' && after.opening === null;
    if (before.replication === 'detached' && isLeaving && !isRestored)
      this.violate('a move goes to a region that was left behind');
    if (before.replication !== 'whole' && after.replication === 'whole' && this.database.alone === holder) {
      this.violate('a database that is detached counts as replicated');
    }
    if (after.step === 'promoting' && before.step !== 'promoting') this.checkPromotion(before, by);
    if (before.step === 'serving' && after.step === 'evacuation-checking' && after.begunBy === 'controller') {
      this.checkEvacuation(before, by);
    }
    const isTakenOver = ['guarding', 'awaiting-copy', 'awaiting-approval'].includes(before.step);
    if (isTakenOver && after.step === 'serving') this.checkHandBack(before, by);
    const isDrained =
      (before.step === 'draining' && after.step === 'guarding') ||
      (before.step === 'evacuation-draining' && after.step === 'evacuation-switching');
    if (isDrained && this.inFlight.size > 0) this.violate('a drain ends while writes are in flight');
    if (isDrained && this.time.nowMs - this.closedAtMs < this.shortestDrainMs())
      this.violate('a drain ends before its time is over');
    const isTold = this.notices.some(({ id }) => id === `${after.epoch}:${after.step}`);
    if (!before.announced && after.announced && after.step === before.step && !isTold) {
      this.violate('a step is noted as told to people, and nobody was told');
    }
    const isTaken = before.step === 'serving' && after.step === 'draining' && !by.name.startsWith('operator');
    if (isTaken) this.checkTake(before.holder as ServingRegion, holder);
    if (isTaken && this.network.isBroken(holder, 'way out'))
      this.violate('a controller that reaches nothing takes the epoch');
    if (after.holder === PREFERRED) this.hasLeftDns = false;
  }

  private checkTake(from: ServingRegion, to: ServingRegion): void {
    if (this.settings.mode === 'observe') this.violate('a controller acts in mode observe');
    if (this.network.isFitFor(40_000)) this.violate(`the epoch is taken from ${from}, and nothing is wrong`);
    if (this.isUnable(to)) this.violate('the epoch is taken by a region that cannot serve');
    const isAlive = this.network.isWholeBut(from, to) && this.time.nowMs - this.disturbedAtMs >= UNDISTURBED_MS;
    if (isAlive) this.violate(`the epoch is taken from ${from}, which is alive and cut off from ${to}`);
  }

  /** A database that is rebuilt cannot be read [Aurora user guide, recovering from unplanned outages]. */
  private isReadable(region: ServingRegion): boolean {
    return !this.network.isBroken(region, 'reader') && !this.database.isRebuilding(region);
  }

  /** Whether a region has been broken for long enough that a controller must know. */
  private isUnable(region: ServingRegion): boolean {
    return (['entry', 'health function', 'reader'] as const).some(
      (part) => this.time.nowMs - (this.network.brokenSinceMs(region, part) ?? Infinity) > 15_000,
    );
  }

  /** Shortest wait for what is in flight, ms: by the fastest clock that there may be. */
  private shortestDrainMs(): number {
    return (drainWaitMs(this.settings.fencing) * 1_000_000) / (1_000_000 + DRIFT_PPM);
  }

  private checkPromotion(record: ControlRecord, by: Process): void {
    const { approval, epoch, writerMovedAtMs } = record;
    if (approval?.epoch === epoch && by.wallClockMs() < approval.expiresAtMs) return;
    const { guard, mode } = this.settings;
    const isBack =
      this.network.isWholeFor(40_000) && !record.isMoveIntended && this.movesLeft('hand-back', record, by) > 0;
    if (record.begunBy === 'controller' && isBack) this.violate('a promotion loses data, and the region is back');
    if (mode !== 'automatic') this.violate(`nobody approved a promotion in mode ${mode}`);
    if (writerMovedAtMs !== null && by.wallClockMs() - writerMovedAtMs < guard.cooldownMs) {
      this.violate('a promotion follows another so soon, and nobody approved it');
    }
  }

  /** Moves of a kind that controllers may still make, by the clock of a process. */
  private movesLeft(
    kind: ControlRecord['losslessMoves'][number]['kind'],
    { losslessMoves }: ControlRecord,
    by: Process,
  ): number {
    return 2 - losslessMoves.filter((move) => move.kind === kind && by.wallClockMs() - move.atMs < 600_000).length;
  }

  /** Checks that nothing can be lost behind SQL that is opened where it was before. */
  private checkHandBack(before: ControlRecord, by: Process): void {
    const from = otherThan(before.holder as ServingRegion);
    if (this.database.change !== null) this.violate('SQL is handed back while Aurora moves the database');
    if (this.inFlight.size > 0) this.violate('SQL is handed back while writes are in flight');
    const isTakenBack = by.name.startsWith(`controller in ${from} `);
    if (this.movesLeft('hand-back', before, by) <= 0) this.violate('a controller hands back without an end');
    if (!isTakenBack && before.begunBy === 'person') this.violate('a controller undoes what a person did');
    if (this.database.lastDescribedAtMs(by) - this.closedAtMs < this.shortestDrainMs()) {
      this.violate('SQL is handed back by what Aurora said before the drain had ended');
    }
  }

  /** Checks that a controller leaves a region only for what fails there, and for one that serves. */
  private checkEvacuation(before: ControlRecord, by: Process): void {
    const from = before.holder as ServingRegion;
    const to = otherThan(from);
    if (this.settings.mode === 'observe') this.violate('a controller acts in mode observe');
    if (!this.refusesWrites(from)) {
      if (this.network.isWholeFor(LED_AWAY_MS)) this.violate(`${from} is evacuated, and nothing is wrong`);
      if (this.dns.answered() !== to) this.violate(`${from} is evacuated, and clients are led there`);
    }
    if (this.movesLeft('evacuation', before, by) <= 0) this.violate('a controller evacuates without an end');
    if (this.isUnable(to)) this.violate('a region is evacuated to one that cannot serve');
  }

  /** Whether the database of a region takes no writes, or took none when its controller last confirmed that it may. */
  private refusesWrites(region: ServingRegion): boolean {
    const wasSlow = this.time.nowMs - (this.slowUntilMs.get(region) ?? -Infinity) <= CONFIRMED_MS;
    return this.isSlow(region) || wasSlow || this.network.wasBrokenWithin(region, 'writer', CONFIRMED_MS);
  }

  private checkAdmission({ epoch, region }: InFlight): void {
    for (const other of this.inFlight) {
      if (other.region === region) continue;
      this.twoWritersMs += other.endsByMs - this.time.nowMs;
      this.violate('two regions write SQL at once');
    }
    if (epoch < this.lastEpochCommitted)
      this.violate('a write of an epoch is admitted after one of a later epoch was committed');
  }

  private checkCommit(epoch: number): void {
    if (epoch < this.lastEpochCommitted) this.violate('a write of an epoch is committed after one of a later epoch');
    this.lastEpochCommitted = Math.max(this.lastEpochCommitted, epoch);
  }

  /** Checks that what is in flight ends within its time, which it does only if it was begun within its time. */
  private checkAge(by: Process): void {
    const { fencing } = this.settings;
    const longestMs = (fencing.permitLeaseMs * 1_000_000) / (1_000_000 - DRIFT_PPM);
    if (this.time.nowMs - this.table.lastReadAtMs(by) > longestMs) {
      this.violate('the database is asked to move by a ledger that was read too long ago');
    }
  }

  private checkChange({ kind, target }: Change, by: Process): void {
    this.log.push(`${this.clock()} ${by.name}: Aurora begins a ${kind} to ${target}`);
    const { closedAtVersion, step } = this.record;
    const basis = this.table.lastReadBy(by);
    this.isLossApproved = basis?.approval?.epoch === basis?.epoch;
    this.isLossShown = this.knowsTrail(by, otherThan(target));
    // What Aurora refuses is asked for again by controllers, while people look at it.
    const isRefused = basis?.step === 'promotion-stuck' && basis.cause.startsWith('Aurora refuses');
    const isRepeated = isRefused && !by.name.startsWith('operator');
    const isIntended =
      kind === 'failover' ? basis?.step === 'promoting' || isRepeated : basis?.step === 'evacuation-switching';
    if (!isIntended) this.violate(`a ${kind} begins that the ledger does not intend`);
    // While a new epoch drains, calls of the one before may still begin: that is what it waits for.
    const isDrained = step === 'detaching' && this.time.nowMs - this.closedAtMs >= this.shortestDrainMs();
    const isDraining = ['draining', 'evacuation-draining', 'detaching'].includes(step) && !isDrained;
    if (!isDraining && basis?.closedAtVersion !== closedAtVersion)
      this.violate('a call of an old epoch moves the database');
    if (this.inFlight.size > 0 && !isDraining) this.violate('the database is moved while writes are in flight');
  }

  /** Whether a process could tell by the canary's trail what is lost. */
  private knowsTrail(by: Process, from: ServingRegion): boolean {
    const recordedAtMs = this.table.canaryRecordedBy(from);
    if (recordedAtMs === null || this.canaryReadIn.get(by) !== this.record.epoch) return false;
    const ageMs = by.wallClockMs() - recordedAtMs;
    return ageMs <= LONGEST_TRAIL_MS && ageMs >= -this.settings.guard.clockSkewAllowanceMs;
  }

  /** Checks that a database is detached by a person alone, once nobody writes, and with the newest past. */
  private checkDetachment(region: ServingRegion, lost: readonly unknown[], by: Process): void {
    this.log.push(`${this.clock()} ${by.name}: the database of ${region} is taken out of the global database`);
    this.lost += lost.length;
    const basis = this.table.lastReadBy(by);
    if (!by.name.startsWith('operator')) this.violate('a controller detaches a database');
    if (basis?.step !== 'detaching' || basis.holder !== region)
      this.violate('a database is detached that the ledger does not name');
    // While a later epoch drains, a call of this one may still begin: that is what it waits for.
    const isLate = this.record.epoch !== basis?.epoch && ['draining', 'detaching'].includes(this.record.step);
    if (!isLate && this.inFlight.size > 0) this.violate('a database is detached while writes are in flight');
    if (!isLate && this.time.nowMs - this.closedAtMs < this.shortestDrainMs())
      this.violate('a database is detached before its drain is over');
    if (this.database.isRebuilding(region)) this.violate('a database is detached that is no whole copy');
  }

  private checkLoss(commits: readonly { readonly atMs: number }[]): void {
    this.lost += commits.length;
    const [first] = commits;
    const last = commits.at(-1);
    if (first === undefined || last === undefined) return;
    const { promotionEpoch } = this.record;
    const isMove = this.database.change === null;
    if (isMove && this.promotedEpoch === promotionEpoch && promotionEpoch > 0) this.violate('an epoch promotes twice');
    if (isMove) this.promotedEpoch = promotionEpoch;
    const { fencing, guard } = this.settings;
    const boundMs =
      guard.maximumLossMs + (this.isLossShown ? LONGEST_TRAIL_MS : guard.maximumLagAgeMs) + drainWaitMs(fencing);
    if (!this.isLossApproved && last.atMs - first.atMs > boundMs) {
      this.violate('a promotion that nobody approved loses more than the guard allows');
    }
  }

  /** Once the preferred region was left since the other one holds, it comes back only where that one lets nobody in. */
  private checkDns(): void {
    if (this.record.holder === PREFERRED) return;
    const isOtherIn = this.network.isWholeFor(30_000);
    if (this.dns.answered() !== PREFERRED) this.hasLeftDns = true;
    else if (this.hasLeftDns && isOtherIn) this.violate('a region that does not hold is answered again');
  }

  /** While nothing changes the dead-man has gone off where no controller can run, and off again where they do. */
  private checkDeadMan(): void {
    const { alarms, network, time } = this;
    if (time.nowMs - this.disturbedAtMs < DEAD_MAN_MS) return;
    const isStopped = (region: ServingRegion) => network.dark.has(region) || network.isBroken(region, 'schedule');
    const isUnwatched = SERVING_REGIONS.every(isStopped) && !network.dark.has(WITNESS);
    if (isUnwatched && !alarms.isActive(NONE_RUNNING)) this.violate('no controller runs, and people are not told');
    const isFalse = [NONE_RUNNING, ...SERVING_REGIONS.map(missingIn)].some((name) => alarms.isActive(name));
    if (isFalse && network.isWholeFor(DEAD_MAN_MS))
      this.violate('people are told that no controller runs, and it does');
  }

  clock(): string {
    return `${(this.time.nowMs / 1_000).toFixed(1)} s`;
  }
}

export { otherThan };
