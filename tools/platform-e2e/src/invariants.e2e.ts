/** Everything synthesized is encrypted, protected and private as the literal lists say, in every environment. */
import { loadEnvironment } from '@dr/environments';
import { KEEPS_DATA, KEEPS_NOTHING, NO_PROTECTION, openingArguments, protectiveArguments } from './data-protection';
import { describeStatement, type PolicyKind, policyStatements } from './policy-statements';
import { ENVIRONMENTS, readResources, type SynthesizedResource } from './synthesized';

const addressOf = ({ state, type, name }: SynthesizedResource) => `${state}: ${type}.${name}`;

/** Addresses of the resources that break a rule, so that a failure says which. */
const breaking = (resources: readonly SynthesizedResource[], keeps: (resource: SynthesizedResource) => boolean) =>
  resources.filter((resource) => !keeps(resource)).map(addressOf);

/**
 * Every value at a path, over all blocks of a list: a block that is missing counts as undefined, unless the path says
 * with a `?` that it may be.
 */
function valuesAt({ attributes }: SynthesizedResource, path: string): readonly unknown[] {
  return path.split('.').reduce<readonly unknown[]>(
    (found, segment) => {
      const key = segment.replace('?', '');
      return found.flatMap((at) => {
        const inner = (at as Record<string, unknown> | undefined)?.[key];
        if (inner === undefined && segment.endsWith('?')) return [];
        return Array.isArray(inner) && inner.length > 0 ? inner : [inner];
      });
    },
    [attributes],
  );
}

const value = (resource: SynthesizedResource, path: string): unknown => valuesAt(resource, path)[0];

/** A key that a state of ours makes, never one of AWS's own such as `alias/aws/rds`. */
const isOurKey = (key: unknown) => /^\$\{(aws_kms_key\.\w+\.arn|local\..*-key-arn"\])\}$/.test(String(key));

/**
 * Actions that are allowed on every resource, since AWS lets them name none [Service Authorization Reference: the
 * column "Resource types" of the service's actions is empty].
 */
const ACTIONS_WITHOUT_RESOURCES = [
  'cloudwatch:GetMetricData',
  'cloudwatch:PutMetricData',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ecr:GetAuthorizationToken',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

/**
 * Actions on the interfaces of a function in a VPC. AWS lets them name interfaces, but Lambda makes and names those
 * itself, and asks for the actions on all of them [AWS Lambda Developer Guide, "Giving Lambda functions access to
 * resources in an Amazon VPC"; managed policy AWSLambdaVPCAccessExecutionRole].
 */
const ACTIONS_ON_INTERFACES_OF_LAMBDA = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:UnassignPrivateIpAddresses',
];

/** All that policies of resources allow. In a key's policy `*` is that key, and `kms:*` for the account AWS's default. */
const RESOURCE_POLICIES = [
  'aws_cloudwatch_log_resource_policy: Service:route53.amazonaws.com | logs:CreateLogStream logs:PutLogEvents | on <reference>:* | if ArnLike aws:SourceArn=arn:aws:route53:::hostedzone/* and StringEquals aws:SourceAccount=<account>',
  'aws_kms_key: AWS:arn:aws:iam::<account>:root | kms:* | on *',
  'aws_kms_key: Service:backup.amazonaws.com | kms:Encrypt kms:Decrypt kms:ReEncrypt* kms:GenerateDataKey* kms:DescribeKey | on * | if StringEquals aws:SourceAccount=<account>',
  'aws_kms_key: Service:cloudwatch.amazonaws.com | kms:Encrypt kms:Decrypt kms:ReEncrypt* kms:GenerateDataKey* kms:DescribeKey | on * | if StringEquals aws:SourceAccount=<account>',
  'aws_kms_key: Service:events.rds.amazonaws.com | kms:GenerateDataKey* kms:Decrypt | on * | if StringEquals aws:SourceAccount=<account>',
  'aws_kms_key: Service:logs.<region>.amazonaws.com | kms:Encrypt kms:Decrypt kms:ReEncrypt* kms:GenerateDataKey* kms:DescribeKey | on * | if ArnLike kms:EncryptionContext:aws:logs:arn=arn:aws:logs:<region>:<account>:*',
  'aws_s3_bucket_policy: Service:logdelivery.elasticloadbalancing.amazonaws.com | s3:PutObject | on <reference>/AWSLogs/<account>/*',
  'aws_sns_topic_policy: Service:cloudwatch.amazonaws.com | sns:Publish | on <reference> | if StringEquals aws:SourceAccount=<account>',
  'aws_sns_topic_policy: Service:events.rds.amazonaws.com | sns:Publish | on <reference> | if StringEquals aws:SourceAccount=<account>',
  // An endpoint's policy gives nothing, but narrows what the network may ask for.
  'aws_vpc_endpoint: * | * | on * | if StringEquals aws:PrincipalAccount=<account>',
  'aws_vpc_endpoint: * | s3:GetObject | on arn:aws:s3:::prod-<region>-starport-layer-bucket/*',
];

/** All that may assume a role. */
const TRUST_POLICIES = [
  'aws_iam_role: Service:backup.amazonaws.com | sts:AssumeRole | on itself',
  'aws_iam_role: Service:ecs-tasks.amazonaws.com | sts:AssumeRole | on itself | if ArnLike aws:SourceArn=arn:aws:ecs:<region>:<account>:* and StringEquals aws:SourceAccount=<account>',
  'aws_iam_role: Service:lambda.amazonaws.com | sts:AssumeRole | on itself',
  'aws_iam_role: Service:s3.amazonaws.com | sts:AssumeRole | on itself',
  'aws_iam_role: Service:vpc-flow-logs.amazonaws.com | sts:AssumeRole | on itself | if ArnLike aws:SourceArn=arn:aws:ec2:<region>:<account>:vpc-flow-log/* and StringEquals aws:SourceAccount=<account>',
];

/** All that the internet reaches, or that reaches the internet by an address of its own, in each region. */
const PUBLIC_THINGS = [
  'aws_lambda_function_url.HealthCheck_Url without authorization',
  'aws_lambda_permission.HealthCheck_AllowInvokeByUrl for everyone to lambda:InvokeFunction, by the function URL only',
  'aws_lambda_permission.HealthCheck_AllowUrl for everyone to lambda:InvokeFunctionUrl',
  'aws_lb.LoadBalancer',
  'aws_subnet.Vpc_PublicSubnetA',
  'aws_subnet.Vpc_PublicSubnetB',
  'aws_subnet.Vpc_PublicSubnetC',
  'aws_vpc_security_group_ingress_rule.LoadBalancer_HttpFromAnywhere at tcp 80-80',
  'aws_vpc_security_group_ingress_rule.LoadBalancer_HttpsFromAnywhere at tcp 443-443',
];

/** Arguments that may open something to the internet, all of which the tests of public things look at. */
const OPENING_ARGUMENTS = [
  'aws_cloudwatch_event_target.assign_public_ip',
  'aws_ecs_service.assign_public_ip',
  'aws_eip.public_ipv4_pool',
  'aws_lambda_function_url.authorization_type',
  'aws_lambda_permission.principal',
  'aws_lb.internal',
  'aws_rds_cluster_instance.publicly_accessible',
  'aws_s3_bucket_public_access_block.block_public_acls',
  'aws_s3_bucket_public_access_block.block_public_policy',
  'aws_s3_bucket_public_access_block.ignore_public_acls',
  'aws_s3_bucket_public_access_block.restrict_public_buckets',
  'aws_subnet.map_public_ip_on_launch',
];

/** Types that must be there in each serving region, and what counts as the same thing in the other one. */
const STATEFUL = ['aws_rds_cluster', 'aws_dynamodb_table', 'aws_secretsmanager_secret'];

/** Paths of every argument of a resource that says `true` to being public: `network_configuration.assign_public_ip`. */
function publicSettings(at: unknown, path: readonly string[] = []): readonly string[] {
  if (at === true)
    return /public/.test(path.at(-1) ?? '') && !/^(block|ignore|restrict)_/.test(path.at(-1) ?? '')
      ? [path.join('.')]
      : [];
  if (typeof at !== 'object' || at === null) return [];
  return Object.entries(at).flatMap(([key, inner]) => publicSettings(inner, Array.isArray(at) ? path : [...path, key]));
}

const isAnywhere = (block: unknown) => ['0.0.0.0/0', '::/0'].includes(String(block));

/** Name without the hash that CDKTF puts at its end. */
const nameOf = ({ type, name }: SynthesizedResource) => `${type}.${name.replace(/_[0-9A-F]{8}$/, '')}`;

describe.each(ENVIRONMENTS)('everything synthesized for %s', (environment) => {
  const { platform, regions } = loadEnvironment(environment);
  const [primary, standby] = [regions.primary.name, regions.standby.name];
  const all = () => readResources(environment);
  const types = () => [...new Set(all().map(({ type }) => type))].sort();
  /** Resources of some types; a rule about fewer than there are at least would hold for nothing. */
  const ofTypes = (wanted: readonly string[], least = 1) => {
    const found = all().filter(({ type }) => wanted.includes(type));
    if (found.length < least)
      throw new Error(`${wanted.join(', ')}: found ${found.length}, expected at least ${least}.`);
    return found;
  };
  const statements = (kind: PolicyKind, least: number) => {
    const found = all()
      .flatMap(policyStatements)
      .filter((statement) => statement.kind === kind);
    if (found.length < least)
      throw new Error(`${kind} policies: found ${found.length} statements, expected at least ${least}.`);
    return found;
  };
  const isProduction = environment === 'prod';

  it('is of types that each are said to keep data, with how it is protected, or to keep nothing', () => {
    const said = [...Object.keys(KEEPS_DATA), ...KEEPS_NOTHING];

    expect(types().filter((type) => !said.includes(type))).toEqual([]);
    expect(said).toHaveLength(new Set(said).size);
  });

  it('has no argument that may protect data, and none that may be public, that these tests do not look at', () => {
    const looked = Object.entries(KEEPS_DATA).flatMap(([type, { protection }]) =>
      Object.keys(protection).flatMap((path) => path.split('.').map((name) => `${type}.${name.replace('?', '')}`)),
    );
    const protective = protectiveArguments(types());
    const opening = openingArguments(types());

    expect(protective.length).toBeGreaterThan(40);
    expect(protective.filter((one) => !looked.includes(one) && !NO_PROTECTION.includes(one))).toEqual([]);
    expect(opening).toEqual(OPENING_ARGUMENTS);
  });

  it('is encrypted with a key of ours where it keeps data', () => {
    const keyed = Object.entries(KEEPS_DATA).filter(([, { key }]) => key !== null);
    const keeping = ofTypes(
      keyed.map(([type]) => type),
      30,
    );

    expect(keyed.flatMap(([type]) => ofTypes([type]))).toHaveLength(keeping.length);
    expect(breaking(keeping, (one) => valuesAt(one, KEEPS_DATA[one.type]?.key as string).every(isOurKey))).toEqual([]);
    expect(
      breaking(
        ofTypes(['aws_rds_cluster', 'aws_rds_global_cluster'], 3),
        (one) => value(one, 'storage_encrypted') === true,
      ),
    ).toEqual([]);
    expect(
      breaking(ofTypes(['aws_dynamodb_table'], 2), (one) => valuesAt(one, 'replica?.kms_key_arn').every(isOurKey)),
    ).toEqual([]);
    expect(
      breaking(ofTypes(['aws_secretsmanager_secret']), (one) => valuesAt(one, 'replica.kms_key_id').every(isOurKey)),
    ).toEqual([]);
  });

  it('is encrypted with a key of ours in every bucket, but for access logs, which support no other than that of S3', () => {
    const buckets = ofTypes(['aws_s3_bucket_server_side_encryption_configuration']);
    const byDefault = 'rule.apply_server_side_encryption_by_default';
    const ours = buckets.filter((bucket) => !bucket.name.startsWith('AccessLogs'));

    expect(buckets.length).toBe(ofTypes(['aws_s3_bucket']).length);
    expect(ours.length).toBe(2);
    expect(breaking(ours, (bucket) => isOurKey(value(bucket, `${byDefault}.kms_master_key_id`)))).toEqual([]);
  });

  it('closes every bucket to the public', () => {
    const blocks = ofTypes(['aws_s3_bucket_public_access_block'], 4);
    const closed = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];
    const isBlocked = ({ state, name }: SynthesizedResource) =>
      blocks.some((block) => block.state === state && value(block, 'bucket') === `\${aws_s3_bucket.${name}.bucket}`);

    expect(breaking(ofTypes(['aws_s3_bucket'], 4), isBlocked)).toEqual([]);
    expect(breaking(blocks, (block) => closed.every((argument) => value(block, argument) === true))).toEqual([]);
  });

  it('rotates its keys', () => {
    expect(breaking(ofTypes(['aws_kms_key'], 20), (key) => value(key, 'enable_key_rotation') === true)).toEqual([]);
  });

  it('has a load balancer, its subnets and the functions of the release before as its only public things', () => {
    const gatewayRoutes = [
      ...ofTypes(['aws_route'], 16).map((route) => [route, route.attributes] as const),
      ...ofTypes(['aws_route_table'], 10).flatMap((table) =>
        valuesAt(table, 'route?').map((route) => [table, route as SynthesizedResource['attributes']] as const),
      ),
    ].filter(([, { gateway_id }]) => String(gateway_id).includes('internet_gateway'));
    const publicTables = gatewayRoutes.map(([{ state, type, name }, route]) =>
      type === 'aws_route' ? `${state} ${route['route_table_id']}` : `${state} \${aws_route_table.${name}.id}`,
    );
    const publicSubnets = ofTypes(['aws_route_table_association'], 18)
      .filter((one) => publicTables.includes(`${one.state} ${value(one, 'route_table_id')}`))
      .map((one) => `${one.state} ${value(one, 'subnet_id')}`);
    const openPorts = (
      rule: SynthesizedResource,
      { from_port, to_port, ip_protocol, protocol }: Record<string, unknown>,
    ) => `${nameOf(rule)} at ${ip_protocol ?? protocol} ${from_port}-${to_port}`;
    const publicThingsOf = (resource: SynthesizedResource): readonly string[] => {
      const { type, name, state, attributes } = resource;
      switch (type) {
        case 'aws_lb':
          return value(resource, 'internal') === true ? [] : [nameOf(resource)];
        case 'aws_lambda_function_url':
          return value(resource, 'authorization_type') === 'AWS_IAM'
            ? []
            : [`${nameOf(resource)} without authorization`];
        case 'aws_lambda_permission': {
          if (value(resource, 'principal') !== '*') return [];
          const limit = value(resource, 'invoked_via_function_url') === true ? ', by the function URL only' : '';
          return [`${nameOf(resource)} for everyone to ${value(resource, 'action')}${limit}`];
        }
        case 'aws_subnet':
          return publicSubnets.includes(`${state} \${aws_subnet.${name}.id}`) ? [nameOf(resource)] : [];
        case 'aws_vpc_security_group_ingress_rule':
        case 'aws_security_group_rule': {
          const blocks = ['cidr_ipv4', 'cidr_ipv6', 'cidr_blocks', 'ipv6_cidr_blocks'];
          const isOpen = blocks.some((argument) => valuesAt(resource, argument).some(isAnywhere));
          return isOpen && attributes['type'] !== 'egress' ? [openPorts(resource, attributes)] : [];
        }
        case 'aws_security_group':
        case 'aws_default_security_group':
          return valuesAt(resource, 'ingress?').map((rule) => openPorts(resource, rule as Record<string, unknown>));
        default:
          return [];
      }
    };
    const byRegion = (region: string) => PUBLIC_THINGS.map((thing) => `${region}: ${thing}`);

    expect(
      all()
        .flatMap((resource) => publicThingsOf(resource).map((thing) => `${resource.region}: ${thing}`))
        .sort(),
    ).toEqual([primary, standby].sort().flatMap(byRegion));
  });

  it("opens one port to a list of addresses that AWS keeps, Route 53's checkers, and nothing to another one", () => {
    const lists = ['prefix_list_id', 'prefix_list_ids'];
    const opened = all().filter((one) => lists.some((argument) => valuesAt(one, argument).some((list) => list)));
    const inline = ofTypes(['aws_default_security_group', 'aws_security_group'], 8).filter((group) =>
      valuesAt(group, 'ingress?').some((rule) => JSON.stringify(rule).includes('pl-')),
    );

    expect(inline).toEqual([]);
    expect(
      opened.map((one) => `${one.region}: ${nameOf(one)} at ${value(one, 'from_port')}-${value(one, 'to_port')}`),
    ).toEqual(
      [primary, standby].map(
        (region) => `${region}: aws_vpc_security_group_ingress_rule.LoadBalancer_FromCheckers at 8443-8443`,
      ),
    );
    expect(opened.map((one) => value(one, 'prefix_list_id'))).toEqual([
      '${data.aws_ec2_managed_prefix_list.Checkers.id}',
      '${data.aws_ec2_managed_prefix_list.Checkers.id}',
    ]);
    // The functions that listen for a load balancer have no URL.
    const urls = ofTypes(['aws_lambda_function_url'], 2).map((url) => String(value(url, 'function_name')));
    expect(urls.filter((name) => name.includes('.RegionCheck_'))).toEqual([]);
  });

  it('gives an address of the internet to its NAT gateways only', () => {
    const addresses = ofTypes(['aws_eip'], 2);
    const gateways = ofTypes(['aws_nat_gateway'], 2);
    const isOfGateway = ({ state, name }: SynthesizedResource) =>
      gateways.some((one) => one.state === state && value(one, 'allocation_id') === `\${aws_eip.${name}.id}`);

    expect(breaking(addresses, isOfGateway)).toEqual([]);
    expect(all().flatMap((one) => publicSettings(one.attributes).map((path) => `${addressOf(one)}.${path}`))).toEqual(
      [],
    );
    expect(
      breaking(ofTypes(['aws_rds_cluster_instance'], 4), (one) => value(one, 'publicly_accessible') === false),
    ).toEqual([]);
    expect(breaking(ofTypes(['aws_subnet'], 18), (one) => value(one, 'map_public_ip_on_launch') === false)).toEqual([]);
    expect(
      breaking(
        ofTypes(['aws_ecs_service'], 2),
        (one) => value(one, 'network_configuration.assign_public_ip') === false,
      ),
    ).toEqual([]);
  });

  it('lets a service of AWS invoke a function only for one resource that it names', () => {
    const ofServices = ofTypes(['aws_lambda_permission'], 6).filter((one) => value(one, 'principal') !== '*');

    expect(ofServices.length).toBeGreaterThanOrEqual(2);
    expect(breaking(ofServices, (one) => /^\$\{[^*]+\}$/.test(String(value(one, 'source_arn'))))).toEqual([]);
  });

  it('gives by policies of resources what is listed, to whom, and under which conditions', () => {
    const allowed = statements('resource', 40).filter(({ effect }) => effect === 'Allow');

    expect([...new Set(allowed.map(describeStatement))].sort()).toEqual(RESOURCE_POLICIES);
  });

  it('lets nobody assume a role but the services that are listed', () => {
    const trusted = statements('trust', 13);

    expect([...new Set(trusted.map(describeStatement))].sort()).toEqual(TRUST_POLICIES);
  });

  it('gives nobody a wildcard action, nor an action on all resources but those that AWS lets name none', () => {
    const allowed = statements('identity', 30).filter(({ effect }) => effect === 'Allow');
    const isWide = (resource: string) =>
      /^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:\*)$/.test(resource) || /^arn:[^/]*\*/.test(resource);
    const onAll = allowed.filter(({ resources }) => resources.some(isWide)).flatMap(({ actions }) => actions);
    const all = allowed.flatMap(({ actions }) => actions);

    expect(all.length).toBeGreaterThan(60);
    expect(allowed.filter(({ inverted }) => inverted.length > 0).map(describeStatement)).toEqual([]);
    expect(all.filter((action) => action.includes('*'))).toEqual([]);
    expect([...new Set(onAll)].sort()).toEqual(
      [...ACTIONS_WITHOUT_RESOURCES, ...ACTIONS_ON_INTERFACES_OF_LAMBDA].sort(),
    );
    const putting = allowed.filter(({ actions }) => actions.includes('cloudwatch:PutMetricData'));
    expect(putting.map(({ actions, conditions }) => [actions, conditions])).toEqual(
      [primary, standby].map(() => [
        ['cloudwatch:PutMetricData'],
        [`StringEquals aws:RequestedRegion=${regions.witness}`, 'StringEquals cloudwatch:namespace=Recovery'],
      ]),
    );
    expect(ofTypes(['aws_iam_role_policy_attachment'], 2).map((one) => value(one, 'policy_arn'))).toEqual(
      [primary, standby].map(() => 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup'),
    );
    expect(breaking(ofTypes(['aws_iam_role'], 13), (role) => value(role, 'managed_policy_arns') === undefined)).toEqual(
      [],
    );
  });

  it('describes its security groups and every rule of them', () => {
    const groups = ofTypes(
      ['aws_security_group', 'aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule'],
      24,
    );

    expect(breaking(groups, (group) => String(value(group, 'description') ?? '').length > 5)).toEqual([]);
  });

  it('forgets its logs after a time', () => {
    expect(
      breaking(ofTypes(['aws_cloudwatch_log_group'], 14), (group) => Number(value(group, 'retention_in_days')) > 0),
    ).toEqual([]);
  });

  it('has no alarm that tells nobody', () => {
    const alarms = ofTypes(['aws_cloudwatch_metric_alarm', 'aws_cloudwatch_composite_alarm'], 50);

    expect(
      breaking(
        alarms,
        (alarm) => value(alarm, 'alarm_actions') !== undefined && value(alarm, 'actions_enabled') !== false,
      ),
    ).toEqual([]);
  });

  it('protects what keeps data from deletion as the environment says', () => {
    const found = Object.entries(KEEPS_DATA).flatMap(([type, { protection }]) =>
      all()
        .filter((one) => one.type === type)
        .flatMap((one) =>
          Object.entries(protection).flatMap(([path, wanted]) =>
            valuesAt(one, path).map((got) => ({
              argument: `${addressOf(one)}.${path}`,
              got,
              wanted: wanted[isProduction ? 0 : 1],
            })),
          ),
        ),
    );

    expect(found.length).toBeGreaterThan(100);
    expect(found.map(({ argument, got }) => [argument, got])).toEqual(
      found.map(({ argument, wanted }) => [argument, wanted]),
    );
  });

  it('locks every backup vault in production, and keeps versions of every audit record', () => {
    const vaults = ofTypes(['aws_backup_vault'], 2);
    const locks = all().filter(({ type }) => type === 'aws_backup_vault_lock_configuration');
    const audits = ofTypes(['aws_s3_bucket'], 4).filter(({ name }) => !name.startsWith('AccessLogs'));
    const versions = ofTypes(['aws_s3_bucket_versioning'], 2);
    const named =
      (others: readonly SynthesizedResource[], argument: string, reference: (name: string) => string) =>
      (one: SynthesizedResource) =>
        others.some((other) => other.state === one.state && value(other, argument) === reference(one.name));

    expect(
      breaking(
        vaults,
        named(locks, 'backup_vault_name', (name) => `\${aws_backup_vault.${name}.name}`),
      ),
    ).toEqual(isProduction ? [] : vaults.map(addressOf));
    expect(audits).toHaveLength(2);
    expect(
      breaking(
        audits,
        named(versions, 'bucket', (name) => `\${aws_s3_bucket.${name}.bucket}`),
      ),
    ).toEqual([]);
  });

  it('has a counterpart of everything stateful in the other region', () => {
    const clusters = ofTypes(['aws_rds_cluster']).map(({ region }) => region);
    const tables = ofTypes(['aws_dynamodb_table']);
    const replicas = ofTypes(['aws_dynamodb_table_replica']).length;
    const withReplica = tables.filter((table) => value(table, 'replica') !== undefined).length;

    expect(STATEFUL.every((type) => ofTypes([type]).length > 0)).toBe(true);
    expect(clusters.sort()).toEqual([primary, standby].sort());
    expect(replicas + withReplica).toBe(tables.length);
    expect(
      breaking(ofTypes(['aws_secretsmanager_secret']), (secret) => value(secret, 'replica.region') === standby),
    ).toEqual([]);
  });

  it('sends backups and audit records from each region to the other', () => {
    const regionsOf = (type: string) =>
      ofTypes([type])
        .map(({ region }) => region)
        .sort();

    for (const type of ['aws_backup_vault', 'aws_backup_plan', 'aws_s3_bucket_replication_configuration']) {
      expect(regionsOf(type)).toEqual([primary, standby].sort());
    }
    expect(
      breaking(ofTypes(['aws_backup_plan']), (plan) =>
        valuesAt(plan, 'rule.copy_action.destination_vault_arn').every((arn) => arn !== undefined),
      ),
    ).toEqual([]);
  });

  it('names no identifier of another state as a literal', () => {
    const ids = /\b(vpc|subnet|sg|rtb|igw|nat|eni|acl|pcx)-[0-9a-f]{8,17}\b/;
    const joined = ofTypes(['aws_rds_cluster']).find(({ region }) => region === standby);

    expect(all().length).toBeGreaterThan(350);
    expect(breaking(all(), ({ attributes }) => !ids.test(JSON.stringify(attributes)))).toEqual([]);
    // The fault that is made most often: the standby must join by what the primary published.
    expect(joined && value(joined, 'global_cluster_identifier')).toBe(
      `\${local.database-${primary}["/${platform}/${environment}/${primary}/database/global-cluster-identifier"]}`,
    );
  });
});
