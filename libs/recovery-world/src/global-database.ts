import {
  DescribeGlobalClustersCommand,
  FailoverGlobalClusterCommand,
  type RDSClient,
  RemoveFromGlobalClusterCommand,
  SwitchoverGlobalClusterCommand,
} from '@aws-sdk/client-rds';
import type { LagSample, Opening } from '@dr/recovery';
import { type Network, type Place, type ServingRegion, SERVING_REGIONS } from './network';
import type { Process, VirtualTime } from './virtual-time';

/** A committed write of a client. */
export interface Commit {
  readonly region: ServingRegion;
  readonly epoch: number;
  readonly atMs: number;
  /** Whether the canary of the region wrote it. */
  readonly isCanary: boolean;
}

/** Change of the writer that Aurora makes. */
export interface Change {
  readonly kind: 'failover' | 'switchover';
  readonly target: ServingRegion;
}

/** Outcome of the next change. */
export const CHANGE_FATES = ['hangs', 'rolls back', 'is refused', 'leaves the old writer unfenced'] as const;
export type ChangeFate = (typeof CHANGE_FATES)[number];

export const FAILOVER_MS = 60_000;
export const SWITCHOVER_MS = 30_000;
export const HANG_MS = 1_200_000;
/** Until a cluster that was taken out takes writes. */
export const DETACH_MS = 20_000;
/** Minutes to hours [Aurora user guide, recovering a global database]; a walk would only wait for it. */
export const REBUILD_MS = 100_000;
export const REPLICATION_MS = 300;
const MINUTE_MS = 60_000;

export interface DatabaseEvents {
  /** A call to move the writer is sent. */
  readonly asked: (by: Process) => void;
  readonly accepted: (change: Change, by: Process) => void;
  readonly lost: (commits: readonly Commit[]) => void;
  /** A region's cluster is taken out of the global database, without these. */
  readonly detached: (region: ServingRegion, lost: readonly Commit[], by: Process) => void;
  /** A person restores a region's database, without these. */
  readonly restored: (lost: readonly Commit[]) => void;
}

/** A write that was proved in a database. */
interface Proof extends Opening {
  readonly atMs: number;
}

/** The Aurora global database: a writer, a follower, what is replicated, and how the writer moves. */
export class GlobalDatabase {
  writer: ServingRegion = SERVING_REGIONS[0];
  change: (Change & { readonly fate: ChangeFate | null }) | null = null;
  /** Whether replication stands still although the regions are in touch. */
  stalled = false;
  /** Fate of the next change. */
  fate: ChangeFate | null = null;
  /** Whether Aurora refuses every promotion. */
  refusesPromotions = false;
  /** Region whose cluster was taken out of the global database; the other one's is left behind in it. */
  alone: ServingRegion | null = null;
  readonly slowStatements = new Set<ServingRegion>();
  /** Regions whose API shows what was true before. */
  readonly stale = new Map<ServingRegion, { readonly shown: object; readonly untilMs: number }>();
  private readonly describedAtMs = new Map<Process, number>();
  private readonly writable = new Set<ServingRegion>([SERVING_REGIONS[0]]);
  private readonly rebuildingUntilMs = new Map<ServingRegion, number>();
  /** Proved writes that each database has. */
  private readonly proofs = new Map<ServingRegion, readonly Proof[]>();
  /** Commits of the writer's timeline that the follower lacks, oldest first. */
  private unreplicated: Commit[] = [];
  private replicatedAtMs = 0;
  /** Newest write of each region's canary, in the writer and in the follower. */
  private canaries = { written: new Map<ServingRegion, number>(), arrived: new Map<ServingRegion, number>() };
  private largestLagMs = 0;
  private metric: LagSample | null;

  constructor(
    private readonly time: VirtualTime,
    private readonly network: Network,
    private readonly events: DatabaseEvents,
  ) {
    this.metric = { lagMs: REPLICATION_MS, measuredAtMs: time.wallMs - MINUTE_MS };
    const everySecond = () => {
      this.replicate();
      time.plan(1_000, null, everySecond);
    };
    time.plan(1_000, null, everySecond);
    const everyMinute = () => {
      this.publish();
      time.plan(MINUTE_MS, null, everyMinute);
    };
    time.plan(MINUTE_MS, null, everyMinute);
  }

  get follower(): ServingRegion {
    return otherThan(this.writer);
  }

  /** The writer is in a region from the begin. */
  beginIn(region: ServingRegion): void {
    this.writer = region;
    this.writable.clear();
    this.writable.add(region);
  }

  isWritable(region: ServingRegion): boolean {
    return this.writable.has(region) && !this.network.dark.has(region) && !this.network.isBroken(region, 'writer');
  }

  isRebuilding(region: ServingRegion): boolean {
    return this.time.nowMs < (this.rebuildingUntilMs.get(region) ?? 0);
  }

  /** @returns whether the region's database takes the write */
  commit(commit: Commit): boolean {
    if (!this.isWritable(commit.region)) return false;
    if (commit.isCanary) this.canaries.written.set(commit.region, commit.atMs);
    if (commit.region === (this.alone ?? this.writer)) this.unreplicated.push(commit);
    // On a timeline that was left, where nobody ever reads it.
    else this.events.lost([commit]);
    this.replicate();
    return true;
  }

  /** Newest write of a region's canary that the database of another region, or of the same, has. @throws while it is rebuilt */
  newestCanaryIn(region: ServingRegion, of: ServingRegion): number | null {
    if (this.isRebuilding(region)) throw new Error('the cluster is rebuilt');
    const { arrived, written } = this.canaries;
    return (region === this.writer ? written : arrived).get(of) ?? null;
  }

  lagPublishedIn(region: ServingRegion): LagSample | null {
    return this.alone === null && region === this.follower ? this.metric : null;
  }

  /** Proves a write. @returns whether the region's database is a writer, takes it, and has the one before */
  prove(region: ServingRegion, version: number, after: Opening | null): boolean {
    const isWriter = this.writer === region || this.alone === region;
    if (!isWriter || !this.isWritable(region) || this.lacks(region, after)) return false;
    this.proofs.set(region, [...(this.proofs.get(region) ?? []), { region, version, atMs: this.time.nowMs }]);
    return true;
  }

  lacks(region: ServingRegion, opening: Opening | null): boolean {
    const has = (proof: Proof) => proof.region === opening?.region && proof.version >= opening.version;
    return opening !== null && !(this.proofs.get(region) ?? []).some(has);
  }

  /** A person rebuilds the region that was left behind, by the runbook: it follows again. */
  rebuild(): void {
    const { alone, network, time } = this;
    if (alone === null || network.dark.has(alone) || network.dark.has(otherThan(alone))) return;
    this.alone = null;
    this.writer = alone;
    this.writable.delete(this.follower);
    this.rebuildingUntilMs.set(this.follower, time.nowMs + REBUILD_MS);
    this.unreplicated = [];
    this.metric = null;
    this.largestLagMs = 0;
  }

  /** A person restores a region's database from a snapshot, by the runbook: it is a writer of its own, with an earlier past. */
  restore(region: ServingRegion): void {
    if (this.network.dark.has(region) || this.change !== null) return;
    this.events.restored(this.unreplicated);
    this.unreplicated = [];
    this.alone = region;
    this.rebuildingUntilMs.delete(region);
    this.proofs.delete(region);
    this.writable.add(region);
  }

  /** Calls of Aurora's API in a region, as the SDK makes them. */
  client(process: Process, from: Place, region: ServingRegion): Pick<RDSClient, 'send'> {
    const send = (command: unknown, options: { readonly abortSignal?: AbortSignal } = {}) => {
      if (command instanceof DescribeGlobalClustersCommand) this.describedAtMs.set(process, this.time.nowMs);
      else this.events.asked(process);
      return this.network.call<unknown>(
        process,
        from,
        region,
        'database',
        (reply) => {
          try {
            reply({ value: this.perform(command, region, process) });
          } catch (error) {
            reply({ error: error as Error });
          }
        },
        options.abortSignal,
      );
    };
    return { send } as Pick<RDSClient, 'send'>;
  }

  /** When a process last asked for the state, ms; 0 when it never did. */
  lastDescribedAtMs(process: Process): number {
    return this.describedAtMs.get(process) ?? 0;
  }

  showsOldStateIn(region: ServingRegion, ms: number): void {
    this.stale.set(region, { shown: this.description(), untilMs: this.time.nowMs + ms });
  }

  private perform(command: unknown, region: ServingRegion, process: Process): object {
    if (command instanceof DescribeGlobalClustersCommand) {
      const stale = this.stale.get(region);
      return stale !== undefined && this.time.nowMs < stale.untilMs ? stale.shown : this.description();
    }
    if (command instanceof RemoveFromGlobalClusterCommand) {
      this.takeOut(command.input.DbClusterIdentifier?.split(':')[3] as ServingRegion, region, process);
      return {};
    }
    const kind =
      command instanceof FailoverGlobalClusterCommand
        ? 'failover'
        : command instanceof SwitchoverGlobalClusterCommand
          ? 'switchover'
          : undefined;
    if (kind === undefined) throw new Error('recovery-world: Aurora knows four calls.');
    const { TargetDbClusterIdentifier: arn = '' } = (command as FailoverGlobalClusterCommand).input;
    this.accept({ kind, target: arn.split(':')[3] as ServingRegion }, process);
    return {};
  }

  private description(): object {
    const members = SERVING_REGIONS.filter((region) => region !== this.alone).map((region) => ({
      DBClusterArn: clusterArn(region),
      IsWriter: region === this.writer,
      SynchronizationStatus: this.isRebuilding(region) ? 'pending-resync' : 'connected',
    }));
    const status = { failover: 'failing-over', switchover: 'switching-over' } as const;
    const cluster = {
      Status: this.change === null ? 'available' : status[this.change.kind],
      GlobalClusterMembers: members,
      ...(this.change !== null && { FailoverState: { Status: status[this.change.kind] } }),
    };
    return { GlobalClusters: [cluster] };
  }

  private accept(change: Change, by: Process): void {
    const { kind, target } = change;
    const { fate } = this;
    const isPossible =
      this.change === null &&
      this.alone === null &&
      !(kind === 'failover' && this.refusesPromotions) &&
      target !== this.writer &&
      !this.isRebuilding(target) &&
      (kind === 'failover' || this.network.replicates(this.writer, target));
    if (!isPossible) throw Object.assign(new Error('refused'), { name: 'InvalidGlobalClusterStateFault' });
    this.fate = null;
    if (fate === 'is refused') throw Object.assign(new Error('refused'), { name: 'InvalidDBClusterStateFault' });
    this.events.accepted(change, by);
    this.replicate();
    this.change = { ...change, fate };
    if (kind === 'switchover') this.writable.delete(this.writer);
    const ms = fate === 'hangs' ? HANG_MS : kind === 'failover' ? FAILOVER_MS : SWITCHOVER_MS;
    this.time.plan(ms, null, () => this.end());
  }

  /** The cluster goes on with what had arrived. While the writer moves, Aurora refuses it. */
  private takeOut(target: ServingRegion, calledIn: ServingRegion, by: Process): void {
    if (this.change !== null || this.alone !== null || target === this.writer || target !== calledIn) {
      throw Object.assign(new Error('refused'), { name: 'InvalidGlobalClusterStateFault' });
    }
    this.replicate();
    const lost = this.unreplicated;
    this.unreplicated = [];
    this.alone = target;
    this.events.detached(target, lost, by);
    this.time.plan(DETACH_MS, null, () => {
      if (this.alone === target) this.writable.add(target);
    });
  }

  private end(): void {
    if (this.change === null) return;
    const { fate, kind, target } = this.change;
    const from = this.writer;
    this.change = null;
    const isInTouch = this.network.replicates(from, target);
    const fails = fate === 'hangs' || fate === 'rolls back' || this.network.dark.has(target);
    if (fails || (kind === 'switchover' && !isInTouch)) {
      this.writable.add(from);
      return;
    }
    // A switchover waits for what is not replicated yet; a failover leaves it behind.
    if (kind === 'failover') this.events.lost(this.unreplicated);
    const { arrived, written } = this.canaries;
    const kept = kind === 'failover' ? arrived : written;
    this.canaries = { written: new Map(kept), arrived: new Map(kept) };
    this.unreplicated = [];
    if (kind === 'switchover') this.proofs.set(target, this.proofs.get(from) ?? []);
    this.replicatedAtMs = this.time.nowMs;
    this.metric = null;
    this.largestLagMs = 0;
    this.writer = target;
    this.writable.add(target);
    // The old writer is fenced as well as that is possible [Aurora user guide, managed failovers].
    if (isInTouch && fate !== 'leaves the old writer unfenced') this.writable.delete(from);
    if (kind === 'failover') this.rebuildingUntilMs.set(from, Infinity);
  }

  private replicate(): void {
    const { follower, time, writer } = this;
    if (this.alone !== null || !this.network.replicates(writer, follower)) return;
    if (this.rebuildingUntilMs.get(follower) === Infinity) {
      this.writable.delete(follower);
      this.rebuildingUntilMs.set(follower, time.nowMs + REBUILD_MS);
    }
    if (this.change === null && this.writable.has(follower)) this.writable.delete(follower);
    if (this.isRebuilding(follower)) return;
    if (!this.stalled) {
      this.replicatedAtMs = time.nowMs - REPLICATION_MS;
      const hasArrived = ({ atMs }: { readonly atMs: number }) => atMs <= this.replicatedAtMs;
      for (const { atMs, region } of this.unreplicated.filter((commit) => commit.isCanary && hasArrived(commit))) {
        this.canaries.arrived.set(region, atMs);
      }
      this.unreplicated = this.unreplicated.filter((commit) => !hasArrived(commit));
      this.proofs.set(follower, (this.proofs.get(writer) ?? []).filter(hasArrived));
    }
    this.largestLagMs = Math.max(this.largestLagMs, time.nowMs - this.replicatedAtMs);
  }

  /** Once a minute, the largest lag of the minute that ended, dated by its begin. */
  private publish(): void {
    const { follower, network, time } = this;
    const isKnown = network.replicates(this.writer, follower) && !this.isRebuilding(follower);
    if (isKnown && !network.isBroken(follower, 'metrics')) {
      this.metric = { lagMs: this.largestLagMs, measuredAtMs: time.wallMs - MINUTE_MS };
    }
    this.largestLagMs = 0;
  }
}

export function clusterArn(region: ServingRegion): string {
  return `arn:aws:rds:${region}:123456789012:cluster:trade`;
}

export function otherThan(region: ServingRegion): ServingRegion {
  return region === SERVING_REGIONS[0] ? SERVING_REGIONS[1] : SERVING_REGIONS[0];
}
