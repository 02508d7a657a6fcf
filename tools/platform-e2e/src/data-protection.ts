import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './workspace';

/** Expected value of an argument: in production, and in an environment that is thrown away. */
type Wanted = readonly [production: unknown, elsewhere: unknown];

interface Keeping {
  /** Argument that names the key of ours that encrypts it; null where AWS takes none. */
  readonly key: string | null;
  /** By path; the block before a `?` may be missing. */
  readonly protection: Readonly<Record<string, Wanted>>;
}

/** A number that is at least so large. */
const atLeast = (least: number) => ({
  asymmetricMatch: (value: unknown) => typeof value === 'number' && value >= least,
  toString: () => `at least ${least}`,
});
const always = (value: unknown): Wanted => [value, value];
const UNSET = always(undefined);
const IN_PRODUCTION: Wanted = [true, false];
const ELSEWHERE: Wanted = [false, true];

/** How each type that keeps data, or a name that is known outside, is protected from a deletion. */
export const KEEPS_DATA: Readonly<Record<string, Keeping>> = {
  aws_backup_plan: {
    key: null,
    protection: {
      'rule.lifecycle.delete_after': [35, atLeast(1)],
      'rule.copy_action.lifecycle.delete_after': [35, atLeast(1)],
      'rule.lifecycle.cold_storage_after': UNSET,
    },
  },
  aws_backup_vault: { key: 'kms_key_arn', protection: { force_destroy: UNSET } },
  aws_backup_vault_lock_configuration: {
    key: null,
    protection: { min_retention_days: [1, 'no lock'], max_retention_days: UNSET },
  },
  aws_cloudwatch_log_group: {
    key: 'kms_key_id',
    protection: {
      retention_in_days: [365, atLeast(7)],
      skip_destroy: UNSET,
      deletion_protection_enabled: UNSET,
    },
  },
  aws_dynamodb_table: {
    key: 'server_side_encryption.kms_key_arn',
    protection: {
      deletion_protection_enabled: IN_PRODUCTION,
      'point_in_time_recovery.enabled': always(true),
      'point_in_time_recovery.recovery_period_in_days': UNSET,
      'replica?.deletion_protection_enabled': IN_PRODUCTION,
      'replica?.point_in_time_recovery': always(true),
    },
  },
  aws_dynamodb_table_replica: {
    key: 'kms_key_arn',
    protection: { deletion_protection_enabled: IN_PRODUCTION, point_in_time_recovery: always(true) },
  },
  aws_ecr_repository: { key: 'encryption_configuration.kms_key', protection: { force_delete: ELSEWHERE } },
  aws_ecs_task_definition: { key: null, protection: { skip_destroy: always(true) } },
  aws_kms_key: {
    key: null,
    protection: { deletion_window_in_days: always(30), bypass_policy_lockout_safety_check: UNSET },
  },
  aws_lb: { key: null, protection: { enable_deletion_protection: IN_PRODUCTION } },
  aws_rds_cluster: {
    key: 'kms_key_id',
    protection: {
      deletion_protection: IN_PRODUCTION,
      skip_final_snapshot: ELSEWHERE,
      final_snapshot_identifier: [expect.stringMatching(/^[a-z0-9]+-prod-trading-\w+-\w+-\d-final$/), undefined],
      backup_retention_period: [35, atLeast(1)],
      copy_tags_to_snapshot: always(true),
      // The final snapshot and the copies in both backup vaults stay.
      delete_automated_backups: UNSET,
    },
  },
  aws_rds_cluster_instance: { key: 'performance_insights_kms_key_id', protection: { force_destroy: UNSET } },
  aws_rds_global_cluster: { key: null, protection: { deletion_protection: IN_PRODUCTION, force_destroy: UNSET } },
  aws_route53_zone: {
    key: null,
    protection: { force_destroy: UNSET, enable_accelerated_recovery: always(true) },
  },
  // Its key is an argument of its own type, aws_s3_bucket_server_side_encryption_configuration.
  aws_s3_bucket: {
    key: null,
    protection: {
      force_destroy: ELSEWHERE,
      object_lock_enabled: UNSET,
      object_lock_configuration: UNSET,
      versioning: UNSET,
      lifecycle_rule: UNSET,
    },
  },
  aws_s3_bucket_lifecycle_configuration: {
    key: null,
    protection: { 'rule.expiration.days': [atLeast(365), atLeast(7)] },
  },
  aws_s3_bucket_versioning: { key: null, protection: { 'versioning_configuration.status': always('Enabled') } },
  aws_secretsmanager_secret: { key: 'kms_key_id', protection: { recovery_window_in_days: [30, 0] } },
  aws_sns_topic: { key: 'kms_master_key_id', protection: {} },
  aws_sqs_queue: { key: 'kms_master_key_id', protection: { message_retention_seconds: always(14 * 86_400) } },
};

/** Types that keep nothing: what they say is in the code, or derived from it. */
export const KEEPS_NOTHING: readonly string[] = [
  // networks
  'aws_default_security_group',
  'aws_eip',
  'aws_flow_log',
  'aws_internet_gateway',
  'aws_nat_gateway',
  'aws_network_acl',
  'aws_route',
  'aws_route_table',
  'aws_route_table_association',
  'aws_security_group',
  'aws_subnet',
  'aws_vpc',
  'aws_vpc_endpoint',
  'aws_vpc_peering_connection',
  'aws_vpc_peering_connection_accepter',
  'aws_vpc_security_group_egress_rule',
  'aws_vpc_security_group_ingress_rule',
  // names and certificates
  'aws_acm_certificate',
  'aws_acm_certificate_validation',
  'aws_route53_health_check',
  'aws_route53_query_log',
  'aws_route53_record',
  // what runs, and what may be done
  'aws_appautoscaling_policy',
  'aws_appautoscaling_target',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_log_resource_policy',
  'aws_cloudwatch_metric_alarm',
  'aws_ecs_cluster',
  'aws_ecs_cluster_capacity_providers',
  'aws_ecs_service',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_iam_role_policy_attachment',
  'aws_kms_alias',
  'aws_lambda_function',
  'aws_lambda_function_url',
  'aws_lambda_permission',
  'aws_lb_listener',
  'aws_lb_target_group',
  'aws_lb_target_group_attachment',
  'aws_db_event_subscription',
  'aws_sns_topic_policy',
  'aws_sns_topic_subscription',
  'aws_sqs_queue_policy',
  'aws_wafv2_web_acl',
  'aws_wafv2_web_acl_association',
  'aws_wafv2_web_acl_logging_configuration',
  // settings of what keeps data
  'aws_backup_selection',
  'aws_db_parameter_group',
  'aws_db_subnet_group',
  'aws_ecr_lifecycle_policy',
  'aws_ecr_replication_configuration',
  'aws_rds_cluster_parameter_group',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_replication_configuration',
  'aws_s3_bucket_server_side_encryption_configuration',
  // copies: a contract's parameters are published anew, a secret's version goes with its secret
  'aws_secretsmanager_secret_version',
  'aws_ssm_parameter',
];

/** Arguments that sound like a protection and are none, or protect what is not used. */
export const NO_PROTECTION: readonly string[] = [
  'aws_backup_plan.recovery_point_tags',
  'aws_cloudwatch_event_rule.force_destroy',
  'aws_cloudwatch_event_target.force_destroy',
  'aws_db_parameter_group.skip_destroy',
  'aws_ecs_service.force_delete',
  'aws_ecs_service.snapshot_id',
  'aws_lambda_function.replace_security_groups_on_destroy',
  'aws_lambda_function.retention_period',
  'aws_lambda_function.skip_destroy',
  'aws_rds_cluster.backtrack_window',
  'aws_rds_cluster.performance_insights_retention_period',
  'aws_rds_cluster.snapshot_identifier',
  'aws_rds_cluster_instance.copy_tags_to_snapshot',
  'aws_rds_cluster_instance.performance_insights_retention_period',
  'aws_s3_bucket.default_retention',
  'aws_s3_bucket.expiration',
  'aws_s3_bucket.noncurrent_version_expiration',
  'aws_s3_bucket_lifecycle_configuration.noncurrent_version_expiration',
  'aws_s3_bucket_public_access_block.skip_destroy',
  'aws_wafv2_web_acl.data_protection',
  'aws_wafv2_web_acl.data_protection_config',
];

const SOUNDS_PROTECTIVE =
  /(^|_)(deletion|destroy|force_delete|snapshot|recover\w*|retention|protect\w*|automated_backups|lock\w*|versioning|delete_after|cold_storage\w*|backtrack\w*|expiration|skip_\w+)(_|$)/;

const SOUNDS_PUBLIC = /public|^internal$|authorization_type|^principal$|anonymous/;

/** Arguments of a type, at any depth, as the provider's bindings document them. */
function argumentsOf(type: string): readonly string[] {
  const folder = type.replace(/^aws_/, '').replaceAll('_', '-');
  const text = readFileSync(join(WORKSPACE, 'node_modules/@cdktf/provider-aws/lib', folder, 'index.d.ts'), 'utf8');
  return [...new Set([...text.matchAll(/#(\w+) \w+#\1\}/g)].map(([, argument]) => argument as string))].sort();
}

const matching = (types: readonly string[], pattern: RegExp) =>
  types.flatMap((type) =>
    argumentsOf(type)
      .filter((argument) => pattern.test(argument))
      .map((argument) => `${type}.${argument}`),
  );

/** `type.argument` of all that may protect what these types keep. */
export const protectiveArguments = (types: readonly string[]) => matching(types, SOUNDS_PROTECTIVE);

/** `type.argument` of all that may open what these types make to the internet. */
export const openingArguments = (types: readonly string[]) => matching(types, SOUNDS_PUBLIC);
