import type { CanaryAnswer } from './write-canary/try-write';
import type {
  ConditionalWrite,
  ControlRecord,
  DatabaseState,
  Heartbeat,
  LagSample,
  Notice,
  Opening,
  Probe,
} from '@dr/recovery';

/** Results of one observation of a region, and of what does not depend on it. */
export interface ProbeAnswers {
  readonly shallow: readonly Probe[];
  readonly deep: readonly Probe[];
  readonly control: readonly Probe[];
}

/** Reports an action or its failure, with structured fields; never a secret, and of an error only the name. */
export type Report = (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: object) => void;

/**
 * Everything outside that a recovery touches, seen from one region. Every call may fail or hang; the caller gives it a
 * time and takes a failure for "unknown". While nothing moves, no call but the probes and the report of a run goes to another
 * region.
 */
export interface RecoveryPorts {
  /** Strongly consistent. */
  readonly readControlRecord: (signal: AbortSignal) => Promise<ControlRecord>;
  /** Whether the last reading came from the other region's replica, since the near one had not answered. */
  readonly isLedgerFar: () => boolean;
  /** `lost`: the version was taken. A failure leaves open whether it took effect. */
  readonly writeControlRecord: (write: ConditionalWrite, signal: AbortSignal) => Promise<'written' | 'lost'>;
  /** Leaves a beat of this process's own region in the ledger's table. */
  readonly beat: (heartbeat: Heartbeat, signal: AbortSignal) => Promise<void>;
  /** The newest beat of a region, strongly consistent; null where it has left none. */
  readonly readHeartbeat: (region: string, signal: AbortSignal) => Promise<Heartbeat | null>;
  readonly probeRegion: (region: string, signal: AbortSignal) => Promise<ProbeAnswers>;
  /** A region's own deep check alone. */
  readonly probeDeep: (region: string, signal: AbortSignal) => Promise<Probe>;
  /** Whether a region could serve: by its own deep check, and where clients would enter. */
  readonly regionIsHealthy: (region: string, signal: AbortSignal) => Promise<boolean>;
  /** Region that name servers answer for the service's name; null where they answer neither. */
  readonly answeredRegion: (signal: AbortSignal) => Promise<string | null>;
  readonly describeDatabase: (signal: AbortSignal) => Promise<DatabaseState>;
  /** Of the cluster of a region that follows; of one that writes there is none. */
  readonly newestLag: (region: string, signal: AbortSignal) => Promise<LagSample | null>;
  /**
   * Database's clock at a region's newest canary write that the database of this process's own region has, ms since 1970;
   * null where it has none.
   */
  readonly newestCanary: (of: string, signal: AbortSignal) => Promise<number | null>;
  /** Aurora's failover with data loss allowed, to the cluster of the target region. */
  readonly promote: (target: string, signal: AbortSignal) => Promise<void>;
  readonly switchOver: (target: string, signal: AbortSignal) => Promise<void>;
  /** Takes the cluster of the target region out of the global database. */
  readonly detach: (target: string, signal: AbortSignal) => Promise<void>;
  /** Writes a canary row in the region's database and reads it back, where the database has the write before. */
  readonly proveWrite: (region: string, version: number, after: Opening | null, signal: AbortSignal) => Promise<void>;
  /** Has the canary of this process's own region try an SQL write, by the way of the service. */
  readonly tryWrite: (signal: AbortSignal) => Promise<CanaryAnswer>;
  readonly notify: (notice: Notice, signal: AbortSignal) => Promise<void>;
  /** Reports a run of this region's controller to the witness region, where alarms notify once none is reported. */
  readonly reportRun: (signal: AbortSignal) => Promise<void>;
  readonly report: Report;
  /** One figure of the run, such as `ReplicationLag` in milliseconds. */
  readonly measure: (name: string, value: number, unit: 'Count' | 'Milliseconds' | 'None') => void;
  readonly monotonicMs: () => number;
  /** ms since 1970. */
  readonly wallClockMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}
