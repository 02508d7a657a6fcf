import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectValue, Value } from '../model/value';
import { TerraformClient, networkOf } from '../testing/terraform-client';
import * as services from './index';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

/**
 * Result of creating a resource a second time, from another Terraform address.
 *
 * - overwritten: the new settings take the place of the old ones, and both addresses are one resource
 * - given back: the same one, if all settings agree; refused if not
 * - if told: overwritten with `overwrite` or `allow_overwrite`, else refused
 * - refused: there can be one of its name, place or content
 * - another: a second one, with an identifier of its own
 * - a view: the address shows what another resource made
 *
 * The source is the API reference of the call that creates, or what is named.
 */
const TABLE: Readonly<Record<string, string>> = {
  aws_acm_certificate: 'another', // RequestCertificate: one a request
  aws_acm_certificate_validation: 'overwritten', // the provider only waits for the certificate
  aws_appautoscaling_policy: 'overwritten', // PutScalingPolicy: creates or updates
  aws_appautoscaling_target: 'overwritten', // RegisterScalableTarget: registers or updates; refused with tags
  aws_backup_plan: 'refused', // CreateBackupPlan: AlreadyExistsException
  aws_backup_selection: 'another', // CreateBackupSelection
  aws_backup_vault: 'refused', // CreateBackupVault: AlreadyExistsException
  aws_backup_vault_lock_configuration: 'overwritten', // PutBackupVaultLockConfiguration
  aws_cloudwatch_composite_alarm: 'overwritten', // PutCompositeAlarm: creates or updates
  aws_cloudwatch_dashboard: 'overwritten', // PutDashboard: replaces the entire contents
  aws_cloudwatch_event_rule: 'overwritten', // PutRule: replaces the rule
  aws_cloudwatch_event_target: 'overwritten', // PutTargets: adds or updates
  aws_cloudwatch_log_group: 'refused', // CreateLogGroup: ResourceAlreadyExistsException
  aws_cloudwatch_log_resource_policy: 'overwritten', // PutResourcePolicy: creates or updates
  aws_cloudwatch_metric_alarm: 'overwritten', // PutMetricAlarm: overwrites all but the state
  aws_db_event_subscription: 'refused', // CreateEventSubscription: SubscriptionAlreadyExist
  aws_db_parameter_group: 'refused', // CreateDBParameterGroup: DBParameterGroupAlreadyExists
  aws_db_subnet_group: 'refused', // CreateDBSubnetGroup: DBSubnetGroupAlreadyExists
  aws_default_security_group: 'a view',
  aws_dynamodb_table: 'refused', // CreateTable: ResourceInUseException
  aws_dynamodb_table_replica: 'refused', // UpdateTable: a replica is created where none is
  aws_ecr_lifecycle_policy: 'overwritten', // PutLifecyclePolicy: creates or updates
  aws_ecr_replication_configuration: 'overwritten', // PutReplicationConfiguration: creates or updates
  aws_ecr_repository: 'refused', // CreateRepository: RepositoryAlreadyExistsException
  aws_ecs_cluster: 'given back', // terraform-provider-aws, issue 38875: an existing cluster is adopted without an error
  aws_ecs_cluster_capacity_providers: 'overwritten', // PutClusterCapacityProviders: replaces what is associated
  aws_ecs_service: 'refused', // CreateService: InvalidParameterException, not idempotent
  aws_ecs_task_definition: 'another', // RegisterTaskDefinition: a further revision
  aws_eip: 'another', // AllocateAddress
  aws_flow_log: 'refused', // CreateFlowLogs: FlowLogAlreadyExists
  aws_iam_instance_profile: 'refused', // CreateInstanceProfile: EntityAlreadyExists
  aws_iam_policy: 'refused', // CreatePolicy: EntityAlreadyExists
  aws_iam_role: 'refused', // CreateRole: EntityAlreadyExists
  aws_iam_role_policy: 'overwritten', // PutRolePolicy: adds or updates
  aws_iam_role_policy_attachment: 'overwritten', // AttachRolePolicy: attaching again changes nothing
  aws_internet_gateway: 'refused', // AttachInternetGateway: a VPC has one
  aws_kms_alias: 'refused', // CreateAlias: AlreadyExistsException
  aws_kms_key: 'another', // CreateKey
  aws_lambda_function: 'refused', // CreateFunction: ResourceConflictException
  aws_lambda_function_url: 'refused', // CreateFunctionUrlConfig: ResourceConflictException
  aws_lambda_permission: 'refused', // AddPermission: ResourceConflictException
  aws_lb: 'refused', // the provider looks for the name first
  aws_lb_listener: 'refused', // CreateListener: DuplicateListener, of a port
  aws_lb_target_group: 'refused', // the provider looks for the name first
  aws_lb_target_group_attachment: 'another', // RegisterTargets: registering again changes nothing; the provider makes up the id
  aws_nat_gateway: 'refused', // CreateNatGateway: an address is associated once
  aws_network_acl: 'another', // CreateNetworkAcl
  aws_rds_cluster: 'refused', // CreateDBCluster: DBClusterAlreadyExistsFault
  aws_rds_cluster_instance: 'refused', // CreateDBInstance: DBInstanceAlreadyExists
  aws_rds_cluster_parameter_group: 'refused', // CreateDBClusterParameterGroup: DBParameterGroupAlreadyExists
  aws_rds_global_cluster: 'refused', // CreateGlobalCluster: GlobalClusterAlreadyExistsFault
  aws_route: 'refused', // CreateRoute: RouteAlreadyExists
  aws_route53_health_check: 'another', // CreateHealthCheck
  aws_route53_query_log: 'refused', // CreateQueryLoggingConfig: QueryLoggingConfigAlreadyExists
  aws_route53_record: 'if told', // ChangeResourceRecordSets: CREATE is refused, UPSERT overwrites
  aws_route53_zone: 'another', // CreateHostedZone: several of a name may be
  aws_route_table: 'another', // CreateRouteTable
  aws_route_table_association: 'refused', // AssociateRouteTable: Resource.AlreadyAssociated
  aws_s3_bucket: 'refused', // CreateBucket: BucketAlreadyOwnedByYou; in us-east-1 the provider looks for it first
  aws_s3_bucket_lifecycle_configuration: 'overwritten', // PutBucketLifecycleConfiguration: replaces
  aws_s3_bucket_ownership_controls: 'overwritten', // PutBucketOwnershipControls: creates or modifies
  aws_s3_bucket_policy: 'overwritten', // PutBucketPolicy: replaces
  aws_s3_bucket_public_access_block: 'overwritten', // PutPublicAccessBlock: creates or modifies
  aws_s3_bucket_replication_configuration: 'overwritten', // PutBucketReplication: creates or replaces
  aws_s3_bucket_server_side_encryption_configuration: 'overwritten', // PutBucketEncryption
  aws_s3_bucket_versioning: 'overwritten', // PutBucketVersioning: sets
  aws_secretsmanager_secret: 'refused', // CreateSecret: ResourceExistsException
  aws_secretsmanager_secret_version: 'another', // PutSecretValue: a further version
  aws_security_group: 'refused', // CreateSecurityGroup: InvalidGroup.Duplicate
  aws_sns_topic: 'given back', // CreateTopic: idempotent; InvalidParameter with other attributes or tags
  aws_sns_topic_policy: 'overwritten', // SetTopicAttributes
  aws_sns_topic_subscription: 'given back', // Subscribe: InvalidParameter with other attributes
  aws_sqs_queue: 'given back', // CreateQueue: QueueNameExists with other attributes
  aws_sqs_queue_policy: 'overwritten', // SetQueueAttributes
  aws_ssm_parameter: 'if told', // PutParameter: Overwrite, else ParameterAlreadyExists
  aws_subnet: 'refused', // CreateSubnet: InvalidSubnet.Conflict
  aws_vpc: 'another', // CreateVpc
  aws_vpc_endpoint: 'another', // CreateVpcEndpoint
  aws_vpc_peering_connection: 'refused', // CreateVpcPeeringConnection: the provider meets VpcPeeringConnectionAlreadyExists
  aws_vpc_peering_connection_accepter: 'a view',
  aws_vpc_security_group_egress_rule: 'refused', // AuthorizeSecurityGroupEgress: InvalidPermission.Duplicate
  aws_vpc_security_group_ingress_rule: 'refused', // AuthorizeSecurityGroupIngress: InvalidPermission.Duplicate
  aws_wafv2_web_acl: 'refused', // CreateWebACL: WAFDuplicateItemException
  aws_wafv2_web_acl_association: 'overwritten', // AssociateWebACL: a resource has one web ACL
  aws_wafv2_web_acl_logging_configuration: 'overwritten', // PutLoggingConfiguration: replaces
};

const json = (value: unknown) => JSON.stringify(value);
const idOf = (type: string, given: ObjectValue): Value => terraform.apply(type, given)['id'] ?? null;
const arnOf = (type: string, given: ObjectValue): Value => terraform.apply(type, given)['arn'] ?? null;

function roleArn(service: string, name = 'r') {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  return arnOf('aws_iam_role', { name, assume_role_policy: json({ Statement: [statement] }) });
}

const bucket = (name = 'audit-1', region = 'us-east-1') => idOf('aws_s3_bucket', { bucket: name, region });
const webAcl = (name = 'api'): ObjectValue => ({
  name,
  scope: 'REGIONAL',
  default_action: [{ allow: [{}] }],
  visibility_config: [{ cloudwatch_metrics_enabled: true, metric_name: 'm', sampled_requests_enabled: true }],
});
const alarm = {
  alarm_name: 'a',
  comparison_operator: 'GreaterThanThreshold',
  evaluation_periods: 1,
  metric_name: 'm',
  namespace: 'n',
  period: 60,
  statistic: 'Sum',
};
const policy = (resource: unknown, sid = 'One') =>
  json({ Version: '2012-10-17', Statement: [{ Sid: sid, Effect: 'Allow', Action: '*', Resource: resource }] });

function ecsTarget(): ObjectValue {
  const { subnetIds } = networkOf(terraform);
  const role = roleArn('ecs-tasks.amazonaws.com');
  const task = arnOf('aws_ecs_task_definition', {
    family: 'orders',
    requires_compatibilities: ['FARGATE'],
    network_mode: 'awsvpc',
    cpu: '512',
    memory: '1024',
    execution_role_arn: role,
    container_definitions: json([{ name: 'orders', image: 'orders:1' }]),
  });
  terraform.apply('aws_ecs_service', {
    name: 'orders',
    cluster: arnOf('aws_ecs_cluster', { name: 'shop' }),
    task_definition: task,
    desired_count: 1,
    launch_type: 'FARGATE',
    network_configuration: [{ subnets: subnetIds }],
  });
  return {
    service_namespace: 'ecs',
    resource_id: 'service/shop/orders',
    scalable_dimension: 'ecs:service:DesiredCount',
  };
}

function functionOf(): ObjectValue {
  const filename = join(terraform.home, 'a.zip');
  writeFileSync(filename, 'zip');
  return {
    function_name: 'f',
    role: roleArn('lambda.amazonaws.com'),
    filename,
    handler: 'a.b',
    runtime: 'nodejs22.x',
  };
}

const lambda = () => idOf('aws_lambda_function', functionOf());

function issuedCertificate(): ObjectValue {
  const zone = terraform.apply('aws_route53_zone', { name: 'example.com' });
  const certificate = terraform.apply('aws_acm_certificate', {
    domain_name: 'a.example.com',
    validation_method: 'DNS',
  });
  const [option] = certificate['domain_validation_options'] as readonly ObjectValue[];
  terraform.apply('aws_route53_record', {
    zone_id: zone['zone_id'] ?? null,
    name: option?.['resource_record_name'] ?? null,
    type: option?.['resource_record_type'] ?? null,
    records: [option?.['resource_record_value'] ?? null],
    ttl: 300,
  });
  return { certificate_arn: certificate['arn'] ?? null };
}

function versioned(): ObjectValue {
  for (const [name, region] of [
    ['audit-1', 'us-east-1'],
    ['audit-2', 'us-west-2'],
  ] as const) {
    bucket(name, region);
    terraform.apply('aws_s3_bucket_versioning', {
      bucket: name,
      region,
      versioning_configuration: [{ status: 'Enabled' }],
    });
  }
  const rule = (id: string) => [{ id, status: 'Enabled', destination: [{ bucket: 'arn:aws:s3:::audit-2' }] }];
  return { bucket: 'audit-1', role: roleArn('s3.amazonaws.com'), rule: rule('one') };
}

/** Arguments of the first creation, and those that the second one changes. */
const OVERWRITTEN: Readonly<Record<string, () => readonly [ObjectValue, ObjectValue]>> = {
  aws_acm_certificate_validation: () => [issuedCertificate(), {}],
  aws_appautoscaling_policy: () => {
    const target = ecsTarget();
    terraform.apply('aws_appautoscaling_target', { ...target, min_capacity: 1, max_capacity: 2 });
    const tracking = (value: number) => [
      {
        target_value: value,
        predefined_metric_specification: [{ predefined_metric_type: 'ECSServiceAverageCPUUtilization' }],
      },
    ];
    return [
      {
        ...target,
        name: 'cpu',
        policy_type: 'TargetTrackingScaling',
        target_tracking_scaling_policy_configuration: tracking(50),
      },
      { target_tracking_scaling_policy_configuration: tracking(60) },
    ];
  },
  aws_appautoscaling_target: () => [{ ...ecsTarget(), min_capacity: 1, max_capacity: 2 }, { max_capacity: 3 }],
  aws_backup_vault_lock_configuration: () => [
    { backup_vault_name: idOf('aws_backup_vault', { name: 'backups' }), min_retention_days: 1 },
    { min_retention_days: 2 },
  ],
  aws_cloudwatch_composite_alarm: () => [{ alarm_name: 'a', alarm_rule: 'ALARM(b)' }, { alarm_rule: 'OK(b)' }],
  aws_cloudwatch_dashboard: () => [
    { dashboard_name: 'd', dashboard_body: json({ widgets: [] }) },
    { dashboard_body: json({ widgets: [{ type: 'text' }] }) },
  ],
  aws_cloudwatch_event_rule: () => [
    { name: 'tick', schedule_expression: 'rate(1 hour)' },
    { schedule_expression: 'rate(2 hours)' },
  ],
  aws_cloudwatch_event_target: () => [
    {
      rule: idOf('aws_cloudwatch_event_rule', { name: 'tick', schedule_expression: 'rate(1 hour)' }),
      target_id: 't',
      arn: arnOf('aws_sns_topic', { name: 'one' }),
    },
    { arn: arnOf('aws_sns_topic', { name: 'other' }) },
  ],
  aws_cloudwatch_log_resource_policy: () => [
    { policy_name: 'p', policy_document: policy('*') },
    { policy_document: policy('*', 'Two') },
  ],
  aws_cloudwatch_metric_alarm: () => [{ ...alarm, threshold: 1 }, { threshold: 2 }],
  aws_ecr_lifecycle_policy: () => {
    const rules = (count: number) =>
      json({ rules: [{ rulePriority: 1, selection: { countNumber: count }, action: { type: 'expire' } }] });
    return [{ repository: idOf('aws_ecr_repository', { name: 'orders' }), policy: rules(1) }, { policy: rules(2) }];
  },
  aws_ecr_replication_configuration: () => {
    const to = (region: string) => [{ rule: [{ destination: [{ region, registry_id: '000000000000' }] }] }];
    return [{ replication_configuration: to('us-west-2') }, { replication_configuration: to('us-east-2') }];
  },
  aws_ecs_cluster_capacity_providers: () => {
    terraform.apply('aws_ecs_cluster', { name: 'shop' });
    return [{ cluster_name: 'shop', capacity_providers: ['FARGATE'] }, { capacity_providers: ['FARGATE_SPOT'] }];
  },
  aws_iam_role_policy: () => {
    roleArn('ecs-tasks.amazonaws.com');
    return [{ role: 'r', name: 'p', policy: policy('*') }, { policy: policy('*', 'Two') }];
  },
  aws_iam_role_policy_attachment: () => {
    roleArn('ecs-tasks.amazonaws.com');
    return [{ role: 'r', policy_arn: arnOf('aws_iam_policy', { name: 'p', policy: policy('*') }) }, {}];
  },
  aws_s3_bucket_lifecycle_configuration: () => {
    const rule = (days: number) => [{ id: 'r', status: 'Enabled', expiration: [{ days }] }];
    return [{ bucket: bucket(), rule: rule(30) }, { rule: rule(60) }];
  },
  aws_s3_bucket_ownership_controls: () => [
    { bucket: bucket(), rule: [{ object_ownership: 'ObjectWriter' }] },
    { rule: [{ object_ownership: 'BucketOwnerEnforced' }] },
  ],
  aws_s3_bucket_policy: () => [
    { bucket: bucket(), policy: policy('arn:aws:s3:::audit-1') },
    { policy: policy('arn:aws:s3:::audit-1', 'Two') },
  ],
  aws_s3_bucket_public_access_block: () => [
    { bucket: bucket(), block_public_acls: false },
    { block_public_acls: true },
  ],
  aws_s3_bucket_replication_configuration: () => [
    versioned(),
    { rule: [{ id: 'two', status: 'Enabled', destination: [{ bucket: 'arn:aws:s3:::audit-2' }] }] },
  ],
  aws_s3_bucket_server_side_encryption_configuration: () => {
    const rule = (algorithm: string) => [{ apply_server_side_encryption_by_default: [{ sse_algorithm: algorithm }] }];
    return [{ bucket: bucket(), rule: rule('AES256') }, { rule: rule('aws:kms') }];
  },
  aws_s3_bucket_versioning: () => [
    { bucket: bucket(), versioning_configuration: [{ status: 'Suspended' }] },
    { versioning_configuration: [{ status: 'Enabled' }] },
  ],
  aws_sns_topic_policy: () => {
    const arn = arnOf('aws_sns_topic', { name: 'news' });
    return [{ arn, policy: policy(arn) }, { policy: policy(arn, 'Two') }];
  },
  aws_sqs_queue_policy: () => [
    { queue_url: idOf('aws_sqs_queue', { name: 'q' }), policy: policy('*') },
    { policy: policy('*', 'Two') },
  ],
  aws_wafv2_web_acl_association: () => [
    {
      resource_arn: arnOf('aws_lb', { name: 'api', subnets: networkOf(terraform).subnetIds }),
      web_acl_arn: arnOf('aws_wafv2_web_acl', webAcl('one')),
    },
    { web_acl_arn: arnOf('aws_wafv2_web_acl', webAcl('other')) },
  ],
  aws_wafv2_web_acl_logging_configuration: () => {
    const to = (name: string): Value => [arnOf('aws_cloudwatch_log_group', { name: `aws-waf-logs-${name}` })];
    return [
      { resource_arn: arnOf('aws_wafv2_web_acl', webAcl()), log_destination_configs: to('one') },
      { log_destination_configs: to('other') },
    ];
  },
};

/** Setting that the second creation changes. */
const GIVEN_BACK: Readonly<Record<string, () => readonly [ObjectValue, ObjectValue]>> = {
  aws_ecs_cluster: () => [
    { name: 'shop', setting: [{ name: 'containerInsights', value: 'enabled' }] },
    { setting: [{ name: 'containerInsights', value: 'disabled' }] },
  ],
  aws_sns_topic: () => [{ name: 'news', display_name: 'News', tags: { a: 'b' } }, { tags: { a: 'c' } }],
  aws_sns_topic_subscription: () => [
    {
      topic_arn: arnOf('aws_sns_topic', { name: 'news' }),
      protocol: 'sqs',
      endpoint: 'arn:aws:sqs:us-east-1:000000000000:q',
    },
    { raw_message_delivery: true },
  ],
  aws_sqs_queue: () => [{ name: 'q', delay_seconds: 5 }, { delay_seconds: 6 }],
};

const REFUSED: Readonly<Record<string, () => ObjectValue>> = {
  aws_backup_vault: () => ({ name: 'backups' }),
  aws_cloudwatch_log_group: () => ({ name: '/api' }),
  aws_db_event_subscription: () => ({
    name: 's',
    sns_topic: terraform.apply('aws_sns_topic', { name: 't' })['arn'] ?? null,
  }),
  aws_db_parameter_group: () => ({ name: 'p', family: 'aurora-postgresql16' }),
  aws_db_subnet_group: () => ({ name: 's', subnet_ids: networkOf(terraform).subnetIds }),
  aws_dynamodb_table: () => ({
    name: 'orders',
    billing_mode: 'PAY_PER_REQUEST',
    hash_key: 'id',
    attribute: [{ name: 'id', type: 'S' }],
  }),
  aws_ecr_repository: () => ({ name: 'orders' }),
  aws_iam_instance_profile: () => ({ name: 'p' }),
  aws_iam_policy: () => ({ name: 'p', policy: policy('*') }),
  aws_iam_role: () => ({ name: 'r', assume_role_policy: json({ Statement: [] }) }),
  aws_backup_plan: () => ({
    name: 'data',
    rule: [{ rule_name: 'daily', target_vault_name: idOf('aws_backup_vault', { name: 'backups' }) }],
  }),
  aws_lambda_function_url: () => ({ function_name: lambda(), authorization_type: 'NONE' }),
  aws_lambda_permission: () => ({
    function_name: lambda(),
    statement_id: 's',
    action: 'lambda:InvokeFunction',
    principal: 'sns.amazonaws.com',
  }),
  aws_lb_listener: () => {
    const { subnetIds, vpcId } = networkOf(terraform);
    const group = arnOf('aws_lb_target_group', { name: 'api', port: 80, protocol: 'HTTP', vpc_id: vpcId });
    return {
      load_balancer_arn: arnOf('aws_lb', { name: 'api', subnets: subnetIds }),
      port: 80,
      protocol: 'HTTP',
      default_action: [{ type: 'forward', target_group_arn: group }],
    };
  },
  aws_route: () => {
    const { vpcId } = networkOf(terraform);
    return {
      route_table_id: idOf('aws_route_table', { vpc_id: vpcId }),
      destination_cidr_block: '0.0.0.0/0',
      gateway_id: idOf('aws_internet_gateway', { vpc_id: vpcId }),
    };
  },
  aws_route_table_association: () => {
    const { vpcId, subnetIds } = networkOf(terraform);
    return { route_table_id: idOf('aws_route_table', { vpc_id: vpcId }), subnet_id: subnetIds[0] ?? null };
  },
  aws_vpc_security_group_ingress_rule: () => ({
    security_group_id: networkOf(terraform).groupId,
    ip_protocol: 'tcp',
    from_port: 80,
    to_port: 80,
    cidr_ipv4: '10.0.0.0/16',
  }),
  aws_internet_gateway: () => ({ vpc_id: networkOf(terraform).vpcId }),
  aws_kms_alias: () => ({ name: 'alias/a', target_key_id: idOf('aws_kms_key', {}) }),
  aws_lambda_function: functionOf,
  aws_lb: () => ({ name: 'api', subnets: networkOf(terraform).subnetIds }),
  aws_lb_target_group: () => ({ name: 'api', port: 80, protocol: 'HTTP', vpc_id: networkOf(terraform).vpcId }),
  aws_rds_cluster_parameter_group: () => ({ name: 'p', family: 'aurora-postgresql16' }),
  aws_rds_global_cluster: () => ({ global_cluster_identifier: 'g', engine: 'aurora-postgresql' }),
  aws_route53_record: () => ({
    zone_id: idOf('aws_route53_zone', { name: 'example.com' }),
    name: 'www',
    type: 'A',
    ttl: 30,
    records: ['127.0.0.1'],
  }),
  aws_s3_bucket: () => ({ bucket: 'audit-1' }),
  aws_secretsmanager_secret: () => ({ name: 's' }),
  aws_security_group: () => ({ name: 'g', vpc_id: networkOf(terraform).vpcId }),
  aws_ssm_parameter: () => ({ name: '/a', type: 'String', value: 'one' }),
  aws_subnet: () => ({ vpc_id: idOf('aws_vpc', { cidr_block: '10.0.0.0/16' }), cidr_block: '10.0.0.0/24' }),
  aws_wafv2_web_acl: () => webAcl(),
};

const typesOf = (what: string) =>
  Object.entries(TABLE)
    .filter(([, behaviour]) => behaviour === what)
    .map(([type]) => type);

describe('a second creation', () => {
  it('is decided for every type that has a definition, and tried for those that are taken', () => {
    expect(Object.keys(TABLE)).toEqual(
      Object.values(services)
        .flatMap(({ resources }) => Object.keys(resources))
        .sort(),
    );
    expect(Object.keys(OVERWRITTEN)).toEqual(typesOf('overwritten'));
    expect(Object.keys(GIVEN_BACK)).toEqual(typesOf('given back'));
    expect([...typesOf('refused'), ...typesOf('if told')]).toEqual(expect.arrayContaining(Object.keys(REFUSED)));
  });

  it.each(Object.keys(OVERWRITTEN))('of %s takes the place of the first', (type) => {
    const [given, change] = OVERWRITTEN[type]?.() ?? [{}, {}];
    const first = terraform.apply(type, given);

    const second = terraform.apply(type, { ...given, ...change });

    expect(second).toMatchObject(change);
    expect(terraform.account.list(type)).toHaveLength(1);
    expect(terraform.changes(type, { ...given, ...change }, second)).toEqual([]);
    // The first address meets what the second one made; an association that moved is gone for it.
    if (type !== 'aws_wafv2_web_acl_association') expect(terraform.refresh(type, first)).toMatchObject(change);
    terraform.destroy(type, second);
    expect(terraform.refresh(type, first)).toBeNull();
  });

  it.each(Object.keys(GIVEN_BACK))('of %s gives the first one back, and is refused other settings', (type) => {
    const [given, change] = GIVEN_BACK[type]?.() ?? [{}, {}];
    const first = terraform.apply(type, given);

    expect(terraform.apply(type, given)).toEqual(first);
    expect(terraform.refusal(type, { ...given, ...change })?.[0]).toMatch(/exists/);
    expect(terraform.account.list(type)).toHaveLength(1);
    expect(terraform.refresh(type, first)).toEqual(first);
  });

  it.each(Object.keys(REFUSED))('of %s is refused, and changes nothing', (type) => {
    const given = REFUSED[type]?.() ?? {};
    const first = terraform.apply(type, given);

    expect(terraform.refusal(type, given)?.[0]).toMatch(/exist|duplicate|already|conflict/i);
    expect(terraform.refresh(type, first)).toEqual(first);
  });

  it.each<[string, ObjectValue]>([
    ['aws_acm_certificate', { domain_name: 'a.example.com', validation_method: 'DNS' }],
    ['aws_eip', {}],
    ['aws_kms_key', {}],
    ['aws_route53_zone', { name: 'example.com' }],
    ['aws_vpc', { cidr_block: '10.0.0.0/16' }],
  ])('of %s is another', (type, given) => {
    const [first, second] = [terraform.apply(type, given), terraform.apply(type, given)];

    expect(TABLE[type]).toBe('another');
    expect(first['id']).not.toBe(second['id']);
    expect(terraform.account.list(type)).toHaveLength(2);
  });

  it('of a parameter or a record takes the place of the first where it is told to', () => {
    const parameter = { name: '/a', type: 'String', value: 'one', tags: { a: 'b' } };
    const record = REFUSED['aws_route53_record']?.() ?? {};
    terraform.apply('aws_ssm_parameter', parameter);
    terraform.apply('aws_route53_record', record);
    const again = { ...parameter, value: 'two', tags: { a: 'c' }, overwrite: true };

    const state = terraform.apply('aws_ssm_parameter', again);

    expect(state).toMatchObject({ value: 'two', version: 2 });
    expect(terraform.changes('aws_ssm_parameter', again, state)).toEqual([]);
    expect(terraform.apply('aws_route53_record', { ...record, ttl: 60, allow_overwrite: true })['ttl']).toBe(60);
  });

  it('of a parameter shows no secret of the first', () => {
    const parameter = { name: '/a', type: 'String', overwrite: true };
    terraform.apply('aws_ssm_parameter', { ...parameter, value_wo: 'hidden', value_wo_version: 1 });
    terraform.apply('aws_ssm_parameter', { ...parameter, value: 'shown' });

    expect(terraform.data('aws_ssm_parameter', { name: '/a' }).state?.['value']).toBe('shown');
  });

  it.each([
    ['aws_cloudwatch_metric_alarm', { ...alarm, threshold: 1 }, { threshold: 2 }],
    ['aws_cloudwatch_event_rule', { name: 'tick', schedule_expression: 'rate(1 hour)' }, {}],
  ])('of %s leaves state and tags as they are, and the next plan tells', (type, given, change) => {
    const tagged = { ...given, tags: { owner: 'first' } };
    terraform.apply(type, tagged);
    const [record] = terraform.account.list(type);
    const state = { value: 'ALARM', reason: 'drill' };
    if (record !== undefined)
      terraform.account.commit([{ put: { ...record, internal: { ...record.internal, state } } }]);

    const second = { ...tagged, ...change, tags: { owner: 'second' } };
    const applied = terraform.apply(type, second);

    expect(terraform.account.list(type)[0]).toMatchObject({
      internal: { state },
      attributes: { tags: { owner: 'first' } },
    });
    expect(terraform.changes(type, second, applied)).toEqual(['tags', 'tags_all']);
  });

  it('of a scalable target with tags is refused', () => {
    const target = { ...ecsTarget(), min_capacity: 1, max_capacity: 2, tags: { a: 'b' } };
    terraform.apply('aws_appautoscaling_target', target);

    expect(terraform.refusal('aws_appautoscaling_target', target)).toEqual([
      'creating Application AutoScaling Target (service/shop/orders): operation error Application Auto Scaling: RegisterScalableTarget, https response error StatusCode: 400, ValidationException: The scalable target that you tried to tag already exists. To update tags on an existing scalable target, use the TagResource API.',
      'tags',
    ]);
  });

  it('of a rule on another bus, or of a target without an id, is another', () => {
    const rule = { name: 'tick', schedule_expression: 'rate(1 hour)' };
    terraform.apply('aws_cloudwatch_event_rule', rule);
    const target: ObjectValue = { rule: 'tick', arn: arnOf('aws_sns_topic', { name: 'news' }) };

    const [one, other] = [1, 2].map(() => terraform.apply('aws_cloudwatch_event_target', target));

    expect(terraform.refusal('aws_cloudwatch_event_rule', { ...rule, event_bus_name: 'other' })?.[0]).toMatch(/exists/);
    expect(one?.['target_id']).toMatch(/^terraform-\d{18}[0-9a-f]{8}$/);
    expect(one?.['target_id']).not.toBe(other?.['target_id']);
    expect(terraform.account.list('aws_cloudwatch_event_target')).toHaveLength(2);
  });
});
