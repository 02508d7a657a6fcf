import { ENVIRONMENTS, readResources, type SynthesizedResource, synthesize } from './synthesized';

beforeAll(async () => {
  for (const environment of ENVIRONMENTS) await synthesize(environment);
});

/** Names of the resources that break a rule, so that a failure says which. */
const breaking = (resources: readonly SynthesizedResource[], keeps: (resource: SynthesizedResource) => boolean) =>
  resources.filter((resource) => !keeps(resource)).map(({ state, type, name }) => `${state}: ${type}.${name}`);

const value = ({ attributes }: SynthesizedResource, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => {
    const inner = Array.isArray(at) ? at[0] : at;
    return (inner as Record<string, unknown> | undefined)?.[key];
  }, attributes);

/** Where each type that keeps data names its key. */
const KEY_ARGUMENTS: Readonly<Record<string, string>> = {
  aws_rds_cluster: 'kms_key_id',
  aws_dynamodb_table: 'server_side_encryption.kms_key_arn',
  aws_dynamodb_table_replica: 'kms_key_arn',
  aws_secretsmanager_secret: 'kms_key_id',
  aws_sns_topic: 'kms_master_key_id',
  aws_sqs_queue: 'kms_master_key_id',
  aws_backup_vault: 'kms_key_arn',
  aws_ecr_repository: 'encryption_configuration.kms_key',
};

/** What each stateful type says when it refuses to be deleted. */
const PROTECTIONS: Readonly<Record<string, string>> = {
  aws_rds_global_cluster: 'deletion_protection',
  aws_rds_cluster: 'deletion_protection',
  aws_dynamodb_table: 'deletion_protection_enabled',
  aws_dynamodb_table_replica: 'deletion_protection_enabled',
  aws_lb: 'enable_deletion_protection',
};

/** Types that must be there in each serving region, and what counts as the same thing in the other one. */
const STATEFUL = ['aws_rds_cluster', 'aws_dynamodb_table', 'aws_secretsmanager_secret'];

describe.each(ENVIRONMENTS)('everything synthesized for %s', (environment) => {
  const all = () => readResources(environment);
  const ofTypes = (types: readonly string[]) => all().filter(({ type }) => types.includes(type));
  const statementsOf = (resource: SynthesizedResource): readonly Record<string, unknown>[] =>
    ['policy', 'assume_role_policy', 'inline_policy', 'access_policy'].flatMap((argument) => {
      const document = resource.attributes[argument];
      if (typeof document !== 'string' || !document.startsWith('{')) return [];
      // What Terraform fills in has quotes of its own.
      const text = document.replace(/\$\{[^}]*\}/g, 'filled-in');
      return (JSON.parse(text) as { Statement: readonly Record<string, unknown>[] }).Statement;
    });

  it('is encrypted with a key of ours where it keeps data', () => {
    const keeping = ofTypes(Object.keys(KEY_ARGUMENTS));

    expect(keeping.length).toBeGreaterThan(5);
    expect(
      breaking(keeping, (resource) => value(resource, KEY_ARGUMENTS[resource.type] as string) !== undefined),
    ).toEqual([]);
  });

  it('is encrypted with a key of ours in every bucket, but for access logs, which support no other than that of S3', () => {
    const buckets = ofTypes(['aws_s3_bucket_server_side_encryption_configuration']);
    const byDefault = 'rule.apply_server_side_encryption_by_default';
    const ours = buckets.filter((bucket) => !bucket.name.startsWith('AccessLogs'));

    expect(buckets.length).toBe(ofTypes(['aws_s3_bucket']).length);
    expect(ours.length).toBe(2);
    expect(breaking(ours, (bucket) => value(bucket, `${byDefault}.kms_master_key_id`) !== undefined)).toEqual([]);
  });

  it('closes every bucket to the public', () => {
    const blocks = ofTypes(['aws_s3_bucket_public_access_block']);
    const closed = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];

    expect(blocks.length).toBe(ofTypes(['aws_s3_bucket']).length);
    expect(breaking(blocks, (block) => closed.every((argument) => value(block, argument) === true))).toEqual([]);
  });

  it('rotates its keys', () => {
    expect(breaking(ofTypes(['aws_kms_key']), (key) => value(key, 'enable_key_rotation') === true)).toEqual([]);
  });

  it('has a load balancer, its subnets and the functions that Route 53 asks as its only public things', () => {
    const publicSubnets = ofTypes(['aws_subnet']).filter((subnet) => value(subnet, 'map_public_ip_on_launch') === true);
    const openIngress = ofTypes(['aws_vpc_security_group_ingress_rule', 'aws_security_group_rule']).filter((rule) =>
      ['0.0.0.0/0', '::/0'].includes(String(value(rule, 'cidr_ipv4') ?? value(rule, 'cidr_ipv6'))),
    );

    expect(breaking(publicSubnets, () => false)).toEqual([]);
    expect(openIngress.map((rule) => [rule.name.includes('LoadBalancer'), value(rule, 'from_port')]).sort()).toEqual([
      [true, 443],
      [true, 443],
      [true, 80],
      [true, 80],
    ]);
    expect(
      breaking(ofTypes(['aws_rds_cluster_instance']), (one) => value(one, 'publicly_accessible') !== true),
    ).toEqual([]);
  });

  it('gives nobody a wildcard action on a wildcard resource', () => {
    const policies = ofTypes(['aws_iam_role_policy', 'aws_iam_policy']);
    const isWide = ({ Effect, Action, Resource }: Record<string, unknown>) =>
      Effect === 'Allow' &&
      [Action].flat().some((action) => String(action).includes('*')) &&
      [Resource].flat().includes('*');

    expect(policies.length).toBeGreaterThan(0);
    expect(breaking(policies, (policy) => !statementsOf(policy).some(isWide))).toEqual([]);
    expect(
      breaking(
        ofTypes(['aws_iam_role_policy_attachment']),
        (one) => !String(value(one, 'policy_arn')).includes('Administrator'),
      ),
    ).toEqual([]);
  });

  it('describes its security groups and every rule of them', () => {
    const groups = ofTypes([
      'aws_security_group',
      'aws_vpc_security_group_ingress_rule',
      'aws_vpc_security_group_egress_rule',
    ]);

    expect(breaking(groups, (group) => String(value(group, 'description') ?? '').length > 5)).toEqual([]);
  });

  it('forgets its logs after a time', () => {
    expect(
      breaking(ofTypes(['aws_cloudwatch_log_group']), (group) => Number(value(group, 'retention_in_days')) > 0),
    ).toEqual([]);
  });

  it('has no alarm that tells nobody', () => {
    const alarms = ofTypes(['aws_cloudwatch_metric_alarm', 'aws_cloudwatch_composite_alarm']);

    expect(
      breaking(alarms, (alarm) => ((value(alarm, 'alarm_actions') as unknown[] | undefined) ?? []).length > 0),
    ).toEqual([]);
  });

  it('protects what keeps data from deletion as the environment says', () => {
    const expected = environment === 'prod';

    expect(
      breaking(ofTypes(Object.keys(PROTECTIONS)), (one) => value(one, PROTECTIONS[one.type] as string) === expected),
    ).toEqual([]);
  });

  it('has a counterpart of everything stateful in the other region', () => {
    const clusters = ofTypes(['aws_rds_cluster']).map(({ region }) => region);
    const tables = ofTypes(['aws_dynamodb_table']);
    const replicas = ofTypes(['aws_dynamodb_table_replica']).length;
    const withReplica = tables.filter((table) => value(table, 'replica') !== undefined).length;

    expect(STATEFUL.every((type) => ofTypes([type]).length > 0)).toBe(true);
    expect(clusters.sort()).toEqual(['us-east-1', 'us-west-2']);
    expect(replicas + withReplica).toBe(tables.length);
    expect(
      breaking(ofTypes(['aws_secretsmanager_secret']), (secret) => value(secret, 'replica') !== undefined),
    ).toEqual([]);
  });

  it('sends backups and audit records from each region to the other', () => {
    const regionsOf = (type: string) =>
      ofTypes([type])
        .map(({ region }) => region)
        .sort();

    for (const type of ['aws_backup_vault', 'aws_backup_plan', 'aws_s3_bucket_replication_configuration']) {
      expect(regionsOf(type)).toEqual(['us-east-1', 'us-west-2']);
    }
    expect(
      breaking(
        ofTypes(['aws_backup_plan']),
        (plan) => value(plan, 'rule.copy_action.destination_vault_arn') !== undefined,
      ),
    ).toEqual([]);
  });

  it('names no identifier of another state as a literal', () => {
    const ids = /\b(vpc|subnet|sg|rtb|igw|nat|eni|acl|pcx)-[0-9a-f]{8,17}\b/;
    const standby = ofTypes(['aws_rds_cluster']).find(({ region }) => region === 'us-west-2');

    expect(breaking(all(), ({ attributes }) => !ids.test(JSON.stringify(attributes)))).toEqual([]);
    // The fault that is made most often: the standby must join by what the primary published.
    expect(standby && value(standby, 'global_cluster_identifier')).toBe(
      `\${local.database-us-east-1["/dr/${environment}/us-east-1/database/global-cluster-identifier"]}`,
    );
  });
});
