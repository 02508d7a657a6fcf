import { blocks, optionalText, text } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import { randomBase32 } from '../../model/random-id';
import { zonesOfRegion } from '../../model/regions';
import type { ResourceContext, ServiceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { stableId } from '../../model/stable-id';
import type { ObjectValue } from '../../model/value';
import { kmsKeyCheck } from '../kms/resources';
import { checkParameterGroup, checkSubnetGroup, parameterGroup, subnetGroup, zonesOfGroup } from './groups';

/**
 * Amazon RDS: Aurora clusters and global databases. Codes and words: Amazon RDS API Reference, errors of each action,
 * and messages quoted in issues of terraform-provider-aws; a message marked inferred has the code of the reference and
 * words of ours.
 */
export const rdsResources: ServiceDefinition = {
  name: 'rds',
  sdkId: 'RDS',
  resources: {
    aws_rds_global_cluster: {
      label: 'RDS Global Cluster',
      calls: { create: 'CreateGlobalCluster', update: 'ModifyGlobalCluster', delete: 'DeleteGlobalCluster' },
      subject: 'global_cluster_identifier',
      id: '{global_cluster_identifier}',
      soughtBy: { identifier: 'global_cluster_identifier' },
      arn: 'arn:aws:rds::{accountId}:global-cluster:{id}',
      replaces: ['global_cluster_identifier', 'database_name', 'source_db_cluster_identifier', 'storage_encrypted'],
      defaults: { deletion_protection: false, force_destroy: false },
      allowed: { engine: ['aurora', 'aurora-mysql', 'aurora-postgresql'] },
      conflicts: [['engine', 'source_db_cluster_identifier']],
      computed: {
        database_name: '',
        engine: ({ account, attributes }) => sourceCluster(account, attributes)?.attributes['engine'] ?? 'aurora-mysql',
        engine_lifecycle_support: 'open-source-rds-extended-support',
        engine_version: ({ account, attributes }) =>
          sourceCluster(account, attributes)?.attributes['engine_version'] ??
          defaultVersion(text(attributes['engine'])),
        engine_version_actual: '{engine_version}',
        endpoint: ({ accountId, id }) => `${id}.global-${stableId(12, accountId, 'global')}.global.rds.amazonaws.com`,
        global_cluster_members: () => [],
        global_cluster_resource_id: () => `cluster-${stableId(16, randomBase32(26))}`,
        source_db_cluster_identifier: '',
        storage_encrypted: ({ account, attributes }) =>
          sourceCluster(account, attributes)?.attributes['storage_encrypted'] ?? false,
      },
      recomputes: { engine_version_actual: ['engine_version'] },
      normalizes: { global_cluster_identifier: lowerCase },
      live: {
        global_cluster_members: ({ account, id }) =>
          membersOf(account, id).map(({ arn, internal }) => ({
            db_cluster_arn: arn ?? '',
            is_writer: internal?.['globalRole'] === 'writer',
          })),
      },
      // One name for all regions: a global cluster belongs to the account.
      unique: [
        {
          attributes: ['global_cluster_identifier'],
          within: 'account',
          refusal: { code: 'GlobalClusterAlreadyExistsFault', message: 'Global cluster {value} already exists.' },
        },
      ],
      references: [
        {
          attribute: 'source_db_cluster_identifier',
          to: 'aws_rds_cluster',
          by: 'arn',
          refusal: { code: 'DBClusterNotFoundFault', message: 'DBCluster {value} not found.', status: 404 },
        },
      ],
      checks: [identifierCheck('global_cluster_identifier')],
      deleteChecks: [
        ({ attributes, account, id, arn }) => {
          if (attributes['deletion_protection'] === true) {
            throw new AwsError(
              'InvalidParameterCombination',
              'Cannot delete protected Global Cluster, please disable deletion protection and try again.',
            );
          }
          if (attributes['force_destroy'] !== true && membersOf(account, id).length > 0) {
            throw new AwsError('InvalidGlobalClusterStateFault', `Global Cluster ${arn} is not empty`);
          }
        },
      ],
      // `force_destroy` takes the members out before the global cluster is deleted.
      onDelete: ({ account, id }) => membersOf(account, id).map((member) => ({ put: detached(member) })),
    },
    aws_rds_cluster: {
      label: 'RDS Cluster',
      calls: { create: 'CreateDBCluster', update: 'ModifyDBCluster', delete: 'DeleteDBCluster' },
      subject: 'cluster_identifier',
      id: '{cluster_identifier}',
      arn: 'arn:aws:rds:{region}:{accountId}:cluster:{id}',
      replaces: [
        'cluster_identifier',
        'availability_zones',
        'database_name',
        'db_subnet_group_name',
        'engine',
        'engine_mode',
        'kms_key_id',
        'master_username',
        'restore_to_point_in_time',
        's3_import',
        'snapshot_identifier',
        'source_region',
        'storage_encrypted',
      ],
      defaults: {
        copy_tags_to_snapshot: false,
        delete_automated_backups: true,
        deletion_protection: false,
        enable_global_write_forwarding: false,
        enable_http_endpoint: false,
        enable_local_write_forwarding: false,
        engine_mode: 'provisioned',
        skip_final_snapshot: false,
      },
      allowed: {
        engine: ['aurora-mysql', 'aurora-postgresql', 'mysql', 'postgres'],
        engine_mode: ['global', 'multimaster', 'parallelquery', 'provisioned', 'serverless'],
      },
      ranges: { backup_retention_period: [0, 35] },
      conflicts: [
        ['cluster_identifier', 'cluster_identifier_prefix'],
        ['master_password', 'master_password_wo'],
        ['master_password', 'manage_master_user_password'],
      ],
      computed: {
        allocated_storage: () => 1,
        apply_immediately: () => false,
        availability_zones: ({ region }) => zonesOfRegion(region).slice(0, 3),
        backup_retention_period: () => 1,
        ca_certificate_identifier: '',
        ca_certificate_valid_till: '',
        cluster_members: () => [],
        cluster_resource_id: () => `cluster-${randomBase32(26)}`,
        cluster_scalability_type: 'standard',
        database_insights_mode: 'standard',
        database_name: '',
        db_subnet_group_name: 'default',
        db_system_id: '',
        engine_version: ({ attributes }) => defaultVersion(text(attributes['engine'])),
        engine_lifecycle_support: 'open-source-rds-extended-support',
        engine_version_actual: '{engine_version}',
        db_cluster_parameter_group_name: ({ attributes }) => `default.${parameterFamily(attributes)}`,
        endpoint: ({ id, region, accountId }) =>
          `${id}.cluster-${endpointHash(accountId, region)}.${region}.rds.amazonaws.com`,
        reader_endpoint: ({ id, region, accountId }) =>
          `${id}.cluster-ro-${endpointHash(accountId, region)}.${region}.rds.amazonaws.com`,
        hosted_zone_id: ({ region }) => hostedZoneOf(region),
        iam_roles: () => [],
        storage_encrypted: () => false,
        kms_key_id: ({ attributes, region, accountId }) =>
          attributes['storage_encrypted'] === true ? `arn:aws:kms:${region}:${accountId}:alias/aws/rds` : '',
        master_user_secret: () => [],
        master_user_secret_kms_key_id: '',
        master_username: (context) => text(writerOf(context)?.attributes['master_username']),
        monitoring_interval: () => 0,
        monitoring_role_arn: '',
        network_type: 'IPV4',
        performance_insights_kms_key_id: '',
        performance_insights_retention_period: () => 0,
        port: ({ attributes }) => defaultPort(text(attributes['engine'])),
        preferred_backup_window: '07:00-07:30',
        preferred_maintenance_window: 'sun:05:00-sun:05:30',
        storage_type: '',
        vpc_security_group_ids: ({ account, region, attributes }) => {
          const group = account.find('aws_db_subnet_group', region, text(attributes['db_subnet_group_name']));
          const vpc = account.find('aws_vpc', region, text(group?.attributes['vpc_id']));
          return vpc === undefined ? [] : [vpc.attributes['default_security_group_id'] ?? ''];
        },
      },
      recomputes: { engine_version_actual: ['engine_version'] },
      normalizes: { cluster_identifier: lowerCase },
      live: {
        cluster_members: ({ account, id, region }) =>
          account
            .findBy('aws_rds_cluster_instance', 'cluster_identifier', id, region)
            .map((instance) => instance.id)
            .sort(),
      },
      unique: [
        {
          attributes: ['cluster_identifier'],
          refusal: { code: 'DBClusterAlreadyExistsFault', message: 'DB Cluster already exists' },
        },
      ],
      references: [
        {
          attribute: 'vpc_security_group_ids',
          to: 'aws_security_group',
          refusal: { code: 'InvalidParameterValue', message: 'Invalid security group , groupId= {value}, groupName=.' },
        },
      ],
      checks: [
        identifierCheck('cluster_identifier'),
        checkGlobalMembership,
        checkSubnetGroup,
        checkParameterGroup,
        kmsKeyCheck('kms_key_id', keyNotAccessible()),
        kmsKeyCheck('performance_insights_kms_key_id', keyNotAccessible()),
      ],
      usedBy: [
        {
          by: 'aws_rds_cluster_instance',
          attribute: 'cluster_identifier',
          except: (instance, { region }) => instance.region !== region,
          refusal: {
            code: 'InvalidDBClusterStateFault',
            message: 'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
          },
        },
      ],
      deleteChecks: [
        ({ attributes, account, id, internal }) => {
          if (attributes['skip_final_snapshot'] !== true && text(attributes['final_snapshot_identifier']) === '') {
            throw new ProviderRefusal('final_snapshot_identifier is required when skip_final_snapshot is false', [
              'final_snapshot_identifier',
            ]);
          }
          if (attributes['deletion_protection'] === true) {
            throw new AwsError(
              'InvalidParameterCombination',
              'Cannot delete protected Cluster, please disable deletion protection and try again.',
            );
          }
          const global = text(attributes['global_cluster_identifier']);
          const others = global === '' ? [] : membersOf(account, global).filter((member) => member.id !== id);
          if (internal['globalRole'] === 'writer' && others.length > 0) {
            // Words inferred: the primary is the last to leave [Aurora user guide, removing a cluster from a global database].
            throw new AwsError(
              'InvalidGlobalClusterStateFault',
              `Global cluster ${global} has secondary clusters. Remove them before its primary cluster.`,
              { call: 'RemoveFromGlobalCluster' },
            );
          }
        },
      ],
      internal: (context) => {
        const global = text(context.attributes['global_cluster_identifier']);
        if (global === '') return { globalRole: '' };
        if (context.prior !== null && text(context.prior['global_cluster_identifier']) === global) return {};
        return {
          globalRole: membersOf(context.account, global).some(({ internal }) => internal?.['globalRole'] === 'writer')
            ? 'reader'
            : 'writer',
        };
      },
    },
    aws_rds_cluster_instance: {
      label: 'RDS Cluster Instance',
      calls: { create: 'CreateDBInstance', update: 'ModifyDBInstance', delete: 'DeleteDBInstance' },
      subject: 'identifier',
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
            message:
              'IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING',
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
        kmsKeyCheck('performance_insights_kms_key_id', keyNotAccessible()),
      ],
    },
    aws_db_subnet_group: subnetGroup,
    aws_rds_cluster_parameter_group: parameterGroup(
      'RDS Cluster Parameter Group',
      'DBClusterParameterGroup',
      'cluster-pg',
      'db_cluster_parameter_group_name',
      'aws_rds_cluster',
    ),
    aws_db_parameter_group: parameterGroup(
      'RDS DB Parameter Group',
      'DBParameterGroup',
      'pg',
      'db_parameter_group_name',
      'aws_rds_cluster_instance',
    ),
  },
};

function keyNotAccessible() {
  return {
    code: 'KMSKeyNotAccessibleFault',
    message:
      'The specified KMS key [{value}] does not exist, is not enabled or you do not have permissions to access it.',
  };
}

/** The clusters of a global database, the writer first. */
export function membersOf(
  account: ResourceContext['account'],
  globalClusterIdentifier: string,
): readonly ResourceRecord[] {
  const members = account.findBy('aws_rds_cluster', 'global_cluster_identifier', globalClusterIdentifier);
  const rank = ({ internal, region }: ResourceRecord) => `${internal?.['globalRole'] === 'writer' ? 0 : 1}${region}`;
  return [...members].sort((left, right) => (rank(left) < rank(right) ? -1 : 1));
}

function detached(member: ResourceRecord): ResourceRecord {
  return {
    ...member,
    attributes: { ...member.attributes, global_cluster_identifier: null },
    internal: { ...member.internal, globalRole: '' },
  };
}

function writerOf({ account, attributes }: ResourceContext): ResourceRecord | undefined {
  const global = text(attributes['global_cluster_identifier']);
  return global === ''
    ? undefined
    : membersOf(account, global).find(({ internal }) => internal?.['globalRole'] === 'writer');
}

function sourceCluster(account: ResourceContext['account'], attributes: ObjectValue): ResourceRecord | undefined {
  return account.findByArn(text(attributes['source_db_cluster_identifier']));
}

function clusterOf({ account, region, attributes }: ResourceContext): ResourceRecord | undefined {
  return account.find('aws_rds_cluster', region, text(attributes['cluster_identifier']));
}

/** The first instance of a cluster writes, those after it read. */
function isWriter({ account, region, attributes, id }: ResourceContext): boolean {
  const instances = account
    .findBy('aws_rds_cluster_instance', 'cluster_identifier', text(attributes['cluster_identifier']), region)
    .map((instance) => instance.id);
  return [...instances, id].sort()[0] === id;
}

/**
 * A cluster that joins a global database takes user, password and database name from its primary and must not bring
 * its own; one that founds it must.
 */
function checkGlobalMembership(context: ResourceContext): void {
  const { attributes, account, region, config, prior, id } = context;
  const global = text(attributes['global_cluster_identifier']);
  if (global === '' || (prior !== null && text(prior['global_cluster_identifier']) === global)) {
    if (prior === null && global === '') requireCredentials(context);
    return;
  }
  if (account.findBy('aws_rds_global_cluster', 'global_cluster_identifier', global).length === 0) {
    throw new AwsError('GlobalClusterNotFoundFault', `Global cluster ${global} not found.`, {
      status: 404,
      path: ['global_cluster_identifier'],
    });
  }
  const members = membersOf(account, global).filter((member) => member.id !== id || member.region !== region);
  const path = ['global_cluster_identifier'];
  const [writer] = members;
  if (writer === undefined) {
    requireCredentials(context);
    return;
  }
  const twin = members.find((member) => member.region === region);
  if (twin !== undefined) {
    // Words inferred: one cluster a region [Aurora user guide, limitations of global databases].
    throw new AwsError(
      'InvalidGlobalClusterStateFault',
      `Global cluster ${global} already has a DB cluster in region ${region}: ${twin.id}.`,
      { path },
    );
  }
  const refuse = (what: string, attribute: string) =>
    new AwsError('InvalidParameterCombination', `Cannot specify ${what} for cross region replication cluster`, {
      path: [attribute],
    });
  if (optionalText(config['master_username']) !== undefined) throw refuse('user name', 'master_username');
  if (optionalText(config['master_password']) !== undefined) throw refuse('password', 'master_password');
  if (optionalText(config['master_password_wo']) !== undefined) throw refuse('password', 'master_password_wo');
  if (config['manage_master_user_password'] === true) throw refuse('password', 'manage_master_user_password');
  if (optionalText(config['database_name']) !== undefined) throw refuse('database name', 'database_name');
  const { engine, engine_version: version, storage_encrypted: encrypted } = writer.attributes;
  if (attributes['engine'] !== engine || attributes['engine_version'] !== version) {
    // Words inferred: versions have to match [Aurora user guide, creating a secondary cluster].
    throw new AwsError(
      'InvalidParameterCombination',
      `The engine of a secondary cluster has to be that of the primary: got ${text(attributes['engine'])} ${text(attributes['engine_version'])}, expected ${text(engine)} ${text(version)}.`,
      { path: ['engine_version'] },
    );
  }
  if (encrypted === true && optionalText(config['kms_key_id']) === undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'For encrypted cross-region replica, kmsKeyId should be explicitly specified',
      { path: ['kms_key_id'] },
    );
  }
}

function requireCredentials({ attributes, config }: ResourceContext): void {
  const restored =
    ['snapshot_identifier', 'replication_source_identifier'].some((name) => text(attributes[name]) !== '') ||
    ['restore_to_point_in_time', 's3_import'].some((name) => blocks(attributes[name]).length > 0);
  if (restored) return;
  const refuse = (parameter: string, attribute: string) =>
    new AwsError('InvalidParameterValue', `The parameter ${parameter} must be provided and must not be blank.`, {
      path: [attribute],
    });
  if (optionalText(attributes['master_username']) === undefined) throw refuse('MasterUsername', 'master_username');
  const hasPassword =
    optionalText(attributes['master_password']) !== undefined ||
    optionalText(config['master_password_wo']) !== undefined ||
    attributes['manage_master_user_password'] === true;
  if (!hasPassword) throw refuse('MasterUserPassword', 'master_password');
}

/** Letters, digits and hyphens, first a letter, at most 63, no two hyphens in a row, none at the end [CreateDBCluster]. */
function identifierCheck(attribute: string): (context: ResourceContext) => void {
  return ({ attributes, prior }) => {
    const value = text(attributes[attribute]);
    if (prior === null && (!/^[A-Za-z](?!.*--)[A-Za-z0-9-]{0,62}$/.test(value) || value.endsWith('-'))) {
      throw new AwsError(
        'InvalidParameterValue',
        `The parameter ${attribute} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
        { path: [attribute] },
      );
    }
  };
}

function lowerCase(value: string): string {
  return value.toLowerCase();
}

/** The same for all databases of an account in a region. */
function endpointHash(accountId: string, region: string): string {
  return `c${stableId(11, accountId, region, 'rds')}`;
}

function defaultPort(engine: string): number {
  return engine.includes('postgres') ? 5432 : 3306;
}

function defaultVersion(engine: string): string {
  return engine.includes('postgres') ? '16.6' : '8.0.mysql_aurora.3.08.0';
}

function parameterFamily(attributes: ObjectValue): string {
  const engine = text(attributes['engine']);
  const [major = '', minor = ''] = text(attributes['engine_version']).split('.');
  return engine.includes('postgres') ? `${engine}${major}` : `${engine}${major}.${minor}`;
}

/** Hosted zones of RDS endpoints [terraform-provider-aws, RDS hosted zone ids]; a stable stand-in for the other regions. */
const HOSTED_ZONES: Readonly<Record<string, string>> = {
  'ap-northeast-1': 'Z24O6O9L7SGTNB',
  'ap-southeast-1': 'Z2G0U3KFCY8NZ5',
  'ap-southeast-2': 'Z32T0VRHXEXS0V',
  'eu-central-1': 'Z1RLNUO7B9Q6NB',
  'eu-west-1': 'Z29XKXDKYMONMX',
  'eu-west-2': 'Z1TTGA775OQIYO',
  'us-east-1': 'Z2R2ITUGPM61AM',
  'us-east-2': 'Z2XHWR1WZ565X2',
  'us-west-1': 'Z10WI91S59XXQN',
  'us-west-2': 'Z1PVIF0B656C1W',
};

function hostedZoneOf(region: string): string {
  return HOSTED_ZONES[region] ?? `Z${stableId(13, region, 'rds').toUpperCase()}`;
}
