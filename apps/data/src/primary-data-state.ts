import { AuroraGlobalDatabase, DatabaseCredentials, GlobalTable, TableAlarms } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { networkContract } from '@dr/network/contract';
import { NAME_LIMITS, type PlatformApp, PlatformState } from '@dr/platform-stack';
import { publishOutputs, readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { dataArchiveContract, databaseContract, dataKeysContract, tablesContract } from './contract';
import { RegionalCopies } from './regional-copies';
import { RegionalDatabase } from './regional-database';

const DATABASE_USER = 'trading_admin';
/** Role of the service's tasks, which the migration in compute makes: it may use tables, and make none. */
const SERVICE_USER = 'trade_service';

const USER_INDEX = {
  name: 'user-index',
  partitionKey: { name: 'userId', type: 'S' },
  sortKey: { name: 'occurredAt', type: 'S' },
} as const;

/** The primary region's data: founds the global database, holds the credentials, makes the table. */
export class PrimaryDataState extends PlatformState<Environment> {
  private readonly keys = readOutputs(this, dataKeysContract);
  private readonly peerKeys = readPeerOutputs(this, dataKeysContract, this.peerRegion);

  constructor(app: PlatformApp<Environment>) {
    const region = app.environment.regions.primary;
    super(app, `data-${region.name}`, { ...app.stateProps, region: region.name });
    const { database, deletionProtection, objectives } = this.environment;

    const network = readOutputs(this, networkContract);
    const { keys } = this;
    const archive = readOutputs(this, dataArchiveContract);
    const peerArchive = readPeerOutputs(this, dataArchiveContract, this.peerRegion);
    const { alarmTopicArn } = keys;

    const credentials = this.credentials('DatabaseCredentials', 'trading-database', DATABASE_USER);
    const { secretArn: serviceSecretArn } = this.credentials('ServiceCredentials', 'trading-service', SERVICE_USER);
    const { globalClusterIdentifier } = new AuroraGlobalDatabase(this, 'GlobalDatabase', {
      globalClusterIdentifier: this.resourceName(NAME_LIMITS.rdsIdentifier, 'trading'),
      engineVersion: database.engineVersion,
      databaseName: database.name,
      deletionProtection,
    });
    const { outputs } = new RegionalDatabase(this, {
      region,
      globalClusterIdentifier,
      network,
      keys,
      primary: {
        databaseName: database.name,
        masterUsername: credentials.username,
        masterPassword: credentials.password,
        masterPasswordVersion: credentials.passwordVersion,
      },
    });

    const { tableName, tableArn } = new GlobalTable(this, 'ActivityTable', {
      tableName: this.resourceName(NAME_LIMITS.dynamodbTable, 'activity'),
      partitionKey: { name: 'activityId', type: 'S' },
      indexes: [USER_INDEX],
      kmsKeyArn: keys.tablesKeyArn,
      deletionProtection,
    });
    const alarms = { maximumLatencyMs: objectives.dataLossMs, topicArns: [alarmTopicArn] };
    new TableAlarms(this, 'ActivityTableAlarms', { ...alarms, tableName, replicatedTo: this.peerRegion });
    // The control table's replica in this region: who is refused there cannot prove that it may write.
    const controlTableName = this.resourceName(NAME_LIMITS.dynamodbTable, 'control');
    new TableAlarms(this, 'ControlTableAlarms', { ...alarms, tableName: controlTableName });

    new RegionalCopies(this, { archive, peerArchive, backedUpArns: [outputs.clusterArn, tableArn], alarmTopicArn });

    const { secretArn } = credentials;
    publishOutputs(this, databaseContract, { ...outputs, globalClusterIdentifier, secretArn, serviceSecretArn });
    publishOutputs(this, tablesContract, { activityTableName: tableName, activityTableArn: tableArn });
  }

  /** Credentials in a secret that the standby has a copy of. */
  private credentials(id: string, name: string, username: string): DatabaseCredentials {
    const { keys, peerKeys } = this;
    return new DatabaseCredentials(this, id, {
      name: this.resourceName(NAME_LIMITS.secret, name),
      username,
      kmsKeyArn: keys.secretsKeyArn,
      replica: { region: this.peerRegion, kmsKeyArn: peerKeys.secretsKeyArn },
      recoveryWindowInDays: this.environment.deletionProtection ? 30 : 0,
    });
  }
}
