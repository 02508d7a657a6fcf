import { GlobalTableReplica, TableAlarms } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformStack } from '@dr/platform-stack';
import { publishOutputs, readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { dataKeysContract, tablesContract } from './contract';

/**
 * The standby's replicas of the global tables, in a small state of their own: AWS needs both regions to describe a
 * replica, so a dark region blocks this state and no other.
 */
export class TableReplicaStack extends PlatformStack<Environment> {
  constructor(app: PlatformApp<Environment>, region: string) {
    super(app, `data-replica-${region}`, { ...app.stackProps, region });
    const keys = readOutputs(this, dataKeysContract);
    const primaryTables = readPeerOutputs(this, tablesContract, this.peerRegion);

    const activity = new GlobalTableReplica(this, 'ActivityTable', {
      globalTableArn: primaryTables.activityTableArn,
      kmsKeyArn: keys.tablesKeyArn,
      deletionProtection: this.environment.deletionProtection,
    });

    const tableName = this.resourceName(NAME_LIMITS.dynamodbTable, 'activity');
    new TableAlarms(this, 'ActivityTableAlarms', {
      tableName,
      replicatedTo: this.peerRegion,
      maximumLatencyMs: this.environment.objectives.dataLossMs,
      topicArns: [keys.alarmTopicArn],
    });

    publishOutputs(this, tablesContract, {
      activityTableName: tableName,
      activityTableArn: activity.tableArn,
    });
  }
}
