import { join } from 'node:path';
import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { AlarmTopic, EncryptionKey, LambdaFunction, MetricAlarm, type PolicyStatement } from '@dr/aws-constructs';
import { controlTableContract, databaseContract, dataKeysContract } from '@dr/data/contract';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformStack } from '@dr/platform-stack';
import { SETTINGS_VARIABLE, TARGET_VARIABLES } from '@dr/recovery';
import { publishOutputs, readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { computeContract, failoverControllerContract } from './contract';
import { controllerSettings } from './failover-controller/controller-settings';
import { CONTROLLER_SERVICE, METRIC_NAMESPACE } from './failover-controller/metrics';

/** EventBridge's shortest period; a run lasts as long, so that somebody always watches. */
const SCHEDULE = 'rate(1 minute)';
/** The run of 55 s and what ends it, below the schedule's period. */
const TIMEOUT_SECONDS = 58;
/** One run by the schedule, one by alarms: any number is safe, and an alarm storm is no reason for more. */
const RESERVED_CONCURRENCY = 2;
const MEMORY_MB = 512;

export interface FailoverControllerStackProps {
  readonly region: string;
  /** Absolute path of the folder with the built handlers. */
  readonly handlers: string;
}

/**
 * The function in the standby's region that watches the primary, and takes over. In a state of its own, since it wants
 * both regions' entries. It runs outside any VPC: what it looks at and calls is reached from the internet, as clients do.
 */
export class FailoverControllerStack extends PlatformStack<Environment> {
  constructor(app: PlatformApp<Environment>, { region, handlers }: FailoverControllerStackProps) {
    super(app, `failover-controller-${region}`, { ...app.stackProps, region });
    const {
      accountId,
      database: databaseSettings,
      logRetentionDays,
      notifications,
      regions,
      service,
    } = this.environment;
    const compute = readOutputs(this, computeContract);
    const primary = readPeerOutputs(this, computeContract, this.peerRegion);
    const database = readOutputs(this, databaseContract);
    const primaryDatabase = readPeerOutputs(this, databaseContract, this.peerRegion);
    const controlTable = readOutputs(this, controlTableContract);
    const keys = readOutputs(this, dataKeysContract);
    const primaryKeys = readPeerOutputs(this, dataKeysContract, this.peerRegion);

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
    const controller = new LambdaFunction(this, 'Controller', {
      functionName: this.resourceName(NAME_LIMITS.lambdaFunction, 'failover-controller'),
      roleName: this.resourceName(NAME_LIMITS.iamRole, 'failover-controller', region),
      description: 'Watches the primary region and takes over',
      archive: join(handlers, 'failover-controller.zip'),
      memoryMb: MEMORY_MB,
      timeoutSeconds: TIMEOUT_SECONDS,
      reservedConcurrency: RESERVED_CONCURRENCY,
      logRetentionDays,
      logKmsKeyArn: keyArn,
      environment: {
        [TARGET_VARIABLES.controlTableName]: controlTable.tableName,
        [TARGET_VARIABLES.globalClusterIdentifier]: database.globalClusterIdentifier,
        [TARGET_VARIABLES.clusterIdentifier]: database.clusterIdentifier,
        [TARGET_VARIABLES.databaseName]: databaseSettings.name,
        [TARGET_VARIABLES.secretArn]: database.secretArn,
        [TARGET_VARIABLES.primaryHealthCheckHost]: primary.healthCheckHost,
        [TARGET_VARIABLES.standbyHealthCheckHost]: compute.healthCheckHost,
        [TARGET_VARIABLES.primaryEntryHost]: primary.entryHost,
        [TARGET_VARIABLES.standbyEntryHost]: compute.entryHost,
        [TARGET_VARIABLES.entryPath]: service.healthCheckPath,
        [TARGET_VARIABLES.witnessRegion]: regions.witness,
        [TARGET_VARIABLES.topicArn]: topicArn,
        [SETTINGS_VARIABLE]: JSON.stringify(controllerSettings(this.environment)),
      },
      statements: [
        { actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [controlTable.tableArn] },
        {
          actions: ['rds:DescribeGlobalClusters', 'rds:FailoverGlobalCluster', 'rds:SwitchoverGlobalCluster'],
          resources: [
            `arn:aws:rds::${accountId}:global-cluster:${database.globalClusterIdentifier}`,
            database.clusterArn,
            primaryDatabase.clusterArn,
          ],
        },
        { actions: ['rds-data:ExecuteStatement'], resources: [database.clusterArn, primaryDatabase.clusterArn] },
        {
          actions: ['secretsmanager:GetSecretValue'],
          resources: [database.secretArn, primaryDatabase.secretArn],
        },
        ...METRICS_STATEMENTS,
        { actions: ['sns:Publish'], resources: [topicArn] },
        { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [keyArn, keys.tablesKeyArn] },
        { actions: ['kms:Decrypt'], resources: [keys.secretsKeyArn, primaryKeys.secretsKeyArn] },
      ],
      deadLetters: {
        queueName: this.resourceName(NAME_LIMITS.sqsQueue, 'failover-controller-failed'),
        kmsKeyArn: keyArn,
      },
    });
    this.runOnSchedule(controller);
    this.runOnAlarms(controller, keys.alarmTopicArn);
    this.watch(controller, topicArn);
    publishOutputs(this, failoverControllerContract, { functionName: controller.functionName, topicArn });
  }

  private runOnSchedule(controller: LambdaFunction): void {
    const rule = new CloudwatchEventRule(this, 'EveryMinute', {
      name: this.resourceName(NAME_LIMITS.eventRule, 'failover-controller'),
      description: 'Runs the failover controller, minute after minute',
      scheduleExpression: SCHEDULE,
    });
    new CloudwatchEventTarget(this, 'EveryMinuteTarget', { rule: rule.name, arn: controller.functionArn });
    new LambdaPermission(this, 'AllowSchedule', {
      statementId: 'AllowSchedule',
      action: 'lambda:InvokeFunction',
      functionName: controller.functionName,
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
    });
  }

  /** An alarm about the data, the replication lag's among them, starts a run at once, whatever becomes of the schedule. */
  private runOnAlarms(controller: LambdaFunction, topicArn: string): void {
    new LambdaPermission(this, 'AllowAlarms', {
      statementId: 'AllowAlarms',
      action: 'lambda:InvokeFunction',
      functionName: controller.functionName,
      principal: 'sns.amazonaws.com',
      sourceArn: topicArn,
    });
    new SnsTopicSubscription(this, 'Alarms', { topicArn, protocol: 'lambda', endpoint: controller.functionArn });
  }

  private watch(controller: LambdaFunction, topicArn: string): void {
    const dimensions = { FunctionName: controller.functionName };
    const lambda = { namespace: 'AWS/Lambda', dimensions, periodSeconds: 60, topicArns: [topicArn] } as const;
    const name = (alarm: string) => this.resourceName(NAME_LIMITS.alarm, alarm);
    new MetricAlarm(this, 'Errors', {
      ...lambda,
      alarmName: name('failover-controller-errors'),
      description: 'The failover controller ends in an error: nobody watches the primary. Look at its log.',
      metricName: 'Errors',
      statistic: 'Sum',
      comparison: 'at least',
      threshold: 1,
      evaluationPeriods: 2,
      missingData: 'notBreaching',
    });
    // Told where the primary is watched from: Route 53's own alarms are in us-east-1, which may be what fails.
    new MetricAlarm(this, 'PrimaryFailed', {
      alarmName: name('primary-failed'),
      description: `${this.peerRegion} failed, as seen from ${this.region}. See docs/runbooks/failover.md.`,
      namespace: METRIC_NAMESPACE,
      metricName: 'PrimaryFailed',
      dimensions: { service: CONTROLLER_SERVICE },
      statistic: 'Maximum',
      comparison: 'at least',
      threshold: 1,
      periodSeconds: 60,
      evaluationPeriods: 1,
      // No run, no figure: the alarm on that says so.
      missingData: 'notBreaching',
      topicArns: [topicArn],
    });
    // What is not failed enough for the controller to act: a person decides whether to take over.
    new MetricAlarm(this, 'PrimaryDegraded', {
      alarmName: name('primary-degraded'),
      description: `${this.peerRegion} serves in part only, seen from ${this.region}. Nothing takes over by itself. See docs/runbooks/failover.md.`,
      namespace: METRIC_NAMESPACE,
      metricName: 'PrimaryDegraded',
      dimensions: { service: CONTROLLER_SERVICE },
      // A run begins anew, and says so only from its seventh round on: an average would be below one half.
      statistic: 'Maximum',
      comparison: 'at least',
      threshold: 1,
      periodSeconds: 60,
      evaluationPeriods: 2,
      missingData: 'notBreaching',
      topicArns: [topicArn],
    });
    // A controller that is not run reports nothing at all: that is the very failure.
    new MetricAlarm(this, 'NotRunning', {
      ...lambda,
      alarmName: name('failover-controller-not-running'),
      description: 'The failover controller is not run: nobody watches the primary. Look at its rule and concurrency.',
      metricName: 'Invocations',
      statistic: 'Sum',
      comparison: 'below',
      threshold: 1,
      evaluationPeriods: 2,
      missingData: 'breaching',
    });
    new MetricAlarm(this, 'FailedEvents', {
      alarmName: name('failover-controller-failed-events'),
      description: 'The failover controller failed on an event, retries included. Look into its queue.',
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: controller.deadLetterQueueName ?? '' },
      statistic: 'Maximum',
      comparison: 'at least',
      threshold: 1,
      periodSeconds: 60,
      evaluationPeriods: 1,
      missingData: 'notBreaching',
      topicArns: [topicArn],
    });
  }
}

/** CloudWatch's reading of metrics has no resource to name [Service Authorization Reference, Amazon CloudWatch]. */
const METRICS_STATEMENTS: readonly PolicyStatement[] = [{ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }];
