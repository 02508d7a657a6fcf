import { AURORA_PORT, FargateCluster, FargateService, type PublicLoadBalancer } from '@dr/aws-constructs';
import type { databaseContract, tablesContract } from '@dr/data/contract';
import type { Environment } from '@dr/environments';
import type { networkContract } from '@dr/network/contract';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';
import type { OutputsOf } from '@dr/stack-contracts';
import type { ControlTable } from './control-table';
import type { DatabaseMigrationFunction } from './database-migration-function';
import { controllerSettings } from './failover-controller/controller-settings';
import type { ServiceImages } from './service-images';

export interface TradeServiceProps {
  readonly network: OutputsOf<typeof networkContract>;
  readonly loadBalancer: PublicLoadBalancer;
  readonly images: ServiceImages;
  readonly tables: OutputsOf<typeof tablesContract>;
  readonly database: OutputsOf<typeof databaseContract>;
  readonly migration: DatabaseMigrationFunction;
  readonly secretsKeyArn: string;
  readonly tablesKeyArn: string;
  readonly controlTable: ControlTable;
  readonly logKmsKeyArn: string;
}

/** The trading service's containers, at full size in both regions. */
export class TradeService {
  readonly clusterName: string;
  readonly serviceName: string;

  constructor(state: PlatformState<Environment>, props: TradeServiceProps) {
    const { network, loadBalancer, images, tables, tablesKeyArn, controlTable, logKmsKeyArn } = props;
    const { database, migration, secretsKeyArn } = props;
    const { region } = state;
    const { accountId, logRetentionDays, service } = state.environment;

    const cluster = new FargateCluster(state, 'Cluster', {
      clusterName: state.resourceName(NAME_LIMITS.ecsCluster, 'trade'),
      logRetentionDays,
      logKmsKeyArn,
    });
    this.clusterName = cluster.clusterName;
    ({ serviceName: this.serviceName } = new FargateService(state, 'Service', {
      serviceName: state.resourceName(NAME_LIMITS.ecsCluster, 'trade'),
      cluster,
      accountId,
      region,
      image: images.bootstrapImage,
      repositoryArn: images.repositoryArn,
      port: service.port,
      secondPort: service.secondPort,
      cpuUnits: service.cpuUnits,
      memoryMb: service.memoryMb,
      taskCount: service.taskCount,
      maximumTaskCount: service.maximumTaskCount,
      subnetIds: network.privateSubnetIds,
      securityGroupIds: [network.serviceSecurityGroupId],
      targetGroupArn: loadBalancer.targetGroupArn,
      targetGroupAttachment: loadBalancer.targetGroupAttachment,
      executionRoleName: state.resourceName(NAME_LIMITS.iamRole, 'trade-execution', region),
      taskRoleName: state.resourceName(NAME_LIMITS.iamRole, 'trade-task', region),
      logRetentionDays,
      logKmsKeyArn,
      environment: environmentOf(state, props),
      // Of the service's own role; the master's are for the migration alone.
      secret: {
        secretArn: database.serviceSecretArn,
        kmsKeyArn: secretsKeyArn,
        variables: { DATABASE_USER: 'username', DATABASE_PASSWORD: 'password' },
      },
      statements: [
        { actions: ['lambda:InvokeFunction'], resources: [migration.functionArn] },
        { actions: ['dynamodb:GetItem'], resources: controlTable.tableArns },
        {
          actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
          resources: [tables.activityTableArn, `${tables.activityTableArn}/index/*`],
        },
        { actions: ['kms:Decrypt'], resources: controlTable.keyArns },
        { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [tablesKeyArn] },
      ],
    }));
  }
}

/** Variables of the containers. Credentials are none of them: they come by reference. */
function environmentOf(
  { environment }: PlatformState<Environment>,
  { controlTable, database, migration, tables }: TradeServiceProps,
): Readonly<Record<string, string>> {
  const { regions, service } = environment;
  return {
    PORT: String(service.port),
    HEALTH_CHECK_PATH: service.healthCheckPath,
    DATABASE_WRITER_HOST: database.writerEndpoint,
    DATABASE_READER_HOST: database.readerEndpoint,
    DATABASE_PORT: String(AURORA_PORT),
    DATABASE_NAME: environment.database.name,
    MIGRATION_FUNCTION_NAME: migration.functionName,
    ACTIVITY_TABLE_NAME: tables.activityTableName,
    // What `WriteFence` of @dr/control-table wants: a region that cannot prove its epoch refuses SQL writes.
    CONTROL_TABLE_NAME: controlTable.tableName,
    PRIMARY_REGION: regions.primary.name,
    STANDBY_REGION: regions.standby.name,
    WRITE_FENCING: JSON.stringify(controllerSettings(environment).fencing),
  };
}
