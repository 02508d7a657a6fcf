import {
  DescribeGlobalClustersCommand,
  FailoverGlobalClusterCommand,
  type GlobalCluster,
  type RDSClient,
  RemoveFromGlobalClusterCommand,
  SwitchoverGlobalClusterCommand,
} from '@aws-sdk/client-rds';
import type { DatabaseState } from '@dr/recovery';

export interface AuroraGlobalDatabaseOptions {
  readonly clientOf: (region: string) => Pick<RDSClient, 'send'>;
  /** Region whose API describes the database. */
  readonly region: string;
  readonly globalClusterIdentifier: string;
  /** ARNs of the regions' clusters as they were deployed: of one that was taken out of the global database it says none. */
  readonly deployedClusterArns: Readonly<Record<string, string>>;
}

/** Longest text of a reason that is kept, characters. */
const LONGEST_REASON = 300;

/** The Aurora global database as the RDS API of one region describes it and moves its writer. */
export class AuroraGlobalDatabaseAdapter {
  /** By region, as last described: the clusters of a global database change with a deployment only. */
  private clusterArns: Readonly<Record<string, string>> = {};

  constructor(private readonly options: AuroraGlobalDatabaseOptions) {}

  async describe(abortSignal: AbortSignal): Promise<DatabaseState> {
    const { clientOf, globalClusterIdentifier, region } = this.options;
    const found = await clientOf(region)
      .send(new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: globalClusterIdentifier }), { abortSignal })
      .catch((error: unknown) => {
        if ((error as Error | undefined)?.name === 'GlobalClusterNotFoundFault') return null;
        throw error;
      });
    // Nothing is in a global database that is gone; an answer without clusters says nothing.
    if (found === null) return { writer: null, status: 'unknown', clusters: {} };
    const cluster = found.GlobalClusters?.[0];
    if (cluster === undefined) return { writer: null, status: 'unknown' };
    this.clusterArns = Object.fromEntries(membersOf(cluster).map(({ arn, region }) => [region, arn]));
    const clusters = Object.entries(this.clusterArns).map(([of, arn]) => [of, identifierIn(arn)]);
    return { ...databaseState(cluster), ...(clusters.length > 0 && { clusters: Object.fromEntries(clusters) }) };
  }

  /** ARN of the region's cluster. @throws Error where neither the global database nor the deployment says it */
  clusterArn(region: string): string {
    const arn = this.clusterArns[region] ?? this.options.deployedClusterArns[region];
    if (!arn) throw new Error(`no cluster of the global database is known in ${region}`);
    return arn;
  }

  /** `FailoverGlobalCluster`, called where the cluster is; what had not been replicated is lost [Amazon RDS API Reference, FailoverGlobalCluster]. */
  async promote(region: string, abortSignal: AbortSignal): Promise<void> {
    const { clientOf, globalClusterIdentifier } = this.options;
    await clientOf(region)
      .send(
        new FailoverGlobalClusterCommand({
          GlobalClusterIdentifier: globalClusterIdentifier,
          TargetDbClusterIdentifier: this.clusterArn(region),
          AllowDataLoss: true,
        }),
        { abortSignal },
      )
      .catch(throwWithReason);
  }

  /**
   * `RemoveFromGlobalCluster`, called where the cluster is: replication ends, and the cluster becomes a writer of its own
   * [Amazon RDS API Reference, RemoveFromGlobalCluster].
   */
  async detach(region: string, abortSignal: AbortSignal): Promise<void> {
    const { clientOf, globalClusterIdentifier } = this.options;
    await clientOf(region)
      .send(
        new RemoveFromGlobalClusterCommand({
          GlobalClusterIdentifier: globalClusterIdentifier,
          DbClusterIdentifier: this.clusterArn(region),
        }),
        { abortSignal },
      )
      .catch(throwWithReason);
  }

  /** `SwitchoverGlobalCluster`, called in the writer's region; it waits for replication and loses nothing [same, SwitchoverGlobalCluster]. */
  async switchOver(region: string, writer: string, abortSignal: AbortSignal): Promise<void> {
    const { clientOf, globalClusterIdentifier } = this.options;
    await clientOf(writer).send(
      new SwitchoverGlobalClusterCommand({
        GlobalClusterIdentifier: globalClusterIdentifier,
        TargetDbClusterIdentifier: this.clusterArn(region),
      }),
      { abortSignal },
    );
  }
}

/** `arn:aws:rds:us-east-1:123456789012:cluster:orders` → `orders` */
export function identifierIn(clusterArn: string): string {
  return clusterArn.split(':').at(-1) ?? '';
}

/** Aurora's words go to people with its code: they say why it refuses, and name nothing but clusters. */
function throwWithReason(error: unknown): never {
  const { message, name } = (error ?? {}) as Record<string, unknown>;
  // What refuses any call, such as AccessDenied, names who called.
  if (typeof name !== 'string' || !name.endsWith('Fault') || typeof message !== 'string') throw error;
  const words = message.replaceAll(/\s+/g, ' ').slice(0, LONGEST_REASON);
  throw Object.assign(error as Error, { reason: `${name}: ${words}` });
}

/** Idle only when AWS says so in both places: a failover is noted before the status changes. */
export function databaseState(cluster: GlobalCluster): DatabaseState {
  const writers = membersOf(cluster).filter(({ isWriter }) => isWriter);
  const [writer] = writers;
  const moving = cluster.FailoverState?.Status !== undefined;
  const status =
    cluster.Status === undefined ? 'unknown' : cluster.Status === 'available' && !moving ? 'idle' : 'changing';
  const resyncing = membersOf(cluster).flatMap(({ isWriter, region, synchronization }) =>
    isWriter || synchronization !== 'pending-resync' ? [] : [region],
  );
  return { writer: writers.length === 1 && writer ? writer.region : null, status, resyncing };
}

function membersOf({ GlobalClusterMembers: members }: GlobalCluster) {
  return (members ?? []).flatMap(
    ({ DBClusterArn: arn, IsWriter: isWriter, SynchronizationStatus: synchronization }) => {
      const region = arn?.split(':')[3];
      return arn === undefined || region === undefined
        ? []
        : [{ arn, region, isWriter: isWriter === true, synchronization }];
    },
  );
}
