import type { Account } from '../../account/account';
import { type Members, stringMember } from '../../endpoint/calls/members';
import type { Operation } from '../../endpoint/calls/service-endpoint';
import { text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue, Value } from '../../model/value';
import { writerAmong } from './cluster-instance';
import { restoredFrom } from './database-group';

const CLUSTER = 'aws_rds_cluster';
const INSTANCE = 'aws_rds_cluster_instance';

/**
 * Calls that a person makes to free the identifier of a cluster and to make its instances anew. Of a modification,
 * deletion protection alone has an effect. Codes: Amazon RDS API Reference; words inferred where nothing is said of them.
 */
export const clusterOperations: Readonly<Record<string, Operation>> = {
  CreateDBInstance: (input, { account, lifecycle, region }) => {
    const named = stringMember(input, 'DBClusterIdentifier');
    // Instances of clusters alone are made here.
    if (named === undefined) {
      throw new AwsError('MissingParameter', 'The request must contain the parameter DBClusterIdentifier.');
    }
    const cluster = requireCluster(account, region, named);
    if (statusOf(cluster) !== 'available') {
      throw new AwsError('InvalidDBClusterStateFault', `DBCluster ${named} is not in available state.`);
    }
    const optional = (member: string) => (input[member] ?? null) as Value;
    const created = lifecycle.createFromArguments(
      INSTANCE,
      { region, workingFolder: '' },
      {
        identifier: String(input['DBInstanceIdentifier']),
        cluster_identifier: cluster.id,
        engine: String(input['Engine']),
        instance_class: String(input['DBInstanceClass']),
        availability_zone: optional('AvailabilityZone'),
        db_parameter_group_name: optional('DBParameterGroupName'),
        auto_minor_version_upgrade: optional('AutoMinorVersionUpgrade'),
        performance_insights_enabled: optional('EnablePerformanceInsights'),
        performance_insights_kms_key_id: optional('PerformanceInsightsKMSKeyId'),
        promotion_tier: optional('PromotionTier'),
        publicly_accessible: optional('PubliclyAccessible'),
        tags: tagsOf(input),
      },
    );
    return { DBInstance: shownInstance(account.findByArn(text(created['arn'])) as ResourceRecord) };
  },
  DeleteDBCluster: (input, { account, lifecycle, region }) => {
    const cluster = requireCluster(account, region, String(input['DBClusterIdentifier']));
    if (input['SkipFinalSnapshot'] !== true) {
      throw new AwsError(
        'InvalidParameterCombination',
        'The sandbox makes no final snapshot: SkipFinalSnapshot has to be specified.',
      );
    }
    if (text(cluster.attributes['global_cluster_identifier']) !== '') {
      throw new AwsError(
        'InvalidDBClusterStateFault',
        'This cluster is a part of a global cluster, please remove it from globalcluster first',
      );
    }
    const shown = shownCluster(cluster, account);
    lifecycle.remove(CLUSTER, { region, workingFolder: '' }, { ...cluster.attributes, skip_final_snapshot: true });
    return { DBCluster: { ...shown, Status: 'deleting' } };
  },
  DeleteDBInstance: (input, { account, lifecycle, region }) => {
    const instance = requireInstance(account, region, String(input['DBInstanceIdentifier']));
    lifecycle.remove(INSTANCE, { region, workingFolder: '' }, instance.attributes);
    return { DBInstance: { ...shownInstance(instance), DBInstanceStatus: 'deleting' } };
  },
  DescribeDBInstances: (input, { account, region }) => {
    const named = stringMember(input, 'DBInstanceIdentifier');
    const filters = (input['Filters'] ?? []) as readonly Members[];
    const clusters = filters.flatMap(({ Name: name, Values: values }) => {
      if (name === 'db-cluster-id') return values as readonly string[];
      throw new AwsError('InvalidParameterValue', `The sandbox does not filter by ${String(name)}.`);
    });
    const found = named === undefined ? account.list(INSTANCE, region) : [requireInstance(account, region, named)];
    return {
      DBInstances: found
        .filter(({ attributes }) => filters.length === 0 || clusters.includes(text(attributes['cluster_identifier'])))
        .map(shownInstance),
    };
  },
  EnableHttpEndpoint: (input, { account, region }) => {
    const arn = String(input['ResourceArn']);
    const cluster = account.findByArn(arn);
    if (cluster?.type !== CLUSTER || cluster.region !== region) {
      throw new AwsError('ResourceNotFoundFault', `The resource ${arn} was not found.`, { status: 404 });
    }
    put(account, cluster, { enable_http_endpoint: true });
    return { ResourceArn: arn, HttpEndpointEnabled: true };
  },
  ModifyDBCluster: (input, { account, region }) => {
    const cluster = requireCluster(account, region, String(input['DBClusterIdentifier']));
    const { DeletionProtection: isProtected } = input;
    if (typeof isProtected === 'boolean') put(account, cluster, { deletion_protection: isProtected });
    return { DBCluster: shownCluster(requireCluster(account, region, cluster.id), account) };
  },
};

function put(account: Account, record: ResourceRecord, changed: ObjectValue): void {
  account.commit([{ put: { ...record, attributes: { ...record.attributes, ...changed } } }]);
}

/** @param named identifier or ARN */
function requireCluster(account: Account, region: string, named: string): ResourceRecord {
  const found = account.list(CLUSTER, region).find(({ arn, id }) => id === named.toLowerCase() || arn === named);
  if (found !== undefined) return found;
  throw new AwsError('DBClusterNotFoundFault', `DBCluster ${named} not found.`, { status: 404 });
}

function requireInstance(account: Account, region: string, named: string): ResourceRecord {
  const found = account.list(INSTANCE, region).find(({ arn, id }) => id === named.toLowerCase() || arn === named);
  if (found !== undefined) return found;
  throw new AwsError('DBInstanceNotFound', `DBInstance ${named} not found.`, { status: 404 });
}

/** Tags of a call, or null for none. */
export function tagsOf(input: Members): ObjectValue | null {
  const tags = (input['Tags'] ?? []) as readonly Members[];
  return tags.length === 0
    ? null
    : Object.fromEntries(tags.map(({ Key: key, Value: value }) => [String(key), String(value ?? '')]));
}

function shownTags({ attributes }: ResourceRecord): readonly Members[] {
  return Object.entries((attributes['tags_all'] ?? {}) as ObjectValue).map(([Key, Value]) => ({ Key, Value }));
}

function statusOf(cluster: ResourceRecord): 'available' | 'creating' {
  return restoredFrom(cluster) === '' ? 'available' : 'creating';
}

export function shownCluster(cluster: ResourceRecord, account: Account): Members {
  const { attributes, arn, id, region } = cluster;
  const instances = account
    .findBy(INSTANCE, 'cluster_identifier', id, region)
    .map((instance) => instance.id)
    .sort();
  const writer = writerAmong(instances, cluster);
  return {
    DBClusterIdentifier: id,
    DBClusterArn: arn,
    DbClusterResourceId: attributes['cluster_resource_id'],
    Status: statusOf(cluster),
    Engine: attributes['engine'],
    EngineVersion: attributes['engine_version_actual'],
    DatabaseName: attributes['database_name'],
    MasterUsername: text(attributes['master_username']) || undefined,
    Endpoint: attributes['endpoint'],
    ReaderEndpoint: attributes['reader_endpoint'],
    Port: attributes['port'],
    MultiAZ: instances.length > 1,
    DBSubnetGroup: attributes['db_subnet_group_name'],
    DBClusterParameterGroup: attributes['db_cluster_parameter_group_name'],
    VpcSecurityGroups: texts(attributes['vpc_security_group_ids']).map((group) => ({
      VpcSecurityGroupId: group,
      Status: 'active',
    })),
    BackupRetentionPeriod: attributes['backup_retention_period'],
    CopyTagsToSnapshot: attributes['copy_tags_to_snapshot'],
    EnabledCloudwatchLogsExports: texts(attributes['enabled_cloudwatch_logs_exports']),
    StorageEncrypted: attributes['storage_encrypted'],
    KmsKeyId: text(attributes['kms_key_id']) || undefined,
    DeletionProtection: attributes['deletion_protection'],
    HttpEndpointEnabled: attributes['enable_http_endpoint'],
    ReplicationSourceIdentifier: text(attributes['replication_source_identifier']),
    DBClusterMembers: instances.map((identifier) => ({
      DBInstanceIdentifier: identifier,
      IsClusterWriter: identifier === writer,
    })),
    TagList: shownTags(cluster),
  };
}

function shownInstance(instance: ResourceRecord): Members {
  const { attributes, arn, id } = instance;
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: arn,
    DbiResourceId: attributes['dbi_resource_id'],
    DBInstanceStatus: 'available',
    DBInstanceClass: attributes['instance_class'],
    DBClusterIdentifier: attributes['cluster_identifier'],
    Engine: attributes['engine'],
    EngineVersion: attributes['engine_version_actual'],
    AvailabilityZone: attributes['availability_zone'],
    DBParameterGroups: [
      { DBParameterGroupName: attributes['db_parameter_group_name'], ParameterApplyStatus: 'in-sync' },
    ],
    AutoMinorVersionUpgrade: attributes['auto_minor_version_upgrade'],
    PubliclyAccessible: attributes['publicly_accessible'],
    PerformanceInsightsEnabled: attributes['performance_insights_enabled'],
    PerformanceInsightsKMSKeyId: text(attributes['performance_insights_kms_key_id']) || undefined,
    PromotionTier: attributes['promotion_tier'],
    StorageEncrypted: attributes['storage_encrypted'],
    KmsKeyId: text(attributes['kms_key_id']) || undefined,
    TagList: shownTags(instance),
  };
}
