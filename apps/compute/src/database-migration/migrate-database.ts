import { randomBytes } from 'node:crypto';
import { ExecuteStatementCommand, type RDSDataClient } from '@aws-sdk/client-rds-data';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { migrationStatement } from './migration-statement';
import type { MigrationEnvironment } from './parse-environment';
import { scramVerifier } from './scram-verifier';

export interface MigrationClients {
  readonly data: Pick<RDSDataClient, 'send'>;
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
}

export type MigrationResult = { readonly migrated: true } | { readonly migrated: false; readonly reason: string };

/** Refusals of a cluster that is not the writer, or has none at the moment: it takes the migration from the writer. */
const NOT_THE_WRITER = ['BadRequestException', 'DatabaseUnavailableException'];

/** Makes the service's tables and role, in the writer. @throws what a call fails with, where the cluster is the writer */
export async function migrateDatabase(
  { data, secrets }: MigrationClients,
  { clusterArn, databaseName, masterSecretArn, serviceSecretArn }: MigrationEnvironment,
): Promise<MigrationResult> {
  const { SecretString: secret } = await secrets.send(new GetSecretValueCommand({ SecretId: serviceSecretArn }));
  const { username, password } = credentialsIn(secret);
  const sql = migrationStatement({
    databaseName,
    role: username,
    verifier: scramVerifier(password, randomBytes(16)),
  });
  try {
    await data.send(
      new ExecuteStatementCommand({
        resourceArn: clusterArn,
        secretArn: masterSecretArn,
        database: databaseName,
        sql,
      }),
    );
    return { migrated: true };
  } catch (error) {
    const { name } = error as Error;
    if (!NOT_THE_WRITER.includes(name)) throw error;
    return { migrated: false, reason: `the cluster takes no statements here (${name})` };
  }
}

function credentialsIn(secret: string | undefined): { readonly username: string; readonly password: string } {
  try {
    const { username, password } = JSON.parse(secret ?? '') as Record<string, unknown>;
    if (typeof username === 'string' && typeof password === 'string') return { username, password };
  } catch {
    // Said below, without the value.
  }
  throw new Error("the service's secret is no JSON with username and password. Deploy data again.");
}
