import {
  DescribeGlobalClustersCommand,
  FailoverGlobalClusterCommand,
  type GlobalCluster,
  type RDSClient,
  SwitchoverGlobalClusterCommand,
} from '@aws-sdk/client-rds';
import type { DatabaseState } from '@dr/recovery';

export interface AuroraGlobalDatabaseOptions {
  readonly clientOf: (region: string) => Pick<RDSClient, 'send'>;
  /** Region whose API describes the database. */
  readonly region: string;
  readonly globalClusterIdentifier: string;
}

/** The Aurora global database as the RDS API of one region describes it and moves its writer. */
export class AuroraGlobalDatabaseAdapter {
  /** By region, as last described: the clusters of a global database change with a deployment only. */
  private clusterArns: Readonly<Record<string, string>> = {};

  constructor(private readonly options: AuroraGlobalDatabaseOptions) {}

  async describe(abortSignal: AbortSignal): Promise<DatabaseState> {
    const { clientOf, globalClusterIdentifier, region } = this.options;
    const { GlobalClusters: found } = await clientOf(region).send(
      new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: globalClusterIdentifier }),
      { abortSignal },
    );
    const cluster = found?.[0];
    if (cluster === undefined) return { writer: null, status: 'unknown' };
    this.clusterArns = Object.fromEntries(membersOf(cluster).map(({ arn, region }) => [region, arn]));
    const clusters = Object.entries(this.clusterArns).map(([of, arn]) => [of, identifierIn(arn)]);
    return { ...databaseState(cluster), clusters: Object.fromEntries(clusters) };
  }

  /** ARN of the region's cluster. @throws Error while the global database was never described, or has none there */
  clusterArn(region: string): string {
    const arn = this.clusterArns[region];
    if (arn === undefined) throw new Error(`no cluster of the global database is known in ${region}`);
    return arn;
  }

  /** `FailoverGlobalCluster`, called where the cluster is; what had not been replicated is lost [Amazon RDS API Reference, FailoverGlobalCluster]. */
  async promote(region: string, abortSignal: AbortSignal): Promise<void> {
    const { clientOf, globalClusterIdentifier } = this.options;
    await clientOf(region).send(
      new FailoverGlobalClusterCommand({
        GlobalClusterIdentifier: globalClusterIdentifier,
        TargetDbClusterIdentifier: this.clusterArn(region),
        AllowDataLoss: true,
      }),
      { abortSignal },
    );
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

/** Idle only when AWS says so in both places: a failover is noted before the status changes. */
export function databaseState(cluster: GlobalCluster): DatabaseState {
  const writers = membersOf(cluster).filter(({ isWriter }) => isWriter);
  const [writer] = writers;
  const moving = cluster.FailoverState?.Status !== undefined;
  const status =
    cluster.Status === undefined ? 'unknown' : cluster.Status === 'available' && !moving ? 'idle' : 'changing';
  return { writer: writers.length === 1 && writer ? writer.region : null, status };
}

function membersOf({ GlobalClusterMembers: members }: GlobalCluster) {
  return (members ?? []).flatMap(({ DBClusterArn: arn, IsWriter: isWriter }) => {
    const region = arn?.split(':')[3];
    return arn === undefined || region === undefined ? [] : [{ arn, region, isWriter: isWriter === true }];
  });
}
