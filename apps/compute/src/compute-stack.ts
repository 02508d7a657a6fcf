import { join } from 'node:path';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import {
  AccessLogBucket,
  AlarmTopic,
  Certificate,
  ContainerRepository,
  EncryptionKey,
  FargateCluster,
  FargateService,
  ImageReplication,
  LambdaFunction,
  PublicLoadBalancer,
  WebFirewall,
} from '@dr/aws-constructs';
import { controlTableContract, databaseContract, dataKeysContract, tablesContract } from '@dr/data/contract';
import type { Environment } from '@dr/environments';
import { dnsZoneContract, networkContract } from '@dr/network/contract';
import { NAME_LIMITS, type PlatformApp, PlatformStack } from '@dr/platform-stack';
import { publishOutputs, readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { Fn } from 'cdktf';
import { ComputeAlarms } from './compute-alarms';
import { computeContract } from './contract';
import { controllerSettings } from './failover-controller/controller-settings';
import { LATCHED_TEXT, SERVING_TEXT } from './health-check/decide-answer';

/** Aurora PostgreSQL's own, which no setting changes. */
const DATABASE_PORT = 5432;

/** What the service runs until a team's first deployment: the first image that it pushes. */
const BOOTSTRAP_TAG = 'bootstrap';

export interface ComputeStackProps {
  readonly region: string;
  /** Absolute path of the folder with the built handlers, `<handler>.zip` each. */
  readonly handlers: string;
}

/** One region's entry: the load balancer, and the function that tells Route 53 whether the region serves. */
export class ComputeStack extends PlatformStack<Environment> {
  constructor(app: PlatformApp<Environment>, { region, handlers }: ComputeStackProps) {
    super(app, `compute-${region}`, { ...app.stackProps, region });
    const network = readOutputs(this, networkContract);
    const tables = readOutputs(this, tablesContract);
    const keys = readOutputs(this, dataKeysContract);
    const database = readOutputs(this, databaseContract);
    const controlTable = this.readControlTable();
    // The zone's state is in the standby's region, which mirrors its outputs to the primary's.
    const zone = this.isPrimaryRegion
      ? readPeerOutputs(this, dnsZoneContract, this.peerRegion)
      : readOutputs(this, dnsZoneContract);
    const { accountId, deletionProtection, domainName, healthCheckFunction, logRetentionDays, notifications, service } =
      this.environment;

    const { keyArn } = new EncryptionKey(this, 'Key', {
      alias: this.resourceName(NAME_LIMITS.kmsAlias, 'compute'),
      description: 'Logs, alarms and images of the service',
      accountId,
      users: [{ service: 'logs', region }, { service: 'cloudwatch' }],
    });
    const alarmTopic = new AlarmTopic(this, 'AlarmTopic', {
      topicName: this.resourceName(NAME_LIMITS.snsTopic, 'compute-alarms'),
      accountId,
      kmsKeyArn: keyArn,
      emails: notifications.emails,
    });

    const images = new ContainerRepository(this, 'Images', {
      repositoryName: this.resourceName(NAME_LIMITS.ecrRepository, 'trade'),
      kmsKeyArn: keyArn,
      keptTags: [BOOTSTRAP_TAG],
      forceDelete: !deletionProtection,
    });
    // Teams push to the primary's repository; the standby pulls from its own, so that it needs nothing of the primary.
    if (this.isPrimaryRegion) {
      new ImageReplication(this, 'ImageReplication', {
        repositoryPrefix: images.repositoryName,
        destinationRegion: this.peerRegion,
        accountId,
      });
    }

    const regionalName = `trade-${region}.${domainName}`;
    const certificate = new Certificate(this, 'Certificate', {
      domainName: `trade.${domainName}`,
      alternativeNames: [regionalName],
      zoneId: zone.zoneId,
    });
    const accessLogs = new AccessLogBucket(this, 'AccessLogs', {
      bucketName: this.resourceName(NAME_LIMITS.bucket, 'access-logs', accountId, region),
      accountId,
      retentionDays: logRetentionDays,
      forceDestroy: !deletionProtection,
    });
    const loadBalancer = new PublicLoadBalancer(this, 'LoadBalancer', {
      name: this.resourceName(NAME_LIMITS.loadBalancer, 'trade'),
      vpcId: network.vpcId,
      subnetIds: network.publicSubnetIds,
      securityGroupIds: [network.loadBalancerSecurityGroupId],
      servicePort: service.port,
      healthCheckPath: service.healthCheckPath,
      certificateArn: certificate.certificateArn,
      accessLogBucketName: accessLogs.bucketName,
      clientKeepAliveSeconds: service.clientKeepAliveSeconds,
      deletionProtection,
    });
    new WebFirewall(this, 'Firewall', {
      name: this.resourceName(NAME_LIMITS.webAcl, 'trade'),
      loadBalancerArn: loadBalancer.loadBalancerArn,
      requestLimitPerAddress: service.requestLimitPerAddress,
      logRetentionDays,
      logKmsKeyArn: keyArn,
    });
    const cluster = new FargateCluster(this, 'Cluster', {
      clusterName: this.resourceName(NAME_LIMITS.ecsCluster, 'trade'),
      logRetentionDays,
      logKmsKeyArn: keyArn,
    });
    const trade = new FargateService(this, 'Service', {
      serviceName: this.resourceName(NAME_LIMITS.ecsCluster, 'trade'),
      cluster,
      accountId,
      region,
      image: `${images.repositoryUrl}:${BOOTSTRAP_TAG}`,
      repositoryArn: images.repositoryArn,
      port: service.port,
      cpuUnits: service.cpuUnits,
      memoryMb: service.memoryMb,
      taskCount: service.taskCount,
      maximumTaskCount: service.maximumTaskCount,
      subnetIds: network.privateSubnetIds,
      securityGroupIds: [network.serviceSecurityGroupId],
      targetGroupArn: loadBalancer.targetGroupArn,
      targetGroupAttachment: loadBalancer.targetGroupAttachment,
      executionRoleName: this.resourceName(NAME_LIMITS.iamRole, 'trade-execution', region),
      taskRoleName: this.resourceName(NAME_LIMITS.iamRole, 'trade-task', region),
      logRetentionDays,
      logKmsKeyArn: keyArn,
      environment: {
        ACTIVITY_TABLE_NAME: tables.activityTableName,
        // What `WriteFence` of @dr/control-table wants: a region that cannot prove its epoch refuses SQL writes.
        CONTROL_TABLE_NAME: controlTable.tableName,
        PRIMARY_REGION: this.environment.regions.primary.name,
        STANDBY_REGION: this.environment.regions.standby.name,
        WRITE_FENCING: JSON.stringify(controllerSettings(this.environment).fencing),
      },
      statements: [
        { actions: ['dynamodb:GetItem'], resources: [controlTable.tableArn] },
        {
          actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
          resources: [tables.activityTableArn, `${tables.activityTableArn}/index/*`],
        },
        { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [keys.tablesKeyArn] },
      ],
    });
    // The region's own name, whatever failover answers: for drills, and for whoever looks at one region.
    new Route53Record(this, 'RegionalName', {
      zoneId: zone.zoneId,
      name: regionalName,
      type: 'A',
      alias: {
        name: loadBalancer.loadBalancerDnsName,
        zoneId: loadBalancer.loadBalancerZoneId,
        evaluateTargetHealth: true,
      },
    });

    const healthCheck = new LambdaFunction(this, 'HealthCheck', {
      functionName: this.resourceName(NAME_LIMITS.lambdaFunction, 'health-check'),
      roleName: this.resourceName(NAME_LIMITS.iamRole, 'health-check', region),
      description: 'Answers Route 53: whether this region can serve',
      archive: join(handlers, 'health-check.zip'),
      memoryMb: healthCheckFunction.memoryMb,
      timeoutSeconds: healthCheckFunction.timeoutSeconds,
      reservedConcurrency: healthCheckFunction.reservedConcurrency,
      logRetentionDays,
      logKmsKeyArn: keyArn,
      network: {
        subnetIds: network.privateSubnetIds,
        securityGroupIds: [network.serviceSecurityGroupId],
      },
      environment: {
        PRIMARY_REGION: this.environment.regions.primary.name,
        STANDBY_REGION: this.environment.regions.standby.name,
        CONTROL_TABLE_NAME: controlTable.tableName,
        DATABASE_HOST: database.readerEndpoint,
        DATABASE_PORT: String(DATABASE_PORT),
      },
      statements: [
        { actions: ['dynamodb:GetItem'], resources: [controlTable.tableArn] },
        { actions: ['kms:Decrypt'], resources: [keys.tablesKeyArn] },
      ],
    });

    new ComputeAlarms(this, 'Alarms', {
      nameOf: (alarm) => this.resourceName(NAME_LIMITS.alarm, alarm),
      topicArn: alarmTopic.topicArn,
      loadBalancerMetricName: loadBalancer.loadBalancerMetricName,
      targetGroupMetricName: loadBalancer.targetGroupMetricName,
      clusterName: cluster.clusterName,
      serviceName: trade.serviceName,
      taskCount: service.taskCount,
      healthCheckFunctionName: healthCheck.functionName,
    });

    publishOutputs(this, computeContract, {
      loadBalancerDnsName: loadBalancer.loadBalancerDnsName,
      entryHost: regionalName,
      healthCheckHost: Fn.trimsuffix(Fn.trimprefix(healthCheck.addPublicUrl(), 'https://'), '/'),
      alarmTopicArn: alarmTopic.topicArn,
      healthyText: SERVING_TEXT,
      latchedText: LATCHED_TEXT,
    });
  }

  /** The region's replica of the table; the state that describes both is in the standby's region. */
  private readControlTable(): { readonly tableName: string; readonly tableArn: string } {
    if (!this.isPrimaryRegion) return readOutputs(this, controlTableContract);
    const { tableName, peerTableArn } = readPeerOutputs(this, controlTableContract, this.peerRegion);
    return { tableName, tableArn: peerTableArn };
  }
}
