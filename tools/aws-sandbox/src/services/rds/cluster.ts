import { blocks, optionalText, text } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import { randomBase32 } from '../../model/random-id';
import { zonesOfRegion } from '../../model/regions';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import type { AccountChange, ResourceRecord } from '../../model/resource-record';
import { stableId } from '../../model/stable-id';
import type { ObjectValue } from '../../model/value';
import { kmsKeyCheck } from '../kms/resources';
import { checkUpgradeTarget, checkVersionOfNew } from './engine-versions';
import { membersOf } from './global-cluster';
import { checkParameterGroup, checkSubnetGroup } from './groups';
import { scramVerifier } from './postgres/scram';
import {
  defaultVersion,
  endpointHash,
  identifierCheck,
  isLowerVersion,
  keyNotAccessible,
  lowerCase,
  parameterFamily,
} from './naming';

export const cluster: ResourceDefinition = {
  label: 'RDS Cluster',
  calls: { create: 'CreateDBCluster', update: 'ModifyDBCluster', delete: 'DeleteDBCluster' },
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
  changedByOthers: ['engine_version', 'engine_version_actual', 'db_cluster_parameter_group_name'],
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
    ({ attributes, prior }) => {
      if (prior === null) checkVersionOfNew(attributes);
    },
    checkGlobalMembership,
    checkSubnetGroup,
    checkParameterGroup,
    kmsKeyCheck('kms_key_id', keyNotAccessible()),
    kmsKeyCheck('performance_insights_kms_key_id', keyNotAccessible()),
  ],
  updateChecks: [checkUpgrade],
  onUpdate: upgradeInstances,
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
  internal: (context) => ({ ...context.internal, ...passwordOf(context), ...roleOf(context) }),
};

/** Verifier of a master password that the configuration has: the account keeps no more of it. */
function passwordOf({ attributes, config, prior }: ResourceContext): ObjectValue {
  const isNew = (...names: readonly string[]) =>
    prior === null || names.some((name) => prior[name] !== attributes[name]);
  // A write-only value is in every apply, and is taken when its version changes.
  const password =
    (isNew('master_password') ? optionalText(config['master_password']) : undefined) ??
    (isNew('master_password_wo_version') ? optionalText(config['master_password_wo']) : undefined);
  return password === undefined ? {} : { passwordVerifier: scramVerifier(password) };
}

/**
 * A cluster of a global database takes a new minor version by itself, the writer last; a major one is the global
 * database's [Aurora user guide, upgrading a global database; words: terraform-provider-aws 30358, 28761].
 */
function checkUpgrade({ attributes, account, region, id }: ResourceContext): void {
  const version = text(attributes['engine_version']);
  const from = text(account.find('aws_rds_cluster', region, id)?.attributes['engine_version']);
  if (version === from) return;
  const refuse = (code: string, message: string) => new AwsError(code, message, { path: ['engine_version'] });
  checkUpgradeTarget(text(attributes['engine']), from, version);
  const members = membersOf(account, text(attributes['global_cluster_identifier']));
  const [writer, ...secondaries] = members;
  if (writer === undefined) return;
  if (parameterFamily(attributes) !== parameterFamily({ ...attributes, engine_version: from })) {
    throw refuse(
      'InvalidParameterCombination',
      "Major Version Upgrade isn't supported in a single member of a global cluster. Use ModifyGlobalCluster to upgrade all the members.",
    );
  }
  const isBehind = secondaries.some((member) => isLowerVersion(text(member.attributes['engine_version']), version));
  if (writer.id === id && writer.region === region && isBehind) {
    throw refuse(
      'InvalidParameterValue',
      `Cannot upgrade DB cluster '${id}' to engine version ${version} as global replica(s) are running lower version. Please upgrade global replicas first before upgrading the primary member.`,
    );
  }
}

/** Instances have the version of their cluster, and a global database that of its writer. */
function upgradeInstances({ attributes, account, region, id, internal }: ResourceContext): readonly AccountChange[] {
  const version = text(attributes['engine_version']);
  const instances = account.findBy('aws_rds_cluster_instance', 'cluster_identifier', id, region);
  const globals =
    internal['globalRole'] === 'writer'
      ? account.findBy(
          'aws_rds_global_cluster',
          'global_cluster_identifier',
          text(attributes['global_cluster_identifier']),
        )
      : [];
  return [...instances, ...globals]
    .filter((record) => text(record.attributes['engine_version']) !== version)
    .map((record) => ({
      put: {
        ...record,
        attributes: { ...record.attributes, engine_version: version, engine_version_actual: version },
      },
    }));
}

function roleOf(context: ResourceContext): ObjectValue {
  const global = text(context.attributes['global_cluster_identifier']);
  if (global === '') return { globalRole: '' };
  if (context.prior !== null && text(context.prior['global_cluster_identifier']) === global) return {};
  return {
    globalRole: membersOf(context.account, global).some(({ internal }) => internal?.['globalRole'] === 'writer')
      ? 'reader'
      : 'writer',
  };
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

function requireCredentials({ attributes, config, internal }: ResourceContext): void {
  const restored =
    text(internal['restoredFrom']) !== '' ||
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

function writerOf({ account, attributes }: ResourceContext): ResourceRecord | undefined {
  const global = text(attributes['global_cluster_identifier']);
  return global === ''
    ? undefined
    : membersOf(account, global).find(({ internal }) => internal?.['globalRole'] === 'writer');
}

function hostedZoneOf(region: string): string {
  return HOSTED_ZONES[region] ?? `Z${stableId(13, region, 'rds').toUpperCase()}`;
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

function defaultPort(engine: string): number {
  return engine.includes('postgres') ? 5432 : 3306;
}
