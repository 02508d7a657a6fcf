import {
  AuroraAlarms,
  AuroraGlobalDatabase,
  type AuroraPrimarySettings,
  AuroraRegionalCluster,
  BackupPlan,
  BucketReplication,
  DatabaseCredentials,
  GlobalTable,
  TableAlarms,
} from '@dr/aws-constructs';
import { type Environment, zonesOf } from '@dr/environments';
import { networkContract } from '@dr/network/contract';
import { NAME_LIMITS, type PlatformApp, PlatformStack } from '@dr/platform-stack';
import { publishOutputs, readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { Fn } from 'cdktf';
import { dataArchiveContract, databaseContract, dataKeysContract, tablesContract } from './contract';

const DATABASE_USER = 'trading_admin';

/** What both regions have: their cluster of the global database, its backups, and the way of records to the other region. */
abstract class RegionalDataStack extends PlatformStack<Environment> {
  protected readonly network = readOutputs(this, networkContract);
  protected readonly keys = readOutputs(this, dataKeysContract);
  private readonly archive = readOutputs(this, dataArchiveContract);
  private readonly peerArchive = readPeerOutputs(this, dataArchiveContract, this.peerRegion);

  /** @returns the cluster's ARN */
  protected addCluster(globalClusterIdentifier: string, secretArn: string, primary?: AuroraPrimarySettings): string {
    const { database, deletionProtection, network, regions } = this.environment;
    const region = this.isPrimaryRegion ? regions.primary : regions.standby;
    const cluster = new AuroraRegionalCluster(this, 'Database', {
      clusterIdentifier: this.resourceName(NAME_LIMITS.rdsIdentifier, 'trading', region.name),
      globalClusterIdentifier,
      engineVersion: database.engineVersion,
      instanceClass: database.instanceClass,
      instanceCount: database.instancesPerRegion,
      zones: zonesOf(region.name, network.zoneCount),
      subnetIds: this.network.databaseSubnetIds,
      securityGroupIds: [this.network.databaseSecurityGroupId],
      kmsKeyArn: this.keys.databaseKeyArn,
      backupRetentionDays: database.backupRetentionDays,
      deletionProtection,
      log: { retentionDays: this.environment.logRetentionDays, kmsKeyArn: this.keys.logsKeyArn },
      ...(primary ? { primary } : {}),
    });
    new AuroraAlarms(this, 'DatabaseAlarms', {
      clusterIdentifier: cluster.clusterIdentifier,
      peerRegion: this.peerRegion,
      follows: !this.isPrimaryRegion,
      maximumLagMs: this.environment.objectives.dataLossMs,
      maximumConnections: database.connectionAlarm,
      topicArns: [this.keys.alarmTopicArn],
    });
    publishOutputs(this, databaseContract, {
      globalClusterIdentifier,
      clusterArn: cluster.clusterArn,
      writerEndpoint: cluster.writerEndpoint,
      readerEndpoint: cluster.readerEndpoint,
      clusterIdentifier: cluster.clusterIdentifier,
      secretArn,
    });
    return cluster.clusterArn;
  }

  /** The control table is not in it: without an item, the primary serves, and no old one may ever come back. */
  protected backUp(resourceArns: readonly string[]): void {
    new BackupPlan(this, 'Backup', {
      planName: this.resourceName(NAME_LIMITS.backupPlan, 'data'),
      roleName: this.resourceName(NAME_LIMITS.iamRole, 'backup', this.region),
      vaultName: this.archive.backupVaultName,
      copyToVaultArn: this.peerArchive.backupVaultArn,
      resourceArns,
      retentionDays: this.environment.archive.backupRetentionDays,
      alarmName: this.resourceName(NAME_LIMITS.alarm, 'backup-failing'),
      topicArns: [this.keys.alarmTopicArn],
    });
  }

  /** The control table's replica in this region: who is refused there cannot prove that it may write. */
  protected watchControlTable(): void {
    new TableAlarms(this, 'ControlTableAlarms', {
      tableName: this.resourceName(NAME_LIMITS.dynamodbTable, 'control'),
      maximumLatencyMs: this.environment.objectives.dataLossMs,
      topicArns: [this.keys.alarmTopicArn],
    });
  }

  /** Each region sends what is written there to the other: whichever serves, both have every record. */
  protected replicateAuditRecords(): void {
    const { archive, peerArchive } = this;
    const end = (of: typeof archive | typeof peerArchive) => ({
      bucketName: of.auditBucketName,
      bucketArn: of.auditBucketArn,
      kmsKeyArn: of.auditKeyArn,
    });
    new BucketReplication(this, 'AuditReplication', {
      source: end(archive),
      destination: end(peerArchive),
      roleName: this.resourceName(NAME_LIMITS.iamRole, 'audit-replication', this.region),
      alarmName: this.resourceName(NAME_LIMITS.alarm, 'audit-replication-failing'),
      topicArns: [this.keys.alarmTopicArn],
    });
  }
}

/** The primary region's data: founds the global database, holds the credentials, makes the table. */
export class PrimaryDataStack extends RegionalDataStack {
  constructor(app: PlatformApp<Environment>) {
    super(app, `data-${app.environment.regions.primary.name}`, {
      ...app.stackProps,
      region: app.environment.regions.primary.name,
    });
    const { database, deletionProtection } = this.environment;
    const peerKeys = readPeerOutputs(this, dataKeysContract, this.peerRegion);

    const credentials = new DatabaseCredentials(this, 'DatabaseCredentials', {
      name: this.resourceName(NAME_LIMITS.secret, 'trading-database'),
      username: DATABASE_USER,
      kmsKeyArn: this.keys.secretsKeyArn,
      replica: { region: this.peerRegion, kmsKeyArn: peerKeys.secretsKeyArn },
      recoveryWindowInDays: deletionProtection ? 30 : 0,
    });
    const globalDatabase = new AuroraGlobalDatabase(this, 'GlobalDatabase', {
      globalClusterIdentifier: this.resourceName(NAME_LIMITS.rdsIdentifier, 'trading'),
      engineVersion: database.engineVersion,
      databaseName: database.name,
      deletionProtection,
    });
    const clusterArn = this.addCluster(globalDatabase.globalClusterIdentifier, credentials.secretArn, {
      databaseName: database.name,
      masterUsername: credentials.username,
      masterPassword: credentials.password,
      masterPasswordVersion: credentials.passwordVersion,
    });

    const activity = new GlobalTable(this, 'ActivityTable', {
      tableName: this.resourceName(NAME_LIMITS.dynamodbTable, 'activity'),
      partitionKey: { name: 'activityId', type: 'S' },
      indexes: [
        {
          name: 'user-index',
          partitionKey: { name: 'userId', type: 'S' },
          sortKey: { name: 'occurredAt', type: 'S' },
        },
      ],
      kmsKeyArn: this.keys.tablesKeyArn,
      deletionProtection,
    });
    new TableAlarms(this, 'ActivityTableAlarms', {
      tableName: activity.tableName,
      replicatedTo: this.peerRegion,
      maximumLatencyMs: this.environment.objectives.dataLossMs,
      topicArns: [this.keys.alarmTopicArn],
    });
    publishOutputs(this, tablesContract, {
      activityTableName: activity.tableName,
      activityTableArn: activity.tableArn,
    });
    this.backUp([clusterArn, activity.tableArn]);
    this.watchControlTable();
    this.replicateAuditRecords();
  }
}

/** The standby region's data: joins the global database by the identifier that the primary published. */
export class StandbyDataStack extends RegionalDataStack {
  constructor(app: PlatformApp<Environment>) {
    super(app, `data-${app.environment.regions.standby.name}`, {
      ...app.stackProps,
      region: app.environment.regions.standby.name,
    });
    const primaryDatabase = readPeerOutputs(this, databaseContract, this.peerRegion);
    // A replica's ARN differs by its region only [Secrets Manager user guide, replicating secrets].
    const secretArn = Fn.replace(primaryDatabase.secretArn, `:${this.peerRegion}:`, `:${this.region}:`);
    this.backUp([this.addCluster(primaryDatabase.globalClusterIdentifier, secretArn)]);
    this.watchControlTable();
    this.replicateAuditRecords();
  }
}
