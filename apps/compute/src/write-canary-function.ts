import { join } from 'node:path';
import { AURORA_PORT, LambdaFunction } from '@dr/aws-constructs';
import type { databaseContract } from '@dr/data/contract';
import type { Environment } from '@dr/environments';
import type { networkContract } from '@dr/network/contract';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';
import type { OutputsOf } from '@dr/stack-contracts';
import type { ControlTable } from './control-table';
import type { DatabaseMigrationFunction } from './database-migration-function';
import { controllerSettings } from './failover-controller/controller-settings';
import { CANARY_VARIABLES } from './write-canary/parse-environment';

const MEMORY_MB = 256;
/** A cold start in a VPC, and the longest try. */
const TIMEOUT_SECONDS = 10;
/** Runs of the controller at once: two by the schedule, and one by alarms. */
const RESERVED_CONCURRENCY = 3;
/** Authorities of AWS, RDS's among them, which Node.js does not load by itself [Lambda developer guide, Node.js]. */
const AUTHORITIES = '/var/runtime/ca-cert.pem';

export interface WriteCanaryFunctionProps {
  /** Absolute path of the folder with the built handlers. */
  readonly handlers: string;
  readonly network: OutputsOf<typeof networkContract>;
  readonly database: OutputsOf<typeof databaseContract>;
  readonly migration: DatabaseMigrationFunction;
  readonly controlTable: ControlTable;
  readonly secretsKeyArn: string;
  readonly logKmsKeyArn: string;
}

/**
 * The function that tries an SQL write as a task makes it: in the VPC, by the driver, as the service's role, behind the
 * fence, at the writer endpoint. The region's failover controller asks it while the region holds; before a promotion it
 * asks what of the other region's writes has arrived, at the reader endpoint.
 */
export class WriteCanaryFunction {
  readonly functionArn: string;

  constructor(state: PlatformState<Environment>, props: WriteCanaryFunctionProps) {
    const { handlers, network, database, migration, controlTable, secretsKeyArn, logKmsKeyArn } = props;
    const { logRetentionDays, regions } = state.environment;

    ({ functionArn: this.functionArn } = new LambdaFunction(state, 'WriteCanary', {
      functionName: state.resourceName(NAME_LIMITS.lambdaFunction, 'write-canary'),
      roleName: state.resourceName(NAME_LIMITS.iamRole, 'write-canary', state.region),
      description: 'Tries SQL writes for the failover controller',
      archive: join(handlers, 'write-canary.zip'),
      memoryMb: MEMORY_MB,
      timeoutSeconds: TIMEOUT_SECONDS,
      reservedConcurrency: RESERVED_CONCURRENCY,
      logRetentionDays,
      logKmsKeyArn,
      network: {
        subnetIds: network.privateSubnetIds,
        securityGroupIds: [network.serviceSecurityGroupId],
      },
      environment: {
        [CANARY_VARIABLES.databaseHost]: database.writerEndpoint,
        [CANARY_VARIABLES.databaseReaderHost]: database.readerEndpoint,
        [CANARY_VARIABLES.databasePort]: String(AURORA_PORT),
        [CANARY_VARIABLES.databaseName]: state.environment.database.name,
        [CANARY_VARIABLES.secretArn]: database.serviceSecretArn,
        [CANARY_VARIABLES.migrationFunctionName]: migration.functionName,
        [CANARY_VARIABLES.controlTableName]: controlTable.tableName,
        [CANARY_VARIABLES.primaryRegion]: regions.primary.name,
        [CANARY_VARIABLES.standbyRegion]: regions.standby.name,
        [CANARY_VARIABLES.fencing]: JSON.stringify(controllerSettings(state.environment).fencing),
        NODE_EXTRA_CA_CERTS: AUTHORITIES,
      },
      statements: [
        { actions: ['dynamodb:GetItem'], resources: controlTable.tableArns },
        { actions: ['secretsmanager:GetSecretValue'], resources: [database.serviceSecretArn] },
        { actions: ['lambda:InvokeFunction'], resources: [migration.functionArn] },
        { actions: ['kms:Decrypt'], resources: [secretsKeyArn, ...controlTable.keyArns] },
      ],
    }));
  }
}
