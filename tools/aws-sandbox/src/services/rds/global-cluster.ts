import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomBase32 } from '../../model/random-id';
import type { Check, Effect, ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { stableId } from '../../model/stable-id';
import type { ObjectValue } from '../../model/value';
import { checkUpgradeTarget, checkVersionOfNewGlobal } from './engine-versions';
import { defaultVersion, identifierCheck, lowerCase, parameterFamily } from './naming';

export const globalCluster: ResourceDefinition = {
  label: 'RDS Global Cluster',
  calls: { create: 'CreateGlobalCluster', update: 'ModifyGlobalCluster', delete: 'DeleteGlobalCluster' },
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
      sourceCluster(account, attributes)?.attributes['engine_version'] ?? defaultVersion(text(attributes['engine'])),
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
  checks: [
    identifierCheck('global_cluster_identifier'),
    ({ attributes, prior }) => {
      if (prior === null) checkVersionOfNewGlobal(attributes);
    },
  ],
  updateChecks: [checkUpgrade],
  onUpdate: upgradeMembers,
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
};

/** Versions are never lowered [Aurora user guide, upgrading a global database]. Words of ModifyDBCluster's refusal. */
function checkUpgrade({ attributes, prior }: Parameters<Check>[0]): void {
  const [from, to] = [text(prior?.['engine_version']), text(attributes['engine_version'])];
  checkUpgradeTarget(text(attributes['engine']), from, to);
}

/**
 * All clusters of a global database are upgraded with it: by ModifyGlobalCluster, or, where that takes no minor version,
 * by the provider's ModifyDBCluster of one after the other, the writer last [terraform-provider-aws 45398, 30358]. A new
 * major version sets their parameter groups to its default ones [RDS API Reference, ModifyGlobalCluster].
 */
function upgradeMembers({ account, attributes, prior, id }: Parameters<Effect>[0]): ReturnType<Effect> {
  const version = text(attributes['engine_version']);
  if (prior === null || text(prior['engine_version']) === version) return [];
  const family = parameterFamily(attributes);
  const isMajor = family !== parameterFamily(prior);
  const upgraded = (record: ResourceRecord, group: string) => ({
    put: {
      ...record,
      attributes: {
        ...record.attributes,
        engine_version: version,
        engine_version_actual: version,
        ...(isMajor ? { [group]: `default.${family}` } : {}),
      },
    },
  });
  return [...membersOf(account, id)]
    .reverse()
    .flatMap((member) => [
      ...account
        .findBy('aws_rds_cluster_instance', 'cluster_identifier', member.id, member.region)
        .map((instance) => upgraded(instance, 'db_parameter_group_name')),
      upgraded(member, 'db_cluster_parameter_group_name'),
    ]);
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

/** A cluster that is in no global database any more: it follows nobody. */
export function detached(member: ResourceRecord): ResourceRecord {
  const follows = text(member.attributes['replication_source_identifier']) !== '';
  return {
    ...member,
    attributes: {
      ...member.attributes,
      global_cluster_identifier: null,
      ...(follows && { replication_source_identifier: '' }),
    },
    internal: { ...member.internal, globalRole: '' },
  };
}

function sourceCluster(account: ResourceContext['account'], attributes: ObjectValue): ResourceRecord | undefined {
  return account.findByArn(text(attributes['source_db_cluster_identifier']));
}
