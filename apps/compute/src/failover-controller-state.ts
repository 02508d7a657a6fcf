import { AlarmTopic, EncryptionKey, type PolicyStatement } from '@dr/aws-constructs';
import { databaseContract, dataKeysContract } from '@dr/data/contract';
import { type Environment, serviceNameOf } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformState } from '@dr/platform-stack';
import { METRIC_NAMESPACE, SETTINGS_VARIABLE, TARGET_VARIABLES } from '@dr/recovery';
import { publishOutputs, readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { computeContract, failoverControllerContract } from './contract';
import { readControlTable } from './control-table';
import { FailoverControllerAlarms } from './failover-controller-alarms';
import { FailoverControllerFunction } from './failover-controller-function';
import { controllerSettings } from './failover-controller/controller-settings';

export interface FailoverControllerStateProps {
  readonly region: string;
  /** Absolute path of the folder with the built handlers. */
  readonly handlers: string;
}

/**
 * A region's failover controller, which watches the other region while that holds the right to write, and takes over. In
 * a state of its own, since it reads what both regions' compute states publish.
 */
export class FailoverControllerState extends PlatformState<Environment> {
  private readonly own = readOutputs(this, computeContract);
  private readonly peer = readPeerOutputs(this, computeContract, this.peerRegion);
  private readonly database = readOutputs(this, databaseContract);
  private readonly peerDatabase = readPeerOutputs(this, databaseContract, this.peerRegion);
  private readonly keys = readOutputs(this, dataKeysContract);
  private readonly peerKeys = readPeerOutputs(this, dataKeysContract, this.peerRegion);
  private readonly controlTable = readControlTable(this, this.keys, this.peerKeys);

  constructor(app: PlatformApp<Environment>, { region, handlers }: FailoverControllerStateProps) {
    super(app, `failover-controller-${region}`, { ...app.stateProps, region });
    const { accountId, notifications } = this.environment;

    const { keyArn } = new EncryptionKey(this, 'Key', {
      alias: this.resourceName(NAME_LIMITS.kmsAlias, 'failover-controller'),
      description: 'Log, notices and failed events of the failover controller',
      accountId,
      users: [{ service: 'logs', region }, { service: 'cloudwatch' }],
    });
    const { topicArn } = new AlarmTopic(this, 'Notices', {
      topicName: this.resourceName(NAME_LIMITS.snsTopic, 'failover'),
      accountId,
      kmsKeyArn: keyArn,
      emails: notifications.emails,
    });
    const controller = new FailoverControllerFunction(this, {
      handlers,
      runMs: controllerSettings(this.environment).controllerRunMs,
      environment: this.targets(topicArn),
      statements: this.permissions(topicArn, keyArn),
      alarmTopicArn: this.keys.alarmTopicArn,
      kmsKeyArn: keyArn,
    });
    new FailoverControllerAlarms(this, topicArn, controller);

    publishOutputs(this, failoverControllerContract, { functionName: controller.functionName, topicArn });
  }

  /** The function's variables: what it acts on, and its settings. */
  private targets(topicArn: string): Readonly<Record<string, string>> {
    const { database, controlTable } = this;
    const settings = this.environment;
    const isPrimary = this.region === settings.regions.primary.name;
    const [primary, standby] = isPrimary ? [this.own, this.peer] : [this.peer, this.own];
    const arns = [database.clusterArn, this.peerDatabase.clusterArn];
    const [primaryClusterArn = '', standbyClusterArn = ''] = isPrimary ? arns : arns.reverse();
    return {
      [TARGET_VARIABLES.controlTableName]: controlTable.tableName,
      [TARGET_VARIABLES.globalClusterIdentifier]: database.globalClusterIdentifier,
      [TARGET_VARIABLES.clusterIdentifier]: database.clusterIdentifier,
      [TARGET_VARIABLES.primaryClusterArn]: primaryClusterArn,
      [TARGET_VARIABLES.standbyClusterArn]: standbyClusterArn,
      [TARGET_VARIABLES.databaseName]: settings.database.name,
      [TARGET_VARIABLES.secretArn]: database.secretArn,
      [TARGET_VARIABLES.primaryHealthCheckHost]: primary.healthCheckHost,
      [TARGET_VARIABLES.standbyHealthCheckHost]: standby.healthCheckHost,
      [TARGET_VARIABLES.primaryRegionCheckArn]: primary.regionCheckArn,
      [TARGET_VARIABLES.standbyRegionCheckArn]: standby.regionCheckArn,
      [TARGET_VARIABLES.primaryEntryHost]: primary.entryHost,
      [TARGET_VARIABLES.standbyEntryHost]: standby.entryHost,
      [TARGET_VARIABLES.serviceHost]: serviceNameOf(settings),
      [TARGET_VARIABLES.writeCanaryArn]: this.own.writeCanaryArn,
      [TARGET_VARIABLES.entryPath]: settings.service.healthCheckPath,
      [TARGET_VARIABLES.witnessRegion]: settings.regions.witness,
      [TARGET_VARIABLES.topicArn]: topicArn,
      [SETTINGS_VARIABLE]: JSON.stringify(controllerSettings(settings)),
    };
  }

  /** Data planes only, but for Aurora's own calls, which a promotion is. */
  private permissions(topicArn: string, keyArn: string): readonly PolicyStatement[] {
    const { database, peerDatabase, controlTable, keys, peerKeys } = this;
    const globalCluster = `arn:aws:rds::${this.environment.accountId}:global-cluster:${database.globalClusterIdentifier}`;
    const clusters = [database.clusterArn, peerDatabase.clusterArn];
    return [
      { actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: controlTable.tableArns },
      {
        actions: ['rds:DescribeGlobalClusters', 'rds:FailoverGlobalCluster', 'rds:SwitchoverGlobalCluster'],
        resources: [globalCluster, ...clusters],
      },
      { actions: ['rds-data:ExecuteStatement'], resources: clusters },
      { actions: ['secretsmanager:GetSecretValue'], resources: [database.secretArn, peerDatabase.secretArn] },
      // CloudWatch's reading of metrics has no resource to name [Service Authorization Reference, Amazon CloudWatch].
      { actions: ['cloudwatch:GetMetricData'], resources: ['*'] },
      // Nor has its writing: the namespace limits it, and the region.
      {
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: {
          StringEquals: {
            'cloudwatch:namespace': METRIC_NAMESPACE,
            'aws:RequestedRegion': this.environment.regions.witness,
          },
        },
      },
      {
        actions: ['lambda:InvokeFunction'],
        resources: [this.own.writeCanaryArn, this.own.regionCheckArn, this.peer.regionCheckArn],
      },
      { actions: ['sns:Publish'], resources: [topicArn] },
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [keyArn, ...controlTable.keyArns] },
      { actions: ['kms:Decrypt'], resources: [keys.secretsKeyArn, peerKeys.secretsKeyArn] },
    ];
  }
}
