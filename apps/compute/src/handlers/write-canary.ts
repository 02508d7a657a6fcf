import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ControlTableReader, WriteFence } from '@dr/control-table';
import { otherRegion } from '@dr/recovery';
import { type CanaryAnswer, type CanaryReading, tryWrite } from '@dr/recovery-runtime';
import Client from 'pg/lib/client';
import { CanaryDatabase } from '../write-canary/canary-database';
import { type CanaryEnvironment, parseEnvironment } from '../write-canary/parse-environment';

const logger = new Logger({ serviceName: 'write-canary' });
const environment = readEnvironment();
const { primaryRegion: primary, region, standbyRegion: standby } = environment;
const client = { region, maxAttempts: 2 };
const secrets = new SecretsManagerClient(client);
const lambda = new LambdaClient(client);

const fence = new WriteFence({
  region,
  reader: new ControlTableReader({
    client: new DynamoDBClient(client),
    otherClient: new DynamoDBClient({ ...client, region: otherRegion(region, { primary, standby }) }),
    tableName: environment.controlTableName,
    regions: [primary, standby],
  }),
  settings: environment.fencing,
});
const database = new CanaryDatabase({
  region,
  server: { port: environment.databasePort, database: environment.databaseName },
  writerHost: environment.databaseHost,
  readerHost: environment.databaseReaderHost,
  open: (config) => {
    const connection = new Client(config);
    // One that breaks while nothing is asked of it.
    connection.on('error', () => undefined);
    return connection;
  },
  credentials: async () => {
    const { SecretString: secret } = await secrets.send(new GetSecretValueCommand({ SecretId: environment.secretArn }));
    const { password, username } = JSON.parse(secret ?? '') as Record<'password' | 'username', string>;
    return { user: username, password };
  },
  migrate: () =>
    lambda
      .send(new InvokeCommand({ FunctionName: environment.migrationFunctionName, InvocationType: 'Event' }))
      .catch((error: Error) => logger.warn('migration not begun', { problem: error.name })),
});

/** Entry point of the canary: one SQL write, tried for the failover controller of the same region, or what of them arrived. */
export async function handler(
  event: Partial<CanaryReading> | null,
  context: Parameters<Logger['addContext']>[0],
): Promise<CanaryAnswer | { readonly writtenAtMs: number | null }> {
  logger.addContext(context);
  if (typeof event?.read === 'string') return { writtenAtMs: await database.read(event.read) };
  const answer = await tryWrite(fence, (admitted) => database.write(admitted));
  if (answer.outcome !== 'taken') logger.warn('write not taken', { ...answer });
  return answer;
}

/** Without it the function cannot start, and Lambda says so; its log says what is missing. */
function readEnvironment(): CanaryEnvironment {
  try {
    return parseEnvironment(process.env);
  } catch (error) {
    logger.error('environment refused: the function does not start', { problem: (error as Error).message });
    throw error;
  }
}
