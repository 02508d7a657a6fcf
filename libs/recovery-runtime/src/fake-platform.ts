import {
  type ControlRecord,
  type DatabaseState,
  type Heartbeat,
  initialControlRecord,
  isStored,
  type LagSample,
  type Notice,
  type Probe,
} from '@dr/recovery';
import type { RecoveryPorts } from './ports';
import type { CanaryAnswer } from './write-canary/try-write';

export const PRIMARY = 'us-east-1';
export const STANDBY = 'us-west-2';
/** How long the fake Aurora takes to move its writer, ms. */
export const MOVE_MS = 90_000;

/** The process was killed: nothing of it runs on. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

type Call = keyof Omit<RecoveryPorts, 'monotonicMs' | 'wallClockMs' | 'sleep' | 'report' | 'measure' | 'isLedgerFar'>;

/** Both regions, the table and Aurora in memory, on one clock that moves only while somebody sleeps. For specs. */
export class FakePlatform {
  nowMs = 1_000_000;
  record: ControlRecord = initialControlRecord(PRIMARY, 1);
  primaryAnswers: Probe['outcome'] = 'answered';
  /** Outcome of a probe of the primary's entry where it differs from its own check. */
  entryAnswers: Probe['outcome'] | null = null;
  standbyHealthy = true;
  worldReachable = true;
  writer = PRIMARY;
  movingUntilMs: number | null = null;
  /** Region whose cluster was taken out of the global database. */
  takenOut: string | null = null;
  /** Answer of the canary in the writer's region. */
  canary: CanaryAnswer = { outcome: 'taken', writtenAtMs: 77 };
  /** Database's clock at the newest write of the canary that the follower has. */
  arrivedCanaryAtMs: number | null = null;
  isLedgerFar = false;
  /** The newest beat of the primary. */
  heartbeat: Heartbeat | null = null;
  /** Called before each reading of it. */
  beforeHeartbeat: () => void = () => undefined;
  lag: LagSample | null = { lagMs: 700, measuredAtMs: 995_000 };
  /** Offset of the process's wall clock from true time, ms. */
  skewMs = 0;
  readonly notices: Notice[] = [];
  /** Reports of runs that the witness region accepted. */
  runsReported = 0;
  readonly calls: string[] = [];
  readonly lines: { level: string; message: string; fields: object }[] = [];
  readonly measured: Record<string, number> = {};
  /** Errors that calls fail with before they do anything, by call. */
  readonly failing: Partial<Record<Call, Error>> = {};
  /** Regions whose cluster's lag was asked for. */
  readonly lagAskedOf = new Set<string>();
  /** Calls that are performed and whose answer never comes back. */
  readonly answerLost = new Set<Call>();
  /** The process dies after as many acts; an act is a call that changes something. */
  actsUntilKill = Infinity;

  /** The ports of one more process. */
  ports(): RecoveryPorts {
    let dead = false;
    const alive = () => {
      if (dead) throw new Killed();
    };
    const call =
      <Arguments extends unknown[], Value>(name: Call, does: (...args: Arguments) => Value) =>
      async (...args: Arguments): Promise<Value> => {
        alive();
        const failure = this.failing[name];
        if (failure !== undefined) throw failure;
        const value = does(...args);
        if (this.answerLost.has(name)) throw new Error('the answer was lost');
        return value;
      };
    const act =
      <Arguments extends unknown[], Value>(name: Call, does: (...args: Arguments) => Value) =>
      async (...args: Arguments): Promise<Value> => {
        const value = await call(name, (...given: Arguments) => {
          this.calls.push(name);
          return does(...given);
        })(...args).finally(() => {
          this.actsUntilKill -= 1;
          dead ||= this.actsUntilKill === 0;
        });
        return value;
      };
    const probe = (outcome: Probe['outcome']): Probe => ({ via: 'test', outcome, latencyMs: 40 });
    return {
      readControlRecord: call('readControlRecord', () => this.record),
      isLedgerFar: () => this.isLedgerFar,
      writeControlRecord: act('writeControlRecord', ({ expected, next }) => {
        const isAsExpected = expected === 'absent' ? !isStored(this.record) : this.record.version === expected.version;
        if (!isAsExpected) return 'lost' as const;
        this.record = next;
        return 'written' as const;
      }),
      // Only the region that holds leaves any.
      beat: call('beat', (heartbeat: Heartbeat) => {
        if (this.record.holder === PRIMARY) this.heartbeat = heartbeat;
      }),
      readHeartbeat: call('readHeartbeat', (region: string) => {
        this.beforeHeartbeat();
        return region === PRIMARY ? this.heartbeat : null;
      }),
      probeRegion: call('probeRegion', (_region: string) => ({
        deep: [probe(this.worldReachable ? this.primaryAnswers : 'silent')],
        shallow: [probe(this.worldReachable ? (this.entryAnswers ?? this.primaryAnswers) : 'silent')],
        control: [probe(this.worldReachable ? 'answered' : 'silent')],
      })),
      probeDeep: call('probeDeep', (_region: string) => probe(this.worldReachable ? this.primaryAnswers : 'silent')),
      regionIsHealthy: call('regionIsHealthy', (_region: string) => this.standbyHealthy),
      answeredRegion: call('answeredRegion', () =>
        (this.entryAnswers ?? this.primaryAnswers) === 'answered' ? PRIMARY : STANDBY,
      ),
      describeDatabase: call('describeDatabase', () => this.database()),
      newestLag: call('newestLag', (region: string) => {
        this.lagAskedOf.add(region);
        // A cluster that writes follows nothing, and publishes no lag.
        return region === this.database().writer ? null : this.lag;
      }),
      newestCanary: call('newestCanary', (_of: string) => this.arrivedCanaryAtMs),
      promote: act('promote', (target: string) => this.move(target)),
      switchOver: act('switchOver', (target: string) => this.move(target)),
      detach: act('detach', (target: string) => this.takeOut(target)),
      proveWrite: act('proveWrite', (region: string) => {
        if (this.database().writer !== region && this.takenOut !== region) throw new Error('the cluster is read-only');
      }),
      tryWrite: call('tryWrite', () => this.canary),
      notify: act('notify', (notice: Notice) => void this.notices.push(notice)),
      reportRun: call('reportRun', () => void (this.runsReported += 1)),
      report: (level, message, fields) => {
        alive();
        this.lines.push({ level, message, fields });
      },
      measure: (name, value) => void (this.measured[name] = value),
      monotonicMs: () => {
        alive();
        return this.nowMs;
      },
      wallClockMs: () => this.nowMs + this.skewMs,
      sleep: async (ms) => {
        alive();
        this.nowMs += ms;
      },
    };
  }

  private database(): DatabaseState {
    const regions = [PRIMARY, STANDBY].filter((region) => region !== this.takenOut);
    const clusters = Object.fromEntries(regions.map((region) => [region, 'trading']));
    return { ...this.writerState(), clusters, resyncing: [] };
  }

  private takeOut(target: string): void {
    if (this.writer === target) throw new Error('InvalidGlobalClusterStateFault');
    this.takenOut = target;
  }

  private writerState(): DatabaseState {
    if (this.movingUntilMs === null) return { writer: this.writer, status: 'idle' };
    if (this.nowMs < this.movingUntilMs) return { writer: this.writer, status: 'changing' };
    this.writer = this.writer === PRIMARY ? STANDBY : PRIMARY;
    this.movingUntilMs = null;
    return { writer: this.writer, status: 'idle' };
  }

  private move(target: string): void {
    if (this.database().status === 'changing') throw new Error('InvalidGlobalClusterStateFault');
    if (this.writer === target) throw new Error('InvalidDBClusterStateFault');
    this.movingUntilMs = this.nowMs + MOVE_MS;
  }
}
