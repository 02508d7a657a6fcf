import { AlarmTopic, EncryptionKey } from '@dr/aws-constructs';
import { databaseContract, dataKeysContract, tablesContract } from '@dr/data/contract';
import type { Environment } from '@dr/environments';
import { dnsZoneContract, networkContract } from '@dr/network/contract';
import { NAME_LIMITS, type PlatformApp, PlatformState } from '@dr/platform-stack';
import { SERVING_TEXT } from '@dr/recovery';
import { publishOutputs, readOutputs, readPeerOutputs, readRegionOutputs } from '@dr/stack-contracts';
import { ComputeAlarms } from './compute-alarms';
import { computeContract } from './contract';
import { DatabaseMigrationFunction } from './database-migration-function';
import { readControlTable } from './control-table';
import { PublicEntry } from './public-entry';
import { RegionCheckFunction } from './region-check-function';
import { ServiceImages } from './service-images';
import { TradeService } from './trade-service';
import { WriteCanaryFunction } from './write-canary-function';

export interface ComputeStateProps {
  readonly region: string;
  /** Absolute path of the folder with the built handlers, `<handler>.zip` each. */
  readonly handlers: string;
  /** Region that images pushed to this one are copied to. @default none: this region receives the copies */
  readonly imagesCopiedTo?: string;
}

/** One region's service: its entry, its containers, and the function that answers Route 53 whether it can serve. */
export class ComputeState extends PlatformState<Environment> {
  constructor(app: PlatformApp<Environment>, { region, handlers, imagesCopiedTo }: ComputeStateProps) {
    super(app, `compute-${region}`, { ...app.stateProps, region });
    const { accountId, notifications, regions, service } = this.environment;

    const network = readOutputs(this, networkContract);
    const tables = readOutputs(this, tablesContract);
    const keys = readOutputs(this, dataKeysContract);
    const { secretsKeyArn, tablesKeyArn } = keys;
    const database = readOutputs(this, databaseContract);
    const controlTable = readControlTable(this, keys, readPeerOutputs(this, dataKeysContract, this.peerRegion));
    const { zoneId } = readRegionOutputs(this, dnsZoneContract, regions.standby.name);

    const { keyArn } = new EncryptionKey(this, 'Key', {
      alias: this.resourceName(NAME_LIMITS.kmsAlias, 'compute'),
      description: 'Logs, alarms and images of the service',
      accountId,
      users: [{ service: 'logs', region }, { service: 'cloudwatch' }],
    });
    const { topicArn } = new AlarmTopic(this, 'AlarmTopic', {
      topicName: this.resourceName(NAME_LIMITS.snsTopic, 'compute-alarms'),
      accountId,
      kmsKeyArn: keyArn,
      emails: notifications.emails,
    });

    const images = new ServiceImages(this, { kmsKeyArn: keyArn, ...(imagesCopiedTo && { copiedTo: imagesCopiedTo }) });
    const entry = new PublicEntry(this, { network, zoneId, kmsKeyArn: keyArn });
    const reads = { network, controlTable, logKmsKeyArn: keyArn };
    const migration = new DatabaseMigrationFunction(this, { handlers, database, secretsKeyArn, logKmsKeyArn: keyArn });
    const trade = new TradeService(this, {
      ...reads,
      tablesKeyArn,
      tables,
      database,
      migration,
      secretsKeyArn,
      images,
      loadBalancer: entry.loadBalancer,
    });
    const regionCheck = new RegionCheckFunction(this, entry, { ...reads, database, handlers });
    const canary = new WriteCanaryFunction(this, { ...reads, database, migration, secretsKeyArn, handlers });
    new ComputeAlarms(this, 'Alarms', {
      nameOf: (alarm) => this.resourceName(NAME_LIMITS.alarm, alarm),
      topicArn,
      loadBalancer: entry.loadBalancer,
      trade,
      taskCount: service.taskCount,
      regionCheckFunctionName: regionCheck.functionName,
    });

    publishOutputs(this, computeContract, {
      loadBalancerDnsName: entry.loadBalancer.loadBalancerDnsName,
      entryHost: entry.host,
      ...regionCheck.outputs,
      writeCanaryArn: canary.functionArn,
      alarmTopicArn: topicArn,
      healthyText: SERVING_TEXT,
    });
  }
}
