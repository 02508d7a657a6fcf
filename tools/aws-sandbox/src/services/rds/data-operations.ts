import { Client, type QueryConfig } from 'pg';
import type { Account } from '../../account/account';
import { type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { CallContext, Operation, ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import { secretValue } from '../secretsmanager/resources';
import api from './data-api.json';
import { groupOf, isWriterSilent, isRebuilt } from './database-group';
import { type GlobalDatabases, instancesOf } from './global-databases';
import type { DatabaseServers } from './database-servers';
import { PostgresUnusableError } from './postgres/errors';
import type { PostgresServer } from './postgres/postgres-server';
import { scramVerifier } from './postgres/scram';
import { type Column, columnMetadata, fieldOf, parameterValue, plainValue } from './data-api/field-values';
import { toPositional } from './data-api/named-parameters';
import { type TransactionScope, Transactions } from './data-api/transactions';

/** A statement ends after 45 s [Aurora user guide, Data API limitations]. */
const STATEMENT_TIMEOUT_MS = 45_000;

/** Parameter sets of a batch [Amazon RDS Data API Reference, BatchExecuteStatement]. */
const MOST_PARAMETER_SETS = 1_000;

/** The Data API: statements to the writer of a cluster, with credentials out of a secret, and no connection. */
export function rdsDataEndpoint(
  databases: GlobalDatabases,
  servers: DatabaseServers,
  writersSilentSince: (region: string) => number | undefined,
  nowMs: () => number,
): ServiceEndpoint {
  const transactions = new Transactions(nowMs);

  /** Server and credentials of a call. @throws AwsError where the cluster takes no statements */
  async function accessOf(input: Members, { account, region }: Pick<CallContext, 'account' | 'region'>) {
    databases.settle();
    const cluster = requireCluster(account, region, String(input['resourceArn']));
    const credentials = credentialsOf(account, region, String(input['secretArn']));
    requireWriter(account, cluster);
    keepPassword(account, cluster, credentials);
    const server = await servers.serverOf(cluster).catch(unavailable);
    // The writer may have begun to move while its server was started.
    requireWriter(account, cluster);
    if (isWriterSilent(cluster, { writersSilentSince })) {
      throw new AwsError('DatabaseUnavailableException', "The cluster's writer does not answer");
    }
    return { server, credentials };
  }

  /** Performs something on the connection of the call's transaction, or on one of its own. */
  async function connected<Result>(
    input: Members,
    context: CallContext,
    act: (client: Client, isOwn: boolean) => Promise<Result>,
  ): Promise<Result> {
    const transaction = stringMember(input, 'transactionId');
    const { credentials, server } = await accessOf(input, context);
    if (transaction !== undefined) {
      return act(transactions.use(transaction, scopeOf(input)), false).catch((error: unknown) => {
        throw refusal(error);
      });
    }
    const client = connectionOf(server, credentials, input);
    try {
      await client.connect();
      return await act(client, true);
    } catch (error) {
      throw refusal(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Ends a transaction. */
  const ending =
    (command: 'COMMIT' | 'ROLLBACK', transactionStatus: string): Operation =>
    async (input, context) => {
      const id = String(input['transactionId']);
      await accessOf(input, context);
      const client = transactions.use(id, scopeOf(input));
      try {
        // Of one in which a statement has failed, PostgreSQL makes a rollback, and says so.
        const { command: done } = await client.query(command);
        if (done !== command)
          throw new AwsError('BadRequestException', 'Transaction is rolled back: a statement in it failed');
        return { transactionStatus };
      } catch (error) {
        throw refusal(error);
      } finally {
        await transactions.end(id);
      }
    };

  return {
    api: api as ServiceApi,
    invalidInput: 'BadRequestException',
    permissions: ({ operation, input }) => [
      { action: `rds-data:${operation}`, resource: stringMember(input, 'resourceArn') ?? '*' },
      { action: 'secretsmanager:GetSecretValue', resource: stringMember(input, 'secretArn') ?? '*' },
    ],
    operations: {
      ExecuteStatement: (input, context) => connected(input, context, (client) => execute(client, input)),
      BatchExecuteStatement: async (input, context) => {
        const sets = (input['parameterSets'] ?? [[]]) as readonly (readonly Members[])[];
        if (sets.length > MOST_PARAMETER_SETS) {
          throw new AwsError('BadRequestException', `A batch has ${MOST_PARAMETER_SETS} parameter sets at most`);
        }
        await connected(input, context, async (client, isOwn) => {
          // All or nothing: words of the guide are "committed automatically", for the call.
          if (isOwn) await client.query('BEGIN');
          for (const parameters of sets) await execute(client, { ...input, parameters });
          if (isOwn) await client.query('COMMIT');
        });
        return { updateResults: sets.map(() => ({ generatedFields: [] })) };
      },
      BeginTransaction: async (input, context) => {
        const { credentials, server } = await accessOf(input, context);
        const client = connectionOf(server, credentials, input);
        try {
          await client.connect();
          await client.query('BEGIN');
        } catch (error) {
          await client.end().catch(() => undefined);
          throw refusal(error);
        }
        return { transactionId: transactions.keep(client, scopeOf(input)) };
      },
      CommitTransaction: ending('COMMIT', 'Transaction Committed'),
      RollbackTransaction: ending('ROLLBACK', 'Rollback Complete'),
    },
  };
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

function scopeOf(input: Members): TransactionScope {
  return {
    cluster: String(input['resourceArn']),
    secret: String(input['secretArn']),
    database: stringMember(input, 'database'),
  };
}

function connectionOf(server: PostgresServer, { password, username }: Credentials, input: Members): Client {
  const database = stringMember(input, 'database') ?? '';
  if (database === '') throw new AwsError('BadRequestException', 'Database name is not set');
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
  return client;
}

async function execute(client: Client, input: Members): Promise<Members> {
  const statement = toPositional(String(input['sql']), parametersOf(input), (name) => {
    // Words inferred.
    throw new AwsError('BadRequestException', `Cannot find parameter: ${name}`);
  });
  const result = await client.query<(string | null)[]>({
    ...statement,
    values: [...statement.values],
    rowMode: 'array',
    // Of several statements, none is run [Aurora user guide, Data API limitations].
    queryMode: 'extended',
    types: { getTypeParser: () => (value: string) => value },
  } as QueryConfig & { rowMode: 'array' });
  return answer(result, input);
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
  const isWriter = writer.arn === cluster.arn;
  if (isWriter && move === undefined && !isRebuilt(cluster)) return;
  const state = isWriter ? 'not rebuilt' : 'not the writer of its global database';
  // Words inferred.
  throw new AwsError(
    'BadRequestException',
    `The cluster ${cluster.arn} accepts no statements: it is ${move === undefined ? state : 'in a failover'}.`,
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
