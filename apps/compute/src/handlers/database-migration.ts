import { Logger } from '@aws-lambda-powertools/logger';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { migrateDatabase, type MigrationResult } from '../database-migration/migrate-database';
import { parseEnvironment } from '../database-migration/parse-environment';

const logger = new Logger({ serviceName: 'database-migration' });
const clients = { data: new RDSDataClient({}), secrets: new SecretsManagerClient({}) };

/** Entry point of the migration: makes the service's tables and role, whenever a task starts. */
export async function handler(_event: unknown, context: Parameters<Logger['addContext']>[0]): Promise<MigrationResult> {
  logger.addContext(context);
  try {
    const result = await migrateDatabase(clients, parseEnvironment(process.env));
    logger.info(result.migrated ? 'migrated' : 'not migrated', { ...result });
    return result;
  } catch (error) {
    // Of a refusal of the server its name alone: its message may carry the statement.
    const { name } = error as Error;
    logger.error('migration failed', { problem: name });
    throw new Error(`the migration failed: ${name}.`, { cause: name });
  }
}
