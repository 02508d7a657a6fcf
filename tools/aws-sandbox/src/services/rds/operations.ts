import type { Account } from '../../account/account';
import { messageOf } from '../../endpoint/calls/check-input';
import { type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint, Violation } from '../../endpoint/calls/service-endpoint';
import { AwsError } from '../../model/aws-error';
import api from './api.json';
import { clusterOperations, shownCluster, tagsOf } from './cluster-operations';
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
      // The action is about no resource [Service Authorization Reference, Amazon RDS].
      if (operation === 'DescribeEvents') return [{ action: 'rds:DescribeEvents', resource: '*' }];
      const named = (kind: string, ...members: readonly string[]): string => {
        const name = members.map((member) => stringMember(input, member)).find((value) => value !== undefined) ?? '*';
        return name.startsWith('arn:') ? name : `arn:aws:rds:${region}:${accountId}:${kind}:${name.toLowerCase()}`;
      };
      const cluster = named('cluster', 'DBClusterIdentifier', 'ResourceArn');
      const snapshot = named(
        'cluster-snapshot',
        'SourceDBClusterSnapshotIdentifier',
        'DBClusterSnapshotIdentifier',
        'SnapshotIdentifier',
      );
      const instance = named('db', 'DBInstanceIdentifier');
      const resources: Readonly<Record<string, readonly string[]>> = {
        CopyDBClusterSnapshot: [snapshot],
        CreateDBInstance: [instance, cluster],
        DeleteDBCluster: [cluster],
        DeleteDBClusterSnapshot: [snapshot],
        DeleteDBInstance: [instance],
        DescribeDBClusterSnapshots: [snapshot],
        DescribeDBInstances: [instance],
        EnableHttpEndpoint: [cluster],
        FailoverDBCluster: [cluster],
        ModifyDBCluster: [cluster],
        RestoreDBClusterFromSnapshot: [cluster, snapshot],
      };
      const made: Readonly<Record<string, string>> = {
        CreateDBInstance: instance,
        RestoreDBClusterFromSnapshot: cluster,
      };
      const tagged = tagsOf(input) === null ? undefined : made[operation];
      return [
        ...(resources[operation] ?? [global, ...(target === undefined ? [] : [target])]).map((resource) => ({
          action: `rds:${operation}`,
          resource,
        })),
        // Tags of a new resource need a permission of their own [Service Authorization Reference, Amazon RDS].
        ...(tagged === undefined ? [] : [{ action: 'rds:AddTagsToResource', resource: tagged }]),
      ];
    },
    operations: {
      ...snapshots.operations,
      ...clusterOperations,
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
