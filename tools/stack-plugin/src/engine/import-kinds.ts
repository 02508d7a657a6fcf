/** Values of a resource: arguments as planned, and `id` where it is known. */
export type KnownValues = Readonly<Record<string, unknown>>;

/** ARNs of one or more types. */
export interface ArnForm {
  /** `ec2:subnet/{id}` */
  readonly pattern: string;
  /** Id in an ARN of the form; undefined for another one. */
  readonly idIn: (arn: string) => string | undefined;
  /** Whether they are of no region, and so listed in one. */
  readonly isGlobal: boolean;
}

/** How resources of a type are imported, and found where no log holds their id. */
export interface ImportKind {
  /** Import id of a resource; undefined where a value that it takes is not known. */
  readonly importId: (values: KnownValues) => string | undefined;
  /** Form of the type's ARNs; left out for types that have no tags, or are found by name. */
  readonly arns?: ArnForm;
  /**
   * Whether nothing is lost with one whose id is not known: creating it again gives the same one, replaces it, or adds a
   * version that nobody uses.
   */
  readonly isRepeatable?: boolean;
  /** Command that deletes one, by its id; left out where it takes more. */
  readonly deletion?: (id: string) => string;
}

/** @param template with `{argument}`; `{argument:last}` is its part after the last slash, a part in brackets is optional */
function importedBy(template: string): ImportKind['importId'] {
  return (values) => {
    const fill = (text: string): string | undefined => {
      let isWhole = true;
      const filled = text.replace(/\{([^}:]+)(:last)?\}/g, (_all, names: string, last?: string) => {
        const value = names
          .split('|')
          .map((name) => values[name])
          .find((each) => typeof each === 'string' && each !== '');
        if (typeof value !== 'string') isWhole = false;
        return last === undefined ? String(value) : (String(value).split('/').at(-1) ?? '');
      });
      return isWhole ? filled : undefined;
    };
    return fill(template.replace(/\[(.*)\]/, (_all, optional: string) => fill(optional) ?? ''));
  };
}

/** @param template of arguments, for a resource whose `id` is not known: the import takes the `id`, which is the same */
function named(template: string): ImportKind {
  const byName = importedBy(template);
  return { importId: (values) => importedBy('{id}')(values) ?? byName(values) };
}

/** Types whose import takes something else than Terraform's `id`. */
function composed(template: string): ImportKind {
  return { importId: importedBy(template) };
}

/**
 * Types that are found by their tag `state`.
 *
 * @param pattern of the ARN: `ec2:subnet/{id}`; one without `{id}` is of a type whose id is the ARN
 * @param deletion command of the AWS CLI, which ends with the id
 */
function tagged(pattern: string, deletion?: string, template = '{id}'): ImportKind {
  const [service = '', ...rest] = pattern.split(':');
  const expression = rest
    .join(':')
    .replace('*', '.+')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/:]+)');
  const matcher = new RegExp(`^arn:[^:]+:${service}:[^:]*:\\d*:${expression}$`);
  return {
    importId: importedBy(template),
    ...(deletion === undefined ? {} : { deletion: (id: string) => `aws ${deletion} ${id}` }),
    arns: {
      pattern,
      idIn: (arn) => {
        const match = matcher.exec(arn);
        return match === null ? undefined : (match.groups?.['id'] ?? arn);
      },
      isGlobal: service === 'route53',
    },
  };
}

/** Types of which a second creation is harmless: the log alone knows an id. */
const REPEATABLE: ImportKind = { importId: importedBy('{id}'), isRepeatable: true };

const BUCKET = named('{bucket}');

/**
 * The types of the platform. Import ids are of the provider's documentation [hashicorp/terraform-provider-aws,
 * website/docs/r, section Import of each type]; most are Terraform's `id`. ARNs are of the Service Authorization Reference.
 */
const KINDS: Readonly<Record<string, ImportKind | undefined>> = {
  aws_acm_certificate: tagged('acm:certificate/*', 'acm delete-certificate --certificate-arn'),
  // It waits, and makes nothing; it cannot be imported.
  aws_acm_certificate_validation: { importId: () => undefined, isRepeatable: true },
  aws_appautoscaling_policy: composed('{service_namespace}/{resource_id}/{scalable_dimension}/{name}'),
  aws_appautoscaling_target: composed('{service_namespace}/{resource_id}/{scalable_dimension}'),
  aws_backup_plan: tagged('backup:backup-plan:{id}', 'backup delete-backup-plan --backup-plan-id'),
  aws_backup_selection: composed('{plan_id}|{id}'),
  aws_backup_vault: named('{name}'),
  aws_backup_vault_lock_configuration: named('{backup_vault_name}'),
  aws_cloudwatch_event_rule: named('{name}'),
  aws_cloudwatch_event_target: {
    importId: ({ rule, target_id: target, id }) => {
      // A target id that Terraform made up is in its own id, after the rule.
      const made = String(id).startsWith(`${String(rule)}-`) ? String(id).slice(String(rule).length + 1) : undefined;
      return importedBy('{rule}/{target}')({ rule, target: target ?? made });
    },
  },
  aws_cloudwatch_log_group: named('{name}'),
  aws_cloudwatch_log_resource_policy: named('{policy_name}'),
  aws_cloudwatch_metric_alarm: named('{alarm_name}'),
  aws_db_event_subscription: named('{name}'),
  aws_db_parameter_group: named('{name}'),
  aws_db_subnet_group: named('{name}'),
  // Takes over the one that every VPC has.
  aws_default_security_group: { ...tagged('ec2:security-group/{id}'), isRepeatable: true },
  aws_dynamodb_table: named('{name}'),
  aws_dynamodb_table_replica: {
    importId: ({ id, global_table_arn: arn }) =>
      (id as string | undefined) ??
      /^arn:[^:]+:dynamodb:([^:]+):\d+:table\/(.+)$/.exec(String(arn))?.slice(1).reverse().join(':'),
  },
  aws_ecr_lifecycle_policy: named('{repository}'),
  aws_ecr_replication_configuration: REPEATABLE,
  aws_ecr_repository: named('{name}'),
  aws_ecs_cluster: composed('{name}'),
  aws_ecs_cluster_capacity_providers: named('{cluster_name}'),
  aws_ecs_service: composed('{cluster:last}/{name}'),
  // A revision that no state holds is used by nothing. Its import takes the ARN, of which the log has the family alone.
  aws_ecs_task_definition: { importId: importedBy('{arn}'), isRepeatable: true },
  aws_eip: tagged('ec2:elastic-ip/{id}', 'ec2 release-address --allocation-id'),
  aws_flow_log: tagged('ec2:vpc-flow-log/{id}', 'ec2 delete-flow-logs --flow-log-ids'),
  aws_iam_role: named('{name}'),
  aws_iam_role_policy: named('{role}:{name}'),
  aws_iam_role_policy_attachment: composed('{role}/{policy_arn}'),
  aws_internet_gateway: tagged('ec2:internet-gateway/{id}', 'ec2 delete-internet-gateway --internet-gateway-id'),
  aws_kms_alias: named('{name}'),
  aws_kms_key: tagged('kms:key/{id}', 'kms schedule-key-deletion --key-id'),
  aws_lambda_function: named('{function_name}'),
  aws_lambda_function_url: named('{function_name}'),
  aws_lambda_permission: composed('{function_name}/{statement_id}'),
  aws_lb: tagged('elasticloadbalancing:loadbalancer/*', 'elbv2 delete-load-balancer --load-balancer-arn'),
  aws_lb_listener: tagged('elasticloadbalancing:listener/*', 'elbv2 delete-listener --listener-arn'),
  aws_lb_target_group: tagged('elasticloadbalancing:targetgroup/*', 'elbv2 delete-target-group --target-group-arn'),
  // A target that is registered again stays as it is [Elastic Load Balancing API, RegisterTargets].
  aws_lb_target_group_attachment: REPEATABLE,
  aws_nat_gateway: tagged('ec2:natgateway/{id}', 'ec2 delete-nat-gateway --nat-gateway-id'),
  aws_network_acl: tagged('ec2:network-acl/{id}', 'ec2 delete-network-acl --network-acl-id'),
  aws_rds_cluster: named('{cluster_identifier}'),
  aws_rds_cluster_instance: named('{identifier}'),
  aws_rds_cluster_parameter_group: named('{name}'),
  aws_rds_global_cluster: named('{global_cluster_identifier}'),
  aws_route: composed(
    '{route_table_id}_{destination_cidr_block|destination_ipv6_cidr_block|destination_prefix_list_id}',
  ),
  aws_route53_health_check: tagged('route53:healthcheck/{id}', 'route53 delete-health-check --health-check-id'),
  aws_route53_query_log: composed('{id}'),
  aws_route53_record: named('{zone_id}_{name}_{type}[_{set_identifier}]'),
  aws_route53_zone: tagged('route53:hostedzone/{id}', 'route53 delete-hosted-zone --id'),
  aws_route_table: tagged('ec2:route-table/{id}', 'ec2 delete-route-table --route-table-id'),
  aws_route_table_association: composed('{subnet_id|gateway_id}/{route_table_id}'),
  aws_s3_bucket: BUCKET,
  aws_s3_bucket_lifecycle_configuration: BUCKET,
  aws_s3_bucket_ownership_controls: BUCKET,
  aws_s3_bucket_policy: BUCKET,
  aws_s3_bucket_public_access_block: BUCKET,
  aws_s3_bucket_replication_configuration: BUCKET,
  aws_s3_bucket_server_side_encryption_configuration: BUCKET,
  aws_s3_bucket_versioning: BUCKET,
  aws_secretsmanager_secret: tagged('secretsmanager:secret:*', 'secretsmanager delete-secret --secret-id'),
  // A version that no state holds is replaced by the next one.
  aws_secretsmanager_secret_version: REPEATABLE,
  aws_security_group: tagged('ec2:security-group/{id}', 'ec2 delete-security-group --group-id'),
  aws_sns_topic: tagged('sns:{topic}', 'sns delete-topic --topic-arn'),
  aws_sns_topic_policy: named('{arn}'),
  // SNS gives back the subscription of the same endpoint [SNS API Reference, Subscribe].
  aws_sns_topic_subscription: REPEATABLE,
  // SQS gives back the queue of the same name and attributes [SQS API Reference, CreateQueue].
  aws_sqs_queue: REPEATABLE,
  aws_sqs_queue_policy: named('{queue_url}'),
  aws_ssm_parameter: named('{name}'),
  aws_subnet: tagged('ec2:subnet/{id}', 'ec2 delete-subnet --subnet-id'),
  aws_vpc: tagged('ec2:vpc/{id}', 'ec2 delete-vpc --vpc-id'),
  aws_vpc_endpoint: tagged('ec2:vpc-endpoint/{id}', 'ec2 delete-vpc-endpoints --vpc-endpoint-ids'),
  aws_vpc_peering_connection: tagged(
    'ec2:vpc-peering-connection/{id}',
    'ec2 delete-vpc-peering-connection --vpc-peering-connection-id',
  ),
  // Accepts a connection that may be accepted already.
  aws_vpc_peering_connection_accepter: REPEATABLE,
  aws_vpc_security_group_egress_rule: tagged('ec2:security-group-rule/{id}'),
  aws_vpc_security_group_ingress_rule: tagged('ec2:security-group-rule/{id}'),
  aws_wafv2_web_acl: tagged('wafv2:regional/webacl/{name}/{id}', undefined, '{id}/{name}/{scope}'),
  aws_wafv2_web_acl_association: named('{web_acl_arn},{resource_arn}'),
  aws_wafv2_web_acl_logging_configuration: named('{resource_arn}'),
};

/** Types of other stacks: by Terraform's `id`, which most are imported by. */
const OTHER: ImportKind = { importId: importedBy('{id}') };

export function importKindOf(type: string): ImportKind {
  // It is in no account.
  if (type === 'terraform_data') return REPEATABLE;
  return KINDS[type] ?? OTHER;
}

/** The kind that an ARN is of, and the id in it; undefined for types that are not found by tags. */
export function kindOfArn(arn: string): { readonly kind: ImportKind; readonly id: string } | undefined {
  for (const kind of Object.values(KINDS)) {
    const id = kind?.arns?.idIn(arn);
    if (kind !== undefined && id !== undefined) return { kind, id };
  }
  return undefined;
}

/** Types that have an entry of their own. */
export const KNOWN_TYPES: readonly string[] = Object.keys(KINDS);
