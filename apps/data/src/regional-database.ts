import { AuroraAlarms, AuroraEvents, type AuroraPrimarySettings, AuroraRegionalCluster } from '@dr/aws-constructs';
import { type Environment, type ServingRegion, zonesOf } from '@dr/environments';
import type { networkContract } from '@dr/network/contract';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';
import type { OutputsOf } from '@dr/stack-contracts';
import type { dataKeysContract } from './contract';

export interface RegionalDatabaseProps {
  readonly region: ServingRegion;
  readonly globalClusterIdentifier: string;
  readonly network: OutputsOf<typeof networkContract>;
  readonly keys: OutputsOf<typeof dataKeysContract>;
  /** Of the cluster that founds the global database. @default none: the cluster joins it, and follows */
  readonly primary?: AuroraPrimarySettings;
}

/** A region's cluster of the Aurora global database, at full size in both regions, its alarms and its events. */
export class RegionalDatabase {
  readonly cluster: AuroraRegionalCluster;

  constructor(state: PlatformState<Environment>, props: RegionalDatabaseProps) {
    const { region, globalClusterIdentifier, network, keys, primary } = props;
    const { environment } = state;
    const { database } = environment;
    this.cluster = new AuroraRegionalCluster(state, 'Database', {
      clusterIdentifier: state.resourceName(NAME_LIMITS.rdsIdentifier, 'trading', region.name),
      globalClusterIdentifier,
      engineVersion: database.engineVersion,
      instanceClass: database.instanceClass,
      instanceCount: database.instancesPerRegion,
      zones: zonesOf(region.name, environment.network.zoneCount),
      subnetIds: network.databaseSubnetIds,
      securityGroupIds: [network.databaseSecurityGroupId],
      kmsKeyArn: keys.databaseKeyArn,
      backupRetentionDays: database.backupRetentionDays,
      deletionProtection: environment.deletionProtection,
      log: { retentionDays: environment.logRetentionDays, kmsKeyArn: keys.logsKeyArn },
      ...(primary && { primary }),
    });
    new AuroraAlarms(state, 'DatabaseAlarms', {
      clusterIdentifier: this.cluster.clusterIdentifier,
      peerRegion: state.peerRegion,
      follows: primary === undefined,
      maximumLagMs: environment.objectives.dataLossMs,
      maximumConnections: database.connectionAlarm,
      topicArns: [keys.alarmTopicArn],
    });
    new AuroraEvents(state, 'DatabaseEvents', {
      clusterIdentifier: this.cluster.clusterIdentifier,
      instanceIdentifiers: this.cluster.instanceIdentifiers,
      topicArn: keys.alarmTopicArn,
    });
  }

  /** Outputs that the region publishes of the database, except the secret. */
  get outputs() {
    const { clusterArn, clusterIdentifier, writerEndpoint, readerEndpoint } = this.cluster;
    return { clusterArn, clusterIdentifier, writerEndpoint, readerEndpoint };
  }
}
