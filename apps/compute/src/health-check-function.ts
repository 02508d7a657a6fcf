import { join } from 'node:path';
import { AURORA_PORT, LambdaFunction } from '@dr/aws-constructs';
import type { databaseContract } from '@dr/data/contract';
import type { Environment } from '@dr/environments';
import type { networkContract } from '@dr/network/contract';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';
import type { OutputsOf } from '@dr/stack-contracts';
import { Fn } from 'cdktf';
import type { ControlTable } from './control-table';

export interface HealthCheckFunctionProps {
  /** Absolute path of the folder with the built handlers. */
  readonly handlers: string;
  readonly network: OutputsOf<typeof networkContract>;
  readonly database: OutputsOf<typeof databaseContract>;
  readonly controlTable: ControlTable;
  readonly logKmsKeyArn: string;
}

/** The function that answers Route 53 whether the region can serve. */
export class HealthCheckFunction {
  readonly functionName: string;
  /** Host of its public URL. */
  readonly host: string;

  constructor(state: PlatformState<Environment>, props: HealthCheckFunctionProps) {
    const { handlers, network, database, controlTable, logKmsKeyArn } = props;
    const { healthCheckFunction, logRetentionDays, regions } = state.environment;

    const healthCheck = new LambdaFunction(state, 'HealthCheck', {
      functionName: state.resourceName(NAME_LIMITS.lambdaFunction, 'health-check'),
      roleName: state.resourceName(NAME_LIMITS.iamRole, 'health-check', state.region),
      description: 'Answers Route 53: whether this region can serve',
      archive: join(handlers, 'health-check.zip'),
      memoryMb: healthCheckFunction.memoryMb,
      timeoutSeconds: healthCheckFunction.timeoutSeconds,
      reservedConcurrency: healthCheckFunction.reservedConcurrency,
      logRetentionDays,
      logKmsKeyArn,
      network: {
        subnetIds: network.privateSubnetIds,
        securityGroupIds: [network.serviceSecurityGroupId],
      },
      environment: {
        PRIMARY_REGION: regions.primary.name,
        STANDBY_REGION: regions.standby.name,
        CONTROL_TABLE_NAME: controlTable.tableName,
        DATABASE_HOST: database.readerEndpoint,
        DATABASE_PORT: String(AURORA_PORT),
      },
      statements: [
        { actions: ['dynamodb:GetItem'], resources: controlTable.tableArns },
        { actions: ['kms:Decrypt'], resources: controlTable.keyArns },
      ],
    });
    this.functionName = healthCheck.functionName;
    this.host = Fn.trimsuffix(Fn.trimprefix(healthCheck.addPublicUrl(), 'https://'), '/');
  }
}
