import type { Account } from '../../account/account';
import { messageOf } from '../../endpoint/calls/check-input';
import { type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint, Violation } from '../../endpoint/calls/service-endpoint';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import api from './api.json';
import { writerAmong } from './cluster-instance';
import type { ClusterSnapshots } from './cluster-snapshots';
import type { DatabaseEvents } from './database-events';
import { isRebuilt, type WriterMove } from './database-group';
import { type GlobalDatabase, type GlobalDatabases, instancesOf } from './global-databases';

/** Operations on global databases: describing their members, and moving the writer. Terraform sees the same clusters. */
export function rdsEndpoint(
  databases: GlobalDatabases,
  snapshots: ClusterSnapshots,
  events: DatabaseEvents,
): ServiceEndpoint {
  return {
    api: api as ServiceApi,
    invalidInput,
    permissions: ({ operation, input, accountId, region }) => {
      const global = `arn:aws:rds::${accountId}:global-cluster:${stringMember(input, 'GlobalClusterIdentifier') ?? '*'}`;
      const target = stringMember(input, 'TargetDbClusterIdentifier') ?? stringMember(input, 'DbClusterIdentifier');
      if (operation.endsWith('DBClusterSnapshot') || operation.endsWith('DBClusterSnapshots')) {
        const named =
          stringMember(input, 'SourceDBClusterSnapshotIdentifier') ??
          stringMember(input, 'DBClusterSnapshotIdentifier');
        return [
          {
            action: `rds:${operation}`,
            resource: `arn:aws:rds:${region}:${accountId}:cluster-snapshot:${named ?? '*'}`,
          },
        ];
      }
      // The action is about no resource [Service Authorization Reference, Amazon RDS].
      if (operation === 'DescribeEvents') return [{ action: 'rds:DescribeEvents', resource: '*' }];
      if (operation === 'FailoverDBCluster') {
        const cluster = `arn:aws:rds:${region}:${accountId}:cluster:${stringMember(input, 'DBClusterIdentifier') ?? '*'}`;
        return [{ action: `rds:${operation}`, resource: cluster }];
      }
      return [global, ...(target === undefined ? [] : [target])].map((resource) => ({
        action: `rds:${operation}`,
        resource,
      }));
    },
    operations: {
      ...snapshots.operations,
      ...events.operations,
      DescribeGlobalClusters: (input, { account }) => {
        const named = stringMember(input, 'GlobalClusterIdentifier');
        const found = named === undefined ? databases.list() : [databases.get(named)];
        return { GlobalClusters: found.map((database) => shown(database, account)) };
      },
      DescribeDBClusters: (input, { account, region }) => {
        databases.settle();
        const named = stringMember(input, 'DBClusterIdentifier');
        const all = account.list('aws_rds_cluster', region);
        const found = all.filter(({ arn, id }) => named === undefined || id === named.toLowerCase() || arn === named);
        if (named !== undefined && found.length === 0) {
          throw new AwsError('DBClusterNotFoundFault', `DBCluster ${named} not found.`);
        }
        return { DBClusters: found.map((cluster) => shownCluster(cluster, account)) };
      },
      FailoverDBCluster: (input, { account, region }) => {
        const named = String(input['DBClusterIdentifier']);
        const failedOver = databases.failOverWithin(named, stringMember(input, 'TargetDBInstanceIdentifier'), region);
        return { DBCluster: shownCluster(failedOver, account) };
      },
      FailoverGlobalCluster: (input, { account, region }) => {
        const losesData = input['AllowDataLoss'] === true;
        if (losesData && input['Switchover'] === true) {
          throw new AwsError(
            'InvalidParameterCombination',
            'AllowDataLoss and Switchover can not be specified together.',
          );
        }
        // Without AllowDataLoss it is a switchover [Amazon RDS API Reference, FailoverGlobalCluster].
        const kind = losesData ? 'failover' : 'switchover';
        return { GlobalCluster: shown(databases.beginMove(...targetOf(input, kind), region), account) };
      },
      RemoveFromGlobalCluster: async (input, { account, region }) => {
        const [global, cluster] = [String(input['GlobalClusterIdentifier']), String(input['DbClusterIdentifier'])];
        return { GlobalCluster: shown(await databases.takeOut(global, cluster, region), account) };
      },
      SwitchoverGlobalCluster: (input, { account, region }) => ({
        GlobalCluster: shown(databases.beginMove(...targetOf(input, 'switchover'), region), account),
      }),
    },
  };
}

/** [Amazon RDS API Reference, common errors] */
function invalidInput(violations: readonly Violation[]): AwsError {
  const missing = violations.find(({ value }) => value === undefined);
  if (missing === undefined) return new AwsError('ValidationError', messageOf(violations));
  return new AwsError('MissingParameter', `The request must contain the parameter ${missing.member}.`);
}

function targetOf(input: Members, kind: WriterMove['kind']) {
  return [String(input['GlobalClusterIdentifier']), kind, String(input['TargetDbClusterIdentifier'])] as const;
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
    GlobalClusterMembers: members.map((member) => ({
      DBClusterArn: member.arn,
      IsWriter: member === writer,
      Readers: member === writer ? readers.map((reader) => reader.arn) : [],
      SynchronizationStatus: isRebuilt(member) ? 'pending-resync' : 'connected',
      GlobalWriteForwardingStatus: instancesOf(account, member).length === 0 ? 'unknown' : 'disabled',
    })),
    FailoverState: move && {
      Status: STATUS_WHILE_MOVING[move.kind],
      FromDbClusterArn: move.from,
      ToDbClusterArn: move.to,
      IsDataLossAllowed: move.kind === 'failover',
    },
  };
}

function shownCluster(cluster: ResourceRecord, account: Account): Members {
  const { attributes, arn, id } = cluster;
  const instances = instancesOf(account, cluster)
    .map((instance) => instance.id)
    .sort();
  const writer = writerAmong(instances, cluster);
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
    DBClusterMembers: instances.map((identifier) => ({
      DBInstanceIdentifier: identifier,
      IsClusterWriter: identifier === writer,
    })),
  };
}
