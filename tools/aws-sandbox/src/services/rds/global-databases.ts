import type { Account } from '../../account/account';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ReplicationLink } from '../../model/replication';
import type { AccountChange, ResourceRecord } from '../../model/resource-record';
import type { ObjectValue, Value } from '../../model/value';
import {
  type DatabaseGroup,
  groupOf,
  isRebuilt,
  type MoveKind,
  moveOf,
  rebuildOf,
  type WriterMove,
} from './database-group';
import { writerAmong } from './cluster-instance';
import { failoverSnapshot } from './cluster-snapshots';
import { detached, membersOf } from './global-cluster';
import type { DatabaseEvents, EventId } from './database-events';
import { AccountEnded, type DatabaseServers } from './database-servers';

export interface GlobalDatabase {
  readonly record: ResourceRecord;
  /** The writer first. */
  readonly members: readonly ResourceRecord[];
  readonly move: WriterMove | undefined;
}

export interface GlobalDatabasesOptions {
  readonly account: Account;
  readonly servers: DatabaseServers;
  readonly events: Pick<DatabaseEvents, 'record'>;
  readonly link: ReplicationLink & {
    /** Duration of the rebuild of a former writer's cluster after a failover, from its region's return, ms. */
    readonly rebuildMs: number;
  };
  /** Duration of a failover or switchover, ms. */
  readonly moveMs: number;
  readonly nowMs: () => number;
  /** Called with a failure of what goes on by itself. */
  readonly onDefect: (what: string, error: Error) => void;
}

/** After a failure of what goes on by itself, ms. */
const RETRY_MS = 5_000;

/** Running global databases: their writers, and the writers' moves, which are kept in the account and survive a crash. */
export class GlobalDatabases {
  /** Work on servers that goes on by itself, by global database. */
  private readonly underWay = new Set<string>();
  private readonly retryAtMs = new Map<string, number>();

  constructor(private readonly options: GlobalDatabasesOptions) {}

  list(): readonly GlobalDatabase[] {
    this.settle();
    return this.options.account.list('aws_rds_global_cluster').map((record) => this.databaseOf(record));
  }

  /** @throws AwsError where no global database has that name */
  get(identifier: string): GlobalDatabase {
    this.settle();
    const record = this.options.account
      .list('aws_rds_global_cluster')
      .find(({ id }) => id === identifier.toLowerCase());
    if (record === undefined) {
      throw new AwsError('GlobalClusterNotFoundFault', `Global cluster ${identifier} not found`, { status: 404 });
    }
    return this.databaseOf(record);
  }

  /**
   * Begins to move the writer to the cluster; the move completes after its duration, even if this process restarts meanwhile.
   *
   * @param region that the call is made in
   * @throws AwsError where AWS would refuse it
   */
  beginMove(identifier: string, kind: MoveKind, target: string, region: string): GlobalDatabase {
    const { account, link, moveMs, nowMs } = this.options;
    const database = this.get(identifier);
    const [writer] = database.members;
    const targetCluster = database.members.find((member) => member.arn === target);
    if (targetCluster === undefined) {
      throw new AwsError('DBClusterNotFoundFault', `DBCluster ${target} not found in global cluster ${identifier}.`, {
        status: 404,
      });
    }
    // Words of the following refusals inferred.
    const refuse = (reason: string) => new AwsError('InvalidGlobalClusterStateFault', reason);
    if (database.move !== undefined) {
      throw refuse(`Global cluster ${identifier} is not in available state: a ${database.move.kind} is in progress.`);
    }
    if (writer === undefined || targetCluster === writer) {
      throw new AwsError('InvalidDBClusterStateFault', `DBCluster ${target} is the primary cluster already.`);
    }
    if (targetCluster.region !== region && kind === 'failover') {
      throw refuse(`The call has to be made in the region of the target cluster, ${targetCluster.region}.`);
    }
    if (kind === 'switchover' && link.cutSince(writer.region, targetCluster.region) !== undefined) {
      throw refuse(`Global cluster ${identifier} has a cluster that is not available.`);
    }
    const [from, to] = [writer, targetCluster].map(({ attributes }) => text(attributes['engine_version_actual']));
    if (from !== to) {
      // The same major and minor version on both sides [Aurora user guide, upgrading a global database].
      throw refuse(
        `DBCluster ${target} has engine version ${to}, and the primary cluster ${from}: upgrade both to one.`,
      );
    }
    if (isRebuilt(targetCluster)) {
      throw refuse(
        `DBCluster ${target} is being rebuilt after a failover, and does not follow the primary cluster yet.`,
      );
    }
    if (instancesOf(account, targetCluster).length === 0) {
      throw new AwsError('InvalidDBClusterStateFault', `DBCluster ${target} has no DB instance.`);
    }
    const move: WriterMove = { kind, from: writer.arn ?? '', to: target, endsAtMs: nowMs() + moveMs };
    account.commit([{ put: withMove(database.record, move) }]);
    if (kind === 'switchover') this.recordMove(targetCluster, 'RDS-EVENT-0181', 'Global switchover to', 'started');
    this.fenceWrites(writer, targetCluster);
    return this.get(identifier);
  }

  /**
   * Takes a cluster out of its global database: nothing is replicated to it any more, and it becomes a writer of its own,
   * with what had arrived. The others go on, and need not be reachable. The writer is the last that can be taken out
   * [Aurora user guide, removing a cluster from a global database].
   *
   * @param target ARN of the cluster
   * @param region that the call is made in
   * @throws AwsError where AWS would refuse it
   */
  async takeOut(identifier: string, target: string, region: string): Promise<GlobalDatabase> {
    const { account, servers } = this.options;
    const database = this.get(identifier);
    const [writer] = database.members;
    const cluster = database.members.find((member) => member.arn === target);
    if (cluster === undefined) {
      throw new AwsError('DBClusterNotFoundFault', `DBCluster ${target} not found in global cluster ${identifier}.`, {
        status: 404,
      });
    }
    // Words of the following refusals inferred.
    const refuse = (reason: string) => new AwsError('InvalidGlobalClusterStateFault', reason);
    if (database.move !== undefined) {
      throw refuse(`Global cluster ${identifier} is not in available state: a ${database.move.kind} is in progress.`);
    }
    if (cluster.region !== region) {
      throw refuse(`The call has to be made in the region of the cluster, ${cluster.region}.`);
    }
    if (cluster === writer && database.members.length > 1) {
      throw refuse(`DBCluster ${target} is the primary cluster, and others follow it: remove them first.`);
    }
    const group = groupOf(account, cluster);
    if (cluster !== writer && servers.isMade(cluster)) await servers.takeOut(group, cluster);
    const found = latest(account, cluster);
    // A copy that is not whole yet never will be: such a cluster can be deleted, and serves nothing [assumed].
    const isWhole = (rebuildOf(found)?.beganAtMs ?? null) === null;
    const { internal, ...alone } = detached(isWhole ? withRebuild(found, undefined) : found);
    const { passwordVerifier } = group;
    const known = passwordVerifier === undefined ? {} : { passwordVerifier };
    account.commit([{ put: { ...alone, internal: { ...internal, ...known } } }]);
    return this.get(identifier);
  }

  /**
   * Makes another instance of a writer's cluster the writer, which ends the connections to the former one.
   *
   * @param target instance. @default the first by name that is not the writer
   * @throws AwsError where AWS would refuse it
   */
  failOverWithin(identifier: string, target: string | undefined, region: string): ResourceRecord {
    const { account, events, nowMs, servers } = this.options;
    this.settle();
    const cluster = account.find('aws_rds_cluster', region, identifier.toLowerCase());
    if (cluster === undefined) {
      throw new AwsError('DBClusterNotFoundFault', `DBCluster ${identifier} not found.`, { status: 404 });
    }
    const instances = instancesOf(account, cluster)
      .map(({ id }) => id)
      .sort();
    const writer = writerAmong(instances, cluster);
    const next = target?.toLowerCase() ?? instances.find((id) => id !== writer);
    // Words of the following refusals inferred.
    const group = groupOf(account, cluster);
    if (group.move !== undefined || group.writer.arn !== cluster.arn) {
      throw new AwsError('InvalidDBClusterStateFault', `DBCluster ${identifier} has no writer that could fail over.`);
    }
    if (next === undefined || next === writer || !instances.includes(next)) {
      throw new AwsError(
        'InvalidDBInstanceState',
        `DBCluster ${identifier} has no reader ${target ?? ''} to fail over to.`,
      );
    }
    const internal = { ...cluster.internal, writerInstance: next, failedOverAtMs: nowMs() };
    account.commit([{ put: { ...cluster, internal } }]);
    const [before, after] = [writer, next].map((id) => zoneOf(instancesOf(account, cluster), id));
    const isWithinZone = before === after;
    const kind = isWithinZone ? 'same' : 'cross';
    const started = isWithinZone ? 'RDS-EVENT-0072' : 'RDS-EVENT-0073';
    events.record(cluster, started, `Started ${kind} AZ failover to DB instance: ${next}.`);
    if (servers.isMade(cluster)) servers.restart(cluster);
    events.record(cluster, 'RDS-EVENT-0071', `Completed failover to DB instance: ${next}.`);
    return latest(account, cluster);
  }

  /** Completes the moves whose duration has passed, and rebuilds former writers. What takes servers goes on afterwards. */
  settle(): void {
    const { account, nowMs, onDefect, servers } = this.options;
    for (const record of account.list('aws_rds_global_cluster')) {
      if (this.underWay.has(record.id) || (this.retryAtMs.get(record.id) ?? 0) > Date.now()) continue;
      const move = moveOf(record);
      const isDue = move !== undefined && move.endsAtMs <= nowMs();
      const [writer] = membersOf(account, record.id);
      if (isDue && (writer === undefined || !servers.isMade(writer))) {
        // Nobody ever asked for a server: there is nothing to promote, and nothing to lose.
        if (this.isRolledBack(record, move)) this.rollBack(record, move);
        else this.endMove(record, move, undefined);
        continue;
      }
      const former = membersOf(account, record.id).find((member) => this.isToRebuild(member));
      if (!isDue && former === undefined) continue;
      this.underWay.add(record.id);
      const work = isDue ? this.completeMove(record, move) : this.rebuild(former as ResourceRecord);
      void work
        .catch((error: Error) => {
          if (error instanceof AccountEnded) return;
          this.retryAtMs.set(record.id, Date.now() + RETRY_MS);
          onDefect(`rds ${record.id}`, error);
        })
        .finally(() => this.underWay.delete(record.id));
    }
  }

  private async completeMove(record: ResourceRecord, move: WriterMove): Promise<void> {
    const { account, servers } = this.options;
    const group = this.groupOf(record);
    const done = () => latest(account, record);
    const to = group?.members.find(({ arn }) => arn === move.to);
    if (group === undefined || to === undefined) return account.commit([ended(done())]);
    if (move.kind === 'switchover') {
      const isBroken = () => this.isRolledBack(record, move);
      const isToEnd = servers.isPromoted(group) || !isBroken();
      const isMoved = isToEnd && (await servers.switchOver(group, to, isBroken));
      return isMoved ? this.endMove(done(), move, undefined) : this.rollBack(done(), move);
    }
    const since = await servers.failOver(group, to);
    this.endMove(done(), move, since);
  }

  /** @param since where the new writer's timeline begins; undefined where the former writer has nothing of its own */
  private endMove(record: ResourceRecord, move: WriterMove, since: string | undefined): void {
    const { account } = this.options;
    account.commit(this.changesOfMove(record, move, since));
    const members = membersOf(account, record.id);
    const [from, to] = [move.from, move.to].map((arn) => members.find((member) => member.arn === arn));
    if (to === undefined) return;
    if (move.kind === 'failover') return this.recordMove(to, 'RDS-EVENT-0238', 'Global failover to', 'completed');
    if (from !== undefined) this.recordMove(from, 'RDS-EVENT-0182', 'Old primary', 'successfully shut down');
    this.recordMove(to, 'RDS-EVENT-0184', 'New primary', 'was successfully promoted');
    this.recordMove(to, 'RDS-EVENT-0185', 'Global switchover to', 'finished');
  }

  private rollBack(record: ResourceRecord, move: WriterMove): void {
    const { account } = this.options;
    account.commit([ended(record)]);
    const to = membersOf(account, record.id).find(({ arn }) => arn === move.to);
    if (to !== undefined) this.recordMove(to, 'RDS-EVENT-0187', 'Global switchover to', 'failed');
  }

  /** Records a step of a move at the cluster that it names; at which one AWS does is nowhere said. */
  private recordMove(cluster: ResourceRecord, event: EventId, what: string, outcome: string): void {
    this.options.events.record(
      cluster,
      event,
      `${what} DB cluster ${cluster.id} in Region ${cluster.region} ${outcome}.`,
    );
  }

  /**
   * Aurora blocks writes of the old primary before it moves the writer. The outcome is recorded there where the cluster
   * can be reached, else at the new primary [Aurora user guide, managed failovers and write fencing]. When it times out is
   * nowhere said: at once, here.
   */
  private fenceWrites(from: ResourceRecord, to: ResourceRecord): void {
    const { account, events, link } = this.options;
    const isReached = link.cutSince(from.region, to.region) === undefined;
    const place = isReached ? from : to;
    const instances = instancesOf(account, place);
    const writer = writerAmong(
      instances.map(({ id }) => id),
      place,
    );
    const source = instances.find(({ id }) => id === writer);
    if (source === undefined) return;
    const [event, outcome] = isReached
      ? (['RDS-EVENT-0390', 'succeeded'] as const)
      : (['RDS-EVENT-0391', 'timed out'] as const);
    events.record(
      source,
      event,
      `Attempt to block writes for DB cluster ${from.id} in Region ${from.region} ${outcome}.`,
    );
  }

  /** A switchover that loses a side while it runs is rolled back: the writer stays where it was. */
  private isRolledBack({ id }: ResourceRecord, { from, kind, to }: WriterMove): boolean {
    const { account, link } = this.options;
    const [source, target] = [from, to].map((arn) => membersOf(account, id).find((member) => member.arn === arn));
    return kind === 'switchover' && link.cutSince(source?.region ?? '', target?.region ?? '') !== undefined;
  }

  /** @param since where the new writer's timeline begins; undefined where the former writer has nothing of its own */
  private changesOfMove(record: ResourceRecord, move: WriterMove, since: string | undefined): readonly AccountChange[] {
    const { account, nowMs } = this.options;
    const members = membersOf(account, record.id);
    const [from, to] = [move.from, move.to].map((arn) => members.find((member) => member.arn === arn));
    if (to === undefined) return [ended(record)];
    const snapshot = `rds:unplanned-global-failover-${from?.id ?? ''}-${new Date(nowMs()).toISOString().slice(0, 19).replaceAll(':', '-').toLowerCase()}`;
    const roles = members.map((member) => {
      const moved = withRole(member, member === to ? 'writer' : 'reader', member === to ? '' : move.to);
      return {
        put: member === from && since !== undefined ? withRebuild(moved, { since, snapshot, beganAtMs: null }) : moved,
      };
    });
    return [ended(record), ...roles];
  }

  private isToRebuild(member: ResourceRecord): boolean {
    const { account, link, nowMs } = this.options;
    const rebuild = rebuildOf(member);
    const { move, writer } = groupOf(account, member);
    if (rebuild === undefined || move !== undefined) return false;
    if (link.cutSince(member.region, writer.region) !== undefined) return false;
    return rebuild.beganAtMs === null || rebuild.beganAtMs + link.rebuildMs <= nowMs();
  }

  /**
   * A former writer is not readable, and follows nobody, until its volume is rebuilt from the new writer; what it had
   * committed and nobody else has stays in a snapshot [Aurora user guide, recovering from unplanned outages].
   */
  private async rebuild(former: ResourceRecord): Promise<void> {
    const { account, events, nowMs, servers } = this.options;
    const rebuild = rebuildOf(former);
    if (rebuild === undefined) return;
    if (rebuild.beganAtMs === null) {
      const lost = await servers.compareFormer(former, rebuild.snapshot, rebuild.since);
      const snapshot = failoverSnapshot(account, former, rebuild.snapshot, nowMs(), lost);
      account.commit([
        { put: withRebuild(latest(account, former), { ...rebuild, beganAtMs: nowMs() }) },
        { put: snapshot },
      ]);
      events.record(snapshot, 'RDS-EVENT-0168', 'Creating automated cluster snapshot.');
      events.record(snapshot, 'RDS-EVENT-0169', 'Automated cluster snapshot created.');
      events.record(former, 'RDS-EVENT-0240', resynchronizing('Started', former));
      return;
    }
    account.commit([{ put: withRebuild(latest(account, former), undefined) }]);
    events.record(former, 'RDS-EVENT-0241', resynchronizing('Finished', former));
    await servers.serverOf(latest(account, former));
  }

  private groupOf({ id }: ResourceRecord): DatabaseGroup | undefined {
    const [writer] = membersOf(this.options.account, id);
    return writer === undefined ? undefined : groupOf(this.options.account, writer);
  }

  private databaseOf(record: ResourceRecord): GlobalDatabase {
    return { record, members: membersOf(this.options.account, record.id), move: moveOf(record) };
  }
}

export function instancesOf(account: Account, cluster: ResourceRecord): readonly ResourceRecord[] {
  return account.findBy('aws_rds_cluster_instance', 'cluster_identifier', cluster.id, cluster.region);
}

/** The record as it is now: Terraform may have changed it since. */
function latest(account: Account, { id, region, type, ...rest }: ResourceRecord): ResourceRecord {
  return account.find(type, region, id) ?? { id, region, type, ...rest };
}

function resynchronizing(what: 'Started' | 'Finished', { id, region }: ResourceRecord): string {
  return `${what} resynchronizing members of DB cluster ${id} in Region ${region} after global failover.`;
}

function zoneOf(instances: readonly ResourceRecord[], id: string | undefined): Value {
  return instances.find((instance) => instance.id === id)?.attributes['availability_zone'] ?? null;
}

function ended(global: ResourceRecord): AccountChange {
  return { put: withMove(global, undefined) };
}

function withMove(record: ResourceRecord, move: WriterMove | undefined): ResourceRecord {
  return { ...record, internal: { ...record.internal, move: (move ?? null) as ObjectValue | null } };
}

function withRebuild(record: ResourceRecord, rebuild: object | undefined): ResourceRecord {
  return { ...record, internal: { ...record.internal, rebuild: (rebuild ?? null) as Value } };
}

/** Sets a cluster's role after the writer moved, and the replication source that Terraform reads. */
function withRole(member: ResourceRecord, role: 'writer' | 'reader', source: string): ResourceRecord {
  const replicatesFrom = text(member.attributes['replication_source_identifier']);
  return {
    ...member,
    attributes: {
      ...member.attributes,
      ...(replicatesFrom === source ? {} : { replication_source_identifier: source }),
    },
    internal: { ...member.internal, globalRole: role },
  };
}
