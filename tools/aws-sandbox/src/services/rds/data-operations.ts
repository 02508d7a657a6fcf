import { Client, type QueryConfig } from 'pg';
import type { Account } from '../../account/account';
import { type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import { secretValue } from '../secretsmanager/resources';
import api from './data-api.json';
import { groupOf, isWriterSilent } from './database-group';
import { type GlobalDatabases, instancesOf } from './global-databases';
import type { DatabaseServers } from './database-servers';
import { PostgresUnusableError } from './postgres/errors';
import type { PostgresServer } from './postgres/postgres-server';
import { scramVerifier } from './postgres/scram';
import { type Column, columnMetadata, fieldOf, parameterValue, plainValue } from './data-api/field-values';
import { toPositional } from './data-api/named-parameters';

/** A statement ends after 45 s [Aurora user guide, Data API limitations]. */
const STATEMENT_TIMEOUT_MS = 45_000;

/** The Data API: statements to the writer of a cluster, with credentials out of a secret, and no connection. */
export function rdsDataEndpoint(
  databases: GlobalDatabases,
  servers: DatabaseServers,
  writersSilentSince: (region: string) => number | undefined,
): ServiceEndpoint {
  return {
    api: api as ServiceApi,
    invalidInput: 'BadRequestException',
    permissions: ({ operation, input }) => [
      { action: `rds-data:${operation}`, resource: stringMember(input, 'resourceArn') ?? '*' },
      { action: 'secretsmanager:GetSecretValue', resource: stringMember(input, 'secretArn') ?? '*' },
    ],
    operations: {
      ExecuteStatement: async (input, { account, region }) => {
        databases.settle();
        const cluster = requireCluster(account, region, String(input['resourceArn']));
        const credentials = credentialsOf(account, region, String(input['secretArn']));
        const database = stringMember(input, 'database') ?? '';
        if (database === '') throw new AwsError('BadRequestException', 'Database name is not set');
        requireWriter(account, cluster);
        keepPassword(account, cluster, credentials);
        const transaction = stringMember(input, 'transactionId');
        if (transaction !== undefined) {
          throw new AwsError('TransactionNotFoundException', `Transaction ${transaction} is not found`);
        }
        const server = await servers.serverOf(cluster).catch(unavailable);
        // The writer may have begun to move while its server was started.
        requireWriter(account, cluster);
        if (isWriterSilent(cluster, { writersSilentSince })) {
          throw new AwsError('DatabaseUnavailableException', "The cluster's writer does not answer");
        }
        return execute(server, { ...credentials, database }, input);
      },
    },
  };
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

async function execute(
  server: PostgresServer,
  { database, password, username }: Credentials & { readonly database: string },
  input: Members,
): Promise<Members> {
  const statement = toPositional(String(input['sql']), parametersOf(input), (name) => {
    // Words inferred.
    throw new AwsError('BadRequestException', `Cannot find parameter: ${name}`);
  });
  const client = new Client({
    host: '127.0.0.1',
    port: server.port,
    user: username,
    password,
    database,
    application_name: 'RDS Data API',
    ssl: { rejectUnauthorized: false },
    ...(input['continueAfterTimeout'] === true ? {} : { statement_timeout: STATEMENT_TIMEOUT_MS }),
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const result = await client.query<(string | null)[]>({
      ...statement,
      values: [...statement.values],
      rowMode: 'array',
      // Of several statements, none is run [Aurora user guide, Data API limitations].
      queryMode: 'extended',
      types: { getTypeParser: () => (value: string) => value },
    } as QueryConfig & { rowMode: 'array' });
    return answer(result, input);
  } catch (error) {
    throw refusal(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function answer(
  {
    command,
    fields,
    rowCount,
    rows,
  }: { command: string; fields: Column[]; rowCount: number | null; rows: (string | null)[][] },
  input: Members,
): Members {
  const form = (input['resultSetOptions'] ?? {}) as Members;
  const records = rows.map((row) => row.map((value, index) => fieldOf(value, fields[index] as Column, form)));
  const isQuery = fields.length > 0;
  const isFormatted = isQuery && input['formatRecordsAs'] === 'JSON';
  return {
    numberOfRecordsUpdated: command === 'SELECT' || isQuery ? 0 : (rowCount ?? 0),
    generatedFields: [],
    records: isQuery && !isFormatted ? records : undefined,
    columnMetadata:
      isQuery && !isFormatted && input['includeResultMetadata'] === true ? fields.map(columnMetadata) : undefined,
    formattedRecords: isFormatted
      ? JSON.stringify(
          records.map((row) => Object.fromEntries(row.map((field, at) => [fields[at]?.name ?? '', plainValue(field)]))),
        )
      : undefined,
  };
}

/** A refusal of PostgreSQL in the Data API's form; a server that ends meanwhile is not available. */
function refusal(error: unknown): unknown {
  if (error instanceof AwsError) return error;
  const { code, message, severity } = error as { code?: string; message: string; severity?: string };
  if (severity === undefined)
    return new AwsError('DatabaseUnavailableException', `The database does not answer: ${message}`);
  if (code === '57014') return new AwsError('StatementTimeoutException', message);
  return new AwsError('DatabaseErrorException', `${severity}: ${message}; SQLState: ${code ?? ''}`);
}

function unavailable(error: unknown): never {
  if (error instanceof PostgresUnusableError) throw new AwsError('DatabaseUnavailableException', error.message);
  throw error;
}

function requireCluster(account: Account, region: string, arn: string): ResourceRecord {
  const cluster = account.findByArn(arn);
  if (cluster?.type !== 'aws_rds_cluster' || cluster.region !== region) {
    throw new AwsError('DatabaseNotFoundException', `DBCluster ${arn} is not found`);
  }
  if (cluster.attributes['enable_http_endpoint'] !== true) {
    throw new AwsError('HttpEndpointNotEnabledException', `HttpEndpoint is not enabled for resource ${arn}`);
  }
  if (instancesOf(account, cluster).length === 0 || !text(cluster.attributes['engine']).includes('postgres')) {
    throw new AwsError('DatabaseUnavailableException', `DBCluster ${arn} has no available instance`);
  }
  return cluster;
}

function credentialsOf(account: Account, region: string, secretArn: string): Credentials {
  try {
    const secret = JSON.parse(secretValue(account, region, secretArn).secretString) as Members;
    return { username: String(secret['username']), password: String(secret['password']) };
  } catch (error) {
    if (error instanceof AwsError) throw new AwsError('SecretsErrorException', error.message);
    throw new AwsError('InvalidSecretException', `The secret ${secretArn} is no JSON with username and password`);
  }
}

/** The Data API serves writers only [Aurora user guide, Data API limitations]; nobody writes while the writer moves. */
function requireWriter(account: Account, cluster: ResourceRecord): void {
  const { move, writer } = groupOf(account, cluster);
  if (writer.arn === cluster.arn && move === undefined) return;
  // Words inferred.
  throw new AwsError(
    'BadRequestException',
    `The cluster ${cluster.arn} accepts no statements: it is ${move === undefined ? 'not the writer of its global database' : 'in a failover'}.`,
  );
}

/**
 * A password that the account was never given is the first one that is used: of a cluster that was made before accounts
 * kept any, or whose password AWS would manage.
 */
function keepPassword(account: Account, cluster: ResourceRecord, { password, username }: Credentials): void {
  const group = groupOf(account, cluster);
  if (group.passwordVerifier !== undefined || username !== group.username) return;
  const internal = { ...cluster.internal, passwordVerifier: scramVerifier(password) };
  account.commit([{ put: { ...cluster, internal } }]);
}

function parametersOf(input: Members) {
  const parameters = (input['parameters'] ?? []) as readonly Members[];
  return new Map(parameters.map((parameter) => [stringMember(parameter, 'name') ?? '', parameterValue(parameter)]));
}
