import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectValue, Value } from '../model/value';
import { TerraformClient, networkOf } from '../testing/terraform-client';

const ASSUMED_BY_LAMBDA = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
});

/** Resources that the examples refer to: created once, because no test changes them. */
class Prerequisites {
  readonly terraform = new TerraformClient();
  private readonly network = networkOf(this.terraform);
  readonly vpcId = this.network.vpcId;
  readonly subnetIds = this.network.subnetIds;
  readonly groupId = this.network.groupId;
  readonly otherVpcId = this.make('aws_vpc', { cidr_block: '10.8.0.0/16' });
  readonly gatewayId = this.make('aws_internet_gateway', { vpc_id: this.vpcId });
  readonly addressId = this.make('aws_eip', { domain: 'vpc' });
  readonly otherAddressId = this.make('aws_eip', { domain: 'vpc' });
  readonly tableId = this.make('aws_route_table', { vpc_id: this.vpcId });
  readonly otherTableId = this.make('aws_route_table', { vpc_id: this.vpcId });
  readonly otherGroupId = this.make('aws_security_group', { name: 'other', vpc_id: this.vpcId });
  readonly roleName = this.make('aws_iam_role', { name: 'prerequisites', assume_role_policy: ASSUMED_BY_LAMBDA });
  readonly roleArn = 'arn:aws:iam::000000000000:role/prerequisites';
  /** Its policy names CloudWatch Logs, which no key admits by itself. */
  readonly keyId = this.make('aws_kms_key', {
    policy: JSON.stringify({
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'logs.us-east-1.amazonaws.com' }, Action: 'kms:*', Resource: '*' },
      ],
    }),
  });
  readonly keyArn = `arn:aws:kms:us-east-1:000000000000:key/${this.keyId}`;
  readonly otherKeyId = this.make('aws_kms_key', {});
  readonly otherKeyArn = `arn:aws:kms:us-east-1:000000000000:key/${this.otherKeyId}`;
  readonly balancerArn = this.make('aws_lb', { name: 'prerequisites', internal: true, subnets: this.subnetIds });
  readonly targetGroupArn = this.make('aws_lb_target_group', {
    name: 'prerequisites',
    port: 80,
    protocol: 'HTTP',
    vpc_id: this.vpcId,
  });
  readonly otherTargetGroupArn = this.make('aws_lb_target_group', {
    name: 'other',
    port: 80,
    protocol: 'HTTP',
    vpc_id: this.vpcId,
  });
  readonly zipFile = this.file('function.zip', 'zip one');
  readonly otherZipFile = this.file('other.zip', 'zip two');
  readonly functionName = this.make('aws_lambda_function', {
    function_name: 'prerequisites',
    role: this.roleArn,
    runtime: 'nodejs20.x',
    handler: 'index.handler',
    filename: this.zipFile,
  });
  readonly zoneId = this.make('aws_route53_zone', { name: 'trading.example.com' });
  readonly checkId = this.make('aws_route53_health_check', { type: 'TCP', ip_address: '192.0.2.1', port: 443 });
  readonly subnetGroup = this.make('aws_db_subnet_group', { name: 'prerequisites', subnet_ids: this.subnetIds });
  readonly globalCluster = this.make('aws_rds_global_cluster', {
    global_cluster_identifier: 'prerequisites',
    engine: 'aurora-postgresql',
    engine_version: '16.6',
  });
  readonly clusterId = this.make('aws_rds_cluster', {
    cluster_identifier: 'prerequisites',
    engine: 'aurora-postgresql',
    engine_version: '16.6',
    db_subnet_group_name: this.subnetGroup,
    master_username: 'trading',
    master_password_wo: 'secret',
    master_password_wo_version: 1,
    skip_final_snapshot: true,
  });
  readonly secretArn = this.make('aws_secretsmanager_secret', { name: 'prerequisites' });
  readonly topicArn = this.make('aws_sns_topic', { name: 'alarms' });
  readonly westTableArn = String(
    this.terraform.apply('aws_dynamodb_table', {
      region: 'us-west-2',
      name: 'orders',
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'id',
      attribute: [{ name: 'id', type: 'S' }],
      stream_enabled: true,
      stream_view_type: 'NEW_AND_OLD_IMAGES',
    })['arn'],
  );

  private make(type: string, given: ObjectValue): string {
    return String(this.terraform.apply(type, given)['id']);
  }

  private file(name: string, text: string): string {
    const path = join(this.terraform.home, name);
    writeFileSync(path, text);
    return path;
  }
}

interface Example {
  readonly type: string;
  readonly given: (prerequisites: Prerequisites) => ObjectValue;
  /** Changes that AWS makes in place. */
  readonly updates?: (prerequisites: Prerequisites) => readonly ObjectValue[];
  /** Changes that AWS makes by a new resource only. */
  readonly replaces?: (prerequisites: Prerequisites) => readonly ObjectValue[];
  /** Identifier of an import. @default its id */
  readonly importedAs?: (state: ObjectValue) => string;
}

const EXAMPLES: readonly Example[] = [
  {
    type: 'aws_vpc',
    given: () => ({ cidr_block: '10.20.0.0/16', enable_dns_hostnames: true, tags: { Name: 'main' } }),
    updates: () => [{ enable_dns_hostnames: false }, { tags: { Name: 'other' } }, { tags: null }],
    replaces: () => [{ cidr_block: '10.21.0.0/16' }, { region: 'us-west-2' }],
  },
  {
    type: 'aws_subnet',
    given: ({ vpcId }) => ({ vpc_id: vpcId, cidr_block: '10.0.9.0/24', availability_zone: 'us-east-1c' }),
    updates: () => [{ map_public_ip_on_launch: true }],
    replaces: ({ otherVpcId }) => [
      { cidr_block: '10.0.10.0/24' },
      { availability_zone: 'us-east-1d' },
      { vpc_id: otherVpcId },
    ],
  },
  {
    type: 'aws_internet_gateway',
    given: ({ otherVpcId }) => ({ vpc_id: otherVpcId }),
    updates: () => [{ tags: { Name: 'edge' } }],
  },
  {
    type: 'aws_eip',
    given: () => ({ domain: 'vpc' }),
    updates: () => [{ tags: { Name: 'nat' } }],
    replaces: () => [{ domain: 'standard' }],
    importedAs: (state) => String(state['public_ip']),
  },
  {
    type: 'aws_nat_gateway',
    given: ({ addressId, subnetIds }) => ({ allocation_id: addressId, subnet_id: subnetIds[0] ?? '' }),
    updates: () => [{ tags: { Name: 'nat' } }],
    replaces: ({ otherAddressId, subnetIds }) => [{ allocation_id: otherAddressId }, { subnet_id: subnetIds[1] ?? '' }],
  },
  {
    type: 'aws_route_table',
    given: ({ vpcId }) => ({ vpc_id: vpcId }),
    updates: () => [{ tags: { Name: 'public' } }],
    replaces: ({ otherVpcId }) => [{ vpc_id: otherVpcId }],
  },
  {
    type: 'aws_route',
    given: ({ tableId, gatewayId }) => ({
      route_table_id: tableId,
      destination_cidr_block: '192.0.2.0/24',
      gateway_id: gatewayId,
    }),
    replaces: ({ otherTableId }) => [{ destination_cidr_block: '198.51.100.0/24' }, { route_table_id: otherTableId }],
    importedAs: (state) => `${String(state['route_table_id'])}_192.0.2.0/24`,
  },
  {
    type: 'aws_route_table_association',
    given: ({ tableId, subnetIds }) => ({ route_table_id: tableId, subnet_id: subnetIds[0] ?? '' }),
    updates: ({ otherTableId }) => [{ route_table_id: otherTableId }],
    replaces: ({ subnetIds }) => [{ subnet_id: subnetIds[1] ?? '' }],
    importedAs: (state) => `${String(state['subnet_id'])}/${String(state['route_table_id'])}`,
  },
  {
    type: 'aws_security_group',
    given: ({ vpcId }) => ({ name: 'database', description: 'Database', vpc_id: vpcId }),
    updates: () => [{ tags: { Name: 'database' } }],
    replaces: ({ otherVpcId }) => [{ name: 'db' }, { description: 'Other' }, { vpc_id: otherVpcId }],
  },
  {
    type: 'aws_vpc_security_group_ingress_rule',
    given: ({ groupId, otherGroupId }) => ({
      security_group_id: groupId,
      referenced_security_group_id: otherGroupId,
      ip_protocol: 'tcp',
      from_port: 5432,
      to_port: 5432,
    }),
    updates: () => [{ to_port: 5433 }, { description: 'From the API' }],
    replaces: ({ otherGroupId }) => [{ security_group_id: otherGroupId }],
  },
  {
    type: 'aws_vpc_security_group_egress_rule',
    given: ({ groupId }) => ({ security_group_id: groupId, cidr_ipv4: '0.0.0.0/0', ip_protocol: '-1' }),
    updates: () => [{ cidr_ipv4: '10.0.0.0/8' }],
  },
  {
    type: 'aws_vpc_endpoint',
    given: ({ vpcId, tableId }) => ({
      vpc_id: vpcId,
      service_name: 'com.amazonaws.us-east-1.dynamodb',
      vpc_endpoint_type: 'Gateway',
      route_table_ids: [tableId],
    }),
    updates: ({ tableId, otherTableId }) => [{ route_table_ids: [otherTableId, tableId] }],
    replaces: () => [{ service_name: 'com.amazonaws.us-east-1.s3' }],
  },
  {
    type: 'aws_lb',
    given: ({ subnetIds, groupId }) => ({ name: 'api', subnets: subnetIds, security_groups: [groupId] }),
    updates: ({ otherGroupId }) => [{ idle_timeout: 30 }, { security_groups: [otherGroupId] }],
    replaces: () => [{ name: 'web' }, { internal: true }, { load_balancer_type: 'network' }],
  },
  {
    type: 'aws_lb_target_group',
    given: () => ({ name: 'lambda', target_type: 'lambda', health_check: [{ path: '/health', interval: 35 }] }),
    updates: () => [{ health_check: [{ path: '/ready', interval: 35 }] }],
    replaces: () => [{ name: 'ip' }, { target_type: 'ip', port: 80, protocol: 'HTTP' }],
  },
  {
    type: 'aws_lb_listener',
    given: ({ balancerArn, targetGroupArn }) => ({
      load_balancer_arn: balancerArn,
      port: 80,
      protocol: 'HTTP',
      default_action: [{ type: 'forward', target_group_arn: targetGroupArn }],
    }),
    updates: ({ otherTargetGroupArn }) => [
      { port: 8080 },
      { default_action: [{ type: 'forward', target_group_arn: otherTargetGroupArn }] },
      { default_action: [{ type: 'fixed-response', fixed_response: [{ content_type: 'text/plain' }] }] },
    ],
  },
  {
    type: 'aws_iam_role',
    given: () => ({ name: 'api', assume_role_policy: ASSUMED_BY_LAMBDA }),
    updates: () => [{ description: 'API' }, { max_session_duration: 7200 }],
    replaces: () => [{ name: 'web' }, { path: '/service/' }],
  },
  {
    type: 'aws_iam_role_policy',
    given: ({ roleName }) => ({ role: roleName, name: 'read', policy: ASSUMED_BY_LAMBDA }),
    updates: () => [{ policy: ASSUMED_BY_LAMBDA.replace('Allow', 'Deny') }],
    replaces: () => [{ name: 'write' }],
  },
  {
    type: 'aws_kms_key',
    given: () => ({ description: 'Data', deletion_window_in_days: 7, enable_key_rotation: true }),
    updates: () => [{ description: 'Other' }, { enable_key_rotation: false }],
    replaces: () => [{ multi_region: true }, { key_usage: 'SIGN_VERIFY' }],
    importedAs: (state) => String(state['arn']),
  },
  {
    type: 'aws_kms_alias',
    given: ({ keyId }) => ({ name: 'alias/data', target_key_id: keyId }),
    updates: ({ otherKeyId }) => [{ target_key_id: otherKeyId }],
    replaces: () => [{ name: 'alias/other' }],
  },
  {
    type: 'aws_cloudwatch_log_group',
    given: () => ({ name: '/aws/lambda/api', retention_in_days: 30 }),
    updates: ({ keyArn }) => [{ retention_in_days: 90 }, { kms_key_id: keyArn }],
    replaces: () => [{ name: '/aws/lambda/web' }],
  },
  {
    type: 'aws_cloudwatch_metric_alarm',
    given: ({ topicArn }) => ({
      alarm_name: 'errors',
      comparison_operator: 'GreaterThanThreshold',
      evaluation_periods: 3,
      metric_name: 'Errors',
      namespace: 'AWS/Lambda',
      period: 60,
      statistic: 'Sum',
      threshold: 1,
      alarm_actions: [topicArn],
    }),
    updates: () => [{ threshold: 5 }],
    replaces: () => [{ alarm_name: 'failures' }],
  },
  {
    type: 'aws_sns_topic',
    given: () => ({ name: 'pages' }),
    updates: () => [{ display_name: 'Pages' }],
    replaces: () => [{ name: 'mails' }],
  },
  {
    type: 'aws_ssm_parameter',
    given: () => ({ name: '/trading/network/vpc-id', type: 'String', value: 'vpc-1' }),
    updates: () => [{ value: 'vpc-2' }, { description: 'The VPC' }],
    replaces: () => [{ name: '/trading/network/vpc' }],
  },
  {
    type: 'aws_secretsmanager_secret',
    given: ({ keyArn }) => ({ name: 'database', kms_key_id: keyArn, recovery_window_in_days: 0 }),
    updates: () => [{ description: 'Database' }],
    replaces: () => [{ name: 'db' }],
    importedAs: (state) => String(state['name']),
  },
  {
    type: 'aws_secretsmanager_secret_version',
    given: ({ secretArn }) => ({
      secret_id: secretArn,
      secret_string_wo: 'secret',
      secret_string_wo_version: 1,
    }),
    replaces: () => [{ secret_string_wo_version: 2 }],
  },
  {
    type: 'aws_dynamodb_table',
    given: ({ keyArn }) => ({
      name: 'accounts',
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'id',
      attribute: [
        { name: 'user', type: 'S' },
        { name: 'id', type: 'S' },
      ],
      global_secondary_index: [{ name: 'by-user', hash_key: 'user', projection_type: 'ALL' }],
      stream_enabled: true,
      stream_view_type: 'NEW_AND_OLD_IMAGES',
      point_in_time_recovery: [{ enabled: true }],
      server_side_encryption: [{ enabled: true, kms_key_arn: keyArn }],
    }),
    updates: () => [{ deletion_protection_enabled: true }, { point_in_time_recovery: [{ enabled: false }] }],
    replaces: () => [{ name: 'users' }, { hash_key: 'user' }, { range_key: 'user' }],
  },
  {
    type: 'aws_dynamodb_table_replica',
    given: ({ westTableArn, keyArn }) => ({
      global_table_arn: westTableArn,
      kms_key_arn: keyArn,
      point_in_time_recovery: true,
    }),
    updates: () => [{ point_in_time_recovery: false }, { deletion_protection_enabled: true }],
    replaces: ({ otherKeyArn }) => [{ kms_key_arn: otherKeyArn }],
  },
  {
    type: 'aws_db_subnet_group',
    given: ({ subnetIds }) => ({ name: 'orders', subnet_ids: subnetIds }),
    updates: () => [{ description: 'Orders' }],
    replaces: () => [{ name: 'other' }],
  },
  {
    type: 'aws_rds_global_cluster',
    given: () => ({ global_cluster_identifier: 'orders', engine: 'aurora-postgresql', engine_version: '16.6' }),
    // Its version does not go back again: the specs of RDS change it.
    updates: () => [{ deletion_protection: true }],
    replaces: () => [{ global_cluster_identifier: 'trades' }, { storage_encrypted: true }],
  },
  {
    type: 'aws_rds_cluster',
    given: ({ subnetGroup, groupId, keyArn }) => ({
      cluster_identifier: 'orders',
      engine: 'aurora-postgresql',
      engine_version: '16.6',
      database_name: 'orders',
      master_username: 'trading',
      master_password_wo: 'secret',
      master_password_wo_version: 1,
      db_subnet_group_name: subnetGroup,
      vpc_security_group_ids: [groupId],
      storage_encrypted: true,
      kms_key_id: keyArn,
      skip_final_snapshot: true,
    }),
    // Its version does not go back again, either.
    updates: () => [
      { backup_retention_period: 7 },
      { master_password_wo: 'other', master_password_wo_version: 2 },
      { deletion_protection: true },
    ],
    replaces: ({ otherKeyArn }) => [
      { engine: 'aurora-mysql' },
      { cluster_identifier: 'trades' },
      { master_username: 'other' },
      { database_name: 'other' },
      { kms_key_id: otherKeyArn },
      { storage_encrypted: false },
      { availability_zones: ['us-east-1d'] },
    ],
  },
  {
    type: 'aws_rds_cluster_instance',
    given: ({ clusterId, subnetGroup }) => ({
      identifier: 'orders-a',
      cluster_identifier: clusterId,
      engine: 'aurora-postgresql',
      instance_class: 'db.r6g.large',
      availability_zone: 'us-east-1a',
      db_subnet_group_name: subnetGroup,
    }),
    updates: () => [{ instance_class: 'db.r6g.xlarge' }, { promotion_tier: 1 }],
    replaces: () => [{ identifier: 'orders-b' }, { availability_zone: 'us-east-1b' }],
  },
  {
    type: 'aws_lambda_function',
    given: ({ roleArn, zipFile, subnetIds, groupId }) => ({
      function_name: 'api',
      role: roleArn,
      runtime: 'nodejs20.x',
      handler: 'index.handler',
      filename: zipFile,
      environment: [{ variables: { TABLE: 'orders' } }],
      vpc_config: [{ subnet_ids: subnetIds, security_group_ids: [groupId] }],
    }),
    updates: ({ otherZipFile }) => [
      { memory_size: 512 },
      { environment: [{ variables: { TABLE: 'trades' } }] },
      { filename: otherZipFile },
    ],
    replaces: () => [{ function_name: 'web' }],
  },
  {
    type: 'aws_lambda_function_url',
    given: ({ functionName }) => ({ function_name: functionName, authorization_type: 'NONE' }),
    updates: () => [{ authorization_type: 'AWS_IAM' }],
    replaces: () => [{ qualifier: 'live' }],
  },
  {
    type: 'aws_lambda_permission',
    given: ({ functionName }) => ({
      function_name: functionName,
      statement_id: 'public',
      action: 'lambda:InvokeFunctionUrl',
      principal: '*',
      function_url_auth_type: 'NONE',
    }),
    replaces: () => [{ principal: 'events.amazonaws.com' }, { statement_id: 'other' }],
    importedAs: (state) => `${String(state['function_name'])}/${String(state['statement_id'])}`,
  },
  {
    type: 'aws_route53_zone',
    given: () => ({ name: 'orders.example.com' }),
    updates: () => [{ comment: 'Orders' }],
    replaces: () => [{ name: 'trades.example.com' }],
  },
  {
    type: 'aws_route53_record',
    given: ({ zoneId, checkId }) => ({
      zone_id: zoneId,
      name: 'api',
      type: 'CNAME',
      ttl: 60,
      records: ['east.example.com'],
      set_identifier: 'east',
      health_check_id: checkId,
      failover_routing_policy: [{ type: 'PRIMARY' }],
    }),
    updates: () => [{ records: ['west.example.com'] }, { ttl: 30 }],
    replaces: () => [{ name: 'web' }, { set_identifier: 'west' }],
  },
  {
    type: 'aws_route53_health_check',
    given: () => ({
      type: 'HTTPS_STR_MATCH',
      fqdn: 'api.example.com',
      port: 443,
      resource_path: '/health',
      search_string: 'ready',
      request_interval: 10,
      regions: ['us-east-1', 'us-west-2', 'eu-west-1'],
    }),
    updates: () => [{ failure_threshold: 2 }, { regions: ['us-east-1', 'us-west-2', 'ap-southeast-1'] }],
    replaces: () => [{ request_interval: 30 }, { type: 'HTTPS', search_string: null }],
  },
];

let prerequisites: Prerequisites;
let terraform: TerraformClient;

beforeAll(() => {
  prerequisites = new Prerequisites();
  ({ terraform } = prerequisites);
});

afterAll(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

describe.each(EXAMPLES)('$type', ({ type, given, updates, replaces, importedAs }) => {
  let config: ObjectValue;
  let state: ObjectValue;

  beforeEach(() => {
    config = given(prerequisites);
    state = terraform.apply(type, config);
  });

  afterEach(() => {
    const current = terraform.refresh(type, state);
    if (current !== null) terraform.destroy(type, { ...current, deletion_protection_enabled: false });
  });

  it('is what was applied, and is planned again without a change', () => {
    expect(terraform.refresh(type, state)).toEqual(state);
    expect(terraform.changes(type, config, state)).toEqual([]);
  });

  it('is changed in place where AWS changes in place', () => {
    for (const change of updates?.(prerequisites) ?? []) {
      const changed = { ...config, ...change };

      expect([change, terraform.replacements(type, changed, state)]).toEqual([change, []]);
      expect([change, terraform.changes(type, changed, state)]).not.toEqual([change, []]);
      const updated = terraform.apply(type, changed, terraform.refresh(type, state));

      expect(updated['id']).toBe(state['id']);
      expect(terraform.refresh(type, updated)).toEqual(updated);
      expect([change, terraform.changes(type, changed, updated)]).toEqual([change, []]);
      // Back again, so that every change starts from the same.
      terraform.apply(type, config, updated);
      state = terraform.refresh(type, updated) ?? {};
    }
  });

  it('is replaced where AWS makes a new one', () => {
    for (const change of replaces?.(prerequisites) ?? []) {
      const [attribute] = Object.keys(change);

      expect(terraform.replacements(type, { ...config, ...change }, state)).toContain(attribute);
    }
  });

  it('is imported with everything that AWS gives back', () => {
    const imported = terraform.import(type, importedAs?.(state) ?? String(state['id']));

    expect(imported).toEqual({ state, diagnostics: [] });
  });

  it('is gone after its deletion, which may be repeated', () => {
    const first = terraform.destroy(type, state);
    const second = terraform.destroy(type, state);

    expect([first, second]).toEqual([[], []]);
    expect(terraform.refresh(type, state)).toBeNull();
    expect(terraform.import(type, String(state['id'])).diagnostics).toHaveLength(1);
  });
});

describe('an account opened again', () => {
  it('has every resource as it was', () => {
    const fresh = new TerraformClient();
    const { vpc, group } = networkOf(fresh);
    fresh.close();

    const again = new TerraformClient({ home: fresh.home });

    expect(again.refresh('aws_vpc', vpc)).toEqual(vpc);
    expect(again.refresh('aws_security_group', group)).toEqual(group);
    again.close();
    rmSync(fresh.home, { recursive: true, force: true });
  });
});

describe('a resource that somebody changed or removed behind Terraform', () => {
  it('shows the change, and is put right by the next apply', () => {
    const config: Record<string, Value> = { cidr_block: '10.30.0.0/16', enable_dns_support: true };
    const state = terraform.apply('aws_vpc', config);
    const record = terraform.account.find('aws_vpc', 'us-east-1', String(state['id']));
    if (record === undefined) throw new Error('no record');
    terraform.account.commit([{ put: { ...record, attributes: { ...record.attributes, enable_dns_support: false } } }]);

    expect(terraform.changes('aws_vpc', config, state)).toEqual(['enable_dns_support']);
    const mended = terraform.apply('aws_vpc', config, terraform.refresh('aws_vpc', state));

    expect(mended).toEqual(state);
  });

  it('is refused an update once it is gone', () => {
    const state = terraform.apply('aws_vpc', { cidr_block: '10.31.0.0/16' });
    terraform.destroy('aws_vpc', state);

    expect(terraform.refusal('aws_vpc', { cidr_block: '10.31.0.0/16', enable_dns_support: false }, state)?.[0]).toBe(
      `updating EC2 VPC (${String(state['id'])}): operation error EC2: ModifyVpcAttribute, https response error StatusCode: 404, api error ResourceNotFoundException: EC2 VPC ${String(state['id'])} does not exist`,
    );
  });
});
