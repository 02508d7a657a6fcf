import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient, networkOf } from '../../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const ec2 = (call: string, refusal: string) =>
  `operation error EC2: ${call}, https response error StatusCode: 400, api error ${refusal}`;

const vpcOf = (cidr: string) => terraform.apply('aws_vpc', { cidr_block: cidr });
const idOf = (state: ObjectValue) => String(state['id']);

describe('a VPC', () => {
  it("has AWS's identifiers and everything that AWS makes with it", () => {
    const vpc = terraform.apply('aws_vpc', { cidr_block: '10.0.0.0/16', enable_dns_hostnames: true });

    expect(vpc).toEqual({
      arn: `arn:aws:ec2:us-east-1:000000000000:vpc/${idOf(vpc)}`,
      assign_generated_ipv6_cidr_block: null,
      cidr_block: '10.0.0.0/16',
      default_network_acl_id: expect.stringMatching(/^acl-[0-9a-f]{17}$/),
      default_route_table_id: expect.stringMatching(/^rtb-[0-9a-f]{17}$/),
      default_security_group_id: expect.stringMatching(/^sg-[0-9a-f]{17}$/),
      dhcp_options_id: expect.stringMatching(/^dopt-[0-9a-f]{17}$/),
      enable_dns_hostnames: true,
      enable_dns_support: true,
      enable_network_address_usage_metrics: false,
      id: expect.stringMatching(/^vpc-[0-9a-f]{17}$/),
      instance_tenancy: 'default',
      ipv4_ipam_pool_id: null,
      ipv4_netmask_length: null,
      ipv6_association_id: '',
      ipv6_cidr_block: '',
      ipv6_cidr_block_network_border_group: '',
      ipv6_ipam_pool_id: null,
      ipv6_netmask_length: null,
      main_route_table_id: vpc['default_route_table_id'],
      owner_id: '000000000000',
      region: 'us-east-1',
      tags: null,
      tags_all: {},
    });
  });

  it('brings its default security group, route table and network ACL, and takes them with it', () => {
    const vpc = vpcOf('10.0.0.0/16');
    const group = terraform.account.find('aws_security_group', 'us-east-1', String(vpc['default_security_group_id']));
    const table = terraform.account.find('aws_route_table', 'us-east-1', String(vpc['default_route_table_id']));
    expect(group?.attributes).toMatchObject({ name: 'default', vpc_id: vpc['id'] });
    expect(table?.attributes).toMatchObject({ route: [], vpc_id: vpc['id'] });
    expect(
      terraform.account.find('aws_network_acl', 'us-east-1', String(vpc['default_network_acl_id']))?.attributes,
    ).toMatchObject({ ingress: [{ rule_no: 100, action: 'allow', protocol: '-1' }], vpc_id: vpc['id'] });

    terraform.destroy('aws_vpc', vpc);

    expect(terraform.account.size).toBe(0);
  });

  it.each(['10.0.0.0/15', '10.0.0.0/29', '10.0.0.1/16', '10.0.0/16', '10.0.0.256/24'])(
    'refuses the block %s',
    (cidr) => {
      expect(terraform.refusal('aws_vpc', { cidr_block: cidr })).toEqual([
        `creating EC2 VPC: ${ec2('CreateVpc', `InvalidVpc.Range: The CIDR '${cidr}' is invalid.`)}`,
        'cidr_block',
      ]);
    },
  );

  it.each([
    ['aws_subnet', { cidr_block: '10.0.0.0/24' }],
    ['aws_internet_gateway', {}],
    ['aws_security_group', { name: 'api' }],
    ['aws_route_table', {}],
    ['aws_network_acl', {}],
    ['aws_vpc_endpoint', { service_name: 'com.amazonaws.us-east-1.dynamodb' }],
  ])('cannot be deleted while it has an %s', (type, more) => {
    const vpc = vpcOf('10.0.0.0/16');
    const part = terraform.apply(type, { vpc_id: idOf(vpc), ...more });

    expect(terraform.refusalOfDestroy('aws_vpc', vpc)).toEqual([
      `deleting EC2 VPC (${idOf(vpc)}): ${ec2('DeleteVpc', `DependencyViolation: The vpc '${idOf(vpc)}' has dependencies and cannot be deleted.`)}`,
      '',
    ]);
    expect(terraform.refresh('aws_vpc', vpc)).toEqual(vpc);

    terraform.destroy(type, part);
    expect(terraform.destroy('aws_vpc', vpc)).toEqual([]);
  });
});

describe('a subnet', () => {
  it("has AWS's identifiers and the first zone where none is given", () => {
    const vpc = vpcOf('10.0.0.0/16');

    const subnet = terraform.apply('aws_subnet', { vpc_id: idOf(vpc), cidr_block: '10.0.1.0/24' });

    expect(subnet).toMatchObject({
      id: expect.stringMatching(/^subnet-[0-9a-f]{17}$/),
      arn: `arn:aws:ec2:us-east-1:000000000000:subnet/${idOf(subnet)}`,
      availability_zone: 'us-east-1a',
      availability_zone_id: 'use1-az1',
      map_public_ip_on_launch: false,
    });
  });

  it('takes the zone that a zone id names', () => {
    const vpc = vpcOf('10.0.0.0/16');

    const subnet = terraform.apply('aws_subnet', {
      vpc_id: idOf(vpc),
      cidr_block: '10.0.1.0/24',
      availability_zone_id: 'use1-az3',
    });

    expect(subnet['availability_zone']).toBe('us-east-1c');
  });

  it('is refused in a VPC that is not there, or is of another region', () => {
    const west = terraform.apply('aws_vpc', { cidr_block: '10.0.0.0/16', region: 'us-west-2' });

    for (const id of ['vpc-0123456789abcdef0', idOf(west)]) {
      expect(terraform.refusal('aws_subnet', { vpc_id: id, cidr_block: '10.0.0.0/24' })).toEqual([
        `creating EC2 Subnet: ${ec2('CreateSubnet', `InvalidVpcID.NotFound: The vpc ID '${id}' does not exist`)}`,
        'vpc_id',
      ]);
    }
    expect(terraform.account.list('aws_subnet')).toEqual([]);
  });

  it.each([
    ['outside', '10.1.0.0/24'],
    ['larger than', '10.0.0.0/15'],
    ['too small for', '10.0.0.0/29'],
    ['not aligned in', '10.0.0.128/24'],
  ])('is refused %s its VPC (%s)', (_where, cidr) => {
    const vpc = vpcOf('10.0.0.0/16');

    expect(terraform.refusal('aws_subnet', { vpc_id: idOf(vpc), cidr_block: cidr })).toEqual([
      `creating EC2 Subnet: ${ec2('CreateSubnet', `InvalidSubnet.Range: The CIDR '${cidr}' is invalid.`)}`,
      'cidr_block',
    ]);
  });

  it('is refused where it overlaps another of its VPC, and taken in another VPC', () => {
    const [vpc, other] = [vpcOf('10.0.0.0/16'), vpcOf('10.0.0.0/16')];
    terraform.apply('aws_subnet', { vpc_id: idOf(vpc), cidr_block: '10.0.0.0/20' });

    const refusal = terraform.refusal('aws_subnet', { vpc_id: idOf(vpc), cidr_block: '10.0.8.0/24' });
    const neighbour = terraform.refusal('aws_subnet', { vpc_id: idOf(vpc), cidr_block: '10.0.16.0/24' });
    const elsewhere = terraform.refusal('aws_subnet', { vpc_id: idOf(other), cidr_block: '10.0.8.0/24' });

    expect(refusal).toEqual([
      `creating EC2 Subnet: ${ec2('CreateSubnet', "InvalidSubnet.Conflict: The CIDR '10.0.8.0/24' conflicts with another subnet")}`,
      'cidr_block',
    ]);
    expect([neighbour, elsewhere]).toEqual([undefined, undefined]);
  });

  it('is refused in a zone of another region', () => {
    const vpc = vpcOf('10.0.0.0/16');

    expect(
      terraform.refusal('aws_subnet', {
        vpc_id: idOf(vpc),
        cidr_block: '10.0.0.0/24',
        availability_zone: 'us-west-2a',
      }),
    ).toEqual([
      `creating EC2 Subnet: ${ec2('CreateSubnet', 'InvalidParameterValue: Value (us-west-2a) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1e, us-east-1f.')}`,
      'availability_zone',
    ]);
  });

  it('cannot be deleted while a NAT gateway is in it', () => {
    const { vpcId, subnetIds } = networkOf(terraform);
    const [subnetId = ''] = subnetIds;
    terraform.apply('aws_internet_gateway', { vpc_id: vpcId });
    const address = terraform.apply('aws_eip', { domain: 'vpc' });
    terraform.apply('aws_nat_gateway', { subnet_id: subnetId, allocation_id: idOf(address) });
    const subnet = terraform.import('aws_subnet', subnetId).state ?? {};

    expect(terraform.refusalOfDestroy('aws_subnet', subnet)).toEqual([
      `deleting EC2 Subnet (${subnetId}): ${ec2('DeleteSubnet', `DependencyViolation: The subnet '${subnetId}' has dependencies and cannot be deleted.`)}`,
      '',
    ]);
  });
});

describe('gateways and addresses', () => {
  it('give a NAT gateway the address and an address in its subnet', () => {
    const { vpcId, subnetIds } = networkOf(terraform);
    terraform.apply('aws_internet_gateway', { vpc_id: vpcId });
    const address = terraform.apply('aws_eip', { domain: 'vpc' });

    const nat = terraform.apply('aws_nat_gateway', {
      subnet_id: subnetIds[1] ?? '',
      allocation_id: idOf(address),
    });

    expect(address).toMatchObject({
      id: expect.stringMatching(/^eipalloc-[0-9a-f]{17}$/),
      allocation_id: address['id'],
      public_ip: expect.stringMatching(/^198\.18\.\d+\.\d+$/),
      public_dns: `ec2-${String(address['public_ip']).replaceAll('.', '-')}.compute-1.amazonaws.com`,
    });
    expect(nat).toMatchObject({
      id: expect.stringMatching(/^nat-[0-9a-f]{17}$/),
      public_ip: address['public_ip'],
      private_ip: expect.stringMatching(/^10\.0\.1\.([4-9]|1[01])$/),
      network_interface_id: expect.stringMatching(/^eni-[0-9a-f]{17}$/),
      vpc_id: vpcId,
    });
    expect(terraform.refresh('aws_eip', address)?.['association_id']).toBe(nat['association_id']);
    expect(terraform.refusalOfDestroy('aws_eip', address)).toEqual([
      `deleting EC2 EIP (${idOf(address)}): ${ec2('ReleaseAddress', `InvalidIPAddress.InUse: The address ${String(address['public_ip'])} is in use.`)}`,
      '',
    ]);
  });

  it('refuse a NAT gateway in a network without an internet gateway, and one with an address in use', () => {
    const { vpcId, subnetIds } = networkOf(terraform);
    const address = terraform.apply('aws_eip', { domain: 'vpc' });
    const config = { subnet_id: subnetIds[0] ?? '', allocation_id: idOf(address) };

    const early = terraform.refusal('aws_nat_gateway', config);
    terraform.apply('aws_internet_gateway', { vpc_id: vpcId });
    terraform.apply('aws_nat_gateway', config);
    const again = terraform.refusal('aws_nat_gateway', config);

    expect(early).toEqual([
      `creating EC2 NAT Gateway: ${ec2('CreateNatGateway', `Gateway.NotAttached: Network ${vpcId} has no Internet gateway attached`)}`,
      '',
    ]);
    expect(again).toEqual([
      `creating EC2 NAT Gateway: ${ec2('CreateNatGateway', `Resource.AlreadyAssociated: Elastic IP address [${idOf(address)}] is already associated`)}`,
      'allocation_id',
    ]);
  });

  it('refuse a second internet gateway, and one leaving while addresses are mapped', () => {
    const { vpcId, subnetIds } = networkOf(terraform);
    const gateway = terraform.apply('aws_internet_gateway', { vpc_id: vpcId });
    const address = terraform.apply('aws_eip', { domain: 'vpc' });
    terraform.apply('aws_nat_gateway', { subnet_id: subnetIds[0] ?? '', allocation_id: idOf(address) });

    expect(terraform.refusal('aws_internet_gateway', { vpc_id: vpcId })).toEqual([
      `creating EC2 Internet Gateway: ${ec2('AttachInternetGateway', `InvalidParameterValue: Network ${vpcId} already has an internet gateway attached`)}`,
      'vpc_id',
    ]);
    expect(terraform.refusalOfDestroy('aws_internet_gateway', gateway)).toEqual([
      `deleting EC2 Internet Gateway (${idOf(gateway)}): ${ec2('DetachInternetGateway', `DependencyViolation: Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`)}`,
      '',
    ]);
  });
});

describe('routes', () => {
  it('are named as the provider names them, and are one a destination', () => {
    const { vpcId } = networkOf(terraform);
    const gateway = terraform.apply('aws_internet_gateway', { vpc_id: vpcId });
    const table = terraform.apply('aws_route_table', { vpc_id: vpcId });
    const config = {
      route_table_id: idOf(table),
      destination_cidr_block: '0.0.0.0/0',
      gateway_id: idOf(gateway),
    };

    const route = terraform.apply('aws_route', config);

    // 1080289494 is the CRC-32 of 0.0.0.0/0, as in every state of the AWS provider.
    expect(route['id']).toBe(`r-${idOf(table)}1080289494`);
    expect(route).toMatchObject({ origin: 'CreateRoute', state: 'active' });
    expect(terraform.refusal('aws_route', config)).toEqual([
      `creating EC2 Route: ${ec2('CreateRoute', 'RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.')}`,
      'route_table_id',
    ]);
  });

  it('need a table and a target that are there, in one network', () => {
    const [{ vpcId }, other] = [networkOf(terraform), vpcOf('10.9.0.0/16')];
    const table = terraform.apply('aws_route_table', { vpc_id: vpcId });
    const foreign = terraform.apply('aws_internet_gateway', { vpc_id: idOf(other) });
    const route = (change: ObjectValue) =>
      terraform.refusal('aws_route', { route_table_id: idOf(table), destination_cidr_block: '0.0.0.0/0', ...change });
    const creating = (refusal: string) => `creating EC2 Route: ${ec2('CreateRoute', refusal)}`;

    expect(route({ route_table_id: 'rtb-0', gateway_id: idOf(foreign) })).toEqual([
      creating("InvalidRouteTableID.NotFound: The routeTable ID 'rtb-0' does not exist"),
      'route_table_id',
    ]);
    expect(route({ nat_gateway_id: 'nat-0' })).toEqual([
      creating("InvalidNatGatewayID.NotFound: The natGateway ID 'nat-0' does not exist"),
      'nat_gateway_id',
    ]);
    expect(route({ gateway_id: idOf(foreign) })).toEqual([
      creating(
        `InvalidParameterValue: route table ${idOf(table)} and network gateway ${idOf(foreign)} belong to different networks`,
      ),
      'gateway_id',
    ]);
  });

  it('keep a table that subnets use from being deleted, and go with it', () => {
    const { vpcId, subnetIds } = networkOf(terraform);
    const gateway = terraform.apply('aws_internet_gateway', { vpc_id: vpcId });
    const table = terraform.apply('aws_route_table', { vpc_id: vpcId });
    terraform.apply('aws_route', {
      route_table_id: idOf(table),
      destination_cidr_block: '0.0.0.0/0',
      gateway_id: idOf(gateway),
    });
    const config = { route_table_id: idOf(table), subnet_id: subnetIds[0] ?? '' };
    const association = terraform.apply('aws_route_table_association', config);

    expect(association['id']).toMatch(/^rtbassoc-[0-9a-f]{17}$/);
    expect(terraform.refusal('aws_route_table_association', config)).toEqual([
      `creating EC2 Route Table Association: ${ec2('AssociateRouteTable', `Resource.AlreadyAssociated: the specified association for route table ${idOf(table)} conflicts with an existing association`)}`,
      'subnet_id',
    ]);
    expect(terraform.refusalOfDestroy('aws_route_table', table)?.[0]).toBe(
      `deleting EC2 Route Table (${idOf(table)}): ${ec2('DeleteRouteTable', `DependencyViolation: The routeTable '${idOf(table)}' has dependencies and cannot be deleted.`)}`,
    );
    terraform.destroy('aws_route_table_association', association);
    expect(terraform.destroy('aws_route_table', table)).toEqual([]);
    expect(terraform.account.list('aws_route')).toEqual([]);
  });
});

describe('security groups', () => {
  it('have a name once in a VPC', () => {
    const { vpcId } = networkOf(terraform);
    const other = vpcOf('10.0.0.0/16');

    expect(terraform.refusal('aws_security_group', { name: 'api', vpc_id: vpcId })).toEqual([
      `creating EC2 Security Group (api): ${ec2('CreateSecurityGroup', `InvalidGroup.Duplicate: The security group 'api' already exists for VPC '${vpcId}'`)}`,
      'name',
    ]);
    expect(terraform.refusal('aws_security_group', { name: 'api', vpc_id: idOf(other) })).toBeUndefined();
    expect(terraform.refusal('aws_security_group', { name: 'sg-api', vpc_id: vpcId })).toEqual([
      `creating EC2 Security Group (sg-api): ${ec2('CreateSecurityGroup', "InvalidParameterValue: Invalid value 'sg-api' for groupName. Group names may not be in the format sg-*")}`,
      'name',
    ]);
  });

  it('have a rule once, with a group that is there', () => {
    const { groupId } = networkOf(terraform);
    const rule = { security_group_id: groupId, ip_protocol: 'tcp', from_port: 443, to_port: 443 };
    const open = { ...rule, cidr_ipv4: '0.0.0.0/0' };
    const creating = (refusal: string) =>
      `creating VPC Security Group Ingress Rule: ${ec2('AuthorizeSecurityGroupIngress', refusal)}`;

    const first = terraform.apply('aws_vpc_security_group_ingress_rule', open);

    expect(first['id']).toMatch(/^sgr-[0-9a-f]{17}$/);
    expect(first['security_group_rule_id']).toBe(first['id']);
    expect(terraform.refusal('aws_vpc_security_group_ingress_rule', open)).toEqual([
      creating(
        'InvalidPermission.Duplicate: the specified rule "peer: 0.0.0.0/0, TCP, from port: 443, to port: 443, ALLOW" already exists',
      ),
      '',
    ]);
    expect(
      terraform.refusal('aws_vpc_security_group_ingress_rule', { ...rule, referenced_security_group_id: 'sg-0' }),
    ).toEqual([
      creating("InvalidGroup.NotFound: The security group 'sg-0' does not exist"),
      'referenced_security_group_id',
    ]);
    expect(terraform.refusal('aws_vpc_security_group_egress_rule', open)).toBeUndefined();
    expect(terraform.refusal('aws_vpc_security_group_ingress_rule', { ...rule, prefix_list_id: 'pl-0' })).toEqual([
      creating("InvalidPrefixListID.NotFound: The prefix list ID 'pl-0' does not exist"),
      'prefix_list_id',
    ]);
  });

  it('cannot be deleted while another group names them, and take their own rules with them', () => {
    const { vpcId, group, groupId } = networkOf(terraform);
    const database = terraform.apply('aws_security_group', { name: 'database', vpc_id: vpcId });
    const rule = { ip_protocol: 'tcp', from_port: 5432, to_port: 5432, referenced_security_group_id: groupId };
    const access = terraform.apply('aws_vpc_security_group_ingress_rule', {
      ...rule,
      security_group_id: idOf(database),
    });
    terraform.apply('aws_vpc_security_group_ingress_rule', { ...rule, security_group_id: groupId });

    expect(terraform.refusalOfDestroy('aws_security_group', group)).toEqual([
      `deleting EC2 Security Group (${groupId}): ${ec2('DeleteSecurityGroup', `DependencyViolation: resource ${groupId} has a dependent object`)}`,
      '',
    ]);
    terraform.destroy('aws_vpc_security_group_ingress_rule', access);
    expect(terraform.destroy('aws_security_group', group)).toEqual([]);
    expect(terraform.account.list('aws_vpc_security_group_ingress_rule')).toEqual([]);
  });

  it('adopt the default group of a VPC, empty it, and leave it in place', () => {
    const vpc = vpcOf('10.0.0.0/16');

    const adopted = terraform.apply('aws_default_security_group', { vpc_id: idOf(vpc) });

    expect(adopted).toMatchObject({ id: vpc['default_security_group_id'], name: 'default', ingress: [], egress: [] });
    expect(terraform.changes('aws_default_security_group', { vpc_id: idOf(vpc) }, adopted)).toEqual([]);
    expect(terraform.destroy('aws_default_security_group', adopted)).toEqual([]);
    expect(terraform.account.list('aws_security_group')).toHaveLength(1);
    expect(terraform.destroy('aws_vpc', vpc)).toEqual([]);
  });
});

describe('VPC endpoints', () => {
  it('of the gateway kind take route tables, of the interface kind have names', () => {
    const { vpcId, subnetIds, groupId } = networkOf(terraform);
    const table = terraform.apply('aws_route_table', { vpc_id: vpcId });

    const gateway = terraform.apply('aws_vpc_endpoint', {
      vpc_id: vpcId,
      service_name: 'com.amazonaws.us-east-1.dynamodb',
      route_table_ids: [idOf(table)],
    });
    const named = terraform.apply('aws_vpc_endpoint', {
      vpc_id: vpcId,
      service_name: 'com.amazonaws.us-east-1.ssm',
      vpc_endpoint_type: 'Interface',
      subnet_ids: subnetIds,
      security_group_ids: [groupId],
    });

    expect(gateway).toMatchObject({
      id: expect.stringMatching(/^vpce-[0-9a-f]{17}$/),
      prefix_list_id: expect.stringMatching(/^pl-[0-9a-f]{8}$/),
      dns_entry: [],
      state: 'available',
    });
    expect(named['network_interface_ids']).toHaveLength(2);
    expect(named['dns_entry']).toEqual([
      {
        dns_name: expect.stringMatching(
          new RegExp(`^${idOf(named)}-[0-9a-f]{8}\\.ssm\\.us-east-1\\.vpce\\.amazonaws\\.com$`),
        ),
        hosted_zone_id: expect.stringMatching(/^Z[0-9A-F]+$/),
      },
    ]);
  });

  it('of the interface kind stand in their own VPC, in one subnet a zone', () => {
    const { vpcId, subnetIds, groupId } = networkOf(terraform);
    const [subnetId = ''] = subnetIds;
    const other = vpcOf('10.9.0.0/16');
    const foreign = terraform.apply('aws_subnet', { vpc_id: idOf(other), cidr_block: '10.9.0.0/24' });
    const twin = terraform.apply('aws_subnet', { vpc_id: vpcId, cidr_block: '10.0.9.0/24' });
    const config = {
      vpc_id: vpcId,
      service_name: 'com.amazonaws.us-east-1.ssm',
      vpc_endpoint_type: 'Interface',
      subnet_ids: [subnetId],
      security_group_ids: [groupId],
    };
    const refusal = (more: ObjectValue) => terraform.refusal('aws_vpc_endpoint', { ...config, ...more });
    const creating = (reason: string) => `creating EC2 VPC Endpoint: ${ec2('CreateVpcEndpoint', reason)}`;

    expect(refusal({ subnet_ids: [idOf(foreign)] })).toEqual([
      creating(`InvalidParameter: Subnet ${idOf(foreign)} does not belong to VPC ${vpcId}.`),
      'subnet_ids',
    ]);
    expect(refusal({ subnet_ids: [subnetId, idOf(twin)] })).toEqual([
      creating(
        `DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of ${idOf(twin)}.`,
      ),
      'subnet_ids',
    ]);
    expect(refusal({ security_group_ids: [String(other['default_security_group_id'])] })).toEqual([
      creating(
        `InvalidParameter: Security group ${String(other['default_security_group_id'])} does not belong to VPC ${vpcId}.`,
      ),
      'security_group_ids',
    ]);
    expect(refusal({ policy: 'allow' })).toEqual([
      creating('InvalidPolicyDocument: The policy document is not valid JSON'),
      'policy',
    ]);
  });

  it('of the interface kind answer to a name that is theirs alone, where the VPC resolves names', () => {
    const [silent, vpc] = [
      vpcOf('10.1.0.0/16'),
      terraform.apply('aws_vpc', { cidr_block: '10.0.0.0/16', enable_dns_hostnames: true }),
    ];
    const config = (of: ObjectValue) => ({
      vpc_id: idOf(of),
      service_name: 'com.amazonaws.us-east-1.ecr.api',
      vpc_endpoint_type: 'Interface',
      private_dns_enabled: true,
    });
    const creating = (reason: string) => [
      `creating EC2 VPC Endpoint: ${ec2('CreateVpcEndpoint', reason)}`,
      'private_dns_enabled',
    ];

    expect(terraform.refusal('aws_vpc_endpoint', config(silent))).toEqual(
      creating(
        `InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${idOf(silent)}`,
      ),
    );
    expect(terraform.refusal('aws_vpc_endpoint', config(vpc))).toBeUndefined();
    expect(terraform.refusal('aws_vpc_endpoint', config(vpc))).toEqual(
      creating(
        `InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for api.ecr.us-east-1.amazonaws.com in the VPC ${idOf(vpc)}`,
      ),
    );
  });

  it('are refused for a service of another region and for a table that has the route', () => {
    const { vpcId } = networkOf(terraform);
    const table = terraform.apply('aws_route_table', { vpc_id: vpcId });
    const config = { vpc_id: vpcId, service_name: 'com.amazonaws.us-east-1.s3', route_table_ids: [idOf(table)] };
    const first = terraform.apply('aws_vpc_endpoint', config);

    expect(terraform.refusal('aws_vpc_endpoint', { ...config, service_name: 'com.amazonaws.us-west-2.s3' })).toEqual([
      `creating EC2 VPC Endpoint: ${ec2('CreateVpcEndpoint', "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.us-west-2.s3' does not exist")}`,
      'service_name',
    ]);
    expect(terraform.refusal('aws_vpc_endpoint', config)).toEqual([
      `creating EC2 VPC Endpoint: ${ec2('CreateVpcEndpoint', `RouteAlreadyExists: route table ${idOf(table)} already has a route with destination-prefix-list-id ${String(first['prefix_list_id'])}`)}`,
      'route_table_ids',
    ]);
  });
});

describe('data sources of the network', () => {
  it('list the zones of the region', () => {
    const zones = terraform.data('aws_availability_zones', { region: 'us-west-1' }).state;

    expect(zones).toMatchObject({
      id: 'us-west-1',
      names: ['us-west-1a', 'us-west-1c'],
      zone_ids: ['usw1-az1', 'usw1-az2'],
    });
  });

  it('find subnets by filter and tags', () => {
    const vpc = vpcOf('10.0.0.0/16');
    const subnet = (cidr: string, tier: string) =>
      terraform.apply('aws_subnet', { vpc_id: idOf(vpc), cidr_block: cidr, tags: { tier } });
    const [first] = [subnet('10.0.0.0/24', 'database'), subnet('10.0.1.0/24', 'public')];

    const found = terraform.data('aws_subnets', {
      filter: [{ name: 'vpc-id', values: [idOf(vpc)] }],
      tags: { tier: 'database' },
    }).state;

    expect(found?.['ids']).toEqual([first['id']]);
  });
});

describe('a flow log', () => {
  const trust = (service: string) =>
    JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] });
  const roleOf = (name: string, service: string) =>
    String(terraform.apply('aws_iam_role', { name, assume_role_policy: trust(service) })['arn']);
  const configOf = (more: ObjectValue = {}): ObjectValue => ({
    vpc_id: idOf(vpcOf('10.0.0.0/16')),
    traffic_type: 'ALL',
    iam_role_arn: roleOf('flow-log', 'vpc-flow-logs.amazonaws.com'),
    log_destination: String(terraform.apply('aws_cloudwatch_log_group', { name: 'flows' })['arn']),
    max_aggregation_interval: 60,
    ...more,
  });

  it("has AWS's identifiers and format, stays as it is, and is replaced by any change", () => {
    const config = configOf();

    const log = terraform.apply('aws_flow_log', config);

    expect(log).toMatchObject({
      id: expect.stringMatching(/^fl-[0-9a-f]{17}$/),
      arn: `arn:aws:ec2:us-east-1:000000000000:vpc-flow-log/${idOf(log)}`,
      log_destination_type: 'cloud-watch-logs',
      log_format: expect.stringMatching(/^\$\{version\} \$\{account-id\} .* \$\{log-status\}$/),
    });
    expect(terraform.changes('aws_flow_log', config, log)).toEqual([]);
    expect(terraform.replacements('aws_flow_log', { ...config, max_aggregation_interval: 600 }, log)).toEqual([
      'max_aggregation_interval',
    ]);
  });

  it.each([
    ['vpc_id', 'vpc-0', "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"],
    [
      'log_destination',
      'arn:aws:logs:us-east-1:000000000000:log-group:none',
      'InvalidParameter: LogDestination: arn:aws:logs:us-east-1:000000000000:log-group:none does not exist',
    ],
    [
      'iam_role_arn',
      'arn:aws:iam::000000000000:role/none',
      "InvalidParameter: Unable to assume given IAM role: 'arn:aws:iam::000000000000:role/none'",
    ],
    [
      'iam_role_arn',
      null,
      'InvalidParameter: DeliverLogsPermissionArn cannot be empty with LogDestinationType cloud-watch-logs',
    ],
    ['max_aggregation_interval', 300, 'InvalidParameter: Invalid Flow Log Max Aggregation Interval: 300'],
  ])('is refused where %s is %s', (attribute, value, refusal) => {
    const config = configOf({ [attribute]: value });

    expect(terraform.refusal('aws_flow_log', config)).toEqual([
      `creating Flow Log (${String(config['vpc_id'])}): ${ec2('CreateFlowLogs', refusal)}`,
      attribute,
    ]);
  });

  it('is refused with a role that does not trust flow logs, and where the same one is there', () => {
    const config = configOf();
    terraform.apply('aws_flow_log', config);
    const foreign = roleOf('function', 'lambda.amazonaws.com');
    const creating = `creating Flow Log (${String(config['vpc_id'])}): `;

    expect(terraform.refusal('aws_flow_log', { ...config, iam_role_arn: foreign })).toEqual([
      creating + ec2('CreateFlowLogs', `InvalidParameter: Unable to assume given IAM role: '${foreign}'`),
      'iam_role_arn',
    ]);
    expect(terraform.refusal('aws_flow_log', config)).toEqual([
      creating +
        ec2(
          'CreateFlowLogs',
          'FlowLogAlreadyExists: Error. There is an existing Flow Log with the same configuration and log destination.',
        ),
      '',
    ]);
  });
});

describe('an encrypted log group', () => {
  it('needs a key whose policy names CloudWatch Logs of the region', () => {
    const policyFor = (service: string) =>
      JSON.stringify({
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'kms:*', Resource: '*' }],
      });
    const keyOf = (service: string) => String(terraform.apply('aws_kms_key', { policy: policyFor(service) })['arn']);
    const config = (kms_key_id: string) => ({ name: 'flows', kms_key_id });

    expect(terraform.refusal('aws_cloudwatch_log_group', config(keyOf('logs.us-west-2.amazonaws.com')))).toEqual([
      'creating CloudWatch Logs Log Group (flows): operation error CloudWatch Logs: CreateLogGroup, https response error ' +
        "StatusCode: 400, AccessDeniedException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:us-east-1:000000000000:log-group:flows'",
      'kms_key_id',
    ]);
    expect(
      terraform.refusal('aws_cloudwatch_log_group', config(keyOf('logs.us-east-1.amazonaws.com'))),
    ).toBeUndefined();
  });
});

describe('a network ACL', () => {
  const entry = (more: ObjectValue = {}): ObjectValue => ({
    rule_no: 100,
    action: 'allow',
    protocol: '6',
    cidr_block: '10.0.0.0/8',
    ipv6_cidr_block: '',
    from_port: 443,
    to_port: 443,
    icmp_type: 0,
    icmp_code: 0,
    ...more,
  });

  it('keeps its rules and subnets, whatever their order', () => {
    const { vpcId, subnetIds } = networkOf(terraform);
    const rules = [entry(), entry({ rule_no: 110, from_port: 80, to_port: 80 })];

    const acl = terraform.apply('aws_network_acl', { vpc_id: vpcId, subnet_ids: subnetIds, ingress: rules });

    expect(acl['id']).toMatch(/^acl-[0-9a-f]{17}$/);
    expect(
      terraform.changes(
        'aws_network_acl',
        { vpc_id: vpcId, subnet_ids: [...subnetIds].reverse(), ingress: [...rules].reverse() },
        acl,
      ),
    ).toEqual([]);
  });

  it("has subnets that the VPC's default one had, and gives them back", () => {
    const { vpc, vpcId, subnetIds } = networkOf(terraform);
    const [first = '', second = ''] = subnetIds;
    const subnetsOf = (id: string) => terraform.import('aws_network_acl', id).state?.['subnet_ids'];
    const defaultId = String(vpc['default_network_acl_id']);

    const acl = terraform.apply('aws_network_acl', { vpc_id: vpcId, subnet_ids: [first] });
    expect(subnetsOf(defaultId)).toEqual([second]);

    const taker = terraform.apply('aws_network_acl', { vpc_id: vpcId, subnet_ids: [first, second] });
    expect([subnetsOf(idOf(acl)), subnetsOf(defaultId)]).toEqual([[], []]);

    terraform.destroy('aws_network_acl', taker);
    expect(subnetsOf(defaultId)).toEqual([first, second]);
  });

  it.each([
    [
      [entry(), entry({ from_port: 80, to_port: 80 })],
      'NetworkAclEntryAlreadyExists: The network acl entry identified by 100 already exists.',
    ],
    [[entry({ rule_no: 32_767 })], 'InvalidParameterValue: Value (32767) for parameter ruleNumber is invalid.'],
    [
      [entry({ cidr_block: '10.0.0.1/8' })],
      'InvalidParameterValue: Value (10.0.0.1/8) for parameter cidrBlock is invalid. This is not a valid CIDR block.',
    ],
    [[entry({ from_port: 90, to_port: 80 })], 'InvalidParameterValue: Invalid TCP/UDP port range 90:80'],
  ])('refuses rules that AWS refuses (%#)', (egress, refusal) => {
    const { vpcId } = networkOf(terraform);

    expect(terraform.refusal('aws_network_acl', { vpc_id: vpcId, egress })).toEqual([
      `creating EC2 Network ACL: ${ec2('CreateNetworkAclEntry', refusal)}`,
      'egress',
    ]);
  });

  it('refuses a subnet of another network, or none', () => {
    const { subnetIds } = networkOf(terraform);
    const [subnetId = ''] = subnetIds;
    const other = idOf(vpcOf('10.9.0.0/16'));

    expect(terraform.refusal('aws_network_acl', { vpc_id: other, subnet_ids: ['subnet-0'] })).toEqual([
      `creating EC2 Network ACL: ${ec2('CreateNetworkAcl', "InvalidSubnetID.NotFound: The subnet ID 'subnet-0' does not exist")}`,
      'subnet_ids',
    ]);
    expect(terraform.refusal('aws_network_acl', { vpc_id: other, subnet_ids: [subnetId] })?.[0]).toMatch(
      new RegExp(
        `ReplaceNetworkAclAssociation, .* InvalidParameterValue: network acl acl-[0-9a-f]{17} and subnet ${subnetId} belong to different networks$`,
      ),
    );
  });
});

describe('a peering connection of two regions', () => {
  const ends = (accepterCidr = '10.20.0.0/16') => {
    const requester = vpcOf('10.10.0.0/16');
    const accepter = terraform.apply('aws_vpc', { region: 'us-west-2', cidr_block: accepterCidr });
    return {
      requester,
      accepter,
      config: { vpc_id: idOf(requester), peer_vpc_id: idOf(accepter), peer_region: 'us-west-2', auto_accept: false },
    };
  };
  const accept = (connection: ObjectValue, region = 'us-west-2') => ({
    region,
    vpc_peering_connection_id: idOf(connection),
    auto_accept: true,
  });
  const routeOf = (vpc: ObjectValue, connection: ObjectValue, destination: string, region: string) => ({
    region,
    route_table_id: String(vpc['default_route_table_id']),
    destination_cidr_block: destination,
    vpc_peering_connection_id: idOf(connection),
  });

  it('waits until the other region accepts it, and then is active in both', () => {
    const { requester, accepter, config } = ends();

    const connection = terraform.apply('aws_vpc_peering_connection', config);
    const accepted = terraform.apply('aws_vpc_peering_connection_accepter', accept(connection));

    expect(connection).toMatchObject({
      id: expect.stringMatching(/^pcx-[0-9a-f]{17}$/),
      accept_status: 'pending-acceptance',
      peer_owner_id: '000000000000',
    });
    expect(accepted).toMatchObject({
      id: connection['id'],
      accept_status: 'active',
      vpc_id: accepter['id'],
      peer_vpc_id: requester['id'],
      peer_region: 'us-east-1',
    });
    expect(terraform.refresh('aws_vpc_peering_connection', connection)).toEqual({
      ...connection,
      accept_status: 'active',
    });
    expect(terraform.changes('aws_vpc_peering_connection_accepter', accept(connection), accepted)).toEqual([]);
  });

  it('carries routes of both regions, which are black holes until it is accepted', () => {
    const { requester, accepter, config } = ends();
    const connection = terraform.apply('aws_vpc_peering_connection', config);

    const there = terraform.apply('aws_route', routeOf(requester, connection, '10.20.0.0/16', 'us-east-1'));
    const back = terraform.apply('aws_route', routeOf(accepter, connection, '10.10.0.0/16', 'us-west-2'));
    const states = () => [there, back].map((route) => terraform.refresh('aws_route', route)?.['state']);

    expect(states()).toEqual(['blackhole', 'blackhole']);
    terraform.apply('aws_vpc_peering_connection_accepter', accept(connection));
    expect(states()).toEqual(['active', 'active']);
    terraform.destroy('aws_vpc_peering_connection', connection);
    expect(states()).toEqual(['blackhole', 'blackhole']);
  });

  it('is left alone when the accepter goes, and is gone from both regions with the requester', () => {
    const { accepter, config } = ends();
    const connection = terraform.apply('aws_vpc_peering_connection', config);
    const accepted = terraform.apply('aws_vpc_peering_connection_accepter', accept(connection));

    terraform.destroy('aws_vpc_peering_connection_accepter', accepted);
    expect(terraform.account.list('aws_vpc_peering_connection')).toHaveLength(2);
    expect(terraform.refusalOfDestroy('aws_vpc', accepter)?.[0]).toContain('DependencyViolation');

    terraform.destroy('aws_vpc_peering_connection', connection);
    expect(terraform.account.list('aws_vpc_peering_connection')).toEqual([]);
    expect(terraform.destroy('aws_vpc', accepter)).toEqual([]);
  });

  it('is accepted in the region of the accepter only, where it is', () => {
    const connection = terraform.apply('aws_vpc_peering_connection', ends().config);

    expect(terraform.refusal('aws_vpc_peering_connection_accepter', accept(connection, 'us-east-1'))).toEqual([
      `creating EC2 VPC Peering Connection Accepter (${idOf(connection)}): ${ec2('AcceptVpcPeeringConnection', `OperationNotPermitted: Incorrect region (us-east-1) specified for this request. VPC peering connection ${idOf(connection)} must be accepted in region us-west-2`)}`,
      'vpc_peering_connection_id',
    ]);
    expect(terraform.refusal('aws_vpc_peering_connection_accepter', accept({ id: 'pcx-0' }))).toEqual([
      `creating EC2 VPC Peering Connection Accepter (pcx-0): ${ec2('AcceptVpcPeeringConnection', "InvalidVpcPeeringConnectionID.NotFound: The vpcPeeringConnection ID 'pcx-0' does not exist")}`,
      'vpc_peering_connection_id',
    ]);
  });

  it.each([
    ['whose blocks overlap', {}, '10.10.128.0/17'],
    ['with a VPC that is not there', { peer_vpc_id: 'vpc-0' }, '10.20.0.0/16'],
    ['with a VPC of another region', { peer_region: 'us-west-1' }, '10.20.0.0/16'],
  ])('fails between VPCs %s', (_how, more, accepterCidr) => {
    const { config } = ends(accepterCidr);

    const [summary] = terraform.refusal('aws_vpc_peering_connection', { ...config, ...more }) ?? [];

    expect(summary).toMatch(
      /^(creating EC2 VPC Peering Connection: )?waiting for EC2 VPC Peering Connection \(pcx-[0-9a-f]{17}\) create: unexpected state 'failed', wanted target 'active, pending-acceptance'\. last error: Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range$/,
    );
    expect(terraform.account.list('aws_vpc_peering_connection')).toEqual([]);
  });

  it('is not accepted by its request, is there once, and is replaced when an end changes', () => {
    const { config } = ends();
    const connection = terraform.apply('aws_vpc_peering_connection', config);

    expect(terraform.refusal('aws_vpc_peering_connection', { ...config, auto_accept: true })?.[0]).toContain(
      '`peer_region` cannot be set whilst `auto_accept` is `true` when creating an EC2 VPC Peering Connection',
    );
    expect(terraform.refusal('aws_vpc_peering_connection', config)).toEqual([
      `creating EC2 VPC Peering Connection: ${ec2('CreateVpcPeeringConnection', `VpcPeeringConnectionAlreadyExists: A VPC peering connection between these VPCs already exists: ${idOf(connection)}`)}`,
      '',
    ]);
    expect(
      terraform.replacements('aws_vpc_peering_connection', { ...config, peer_vpc_id: 'vpc-1' }, connection),
    ).toEqual(['peer_vpc_id']);
  });

  it('is no way for the route table of a third network', () => {
    const connection = terraform.apply('aws_vpc_peering_connection', ends().config);
    const third = vpcOf('10.30.0.0/16');

    expect(terraform.refusal('aws_route', routeOf(third, connection, '10.20.0.0/16', 'us-east-1'))).toEqual([
      `creating EC2 Route: ${ec2('CreateRoute', `InvalidParameterValue: route table ${String(third['default_route_table_id'])} and network gateway ${idOf(connection)} belong to different networks`)}`,
      'vpc_peering_connection_id',
    ]);
  });
});
