import { rmSync } from 'node:fs';
import { UNKNOWN, type ObjectValue } from '../model/value';
import { TerraformClient, networkOf } from '../testing/terraform-client';
import type { ProviderSession } from './provider-api';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

/** A session whose provider block is as given. */
const session = (config: ObjectValue): ProviderSession => ({ config });

const nulls = (type: string, given: ObjectValue): ObjectValue => {
  const { attributes, blocks } = terraform.provider.lifecycle.schemaOf(type).block;
  return {
    ...Object.fromEntries(Object.keys(attributes).map((name) => [name, null])),
    ...Object.fromEntries(
      Object.entries(blocks).map(([name, { nesting }]) => [name, nesting === 'single' ? null : []]),
    ),
    ...given,
  };
};

describe('default tags', () => {
  const withTags = (defaultTags: Readonly<Record<string, string>>) => {
    terraform.close();
    terraform = new TerraformClient({ home: terraform.home, defaultTags });
  };

  it('are on every resource, below its own', () => {
    withTags({ environment: 'local', owner: 'platform' });

    const vpc = terraform.apply('aws_vpc', { cidr_block: '10.0.0.0/16', tags: { owner: 'network', Name: 'main' } });
    const plain = terraform.apply('aws_vpc', { cidr_block: '10.1.0.0/16' });

    expect(vpc).toMatchObject({
      tags: { owner: 'network', Name: 'main' },
      tags_all: { environment: 'local', owner: 'network', Name: 'main' },
    });
    expect(plain).toMatchObject({ tags: null, tags_all: { environment: 'local', owner: 'platform' } });
    expect(terraform.changes('aws_vpc', { cidr_block: '10.1.0.0/16' }, plain)).toEqual([]);
  });

  it('are refused with a sign that tags have not, at a creation and at a change', () => {
    const refused = [expect.stringContaining("'a#b' in the tag cost-centre"), 'tags'];
    const group = { name: 'trades' };
    withTags({ 'cost-centre': 'a#b' });
    expect(terraform.refusal('aws_cloudwatch_log_group', group)).toEqual(refused);

    withTags({ 'cost-centre': 'a' });
    const made = terraform.apply('aws_cloudwatch_log_group', group);
    withTags({ 'cost-centre': 'a#b' });
    expect(terraform.refusal('aws_cloudwatch_log_group', group, made)).toEqual(refused);
  });

  it('change what is there when they change, in place', () => {
    withTags({ environment: 'local' });
    const config = { cidr_block: '10.0.0.0/16' };
    const vpc = terraform.apply('aws_vpc', config);

    withTags({ environment: 'test' });

    expect(terraform.changes('aws_vpc', config, vpc)).toEqual(['tags_all']);
    expect(terraform.replacements('aws_vpc', config, vpc)).toEqual([]);
    expect(terraform.apply('aws_vpc', config, vpc)['tags_all']).toEqual({ environment: 'test' });
  });

  it('are unknown while a value of theirs is', () => {
    const given = nulls('aws_vpc', { cidr_block: '10.0.0.0/16' });

    const { planned } = terraform.provider.plan(
      session({ region: 'us-east-1', default_tags: [{ tags: { build: UNKNOWN } }] }),
      { type: 'aws_vpc', prior: null, proposed: given, config: given },
    );

    expect(planned?.['tags_all']).toBe(UNKNOWN);
  });
});

describe('a plan', () => {
  it('knows what is given or has a default, and nothing that AWS decides', () => {
    const { planned } = terraform.plan('aws_subnet', { vpc_id: UNKNOWN, cidr_block: '10.0.0.0/24' });

    expect(planned).toMatchObject({
      vpc_id: UNKNOWN,
      cidr_block: '10.0.0.0/24',
      map_public_ip_on_launch: false,
      availability_zone: UNKNOWN,
      id: UNKNOWN,
      arn: UNKNOWN,
      region: 'us-east-1',
      tags_all: {},
    });
  });

  it('keeps what AWS has decided', () => {
    const { vpcId } = networkOf(terraform);
    const config = { vpc_id: vpcId, cidr_block: '10.0.7.0/24' };
    const state = terraform.apply('aws_subnet', config);

    const { planned } = terraform.plan('aws_subnet', { ...config, map_public_ip_on_launch: true }, state);

    expect(planned).toEqual({ ...state, map_public_ip_on_launch: true });
  });

  it('replaces for a value that is unknown yet', () => {
    const { vpcId } = networkOf(terraform);
    const state = terraform.apply('aws_subnet', { vpc_id: vpcId, cidr_block: '10.0.7.0/24' });

    expect(terraform.replacements('aws_subnet', { vpc_id: UNKNOWN, cidr_block: '10.0.7.0/24' }, state)).toEqual([
      'vpc_id',
    ]);
  });

  it('sees no change in the order of a set, and one in the order of a list', () => {
    const { subnetIds } = networkOf(terraform);
    const group = (subnets: readonly string[]) => ({ name: 'orders', subnet_ids: subnets });
    const accelerator = (...addresses: readonly string[]) => ({ name: 'orders', ip_addresses: addresses });

    const set = terraform.apply('aws_db_subnet_group', group(subnetIds));
    const list = terraform.apply('aws_globalaccelerator_accelerator', accelerator('192.0.2.1', '192.0.2.2'));

    expect(terraform.changes('aws_db_subnet_group', group([...subnetIds].reverse()), set)).toEqual([]);
    expect(terraform.changes('aws_globalaccelerator_accelerator', accelerator('192.0.2.2', '192.0.2.1'), list)).toEqual(
      ['ip_addresses'],
    );
  });
});

describe('names that the provider gives', () => {
  it('begin with the prefix, or with its own, and differ', () => {
    const clock = () => new Date('2026-01-02T03:04:05.678Z');
    terraform.close();
    terraform = new TerraformClient({ home: terraform.home, clock });
    const trust = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole' } });

    const names = [
      terraform.apply('aws_iam_role', { name_prefix: 'api-', assume_role_policy: trust })['name'],
      terraform.apply('aws_iam_role', { name_prefix: 'api-', assume_role_policy: trust })['name'],
      terraform.apply('aws_iam_role', { assume_role_policy: trust })['name'],
    ];

    expect(names).toEqual([
      'api-20260102030405678000000001',
      'api-20260102030405678000000002',
      'terraform-20260102030405678000000003',
    ]);
  });
});

describe('validation', () => {
  it.each([
    [
      'a required argument that is missing',
      'aws_subnet',
      {},
      'Missing required argument',
      'The argument "vpc_id" is required, but no definition was found.',
      ['vpc_id'],
    ],
    [
      'a required argument of a block that is missing',
      'aws_lambda_function',
      { function_name: 'a', role: 'r', filename: 'f', vpc_config: [{ subnet_ids: ['s'] }] },
      'Missing required argument',
      'The argument "security_group_ids" is required, but no definition was found.',
      ['vpc_config', 0, 'security_group_ids'],
    ],
    [
      'a required block that is missing',
      'aws_lb_listener',
      { load_balancer_arn: 'arn' },
      'Insufficient default_action blocks',
      'At least 1 "default_action" blocks are required.',
      ['default_action'],
    ],
    [
      'a block too many',
      'aws_dynamodb_table',
      { name: 'orders', ttl: [{ enabled: true }, { enabled: false }] },
      'Too many ttl blocks',
      'No more than 1 "ttl" blocks are allowed.',
      ['ttl'],
    ],
    [
      'arguments that exclude each other',
      'aws_vpc',
      { cidr_block: '10.0.0.0/16', ipv4_netmask_length: 16 },
      'Conflicting configuration arguments',
      '"cidr_block": conflicts with ipv4_netmask_length',
      ['cidr_block'],
    ],
    [
      'none of the arguments of which one is needed',
      'aws_ssm_parameter',
      { name: '/a', type: 'String' },
      'Invalid combination of arguments',
      '"value": one of `value,value_wo,insecure_value` must be specified',
      ['value'],
    ],
    [
      'two of the arguments of which one is needed',
      'aws_route_table_association',
      { route_table_id: 'rtb', subnet_id: 's', gateway_id: 'g' },
      'Invalid combination of arguments',
      '"subnet_id": only one of `subnet_id,gateway_id` can be specified, but `subnet_id,gateway_id` were specified.',
      ['subnet_id'],
    ],
    [
      'a word that is not allowed',
      'aws_dynamodb_table',
      { name: 'orders', billing_mode: 'FREE' },
      'expected billing_mode to be one of ["PAY_PER_REQUEST" "PROVISIONED"], got FREE',
      'billing_mode is "FREE". Use one of the values named.',
      ['billing_mode'],
    ],
    [
      'a number out of range',
      'aws_lambda_function',
      { function_name: 'a', role: 'r', filename: 'f', timeout: 901 },
      'expected timeout to be in the range (1 - 900), got 901',
      'timeout is 901. Use a number in the range.',
      ['timeout'],
    ],
    [
      'a region that is none',
      'aws_vpc',
      { region: 'us-est-1' },
      'invalid AWS Region: us-est-1',
      'region is "us-est-1", expected a commercial region of AWS. Did you mean us-east-1?',
      ['region'],
    ],
  ])('names %s', (_what, type, given: ObjectValue, summary, detail, path) => {
    expect(terraform.tryApply(type, given)).toEqual({
      state: null,
      diagnostics: [{ severity: 'error', summary, detail, path }],
    });
    expect(terraform.account.size).toBe(0);
  });

  it('has nothing against values that are unknown yet', () => {
    const config = nulls('aws_lambda_function', {
      function_name: UNKNOWN,
      role: UNKNOWN,
      filename: UNKNOWN,
      timeout: UNKNOWN,
      vpc_config: UNKNOWN,
    });

    expect(terraform.provider.validate('resource', 'aws_lambda_function', config)).toEqual([]);
  });

  it('names every problem at once', () => {
    expect(
      terraform.tryApply('aws_lambda_function', { timeout: 901 }).diagnostics.map(({ summary }) => summary),
    ).toEqual([
      'Missing required argument',
      'Missing required argument',
      'Invalid combination of arguments',
      'expected timeout to be in the range (1 - 900), got 901',
    ]);
  });

  it.each([
    ['resource', 'aws_no_such_thing', 'Invalid resource type', 'resource type'],
    ['data', 'aws_no_such_thing', 'Invalid data source', 'data source'],
    ['ephemeral', 'aws_no_such_thing', 'Invalid ephemeral resource', 'ephemeral resource'],
  ] as const)('names an unknown %s', (kind, type, summary, noun) => {
    expect(terraform.provider.validate(kind, type, {})).toEqual([
      {
        severity: 'error',
        summary,
        detail: `aws_no_such_thing: the sandbox's AWS provider has no ${noun} of this name. Check the name, or raise the version of @cdktf/provider-aws.`,
      },
    ]);
  });
});

describe('a provider block', () => {
  it('is taken with any region of AWS, and without one', () => {
    expect(terraform.provider.configure({ region: 'eu-west-1' })).toEqual([]);
    expect(terraform.provider.configure({ region: UNKNOWN })).toEqual([]);
    expect(terraform.provider.configure({ allowed_account_ids: ['111111111111', UNKNOWN] })).toEqual([]);
    expect(terraform.provider.configure({})).toEqual([]);
  });

  it.each([
    [
      { region: 'eu-wset-1' },
      'invalid AWS Region: eu-wset-1',
      'region is "eu-wset-1", expected a commercial region of AWS. Did you mean eu-west-1?',
      ['region'],
    ],
    [
      { allowed_account_ids: ['111111111111'] },
      'AWS account ID not allowed: 000000000000',
      'allowed_account_ids is 111111111111, and the sandbox is account 000000000000. Deploy to the sandbox with an environment of that account, or start it with --account 111111111111.',
      ['allowed_account_ids'],
    ],
    [
      { forbidden_account_ids: ['000000000000'] },
      'AWS account ID not allowed: 000000000000',
      "forbidden_account_ids names the sandbox's account 000000000000. Start it with --account and another one.",
      ['forbidden_account_ids'],
    ],
  ])('is refused with %j', (config, summary, detail, path) => {
    expect(terraform.provider.configure(config)).toEqual([{ severity: 'error', summary, detail, path }]);
  });

  it('gives its region to what names none', () => {
    const west = new TerraformClient({ region: 'us-west-2' });

    const vpc = west.apply('aws_vpc', { cidr_block: '10.0.0.0/16' });
    const east = west.apply('aws_vpc', { cidr_block: '10.0.0.0/16', region: 'us-east-1' });

    expect([vpc['region'], east['region']]).toEqual(['us-west-2', 'us-east-1']);
    expect(vpc['arn']).toBe(`arn:aws:ec2:us-west-2:000000000000:vpc/${String(vpc['id'])}`);
    west.close();
    rmSync(west.home, { recursive: true, force: true });
  });
});

describe('a refusal', () => {
  it('says who refused, and where', () => {
    const { diagnostics, state } = terraform.tryApply('aws_subnet', { vpc_id: 'vpc-0', cidr_block: '10.0.0.0/24' });

    expect(state).toBeNull();
    expect(diagnostics).toEqual([
      {
        severity: 'error',
        summary:
          "creating EC2 Subnet: operation error EC2: CreateSubnet, https response error StatusCode: 400, api error InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist",
        detail: 'Refused by the sandbox account 000000000000 in us-east-1.',
        path: ['vpc_id'],
      },
    ]);
  });

  it('of an update leaves state and account as they were', () => {
    const key = terraform.apply('aws_kms_key', {});
    const config: ObjectValue = { name: 'alias/data', target_key_id: key['id'] ?? null };
    const state = terraform.apply('aws_kms_alias', config);

    const refused = terraform.tryApply('aws_kms_alias', { ...config, target_key_id: 'missing' }, state);

    expect(refused.state).toEqual(state);
    expect(refused.diagnostics.map(({ summary }) => summary)).toEqual([
      "updating KMS Alias (alias/data): operation error KMS: UpdateAlias, https response error StatusCode: 400, NotFoundException: Key 'missing' does not exist",
    ]);
    expect(terraform.refresh('aws_kms_alias', state)).toEqual(state);
  });
});

describe('an import', () => {
  it('names a resource of another region by id@region', () => {
    const west = terraform.apply('aws_vpc', { cidr_block: '10.0.0.0/16', region: 'us-west-2' });
    const id = String(west['id']);

    expect(terraform.import('aws_vpc', `${id}@us-west-2`)).toEqual({ state: west, diagnostics: [] });
    expect(terraform.import('aws_vpc', id)).toEqual({
      state: null,
      diagnostics: [
        {
          severity: 'error',
          summary: 'Cannot import non-existent remote object',
          detail: `aws_vpc: ${id} is not there, expected an existing EC2 VPC of account 000000000000 in us-east-1. Check the id, or import it as id@region.`,
        },
      ],
    });
  });

  it('takes what the importer of the type takes, and no other id', () => {
    const { vpcId } = networkOf(terraform);
    const table = terraform.apply('aws_route_table', { vpc_id: vpcId });
    const route = terraform.apply('aws_route', {
      route_table_id: table['id'] ?? null,
      destination_cidr_block: '0.0.0.0/0',
      gateway_id: terraform.apply('aws_internet_gateway', { vpc_id: vpcId })['id'] ?? null,
    });

    expect(terraform.import('aws_route', `${String(table['id'])}_0.0.0.0/0`).state).toEqual(route);
    expect(terraform.import('aws_route', String(route['id'])).state).toBeNull();
  });

  it('names a resource by its ARN', () => {
    const role = terraform.apply('aws_iam_role', {
      name: 'api',
      assume_role_policy: '{"Statement":{"Effect":"Allow","Action":"*"}}',
    });

    expect(terraform.import('aws_iam_role', String(role['arn'])).state).toEqual(role);
  });
});

describe('a data source', () => {
  it('says who and where one is', () => {
    expect(terraform.data('aws_caller_identity').state).toMatchObject({
      account_id: '000000000000',
      arn: 'arn:aws:iam::000000000000:user/sandbox',
    });
    expect(terraform.data('aws_region').state).toMatchObject({ region: 'us-east-1', id: 'us-east-1' });
    expect(terraform.data('aws_partition').state).toMatchObject({ partition: 'aws', dns_suffix: 'amazonaws.com' });
  });

  it('is refused where nothing is known of it', () => {
    expect(terraform.data('aws_ec2_spot_price').diagnostics).toEqual([
      {
        severity: 'error',
        summary: 'reading EC2 Spot Price: not modelled by the sandbox',
        detail:
          "aws_ec2_spot_price: the sandbox knows no resource that this data source reads, and has no definition of it. Add an entry to the service's folder in tools/aws-sandbox/src/services.",
      },
    ]);
  });
});

describe('a region that is dark', () => {
  it('answers no read, create or delete, and loses nothing', () => {
    let dark = false;
    terraform.close();
    terraform = new TerraformClient({ home: terraform.home, isDark: (region) => dark && region === 'us-east-1' });
    const given = { cidr_block: '10.0.0.0/16' };
    const vpc = terraform.apply('aws_vpc', given);
    dark = true;
    const timeout =
      /^\w+ EC2 VPC.*: operation error EC2: .*"https:\/\/ec2\.us-east-1\.amazonaws\.com\/": dial tcp: i\/o timeout$/;

    const read = terraform.provider.read(session({ region: 'us-east-1' }), 'aws_vpc', vpc);
    expect(read.diagnostics[0]?.summary).toMatch(timeout);
    expect(read.state).toEqual(vpc);
    expect(terraform.refusal('aws_vpc', given)?.[0]).toMatch(timeout);
    expect(terraform.refusalOfDestroy('aws_vpc', vpc)?.[0]).toMatch(timeout);
    expect(terraform.data('aws_vpc', {}).diagnostics[0]?.summary).toMatch(timeout);
    expect(terraform.account.list('aws_vpc')).toHaveLength(1);

    expect(terraform.apply('aws_vpc', { ...given, region: 'us-west-2' })).toMatchObject({ region: 'us-west-2' });
    dark = false;
    expect(terraform.changes('aws_vpc', given, vpc)).toEqual([]);
  });
});
