import { join } from 'node:path';
import { LambdaFunction } from '@dr/aws-constructs';
import type { databaseContract } from '@dr/data/contract';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';
import type { OutputsOf } from '@dr/stack-contracts';
import { MIGRATION_VARIABLES } from './database-migration/parse-environment';

const MEMORY_MB = 256;
/** Of the Data API's own limit for a statement, 45 s [Aurora user guide, Data API limitations], and two secrets. */
const TIMEOUT_SECONDS = 58;
/** Two tasks that start together: the one waits for the other's lock. More are throttled, and try again. */
const RESERVED_CONCURRENCY = 2;

export interface DatabaseMigrationFunctionProps {
  /** Absolute path of the folder with the built handlers. */
  readonly handlers: string;
  readonly database: OutputsOf<typeof databaseContract>;
  readonly secretsKeyArn: string;
  readonly logKmsKeyArn: string;
}

/**
 * The function that makes the service's tables and its role of least rights. Tasks invoke it when they start. Of what
 * runs for the service, it alone may read the master's credentials. It runs outside any VPC, by the Data API.
 */
export class DatabaseMigrationFunction {
  readonly functionArn: string;
  readonly functionName: string;

  constructor(state: PlatformState<Environment>, props: DatabaseMigrationFunctionProps) {
    const { handlers, database, secretsKeyArn, logKmsKeyArn } = props;
    const { secretArn, serviceSecretArn } = database;
    ({ functionArn: this.functionArn, functionName: this.functionName } = new LambdaFunction(state, 'Migration', {
      functionName: state.resourceName(NAME_LIMITS.lambdaFunction, 'database-migration'),
      roleName: state.resourceName(NAME_LIMITS.iamRole, 'database-migration', state.region),
      description: "Makes the service's tables and its role",
      archive: join(handlers, 'database-migration.zip'),
      memoryMb: MEMORY_MB,
      timeoutSeconds: TIMEOUT_SECONDS,
      reservedConcurrency: RESERVED_CONCURRENCY,
      logRetentionDays: state.environment.logRetentionDays,
      logKmsKeyArn,
      environment: {
        [MIGRATION_VARIABLES.clusterArn]: database.clusterArn,
        [MIGRATION_VARIABLES.databaseName]: state.environment.database.name,
        [MIGRATION_VARIABLES.masterSecretArn]: secretArn,
        [MIGRATION_VARIABLES.serviceSecretArn]: serviceSecretArn,
      },
      statements: [
        { actions: ['rds-data:ExecuteStatement'], resources: [database.clusterArn] },
        { actions: ['secretsmanager:GetSecretValue'], resources: [secretArn, serviceSecretArn] },
        { actions: ['kms:Decrypt'], resources: [secretsKeyArn] },
      ],
    }));
  }
}
