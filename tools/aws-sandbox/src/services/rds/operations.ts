import type { Account } from '../../account/account';
import { memberReader, type Members, NamedList, stringMember } from '../../endpoint/calls/members';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import { type GlobalDatabase, type GlobalDatabases, instancesOf, type WriterMove } from './global-databases';

const required = memberReader(
  (member) => new AwsError('MissingParameter', `The request must contain the parameter ${member}.`),
);

const MOVE = { GlobalClusterIdentifier: 'string', TargetDbClusterIdentifier: 'string' } as const;

/** Global databases: who writes, and moving the writer. Terraform sees the same clusters. */
export function rdsEndpoint(databases: GlobalDatabases): ServiceEndpoint {
  return {
    signingName: 'rds',
    xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
    inputs: {
      DescribeGlobalClusters: { GlobalClusterIdentifier: 'string' },
      DescribeDBClusters: { DBClusterIdentifier: 'string' },
      FailoverGlobalCluster: { ...MOVE, AllowDataLoss: 'boolean', Switchover: 'boolean' },
      SwitchoverGlobalCluster: MOVE,
    },
    permissions: ({ operation, input, accountId }) => {
      const global = `arn:aws:rds::${accountId}:global-cluster:${stringMember(input, 'GlobalClusterIdentifier') ?? '*'}`;
      const target = stringMember(input, 'TargetDbClusterIdentifier');
      return [global, ...(target === undefined ? [] : [target])].map((resource) => ({
        action: `rds:${operation}`,
        resource,
      }));
    },
    operations: {
      DescribeGlobalClusters: (input, { account }) => {
        const named = input['GlobalClusterIdentifier'];
        const found = typeof named === 'string' ? [databases.get(named)] : databases.list();
        return {
          GlobalClusters: new NamedList(
            'GlobalClusterMember',
            found.map((database) => shown(database, account)),
          ),
        };
      },
      DescribeDBClusters: (input, { account, region }) => {
        databases.settle();
        const named = input['DBClusterIdentifier'];
        const all = account.list('aws_rds_cluster', region);
        const found =
          typeof named === 'string' ? all.filter(({ arn, id }) => id === named.toLowerCase() || arn === named) : all;
        if (typeof named === 'string' && found.length === 0) {
          throw new AwsError('DBClusterNotFoundFault', `DBCluster ${named} not found.`, { status: 404 });
        }
        return {
          DBClusters: new NamedList(
            'DBCluster',
            found.map((cluster) => shownCluster(cluster, account)),
          ),
        };
      },
      FailoverGlobalCluster: (input, { account, region }) => {
        const losesData = input['AllowDataLoss'] === 'true';
        if (losesData && input['Switchover'] === 'true') {
          throw new AwsError(
            'InvalidParameterCombination',
            'AllowDataLoss and Switchover can not be specified together.',
          );
        }
        // Without AllowDataLoss it is a switchover [Amazon RDS API Reference, FailoverGlobalCluster].
        const kind = losesData ? 'failover' : 'switchover';
        return { GlobalCluster: shown(databases.beginMove(...targetOf(input, kind), region), account) };
      },
      SwitchoverGlobalCluster: (input, { account, region }) => ({
        GlobalCluster: shown(databases.beginMove(...targetOf(input, 'switchover'), region), account),
      }),
    },
  };
}

function targetOf(input: Members, kind: WriterMove['kind']) {
  return [required(input, 'GlobalClusterIdentifier'), kind, required(input, 'TargetDbClusterIdentifier')] as const;
}

const STATUS_WHILE_MOVING = { failover: 'failing-over', switchover: 'switching-over' } as const;

function shown({ record, members, move }: GlobalDatabase, account: Account): Members {
  const { attributes, arn, id } = record;
  const [writer, ...readers] = members;
  return {
    GlobalClusterIdentifier: id,
    GlobalClusterResourceId: attributes['global_cluster_resource_id'],
    GlobalClusterArn: arn,
    Status: move === undefined ? 'available' : STATUS_WHILE_MOVING[move.kind],
    Engine: attributes['engine'],
    EngineVersion: attributes['engine_version_actual'],
    StorageEncrypted: attributes['storage_encrypted'],
    DeletionProtection: attributes['deletion_protection'],
    Endpoint: attributes['endpoint'],
    GlobalClusterMembers: new NamedList(
      'GlobalClusterMember',
      members.map((member) => ({
        DBClusterArn: member.arn,
        IsWriter: member === writer,
        Readers: member === writer ? readers.map((reader) => reader.arn) : [],
        SynchronizationStatus: 'connected',
        GlobalWriteForwardingStatus: instancesOf(account, member).length === 0 ? 'unknown' : 'disabled',
      })),
    ),
    ...(move === undefined
      ? {}
      : {
          FailoverState: {
            Status: STATUS_WHILE_MOVING[move.kind],
            FromDbClusterArn: move.from,
            ToDbClusterArn: move.to,
            IsDataLossAllowed: move.kind === 'failover',
          },
        }),
  };
}

function shownCluster(cluster: ResourceRecord, account: Account): Members {
  const { attributes, arn, id } = cluster;
  const instances = instancesOf(account, cluster)
    .map((instance) => instance.id)
    .sort();
  return {
    DBClusterIdentifier: id,
    DBClusterArn: arn,
    DbClusterResourceId: attributes['cluster_resource_id'],
    Status: 'available',
    Engine: attributes['engine'],
    EngineVersion: attributes['engine_version_actual'],
    DatabaseName: attributes['database_name'],
    Endpoint: attributes['endpoint'],
    ReaderEndpoint: attributes['reader_endpoint'],
    Port: attributes['port'],
    MultiAZ: instances.length > 1,
    StorageEncrypted: attributes['storage_encrypted'],
    KmsKeyId: attributes['kms_key_id'],
    DeletionProtection: attributes['deletion_protection'],
    HttpEndpointEnabled: attributes['enable_http_endpoint'],
    ReplicationSourceIdentifier: text(attributes['replication_source_identifier']),
    DBClusterMembers: new NamedList(
      'DBClusterMember',
      instances.map((identifier, index) => ({ DBInstanceIdentifier: identifier, IsClusterWriter: index === 0 })),
    ),
  };
}
