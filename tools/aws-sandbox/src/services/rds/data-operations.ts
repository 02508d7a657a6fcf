import type { Account } from '../../account/account';
import { type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import { secretValue } from '../secretsmanager/resources';
import api from './data-api.json';
import { type GlobalDatabases, instancesOf } from './global-databases';
import type { RowScope, RowStore } from './row-store';
import { runSql } from './run-sql';
import { SqlError, type SqlValue } from './sql-statement';

/** The Data API: statements to the writer of a cluster, with credentials out of a secret, and no connection. */
export function rdsDataEndpoint(databases: GlobalDatabases, rows: RowStore): ServiceEndpoint {
  return {
    api: api as ServiceApi,
    invalidInput: 'BadRequestException',
    permissions: ({ operation, input }) => [
      { action: `rds-data:${operation}`, resource: stringMember(input, 'resourceArn') ?? '*' },
      { action: 'secretsmanager:GetSecretValue', resource: stringMember(input, 'secretArn') ?? '*' },
    ],
    operations: {
      ExecuteStatement: (input, { account, region }) => {
        databases.settle();
        const cluster = requireCluster(account, region, String(input['resourceArn']));
        requireCredentials(account, region, cluster, String(input['secretArn']));
        const scope = requireWriter(databases, account, cluster, stringMember(input, 'database') ?? '');
        try {
          const result = runSql(rows, scope, String(input['sql']), parametersOf(input));
          return {
            numberOfRecordsUpdated: result.updated,
            generatedFields: [],
            records: result.columns.length === 0 ? undefined : result.rows.map((row) => row.map(field)),
          };
        } catch (error) {
          if (!(error instanceof SqlError)) throw error;
          throw new AwsError('DatabaseErrorException', `ERROR: ${error.message}; SQLState: ${error.state}`);
        }
      },
    },
  };
}

function requireCluster(account: Account, region: string, arn: string): ResourceRecord {
  const cluster = account.findByArn(arn);
  if (cluster?.type !== 'aws_rds_cluster' || cluster.region !== region) {
    throw new AwsError('DatabaseNotFoundException', `DBCluster ${arn} is not found`);
  }
  if (cluster.attributes['enable_http_endpoint'] !== true) {
    throw new AwsError('HttpEndpointNotEnabledException', `HttpEndpoint is not enabled for resource ${arn}`);
  }
  if (instancesOf(account, cluster).length === 0) {
    throw new AwsError('DatabaseUnavailableException', `DBCluster ${arn} has no available instance`);
  }
  return cluster;
}

/** User and password of the secret have to be those of the database; only the user can be checked here. */
function requireCredentials(account: Account, region: string, cluster: ResourceRecord, secretArn: string): void {
  let username: unknown;
  try {
    username = (JSON.parse(secretValue(account, region, secretArn).secretString) as Members)['username'];
  } catch (error) {
    if (error instanceof AwsError) throw new AwsError('SecretsErrorException', error.message);
    throw new AwsError('InvalidSecretException', `The secret ${secretArn} is no JSON with username and password`);
  }
  if (username !== cluster.attributes['master_username']) {
    throw new AwsError(
      'DatabaseErrorException',
      `FATAL: password authentication failed for user "${String(username)}"; SQLState: 28P01`,
    );
  }
}

/** The Data API serves writers only [Aurora user guide, Data API limitations]; nobody writes while the writer moves. */
function requireWriter(
  databases: GlobalDatabases,
  account: Account,
  cluster: ResourceRecord,
  database: string,
): RowScope {
  const { attributes, arn = '', region } = cluster;
  const global = text(attributes['global_cluster_identifier']);
  if (database === '') throw new AwsError('BadRequestException', 'Database name is not set');
  if (global === '') return { id: arn, database, regions: [region], writer: region };
  const { members, move, record } = databases.get(global);
  if (members[0] !== account.findByArn(arn) || move !== undefined) {
    // Words inferred.
    throw new AwsError(
      'BadRequestException',
      `The cluster ${arn} accepts no statements: it is ${move === undefined ? 'not the writer of its global database' : 'in a failover'}.`,
    );
  }
  return { id: record.id, database, regions: members.map((member) => member.region), writer: region };
}

function parametersOf(input: Members): Readonly<Record<string, SqlValue>> {
  const parameters = (input['parameters'] ?? []) as readonly Members[];
  return Object.fromEntries(
    parameters.map((parameter) => {
      const name = stringMember(parameter, 'name') ?? '';
      return [name, valueOf(name, (parameter['value'] ?? {}) as Members)];
    }),
  );
}

function valueOf(name: string, value: Members): SqlValue {
  if (value['isNull'] === true) return null;
  const { longValue, stringValue } = value;
  if (typeof longValue === 'number') return longValue;
  if (typeof stringValue === 'string') return stringValue;
  throw new AwsError(
    'BadRequestException',
    `The sandbox knows stringValue, longValue and isNull, and :${name} has none of them`,
  );
}

function field(value: SqlValue): Members {
  if (value === null) return { isNull: true };
  return typeof value === 'number' ? { longValue: value } : { stringValue: value };
}
