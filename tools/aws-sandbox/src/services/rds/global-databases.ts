import type { Account } from '../../account/account';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ReplicationLink } from '../../model/replication';
import type { AccountChange, ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import { membersOf } from './global-cluster';
import type { RowStore } from './row-store';

/**
 * `failover`: at once, and what had not been replicated is lost. `switchover`: waits for replication, and needs both
 * regions [Aurora user guide, managed failovers and switchovers of global databases].
 */
export type MoveKind = 'failover' | 'switchover';

/** The writer of a global database on its way to another cluster. */
export interface WriterMove {
  readonly kind: MoveKind;
  /** ARNs of clusters. */
  readonly from: string;
  readonly to: string;
  /** ms since 1970. */
  readonly endsAtMs: number;
}

export interface GlobalDatabase {
  readonly record: ResourceRecord;
  /** The writer first. */
  readonly members: readonly ResourceRecord[];
  readonly move: WriterMove | undefined;
}

export interface GlobalDatabasesOptions {
  readonly account: Account;
  readonly rows: RowStore;
  readonly link: ReplicationLink;
  /** Duration of a failover or switchover, ms. */
  readonly moveMs: number;
  readonly nowMs: () => number;
}

/** Running global databases: their writers, and the writers' moves, which are kept in the account and survive a crash. */
export class GlobalDatabases {
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
    if (instancesOf(account, targetCluster).length === 0) {
      throw new AwsError('InvalidDBClusterStateFault', `DBCluster ${target} has no DB instance.`);
    }
    const move: WriterMove = { kind, from: writer.arn ?? '', to: target, endsAtMs: nowMs() + moveMs };
    account.commit([{ put: withMove(database.record, move) }]);
    return this.get(identifier);
  }

  /** Completes the moves whose duration has passed. */
  settle(): void {
    const { account, nowMs } = this.options;
    for (const record of account.list('aws_rds_global_cluster')) {
      const move = moveOf(record);
      if (move !== undefined && move.endsAtMs <= nowMs()) account.commit(this.changesOf(record, move));
    }
  }

  private changesOf(record: ResourceRecord, move: WriterMove): readonly AccountChange[] {
    const { account, link, rows } = this.options;
    const members = membersOf(account, record.id);
    const [from, to] = [move.from, move.to].map((arn) => members.find((member) => member.arn === arn));
    const ended = { put: withMove(record, undefined) };
    // A switchover that loses a side while it runs is rolled back: the writer stays where it was.
    const isCut = link.cutSince(from?.region ?? '', to?.region ?? '') !== undefined;
    if (to === undefined || (move.kind === 'switchover' && isCut)) return [ended];
    const roles = members.map((member) => ({
      put: withRole(member, member === to ? 'writer' : 'reader', member === to ? '' : move.to),
    }));
    const regions = members.map(({ region }) => region);
    return [ended, ...roles, ...rows.changesOfMove(record.id, regions, to.region, move.kind)];
  }

  private databaseOf(record: ResourceRecord): GlobalDatabase {
    return { record, members: membersOf(this.options.account, record.id), move: moveOf(record) };
  }
}

export function instancesOf(account: Account, cluster: ResourceRecord): readonly ResourceRecord[] {
  return account.findBy('aws_rds_cluster_instance', 'cluster_identifier', cluster.id, cluster.region);
}

function moveOf({ internal }: ResourceRecord): WriterMove | undefined {
  return (internal?.['move'] ?? undefined) as unknown as WriterMove | undefined;
}

function withMove(record: ResourceRecord, move: WriterMove | undefined): ResourceRecord {
  return { ...record, internal: { ...record.internal, move: (move ?? null) as ObjectValue | null } };
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
