import { rmSync } from 'node:fs';
import { ServiceCatalog } from '../model/catalog';
import type { AttributeType, Block } from '../model/schema';
import { filtersOf } from '../model/search';
import type { ObjectValue, Value } from '../model/value';
import { installedSchemas } from '../schema/installed-schemas';
import * as services from '../services';
import { TerraformClient, networkOf } from '../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient({ defaultTags: { team: 'trading' } });
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const filter = (name: string, ...values: readonly string[]): ObjectValue => ({ name, values });
const summaryOf = (type: string, given: ObjectValue) => terraform.data(type, given).diagnostics[0]?.summary;
const idOf = (type: string, given: ObjectValue): Value => {
  const { state, diagnostics } = terraform.data(type, given);
  if (state === null) throw new Error(diagnostics[0]?.summary);
  return state['id'] ?? null;
};

describe('a filter of EC2', () => {
  let ids: Readonly<Record<string, string>>;

  beforeEach(() => {
    const { vpcId, subnetIds, groupId } = networkOf(terraform);
    const other = terraform.apply('aws_vpc', { cidr_block: '10.1.0.0/16', tags: { Name: 'other', 'Cost*': 'a' } });
    const table = terraform.apply('aws_route_table', { vpc_id: vpcId });
    const association = terraform.apply('aws_route_table_association', {
      route_table_id: table['id'] ?? null,
      subnet_id: subnetIds[0] ?? null,
    });
    const gateway = terraform.apply('aws_internet_gateway', { vpc_id: vpcId });
    const address = terraform.apply('aws_eip', {});
    const nat = terraform.apply('aws_nat_gateway', {
      allocation_id: address['id'] ?? null,
      subnet_id: subnetIds[0] ?? null,
    });
    const endpoint = terraform.apply('aws_vpc_endpoint', {
      vpc_id: vpcId,
      service_name: 'com.amazonaws.us-east-1.s3',
    });
    const peering = terraform.apply('aws_vpc_peering_connection', {
      vpc_id: vpcId,
      peer_vpc_id: other['id'] ?? null,
      auto_accept: true,
    });
    const made = { other, table, association, gateway, address, nat, endpoint, peering };
    ids = {
      vpc: vpcId,
      a: subnetIds[0] ?? '',
      b: subnetIds[1] ?? '',
      group: groupId,
      ...Object.fromEntries(Object.entries(made).map(([name, { id }]) => [name, String(id)])),
    };
  });

  /** `{vpc}` and the like stand for identifiers. */
  const withIds = (values: readonly string[]) =>
    values.map((value) => value.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? ''));

  it.each<[string, string, string, readonly string[]]>([
    ['aws_vpc', 'other', 'cidr', ['10.1.0.0/16']],
    ['aws_vpc', 'other', 'cidr-block-association.cidr-block', ['10.1.*']],
    ['aws_vpc', 'other', 'vpc-id', ['{other}']],
    ['aws_vpc', 'other', 'tag:Name', ['other']],
    ['aws_vpc', 'other', 'tag:Name', ['none', 'o?her']],
    ['aws_vpc', 'other', 'tag:Cost*', ['a']],
    ['aws_vpc', 'other', 'tag-key', ['Name']],
    ['aws_vpc', 'other', 'tag-key', ['Cost\\*']],
    ['aws_subnet', 'b', 'availability-zone', ['us-east-1b']],
    ['aws_subnet', 'b', 'availability-zone-id', ['use1-az2']],
    ['aws_subnet', 'b', 'cidr-block', ['10.0.1.0/24']],
    ['aws_subnet', 'b', 'subnet-id', ['{b}']],
    ['aws_security_group', 'group', 'group-name', ['ap?']],
    ['aws_security_group', 'group', 'group-id', ['{group}']],
    ['aws_route_table', 'table', 'association.subnet-id', ['{a}']],
    ['aws_route_table', 'table', 'association.route-table-association-id', ['{association}']],
    ['aws_internet_gateway', 'gateway', 'attachment.vpc-id', ['{vpc}']],
    ['aws_internet_gateway', 'gateway', 'attachment.state', ['available']],
    ['aws_eip', 'address', 'allocation-id', ['{address}']],
    ['aws_nat_gateway', 'nat', 'subnet-id', ['{a}']],
    ['aws_vpc_endpoint', 'endpoint', 'service-name', ['*.s3']],
    ['aws_vpc_peering_connection', 'peering', 'status-code', ['active']],
    ['aws_vpc_peering_connection', 'peering', 'accepter-vpc-info.cidr-block', ['10.1.0.0/16']],
    ['aws_vpc_peering_connection', 'peering', 'requester-vpc-info.vpc-id', ['{vpc}']],
  ])('finds %s %s by %s %j', (type, name, filterName, values) => {
    expect(idOf(type, { filter: [filter(filterName, ...withIds(values))] })).toBe(ids[name]);
  });

  it.each<[string, string, readonly string[]]>([
    ['aws_vpc', 'is-default', ['true']],
    ['aws_vpc', 'state', ['pending']],
    ['aws_vpc', 'cidr', ['10.1.0.0/1', '10.?.0.0']],
    ['aws_vpc', 'tag:Name', ['Other']],
    ['aws_vpc', 'tag:name', ['other']],
    ['aws_vpc', 'tag-key', ['Cost\\?']],
    ['aws_subnet', 'default-for-az', ['true']],
    ['aws_subnet', 'vpc-id', ['{other}']],
    ['aws_route_table', 'association.subnet-id', ['{b}']],
    ['aws_internet_gateway', 'attachment.vpc-id', ['{other}']],
    ['aws_nat_gateway', 'subnet-id', ['{b}']],
    ['aws_vpc_endpoint', 'vpc-endpoint-type', ['Interface']],
    ['aws_vpc_peering_connection', 'status-code', ['pending-acceptance']],
  ])('finds no %s by %s %j', (type, filterName, values) => {
    const { label } = new ServiceCatalog(Object.values(services)).resource(type).definition;

    expect(summaryOf(type, { filter: [filter(filterName, ...withIds(values))] })).toBe(
      `reading ${label}: no matching ${label} found`,
    );
  });

  it('has to be met together with all others, and with the arguments', () => {
    const zone = filter('availability-zone', 'us-east-1a', 'us-east-1b');
    const cidr = filter('cidr-block', '10.0.1.0/24');

    expect(idOf('aws_subnet', { vpc_id: ids['vpc'] ?? '', filter: [zone, cidr] })).toBe(ids['b']);
    expect(summaryOf('aws_subnet', { vpc_id: ids['other'] ?? '', filter: [zone, cidr] })).toBe(
      'reading EC2 Subnet: no matching EC2 Subnet found',
    );
    expect(terraform.data('aws_subnet', { vpc_id: ids['vpc'] ?? '', filter: [zone] }).diagnostics).toEqual([
      {
        severity: 'error',
        summary:
          'reading EC2 Subnet: multiple EC2 Subnets matched; use additional constraints to reduce matches to a single EC2 Subnet',
        detail: `aws_subnet: several have vpc_id "${ids['vpc'] ?? ''}", filter availability-zone ["us-east-1a","us-east-1b"]. Give arguments that only one has.`,
      },
    ]);
  });

  it('is refused by its name where the sandbox does not apply it', () => {
    expect(terraform.data('aws_vpc', { filter: [filter('name', 'other')] }).diagnostics).toEqual([
      {
        severity: 'error',
        summary: 'reading EC2 VPC: the sandbox does not filter aws_vpc by "name"',
        detail:
          'aws_vpc: filter is "name", expected one of cidr, cidr-block-association.cidr-block, dhcp-options-id, is-default, owner-id, state, vpc-id, tag:<key>, tag-key. Use another filter or argument, or add it to the service\'s folder in tools/aws-sandbox/src/services.',
        path: ['filter'],
      },
    ]);
    expect(summaryOf('aws_vpcs', { filter: [filter('ipv6-cidr-block-association.state', 'associated')] })).toBe(
      'reading EC2 VPCs: the sandbox does not filter aws_vpcs by "ipv6-cidr-block-association.state"',
    );
  });

  it.each<[string, ObjectValue, string, readonly string[]]>([
    ['aws_vpcs', { tags: { Name: 'other' } }, 'ids', ['{other}']],
    ['aws_vpcs', { filter: [filter('tag:Name', 'other')] }, 'ids', ['{other}']],
    ['aws_subnets', { filter: [filter('availability-zone', 'us-east-1b')] }, 'ids', ['{b}']],
    ['aws_subnets', { tags: { team: 'elsewhere' } }, 'ids', []],
    ['aws_security_groups', { filter: [filter('group-name', 'api')] }, 'vpc_ids', ['{vpc}']],
    ['aws_route_tables', { filter: [filter('association.main', 'false')] }, 'ids', ['{table}']],
    ['aws_eips', { filter: [filter('allocation-id', '{address}')] }, 'allocation_ids', ['{address}']],
    ['aws_nat_gateways', { filter: [filter('state', 'available')] }, 'ids', ['{nat}']],
    ['aws_nat_gateways', { vpc_id: 'vpc-0' }, 'ids', []],
    ['aws_vpc_peering_connections', { filter: [filter('status-code', 'active')] }, 'ids', ['{peering}']],
  ])('selects what %s %j reads', (type, given, attribute, found) => {
    const config = {
      ...given,
      filter: filtersOf(given).map(({ name, values }) => filter(name, ...withIds(values))),
    };

    expect(terraform.data(type, config).state?.[attribute]).toEqual(withIds(found));
  });

  it('of the default ACL and the main route table finds those that came with the VPC', () => {
    const vpc = terraform.data('aws_vpc', { id: ids['vpc'] ?? '' }).state;
    const own = filter('vpc-id', ids['vpc'] ?? '');

    const acls = terraform.data('aws_network_acls', { filter: [own, filter('default', 'true')] }).state;
    const tables = terraform.data('aws_route_tables', { filter: [own, filter('association.main', 'true')] }).state;

    expect(acls?.['ids']).toEqual([
      terraform.account.find('aws_vpc', 'us-east-1', ids['vpc'] ?? '')?.attributes['default_network_acl_id'],
    ]);
    expect(tables?.['ids']).toEqual([vpc?.['main_route_table_id']]);
  });
});

describe('an argument of a data source', () => {
  it.each<[string, ObjectValue, string, ObjectValue, ObjectValue]>([
    ['aws_vpc', { cidr_block: '10.0.0.0/16' }, 'default', { default: false }, { default: true }],
    ['aws_vpc', { cidr_block: '10.0.0.0/16' }, 'state', { state: 'available' }, { state: 'pending' }],
    ['aws_vpc', { cidr_block: '10.0.0.0/16', tags: { a: 'b' } }, 'tags', { tags: { a: 'b' } }, { tags: { a: 'c' } }],
    ['aws_vpc', { cidr_block: '10.0.0.0/16' }, 'default tags', { tags: { team: 'trading' } }, { tags: { team: '' } }],
    ['aws_ecs_cluster', { name: 'shop' }, 'cluster_name', { cluster_name: 'shop' }, { cluster_name: 'other' }],
    [
      'aws_iam_policy',
      { name: 'p', path: '/a/b/', policy: '{"Version":"2012-10-17","Statement":[]}' },
      'path_prefix',
      { path_prefix: '/a/' },
      { path_prefix: '/b/' },
    ],
    [
      'aws_rds_global_cluster',
      { global_cluster_identifier: 'g', engine: 'aurora-postgresql' },
      'identifier',
      { identifier: 'g' },
      { identifier: 'h' },
    ],
  ])('of %s %j is honoured: %s', (type, given, _argument, right, wrong) => {
    terraform.apply(type, given);

    expect(terraform.data(type, right).diagnostics).toEqual([]);
    expect(terraform.data(type, wrong).state).toBeNull();
  });

  it('shows what it selects by', () => {
    terraform.apply('aws_vpc', { cidr_block: '10.0.0.0/16', tags: { Name: 'main' } });

    expect(terraform.data('aws_vpc', {}).state).toMatchObject({
      state: 'available',
      default: false,
      tags: { Name: 'main', team: 'trading' },
    });
  });

  it('is refused by its name where the sandbox cannot select by it', () => {
    expect(terraform.data('aws_ami', { name_regex: '^al2023', owners: ['amazon'] }).diagnostics).toEqual([
      {
        severity: 'error',
        summary: 'reading AMI Ami: the sandbox does not read aws_ami by "name_regex"',
        detail:
          "aws_ami: name_regex is given, and the sandbox cannot select by it. Leave it out, or add it to the service's folder in tools/aws-sandbox/src/services.",
        path: ['name_regex'],
      },
    ]);
    expect(summaryOf('aws_iam_policy_document', { source_json: '{}' })).toBe(
      'reading IAM Policy Document: the sandbox does not read aws_iam_policy_document by "source_json"',
    );
  });

  it('chooses the most recent of one, and is refused where there are several', () => {
    const certificate = { domain_name: 'api.example.com', validation_method: 'DNS' };
    terraform.apply('aws_acm_certificate', certificate);
    const asked = { domain: 'api.example.com', statuses: ['PENDING_VALIDATION'], most_recent: true };

    expect(terraform.data('aws_acm_certificate', asked).diagnostics).toEqual([]);
    terraform.apply('aws_acm_certificate', certificate);
    expect(summaryOf('aws_acm_certificate', asked)).toBe(
      'reading ACM Certificate: the sandbox does not read aws_acm_certificate by "most_recent"',
    );
    expect(summaryOf('aws_acm_certificate', { ...asked, most_recent: false })).toBe(
      'reading ACM Certificate: too many results: wanted 1, got 2',
    );
    // Without a word, certificates that were issued.
    expect(summaryOf('aws_acm_certificate', { domain: 'api.example.com' })).toBe(
      "reading ACM Certificate: couldn't find resource",
    );
  });

  it('of zones and regions selects among them', () => {
    const names = (type: string, given: ObjectValue) => terraform.data(type, given).state?.['names'];
    const zones = (given: ObjectValue) => names('aws_availability_zones', { region: 'us-west-1', ...given });

    expect(zones({ filter: [filter('opt-in-status', 'opt-in-not-required')], state: 'available' })).toEqual([
      'us-west-1a',
      'us-west-1c',
    ]);
    expect(zones({ filter: [filter('zone-id', 'usw1-az2')] })).toEqual(['us-west-1c']);
    expect(zones({ filter: [filter('zone-type', 'local-zone')] })).toEqual([]);
    expect(zones({ state: 'impaired' })).toEqual([]);
    expect(names('aws_regions', { filter: [filter('region-name', 'us-west-*')] })).toEqual(['us-west-1', 'us-west-2']);
    expect(summaryOf('aws_regions', { filter: [filter('opt-in-status', 'opted-in')] })).toBe(
      'reading EC2 Regions: the sandbox does not filter aws_regions by "opt-in-status"',
    );
    expect(terraform.data('aws_region', { name: 'us-west-2' }).state).toMatchObject({
      region: 'us-west-2',
      endpoint: 'ec2.us-west-2.amazonaws.com',
    });
    expect(terraform.data('aws_region', { endpoint: 'ec2.eu-west-1.amazonaws.com' }).state).toMatchObject({
      name: 'eu-west-1',
    });
    expect(summaryOf('aws_region', { endpoint: 'ec2.mars-1.amazonaws.com' })).toBe(
      'reading Region: region not found for endpoint: ec2.mars-1.amazonaws.com',
    );
  });

  it("of AWS's own prefix lists selects the one of a name, a region's own", () => {
    const type = 'aws_ec2_managed_prefix_list';
    const list = (given: ObjectValue) => terraform.data(type, { region: 'us-west-2', ...given }).state;
    const checkers = list({ name: 'com.amazonaws.us-west-2.route53-healthchecks' });

    expect(checkers).toMatchObject({
      id: expect.stringMatching(/^pl-[0-9a-f]{8}$/),
      arn: `arn:aws:ec2:us-west-2:aws:prefix-list/${String(checkers?.['id'])}`,
      address_family: 'IPv4',
      max_entries: 25,
      owner_id: 'AWS',
    });
    expect(checkers?.['entries']).toContainEqual({ cidr: '15.177.0.0/18', description: '' });
    expect(list({ id: checkers?.['id'] ?? null })).toEqual(checkers);
    expect(list({ filter: [filter('prefix-list-name', '*.route53-healthchecks')] })?.['id']).toBe(checkers?.['id']);
    expect(summaryOf(type, { region: 'us-east-1', name: String(checkers?.['name']) })).toBe(
      'reading EC2 Managed Prefix List: no matching EC2 Managed Prefix List found',
    );
    expect(summaryOf(type, {})).toContain('multiple EC2 Managed Prefix Lists matched');
  });

  it('of a hosted zone selects by VPC and tags too', () => {
    const { vpcId } = networkOf(terraform);
    const open = terraform.apply('aws_route53_zone', { name: 'example.com', tags: { kind: 'public' } });
    const closed = terraform.apply('aws_route53_zone', { name: 'example.com', vpc: [{ vpc_id: vpcId }] });

    expect(idOf('aws_route53_zone', { name: 'example.com' })).toBe(open['id']);
    expect(idOf('aws_route53_zone', { name: 'example.com', vpc_id: vpcId })).toBe(closed['id']);
    expect(terraform.data('aws_route53_zone', { zone_id: closed['id'] ?? null }).state?.['private_zone']).toBe(true);
    for (const wrong of [{ vpc_id: 'vpc-0' }, { tags: { kind: 'private' } }])
      expect(summaryOf('aws_route53_zone', { name: 'example.com', ...wrong })).toBe(
        'reading Route53 Hosted Zone: no matching Route 53 Hosted Zone found',
      );
  });

  it('of a secret parameter asks for its plain value', () => {
    terraform.apply('aws_ssm_parameter', { name: '/a', type: 'SecureString', value: 'hunter2' });

    expect(summaryOf('aws_ssm_parameter', { name: '/a', with_decryption: false })).toBe(
      'reading SSM Parameter: the sandbox does not give /a encrypted',
    );
  });

  it('is never skipped: one that nothing has finds nothing, of any type', () => {
    const schemas = installedSchemas();
    const catalog = new ServiceCatalog(Object.values(services));
    const types = schemas.types('data').filter((type, index) => index % 4 === 0 || isDefined(type));
    function isDefined(type: string): boolean {
      return catalog.dataSource(type) !== undefined || catalog.resource(type).isDefined;
    }
    const skipped: string[] = [];
    let tried = 0;
    for (const type of types) {
      const data = schemas.find('data', type)?.block;
      const resource = schemas.find('resource', type)?.block;
      if (data === undefined) continue;
      if (resource !== undefined) terraform.account.commit([{ put: bare(type, resource) }]);
      const honoured = new Set(catalog.dataSource(type)?.definition.arguments);
      for (const [name, value] of argumentsOf(data)) {
        if (honoured.has(name)) continue;
        tried++;
        if (terraform.data(type, { [name]: value }).state !== null) skipped.push(`${type}.${name}`);
      }
    }

    expect(skipped).toEqual([]);
    expect(tried).toBeGreaterThan(600);
  });
});

/** Arguments that do not select: where, how long, and by what permission; `most_recent` chooses among several. */
const NOT_SELECTING = ['region', 'timeouts', 'grant_tokens', 'most_recent'];

function argumentsOf({ attributes, blocks }: Block): readonly (readonly [string, Value])[] {
  return [
    ...Object.entries(attributes)
      .filter(([, { optional, required }]) => optional || required)
      .map(([name, { type }]) => [name, strange(type)] as const),
    ...Object.entries(blocks).map(([name, { block }]) => [name, [Object.fromEntries(argumentsOf(block))]] as const),
  ].filter(([name]) => !NOT_SELECTING.includes(name));
}

/** A value of a type that no resource has. */
function strange(type: AttributeType): Value {
  if (type === 'string' || type === 'dynamic') return 'strange';
  if (type === 'number') return 41;
  if (type === 'bool') return true;
  if ('list' in type) return [strange(type.list)];
  if ('set' in type) return [strange(type.set)];
  if ('map' in type) return { strange: strange(type.map) };
  return Object.fromEntries(Object.entries(type.object).map(([name, member]) => [name, strange(member)]));
}

/** Record of a resource whose attributes are all null, but for its id. */
function bare(type: string, { attributes }: Block) {
  const unset = Object.keys(attributes).map((name): [string, Value] => [name, null]);
  return {
    type,
    region: 'us-east-1',
    service: 'any',
    id: 'bare',
    attributes: { ...Object.fromEntries(unset), id: 'bare' },
  };
}
