import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { TerraformOutput } from 'cdktf';
import { Vpc, type VpcProps } from './vpc';

const PROPS: VpcProps = {
  name: 'orders',
  cidrBlock: '10.10.0.0/16',
  zones: ['eu-west-1a', 'eu-west-1b'],
  region: 'eu-west-1',
  accountId: '123456789012',
};

function synthesizeVpc(changes: Partial<VpcProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new Vpc(scope, 'Vpc', { ...PROPS, ...changes });
  });
}

/** Logical ids of a type without CDKTF's hash: `Vpc_PublicSubnetA_6D2CD58D` → `PublicSubnetA`. */
function idsOf(state: SynthesizedState, type: string): string[] {
  const byType = state.json['resource'] as Record<string, object>;
  return Object.keys(byType[type] ?? {}).map((id) => id.split('_')[1] as string);
}

describe('Vpc', () => {
  it('resolves names inside the VPC, which interface endpoints need', () => {
    expect(synthesizeVpc().resource('aws_vpc')).toEqual({
      cidr_block: '10.10.0.0/16',
      enable_dns_hostnames: true,
      enable_dns_support: true,
      tags: { Name: 'orders' },
    });
  });

  it('empties the default security group', () => {
    const group = synthesizeVpc().resource('aws_default_security_group');

    expect(group).toEqual({
      vpc_id: expect.stringMatching(/^\$\{aws_vpc\.Vpc_[0-9A-F]{8}\.id\}$/),
      tags: { Name: 'orders-default-unused' },
    });
  });

  it('has a public, a private and a database subnet in each zone, none with public addresses by itself', () => {
    const subnets = synthesizeVpc().resources('aws_subnet');

    expect(
      subnets.map(({ availability_zone, cidr_block, map_public_ip_on_launch, tags }) => [
        availability_zone,
        cidr_block,
        map_public_ip_on_launch,
        (tags as { Name: string }).Name,
      ]),
    ).toEqual([
      ['eu-west-1a', '10.10.64.0/22', false, 'orders-database-eu-west-1a'],
      ['eu-west-1b', '10.10.68.0/22', false, 'orders-database-eu-west-1b'],
      ['eu-west-1a', '10.10.32.0/22', false, 'orders-private-eu-west-1a'],
      ['eu-west-1b', '10.10.36.0/22', false, 'orders-private-eu-west-1b'],
      ['eu-west-1a', '10.10.0.0/22', false, 'orders-public-eu-west-1a'],
      ['eu-west-1b', '10.10.4.0/22', false, 'orders-public-eu-west-1b'],
    ]);
  });

  it('names subnets by zone, so that a zone put in front of the others renames none', () => {
    const before = idsOf(synthesizeVpc({ zones: ['eu-west-1b', 'eu-west-1c'] }), 'aws_subnet');
    const after = idsOf(synthesizeVpc({ zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] }), 'aws_subnet');

    expect(before).toEqual([
      'DatabaseSubnetB',
      'DatabaseSubnetC',
      'PrivateSubnetB',
      'PrivateSubnetC',
      'PublicSubnetB',
      'PublicSubnetC',
    ]);
    expect(after).toEqual(expect.arrayContaining(before));
  });

  it('sends private traffic through the NAT gateway of its own zone unless told otherwise', () => {
    const state = synthesizeVpc();

    expect(idsOf(state, 'aws_nat_gateway')).toEqual(['NatGatewayA', 'NatGatewayB']);
    expect(idsOf(state, 'aws_eip')).toEqual(['NatAddressA', 'NatAddressB']);
    expect(state.resources('aws_route').map(({ nat_gateway_id }) => nat_gateway_id)).toEqual([
      expect.stringContaining('NatGatewayA'),
      expect.stringContaining('NatGatewayB'),
      undefined,
    ]);
  });

  it('sends all private traffic through the first zone when there is a single NAT gateway', () => {
    const state = synthesizeVpc({ natGateways: 'single' });

    expect(idsOf(state, 'aws_nat_gateway')).toEqual(['NatGatewayA']);
    expect(idsOf(state, 'aws_eip')).toEqual(['NatAddressA']);
    expect(idsOf(state, 'aws_route')).toEqual(['PrivateDefaultRouteA', 'PrivateDefaultRouteB', 'PublicDefaultRoute']);
    expect(state.resources('aws_route').map(({ nat_gateway_id }) => nat_gateway_id)).toEqual([
      expect.stringContaining('NatGatewayA'),
      expect.stringContaining('NatGatewayA'),
      undefined,
    ]);
  });

  it('makes NAT gateways in public subnets, after the way out', () => {
    const [nat] = synthesizeVpc({ natGateways: 'single' }).resources('aws_nat_gateway');

    expect(nat).toEqual({
      subnet_id: expect.stringContaining('PublicSubnetA'),
      allocation_id: expect.stringContaining('NatAddressA'),
      depends_on: [expect.stringContaining('aws_internet_gateway.')],
      tags: { Name: 'orders-eu-west-1a' },
    });
  });

  it('routes public subnets to the internet gateway, and database subnets nowhere', () => {
    const state = synthesizeVpc();

    const routesOut = state.resources('aws_route').map(({ route_table_id, destination_cidr_block, gateway_id }) => ({
      table: String(route_table_id).split('_')[3],
      destination_cidr_block,
      byInternetGateway: gateway_id !== undefined,
    }));
    expect(routesOut).toEqual([
      { table: 'PrivateRouteTableA', destination_cidr_block: '0.0.0.0/0', byInternetGateway: false },
      { table: 'PrivateRouteTableB', destination_cidr_block: '0.0.0.0/0', byInternetGateway: false },
      { table: 'PublicRouteTable', destination_cidr_block: '0.0.0.0/0', byInternetGateway: true },
    ]);
  });

  it('gives each subnet the route table of its tier', () => {
    const associations = synthesizeVpc().resources('aws_route_table_association');

    expect(
      associations.map(({ subnet_id, route_table_id }) => [
        String(subnet_id).split('_')[2],
        String(route_table_id).split('_')[3],
      ]),
    ).toEqual([
      ['DatabaseSubnetA', 'DatabaseRouteTable'],
      ['DatabaseSubnetB', 'DatabaseRouteTable'],
      ['PrivateSubnetA', 'PrivateRouteTableA'],
      ['PrivateSubnetB', 'PrivateRouteTableB'],
      ['PublicSubnetA', 'PublicRouteTable'],
      ['PublicSubnetB', 'PublicRouteTable'],
    ]);
  });

  it('reaches S3 and DynamoDB of its region by gateway endpoints from all private subnets', () => {
    const endpoints = synthesizeVpc().resources('aws_vpc_endpoint');

    expect(
      endpoints.map(({ service_name, vpc_endpoint_type, route_table_ids }) => [
        service_name,
        vpc_endpoint_type,
        route_table_ids,
      ]),
    ).toEqual([
      [
        'com.amazonaws.eu-west-1.dynamodb',
        'Gateway',
        [expect.stringContaining('PrivateRouteTableA'), expect.stringContaining('PrivateRouteTableB')],
      ],
      [
        'com.amazonaws.eu-west-1.s3',
        'Gateway',
        [expect.stringContaining('PrivateRouteTableA'), expect.stringContaining('PrivateRouteTableB')],
      ],
    ]);
  });

  it('lets principals of the account through the gateway endpoints, and image layers through that of S3', () => {
    const policies = synthesizeVpc()
      .resources('aws_vpc_endpoint')
      .map(({ policy }) => JSON.parse(policy as string).Statement);

    const ownPrincipals = {
      Sid: 'PrincipalsOfThisAccount',
      Effect: 'Allow',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalAccount': '123456789012' } },
    };
    expect(policies).toEqual([
      [ownPrincipals],
      [
        ownPrincipals,
        expect.objectContaining({
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*',
        }),
      ],
    ]);
  });

  it.each([
    ['public', 'PublicSubnet'],
    ['private', 'PrivateSubnet'],
    ['database', 'DatabaseSubnet'],
  ] as const)('gives the %s subnets in the order of the zones', (tier, idPrefix) => {
    const state = synthesizeConstructs((scope) => {
      const vpc = new Vpc(scope, 'Vpc', { ...PROPS, zones: ['eu-west-1c', 'eu-west-1a'] });
      new TerraformOutput(scope, 'SubnetIds', { value: vpc.subnetIds(tier), staticId: true });
    });

    expect(state.json['output']).toMatchObject({
      SubnetIds: { value: [expect.stringContaining(`${idPrefix}C_`), expect.stringContaining(`${idPrefix}A_`)] },
    });
  });

  it('gives the route tables that a way to another network is added to', () => {
    const state = synthesizeConstructs((scope) => {
      const vpc = new Vpc(scope, 'Vpc', { ...PROPS, zones: ['eu-west-1c', 'eu-west-1a'] });
      new TerraformOutput(scope, 'Private', { value: vpc.privateRouteTableIds, staticId: true });
      new TerraformOutput(scope, 'Database', { value: vpc.databaseRouteTableId, staticId: true });
    });

    expect(state.json['output']).toMatchObject({
      Private: {
        value: [expect.stringContaining('PrivateRouteTableC_'), expect.stringContaining('PrivateRouteTableA_')],
      },
      Database: { value: expect.stringContaining('DatabaseRouteTable_') },
    });
  });

  it('refuses a block that is too small for its subnets', () => {
    expect(() => synthesizeVpc({ cidrBlock: '10.10.0.0/24' })).toThrow(
      new Error(
        'cidrBlock is 10.10.0.0/24, expected at least a /22: its subnets would be /30, and AWS has none smaller than /28. Choose a larger block.',
      ),
    );
  });
});
