import { StronglyConsistentTable } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformStack } from '@dr/platform-stack';
import { publishOutputs, readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { controlTableContract, dataKeysContract } from './contract';

/**
 * The strongly consistent table that holds the fencing epoch and the failover ledger, in a small state of its own: AWS
 * needs its regions to describe it, so a dark region blocks this state and no other. The state lives in the standby's
 * region, which takes over.
 */
export class ControlTableStack extends PlatformStack<Environment> {
  constructor(app: PlatformApp<Environment>, region: string) {
    super(app, `control-table-${region}`, { ...app.stackProps, region });
    const keys = readOutputs(this, dataKeysContract);
    const peerKeys = readPeerOutputs(this, dataKeysContract, this.peerRegion);

    const table = new StronglyConsistentTable(this, 'ControlTable', {
      tableName: this.resourceName(NAME_LIMITS.dynamodbTable, 'control'),
      partitionKey: { name: 'item', type: 'S' },
      region: this.region,
      kmsKeyArn: keys.tablesKeyArn,
      replica: { region: this.peerRegion, kmsKeyArn: peerKeys.tablesKeyArn },
      witnessRegion: this.environment.regions.witness,
      deletionProtection: this.environment.deletionProtection,
    });

    publishOutputs(this, controlTableContract, {
      tableName: table.tableName,
      tableArn: table.tableArn,
      peerTableArn: table.replicaArn,
    });
  }
}
