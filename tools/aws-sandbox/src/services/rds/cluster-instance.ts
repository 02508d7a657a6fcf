import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomBase32 } from '../../model/random-id';
import { zonesOfRegion } from '../../model/regions';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { kmsKeyCheck } from '../kms/resources';
import { zonesOfGroup } from './groups';
import { endpointHash, identifierCheck, keyNotAccessible, lowerCase, parameterFamily } from './naming';

export const clusterInstance: ResourceDefinition = {
  label: 'RDS Cluster Instance',
  calls: { create: 'CreateDBInstance', update: 'ModifyDBInstance', delete: 'DeleteDBInstance' },
  id: '{identifier}',
  arn: 'arn:aws:rds:{region}:{accountId}:db:{id}',
  replaces: [
    'identifier',
    'availability_zone',
    'cluster_identifier',
    'custom_iam_instance_profile',
    'db_subnet_group_name',
    'engine',
    'performance_insights_kms_key_id',
  ],
  defaults: {
    auto_minor_version_upgrade: true,
    copy_tags_to_snapshot: false,
    force_destroy: false,
    monitoring_interval: 0,
    promotion_tier: 0,
  },
  ranges: { promotion_tier: [0, 15] },
  conflicts: [['identifier', 'identifier_prefix']],
  computed: {
    apply_immediately: () => false,
    availability_zone: ({ region }) => zonesOfRegion(region)[0] ?? `${region}a`,
    ca_cert_identifier: 'rds-ca-rsa2048-g1',
    db_parameter_group_name: ({ attributes }) => `default.${parameterFamily(attributes)}`,
    db_subnet_group_name: (context) => clusterOf(context)?.attributes['db_subnet_group_name'] ?? '',
    dbi_resource_id: () => `db-${randomBase32(26)}`,
    endpoint: ({ id, region, accountId }) => `${id}.${endpointHash(accountId, region)}.${region}.rds.amazonaws.com`,
    engine_version: (context) => clusterOf(context)?.attributes['engine_version'] ?? '',
    engine_version_actual: '{engine_version}',
    kms_key_id: (context) => clusterOf(context)?.attributes['kms_key_id'] ?? '',
    monitoring_role_arn: '',
    network_type: 'IPV4',
    performance_insights_enabled: () => false,
    performance_insights_kms_key_id: '',
    performance_insights_retention_period: ({ attributes }) =>
      attributes['performance_insights_enabled'] === true ? 7 : 0,
    port: (context) => clusterOf(context)?.attributes['port'] ?? 0,
    preferred_backup_window: '07:00-07:30',
    preferred_maintenance_window: 'sun:05:00-sun:05:30',
    publicly_accessible: () => false,
    storage_encrypted: (context) => clusterOf(context)?.attributes['storage_encrypted'] ?? false,
    writer: (context) => isWriter(context),
  },
  recomputes: { engine_version_actual: ['engine_version'] },
  changedByOthers: ['engine_version', 'engine_version_actual', 'db_parameter_group_name'],
  normalizes: { identifier: lowerCase },
  live: {
    writer: (context) => isWriter(context),
    port: (context) => clusterOf(context)?.attributes['port'] ?? context.attributes['port'] ?? 0,
  },
  unique: [
    {
      attributes: ['identifier'],
      refusal: { code: 'DBInstanceAlreadyExists', message: 'DB instance already exists' },
    },
  ],
  references: [
    {
      attribute: 'cluster_identifier',
      to: 'aws_rds_cluster',
      refusal: { code: 'DBClusterNotFoundFault', message: 'DBCluster {value} not found.', status: 404 },
    },
    {
      attribute: 'monitoring_role_arn',
      to: 'aws_iam_role',
      by: 'arn',
      refusal: {
        code: 'InvalidParameterValue',
        message: 'IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING',
      },
    },
  ],
  checks: [
    identifierCheck('identifier'),
    (context) => {
      const cluster = clusterOf(context);
      const engine = text(context.attributes['engine']);
      if (cluster !== undefined && engine !== cluster.attributes['engine']) {
        throw new AwsError(
          'InvalidParameterCombination',
          `The engine name requested for your DB instance (${engine}) doesn't match the engine name of your DB cluster (${text(cluster.attributes['engine'])}).`,
          { path: ['engine'] },
        );
      }
    },
    ({ attributes, region, account }) => {
      const zone = text(attributes['availability_zone']);
      if (!zonesOfRegion(region).includes(zone)) {
        throw new AwsError('InvalidParameterValue', `Invalid availability zone: ${zone}`, {
          path: ['availability_zone'],
        });
      }
      const group = account.find('aws_db_subnet_group', region, text(attributes['db_subnet_group_name']));
      if (group !== undefined && !zonesOfGroup(account, region, group).includes(zone)) {
        // Words inferred.
        throw new AwsError(
          'InvalidVPCNetworkStateFault',
          `DB subnet group ${group.id} has no subnet in Availability Zone ${zone}.`,
          { path: ['availability_zone'] },
        );
      }
    },
    classCheck,
    kmsKeyCheck('performance_insights_kms_key_id', keyNotAccessible()),
  ],
};

/** Classes of Aurora, and those of a global database: db.r5 or higher [Aurora user guide, instance classes]. */
const AURORA_CLASS =
  /^db\.(serverless|t[34]g?\.(medium|large)|(r[4-9][a-z]*|x2g)\.(large|(2|4|8|12|16|24|32|48)?xlarge))$/;
const GLOBAL_CLASS = /^db\.(serverless|r[5-9]|x2g)/;

function classCheck(context: ResourceContext): void {
  const { instance_class: instanceClass, engine, engine_version: version } = context.attributes;
  const name = text(instanceClass);
  const isMember = text(clusterOf(context)?.attributes['global_cluster_identifier']) !== '';
  if (AURORA_CLASS.test(name) && (!isMember || GLOBAL_CLASS.test(name))) return;
  throw new AwsError(
    'InvalidParameterCombination',
    `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${name}, Engine=${text(engine)}, EngineVersion=${text(version)}. For supported combinations of instance class and database engine version, see the documentation.`,
    { path: ['instance_class'] },
  );
}

function clusterOf({ account, region, attributes }: ResourceContext): ResourceRecord | undefined {
  return account.find('aws_rds_cluster', region, text(attributes['cluster_identifier']));
}

/** The first instance of a cluster writes, those after it read. */
function isWriter({ account, region, attributes, id }: ResourceContext): boolean {
  const identifier = text(attributes['cluster_identifier']);
  const cluster = account.find('aws_rds_cluster', region, identifier);
  const instances = account
    .findBy('aws_rds_cluster_instance', 'cluster_identifier', identifier, region)
    .map((instance) => instance.id);
  return writerAmong([...instances, id], cluster) === id;
}

/** The instance that writes where the cluster does: that of its last failover, else the first by name. */
export function writerAmong(instances: readonly string[], cluster: ResourceRecord | undefined): string | undefined {
  const named = text(cluster?.internal?.['writerInstance']);
  return instances.includes(named) ? named : [...instances].sort()[0];
}
