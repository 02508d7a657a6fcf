import { TableAlarms } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { networkContract } from '@dr/network/contract';
import { NAME_LIMITS, type PlatformApp, PlatformState } from '@dr/platform-stack';
import { publishOutputs, readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { Fn } from 'cdktf';
import { dataArchiveContract, databaseContract, dataKeysContract } from './contract';
import { RegionalCopies } from './regional-copies';
import { RegionalDatabase } from './regional-database';

/** The standby region's data: joins the global database by the identifier that the primary published. */
export class StandbyDataState extends PlatformState<Environment> {
  constructor(app: PlatformApp<Environment>) {
    const region = app.environment.regions.standby;
    super(app, `data-${region.name}`, { ...app.stateProps, region: region.name });

    const network = readOutputs(this, networkContract);
    const keys = readOutputs(this, dataKeysContract);
    const archive = readOutputs(this, dataArchiveContract);
    const peerArchive = readPeerOutputs(this, dataArchiveContract, this.peerRegion);
    const primary = readPeerOutputs(this, databaseContract, this.peerRegion);
    const { globalClusterIdentifier } = primary;
    const { alarmTopicArn } = keys;

    const { outputs } = new RegionalDatabase(this, { region, globalClusterIdentifier, network, keys });
    // The control table's replica in this region: who is refused there cannot prove that it may write.
    new TableAlarms(this, 'ControlTableAlarms', {
      tableName: this.resourceName(NAME_LIMITS.dynamodbTable, 'control'),
      maximumLatencyMs: this.environment.objectives.dataLossMs,
      topicArns: [alarmTopicArn],
    });
    new RegionalCopies(this, { archive, peerArchive, backedUpArns: [outputs.clusterArn], alarmTopicArn });

    // A replica's ARN differs by its region only [Secrets Manager user guide, replicating secrets].
    const copyOf = (secretArn: string) => Fn.replace(secretArn, `:${this.peerRegion}:`, `:${this.region}:`);
    publishOutputs(this, databaseContract, {
      ...outputs,
      globalClusterIdentifier,
      secretArn: copyOf(primary.secretArn),
      serviceSecretArn: copyOf(primary.serviceSecretArn),
    });
  }
}
