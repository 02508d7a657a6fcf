import type { DetectionState } from '../failure-detection/detection-state';
import type { Effect } from '../failover/effect';
import type { DnsState } from './dns-model';
import type { RegionIndex } from './region-index';

/** One controller process. Everything in it is lost when it crashes. */
export interface ControllerState {
  readonly detection: Pick<DetectionState, 'status' | 'consecutiveBad' | 'consecutiveGood' | 'lastGrade' | 'lastShape'>;
  /** Ticks since the last round, up to one more than the longest that counts. */
  readonly silentTicks: number;
  readonly watch: { readonly closedAtVersion: number; readonly ticks: number } | null;
  readonly provedAtVersion: number | null;
  readonly noticeId: string | null;
  /** Id of the record that the process read last; null when none, and where nothing acts on it. */
  readonly remembered: number | null;
  /** Id of a decided effect that the process, suspended, has not begun. */
  readonly pending: { readonly effect: number; readonly ticks: number } | null;
}

/** The service of a region: what it last read, and how long ago it could last admit a write. */
export interface ServiceState {
  readonly proof: { readonly record: number; readonly ticks: number } | null;
  readonly ticksSinceAdmission: number;
}

/** By region. */
export type Services = readonly [ServiceState, ServiceState];

export interface DatabaseModel {
  readonly writer: RegionIndex;
  /** Whether a cluster accepts writes. After an unplanned promotion the old writer does, until a switchover. */
  readonly writable: readonly [boolean, boolean];
  readonly change: { readonly kind: 'promote' | 'switch-over'; readonly target: RegionIndex } | null;
  /** State that the API showed before its last change, for stale answers. */
  readonly shownBefore: { readonly writer: RegionIndex; readonly changing: boolean } | null;
  /** Epoch of the last promotion that took effect. */
  readonly promotedEpoch: number;
  /** Ticks of acknowledged writes that are not replicated. */
  readonly unreplicatedTicks: number;
}

/** The whole system. Durations are in ticks; nothing holds an absolute time, so equal situations are equal states. */
export interface RecoveryState {
  /** Id of the record in the strongly consistent table. */
  readonly table: number;
  /** Id of the record before it: what an eventually consistent read may still show. */
  readonly tableBefore: number;
  /** `cut`: alive, and off from the table's quorum, the other region and replication; `dark`: nothing runs. */
  readonly primary: 'up' | 'cut' | 'dark';
  /** Whether the primary's load balancer and service serve clients, while the region itself is up. */
  readonly entry: 'serves' | 'fails';
  /** `probes-cut`: the controllers' probes reach nothing, the table they do; `cut`: neither. */
  readonly standby: 'up' | 'probes-cut' | 'cut';
  readonly replication: 'running' | 'stalled';
  readonly services: Services;
  readonly database: DatabaseModel;
  readonly lag: { readonly lagTicks: number; readonly ageTicks: number };
  /** Ids of the two controllers' states. */
  readonly controllers: readonly [number, number];
  /** A call to Aurora that is under way, by the id of its effect. */
  readonly call: { readonly effect: number; readonly ticks: number } | null;
  readonly faultsLeft: number;
  readonly commandsLeft: number;
  /** Null where an exploration leaves DNS out. */
  readonly dns: DnsState | null;
}

export type CallEffect = Extract<Effect, { kind: 'promote' | 'switch-over' }>;

export const FRESH_CONTROLLER: ControllerState = {
  detection: { status: 'unknown', consecutiveBad: 0, consecutiveGood: 0, lastGrade: null, lastShape: 'none' },
  silentTicks: 0,
  watch: null,
  provedAtVersion: null,
  noticeId: null,
  remembered: null,
  pending: null,
};
