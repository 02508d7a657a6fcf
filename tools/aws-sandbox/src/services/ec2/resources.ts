import { cidrsOverlap, parseCidr } from '@dr/cidr';
import { long2ip, type Netmask } from 'netmask';
import type { AccountView } from '../../model/account-view';
import { optionalText, text, texts } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import { randomHex } from '../../model/random-id';
import { isRegion, regionNames, zoneIdOf, zonesOfRegion } from '../../model/regions';
import type {
  DataSourceDefinition,
  ResourceContext,
  ServiceDefinition,
  Sought,
  Usage,
} from '../../model/resource-definition';
import type { AccountChange, ResourceRecord } from '../../model/resource-record';
import { assertFiltersKnown, filterNames, filtersOf, hasTags, isFilteredIn, meetsFilters } from '../../model/search';
import type { Value } from '../../model/value';
import { flowLog } from './flow-log';
import { hashOf } from './hash';
import { defaultAclEntries, networkAcl } from './network-acl';
import { peeringConnection, peeringConnectionAccepter } from './peering';
import { subnetReference, vpcReference } from './references';
import { route, routeTableAssociation } from './routes';
import { defaultSecurityGroup, securityGroup, securityGroupRule } from './security-groups';
import { vpcEndpoint } from './vpc-endpoint';

/**
 * Amazon EC2: the network. Codes and words of refusals: Amazon EC2 API Reference, error codes.
 * What forces replacement: the AWS provider's reference of each resource.
 */
export const ec2: ServiceDefinition = {
  name: 'ec2',
  sdkId: 'EC2',
  typedErrors: false,
  resources: {
    aws_vpc: {
      label: 'EC2 VPC',
      calls: { create: 'CreateVpc', update: 'ModifyVpcAttribute', delete: 'DeleteVpc' },
      id: 'vpc-{hex:17}',
      arn: 'arn:aws:ec2:{region}:{accountId}:vpc/{id}',
      replaces: ['cidr_block', 'ipv4_ipam_pool_id', 'ipv4_netmask_length'],
      defaults: { enable_dns_support: true, instance_tenancy: 'default' },
      conflicts: [['cidr_block', 'ipv4_netmask_length']],
      computed: {
        default_network_acl_id: 'acl-{hex:17}',
        default_route_table_id: 'rtb-{hex:17}',
        main_route_table_id: '{default_route_table_id}',
        default_security_group_id: 'sg-{hex:17}',
        dhcp_options_id: ({ accountId, region }) => `dopt-${hashOf(accountId, region)}`,
        enable_dns_hostnames: () => false,
        enable_network_address_usage_metrics: () => false,
        owner_id: '{accountId}',
        ipv6_association_id: '',
        ipv6_cidr_block: '',
        ipv6_cidr_block_network_border_group: '',
      },
      checks: [
        (context) => {
          const cidr = text(context.attributes['cidr_block']);
          const prefix = parseCidr(cidr)?.bitmask;
          // A VPC's block is between /16 and /28 [Amazon VPC user guide, VPC CIDR blocks].
          if (cidr !== '' && (prefix === undefined || prefix < 16 || prefix > 28)) {
            throw new AwsError('InvalidVpc.Range', `The CIDR '${cidr}' is invalid.`, { path: ['cidr_block'] });
          }
        },
      ],
      usedBy: [
        usedBy('aws_subnet', 'vpc_id', 'The vpc'),
        usedBy('aws_internet_gateway', 'vpc_id', 'The vpc'),
        usedBy('aws_vpc_endpoint', 'vpc_id', 'The vpc'),
        {
          ...usedBy('aws_security_group', 'vpc_id', 'The vpc'),
          except: (group) => group.attributes['name'] === 'default',
        },
        {
          ...usedBy('aws_route_table', 'vpc_id', 'The vpc'),
          except: (table, { attributes }) => table.id === attributes['default_route_table_id'],
        },
        {
          ...usedBy('aws_network_acl', 'vpc_id', 'The vpc'),
          except: (acl, { attributes }) => acl.id === attributes['default_network_acl_id'],
        },
        usedBy('aws_vpc_peering_connection', 'vpc_id', 'The vpc'),
      ],
      // Every VPC here was made by somebody: none is the region's default one.
      soughtBy: { default: () => false, state: () => 'available' },
      filters: {
        cidr: 'cidr_block',
        'cidr-block-association.cidr-block': 'cidr_block',
        'dhcp-options-id': 'dhcp_options_id',
        'is-default': () => false,
        'owner-id': 'owner_id',
        state: () => 'available',
        'vpc-id': 'id',
      },
      onCreate: companionsOfVpc,
      onDelete: ({ region, attributes }) => [
        { remove: { type: 'aws_security_group', region, id: text(attributes['default_security_group_id']) } },
        { remove: { type: 'aws_route_table', region, id: text(attributes['default_route_table_id']) } },
        { remove: { type: 'aws_network_acl', region, id: text(attributes['default_network_acl_id']) } },
      ],
    },
    aws_subnet: {
      label: 'EC2 Subnet',
      calls: { create: 'CreateSubnet', update: 'ModifySubnetAttribute', delete: 'DeleteSubnet' },
      id: 'subnet-{hex:17}',
      arn: 'arn:aws:ec2:{region}:{accountId}:subnet/{id}',
      replaces: ['vpc_id', 'cidr_block', 'availability_zone', 'availability_zone_id', 'outpost_arn', 'ipv6_native'],
      defaults: {
        assign_ipv6_address_on_creation: false,
        enable_dns64: false,
        enable_resource_name_dns_a_record_on_launch: false,
        enable_resource_name_dns_aaaa_record_on_launch: false,
        ipv6_native: false,
        map_public_ip_on_launch: false,
      },
      conflicts: [['availability_zone', 'availability_zone_id']],
      computed: {
        availability_zone: ({ region, attributes }) =>
          zonesOfRegion(region).find((zone) => zoneIdOf(zone) === attributes['availability_zone_id']) ??
          zonesOfRegion(region)[0] ??
          `${region}a`,
        availability_zone_id: ({ attributes }) => zoneIdOf(text(attributes['availability_zone'])),
        ipv6_cidr_block_association_id: '',
        owner_id: '{accountId}',
        private_dns_hostname_type_on_launch: 'ip-name',
      },
      references: [vpcReference('vpc_id')],
      checks: [checkZone, checkSubnetRange],
      usedBy: [
        usedBy('aws_nat_gateway', 'subnet_id', 'The subnet'),
        usedBy('aws_lb', 'subnets', 'The subnet'),
        usedBy('aws_vpc_endpoint', 'subnet_ids', 'The subnet'),
        usedBy('aws_lambda_function', 'vpc_config.subnet_ids', 'The subnet'),
      ],
      soughtBy: { default_for_az: () => false, state: () => 'available' },
      filters: {
        'availability-zone': 'availability_zone',
        'availability-zone-id': 'availability_zone_id',
        availabilityZone: 'availability_zone',
        cidr: 'cidr_block',
        'cidr-block': 'cidr_block',
        cidrBlock: 'cidr_block',
        'default-for-az': () => false,
        'ipv6-cidr-block-association.ipv6-cidr-block': 'ipv6_cidr_block',
        'ipv6-native': 'ipv6_native',
        'map-public-ip-on-launch': 'map_public_ip_on_launch',
        'owner-id': 'owner_id',
        state: () => 'available',
        'subnet-arn': 'arn',
        'subnet-id': 'id',
        'vpc-id': 'vpc_id',
      },
    },
    aws_internet_gateway: {
      label: 'EC2 Internet Gateway',
      calls: { create: 'CreateInternetGateway', update: 'AttachInternetGateway', delete: 'DeleteInternetGateway' },
      id: 'igw-{hex:17}',
      arn: 'arn:aws:ec2:{region}:{accountId}:internet-gateway/{id}',
      computed: { owner_id: '{accountId}', vpc_id: '' },
      soughtBy: { internet_gateway_id: 'id' },
      filters: {
        'attachment.state': ({ attributes }) => (text(attributes['vpc_id']) === '' ? [] : 'available'),
        'attachment.vpc-id': 'vpc_id',
        'internet-gateway-id': 'id',
        'owner-id': 'owner_id',
      },
      references: [
        { ...vpcReference('vpc_id'), refusal: { ...vpcReference('vpc_id').refusal, call: 'AttachInternetGateway' } },
      ],
      unique: [
        {
          attributes: ['vpc_id'],
          refusal: {
            code: 'InvalidParameterValue',
            message: 'Network {value} already has an internet gateway attached',
            call: 'AttachInternetGateway',
          },
        },
      ],
      deleteChecks: [
        ({ account, attributes }) => {
          const vpcId = text(attributes['vpc_id']);
          const mapped = account
            .findBy('aws_nat_gateway', 'vpc_id', vpcId)
            .find((gateway) => gateway.attributes['connectivity_type'] !== 'private');
          if (vpcId !== '' && mapped !== undefined) {
            throw new AwsError(
              'DependencyViolation',
              `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
              { call: 'DetachInternetGateway' },
            );
          }
        },
      ],
    },
    aws_eip: {
      label: 'EC2 EIP',
      calls: { create: 'AllocateAddress', update: 'AssociateAddress', delete: 'ReleaseAddress' },
      id: 'eipalloc-{hex:17}',
      arn: 'arn:aws:ec2:{region}:{accountId}:elastic-ip/{id}',
      importBy: ['public_ip'],
      replaces: ['domain', 'address', 'network_border_group', 'public_ipv4_pool', 'ipam_pool_id'],
      allowed: { domain: ['vpc', 'standard'] },
      filters: {
        'allocation-id': 'id',
        domain: 'domain',
        'instance-id': 'instance',
        'network-border-group': 'network_border_group',
        'network-interface-id': 'network_interface',
        'private-ip-address': 'private_ip',
        'public-ip': 'public_ip',
      },
      computed: {
        allocation_id: '{id}',
        association_id: '',
        carrier_ip: '',
        customer_owned_ip: '',
        domain: 'vpc',
        instance: '',
        network_border_group: '{region}',
        network_interface: '',
        private_dns: '',
        private_ip: '',
        ptr_record: '',
        // Benchmarking addresses [RFC 2544]: they look like addresses and can belong to nobody.
        public_ip: () => `198.18.${byte()}.${byte()}`,
        public_dns: ({ region, attributes }) =>
          `ec2-${text(attributes['public_ip']).replaceAll('.', '-')}.${region === 'us-east-1' ? 'compute-1' : `${region}.compute`}.amazonaws.com`,
        public_ipv4_pool: 'amazon',
      },
      live: {
        association_id: ({ id, account }) =>
          account.findBy('aws_nat_gateway', 'allocation_id', id)[0]?.attributes['association_id'] ?? '',
      },
      usedBy: [
        {
          by: 'aws_nat_gateway',
          attribute: 'allocation_id',
          refusal: { code: 'InvalidIPAddress.InUse', message: 'The address {public_ip} is in use.' },
        },
      ],
    },
    aws_nat_gateway: {
      label: 'EC2 NAT Gateway',
      calls: { create: 'CreateNatGateway', update: 'AssociateNatGatewayAddress', delete: 'DeleteNatGateway' },
      id: 'nat-{hex:17}',
      replaces: ['allocation_id', 'connectivity_type', 'private_ip', 'subnet_id', 'vpc_id', 'availability_mode'],
      defaults: { connectivity_type: 'public' },
      allowed: { connectivity_type: ['private', 'public'], availability_mode: ['zonal', 'regional'] },
      soughtBy: { state: () => 'available' },
      filters: {
        'nat-gateway-id': 'id',
        state: () => 'available',
        'subnet-id': 'subnet_id',
        'vpc-id': 'vpc_id',
      },
      computed: {
        association_id: ({ attributes }) =>
          optionalText(attributes['allocation_id']) ? `eipassoc-${randomHex(17)}` : '',
        auto_provision_zones: '',
        auto_scaling_ips: '',
        availability_mode: 'zonal',
        network_interface_id: 'eni-{hex:17}',
        private_ip: (context) => firstAddressIn(text(subnetOf(context)?.attributes['cidr_block'])),
        public_ip: ({ account, region, attributes }) =>
          account.find('aws_eip', region, text(attributes['allocation_id']))?.attributes['public_ip'] ?? '',
        regional_nat_gateway_address: () => [],
        regional_nat_gateway_auto_mode: '',
        route_table_id: '',
        secondary_allocation_ids: () => [],
        secondary_private_ip_address_count: () => 0,
        secondary_private_ip_addresses: () => [],
        vpc_id: (context) => subnetOf(context)?.attributes['vpc_id'] ?? '',
      },
      references: [
        subnetReference('subnet_id'),
        {
          attribute: 'allocation_id',
          to: 'aws_eip',
          refusal: { code: 'InvalidAllocationID.NotFound', message: "The allocation ID '{value}' does not exist" },
        },
      ],
      unique: [
        {
          attributes: ['allocation_id'],
          refusal: {
            code: 'Resource.AlreadyAssociated',
            message: 'Elastic IP address [{value}] is already associated',
          },
        },
      ],
      checks: [
        ({ attributes, account, prior }) => {
          const vpcId = text(attributes['vpc_id']);
          if (prior !== null || attributes['connectivity_type'] === 'private' || vpcId === '') return;
          if (account.findBy('aws_internet_gateway', 'vpc_id', vpcId).length === 0) {
            throw new AwsError('Gateway.NotAttached', `Network ${vpcId} has no Internet gateway attached`);
          }
        },
      ],
    },
    aws_route_table: {
      label: 'EC2 Route Table',
      calls: { create: 'CreateRouteTable', update: 'ReplaceRoute', delete: 'DeleteRouteTable' },
      id: 'rtb-{hex:17}',
      arn: 'arn:aws:ec2:{region}:{accountId}:route-table/{id}',
      replaces: ['vpc_id'],
      computed: { owner_id: '{accountId}', propagating_vgws: () => [], route: () => [] },
      references: [vpcReference('vpc_id')],
      usedBy: [usedBy('aws_route_table_association', 'route_table_id', 'The routeTable')],
      soughtBy: {
        gateway_id: ofAssociations('gateway_id'),
        route_table_id: 'id',
        subnet_id: ofAssociations('subnet_id'),
      },
      filters: {
        'association.gateway-id': ofAssociations('gateway_id'),
        'association.main': isMainTable,
        'association.route-table-association-id': ofAssociations('id'),
        'association.route-table-id': 'id',
        'association.subnet-id': ofAssociations('subnet_id'),
        'owner-id': 'owner_id',
        'route-table-id': 'id',
        'vpc-id': 'vpc_id',
      },
      onDelete: ({ id, account }) =>
        account.findBy('aws_route', 'route_table_id', id).map((route) => ({ remove: route })),
    },
    aws_route: route,
    aws_route_table_association: routeTableAssociation,
    aws_security_group: securityGroup,
    aws_default_security_group: defaultSecurityGroup,
    aws_vpc_security_group_ingress_rule: securityGroupRule('Ingress'),
    aws_vpc_security_group_egress_rule: securityGroupRule('Egress'),
    aws_vpc_endpoint: vpcEndpoint,
    aws_flow_log: flowLog,
    aws_network_acl: networkAcl,
    aws_vpc_peering_connection: peeringConnection,
    aws_vpc_peering_connection_accepter: peeringConnectionAccepter,
  },
  dataSources: {
    aws_availability_zones: {
      label: 'EC2 Availability Zones',
      call: 'DescribeAvailabilityZones',
      arguments: ['all_availability_zones', 'exclude_names', 'exclude_zone_ids', 'filter', 'state'],
      read: ({ type, region, config }) => {
        const filters = filtersOf(config);
        assertFiltersKnown(type, filters, Object.keys(ZONE_FILTERS));
        const zones = zonesOfRegion(region).filter(
          (zone) =>
            !texts(config['exclude_names']).includes(zone) &&
            !texts(config['exclude_zone_ids']).includes(zoneIdOf(zone)) &&
            (text(config['state']) || 'available') === 'available' &&
            meetsFilters(filters, (name) => [ZONE_FILTERS[name]?.(zone, region) ?? []].flat()),
        );
        return {
          id: region,
          names: zones,
          zone_ids: zones.map(zoneIdOf),
          group_names: zones.length === 0 ? [] : [region],
        };
      },
    },
    aws_region: {
      label: 'Region',
      call: 'DescribeRegions',
      arguments: ['endpoint', 'name'],
      read: ({ region: own, config }) => {
        const named = optionalText(config['name']);
        const endpoint = optionalText(config['endpoint']);
        const region = named ?? regionNames().find((name) => endpointOf(name) === endpoint) ?? own;
        if (!isRegion(region)) throw new ProviderRefusal(`region not found for name: ${region}`, ['name']);
        if (endpoint !== undefined && endpointOf(region) !== endpoint)
          throw new ProviderRefusal(`region not found for endpoint: ${endpoint}`, ['endpoint']);
        return { id: region, name: region, region, endpoint: endpointOf(region), description: region };
      },
    },
    aws_regions: {
      label: 'EC2 Regions',
      call: 'DescribeRegions',
      // All regions are enabled in the sandbox.
      arguments: ['all_regions', 'filter'],
      read: ({ type, config }) => {
        const filters = filtersOf(config);
        assertFiltersKnown(type, filters, Object.keys(REGION_FILTERS));
        const names = regionNames().filter((region) =>
          meetsFilters(filters, (name) => [REGION_FILTERS[name]?.(region) ?? []].flat()),
        );
        return { id: 'aws', names };
      },
    },
    aws_eips: several('EC2 EIPs', 'DescribeAddresses', 'aws_eip', {
      allocation_ids: 'id',
      public_ips: 'public_ip',
    }),
    aws_nat_gateways: several('EC2 NAT Gateways', 'DescribeNatGateways', 'aws_nat_gateway', { ids: 'id' }, ['vpc_id']),
    aws_network_acls: several('EC2 Network ACLs', 'DescribeNetworkAcls', 'aws_network_acl', { ids: 'id' }, ['vpc_id']),
    aws_route_tables: several('EC2 Route Tables', 'DescribeRouteTables', 'aws_route_table', { ids: 'id' }, ['vpc_id']),
    aws_security_groups: several('EC2 Security Groups', 'DescribeSecurityGroups', 'aws_security_group', {
      arns: 'arn',
      ids: 'id',
      vpc_ids: 'vpc_id',
    }),
    aws_subnets: several('EC2 Subnets', 'DescribeSubnets', 'aws_subnet', { ids: 'id' }),
    aws_vpc_peering_connections: several(
      'EC2 VPC Peering Connections',
      'DescribeVpcPeeringConnections',
      'aws_vpc_peering_connection',
      { ids: 'id' },
    ),
    aws_vpcs: several('EC2 VPCs', 'DescribeVpcs', 'aws_vpc', { ids: 'id' }),
  },
};

/** Filters of DescribeAvailabilityZones. */
const ZONE_FILTERS: Readonly<Record<string, (zone: string, region: string) => string>> = {
  'group-name': (_zone, region) => region,
  'opt-in-status': () => 'opt-in-not-required',
  'region-name': (_zone, region) => region,
  state: () => 'available',
  'zone-id': zoneIdOf,
  'zone-name': (zone) => zone,
  'zone-type': () => 'availability-zone',
};

/** Filters of DescribeRegions. */
const REGION_FILTERS: Readonly<Record<string, (region: string) => string>> = {
  endpoint: endpointOf,
  'region-name': (region) => region,
};

function endpointOf(region: string): string {
  return `ec2.${region}.amazonaws.com`;
}

/** A data source of all resources of a type that meet filters, tags and the arguments given, in the order of their ids. */
function several(
  label: string,
  call: string,
  type: string,
  shown: Readonly<Record<string, string>>,
  compared: readonly string[] = [],
): DataSourceDefinition {
  return {
    label,
    call,
    arguments: ['filter', 'tags', ...compared],
    read: ({ type: source, account, region, config }) => {
      const definition = ec2.resources[type];
      if (definition === undefined) throw new Error(`${source} reads ${type}, which has no definition`);
      const filters = filtersOf(config);
      assertFiltersKnown(source, filters, filterNames(definition));
      const found = account
        .list(type, region)
        .filter((record) => isFilteredIn(record, definition, filters, account) && hasTags(record, config['tags']))
        .filter(({ attributes }) =>
          compared.every((name) => (config[name] ?? null) === null || attributes[name] === config[name]),
        )
        .sort((left, right) => (left.id < right.id ? -1 : 1));
      const values = Object.entries(shown).map(([name, attribute]) => [
        name,
        found.map(({ attributes }) => attributes[attribute] ?? null),
      ]);
      return { id: region, ...Object.fromEntries(values) };
    },
  };
}

/** An attribute of all associations of a route table. */
function ofAssociations(attribute: string): Sought {
  return ({ id }, account) =>
    account
      .findBy('aws_route_table_association', 'route_table_id', id)
      .flatMap(({ attributes }) => attributes[attribute] ?? []);
}

function isMainTable({ id, region, attributes }: ResourceRecord, account: AccountView): Value {
  const vpcId = text(attributes['vpc_id']);
  const [main] = account.findBy('aws_main_route_table_association', 'vpc_id', vpcId, region);
  const vpc = account.find('aws_vpc', region, vpcId);
  return (main?.attributes['route_table_id'] ?? vpc?.attributes['main_route_table_id']) === id;
}

function usedBy(by: string, attribute: string, subject: string): Usage {
  return {
    by,
    attribute,
    refusal: { code: 'DependencyViolation', message: `${subject} '{id}' has dependencies and cannot be deleted.` },
  };
}

/** What AWS makes with every VPC. */
function companionsOfVpc({ accountId, region, attributes, id }: ResourceContext): readonly AccountChange[] {
  const companion = (type: string, own: string, kind: string, more: ResourceRecord['attributes']): AccountChange => {
    const arn = `arn:aws:ec2:${region}:${accountId}:${kind}/${own}`;
    const common = { id: own, arn, owner_id: accountId, region, vpc_id: id, tags: null, tags_all: {} };
    return {
      put: { type, region, service: 'ec2', id: own, arn, attributes: { ...common, ...more }, internal: { madeBy: id } },
    };
  };
  const groupId = text(attributes['default_security_group_id']);
  return [
    companion('aws_security_group', groupId, 'security-group', {
      name: 'default',
      name_prefix: '',
      description: 'default VPC security group',
      ingress: [rule({ self: true })],
      egress: [rule({ cidr_blocks: ['0.0.0.0/0'] })],
    }),
    companion('aws_route_table', text(attributes['default_route_table_id']), 'route-table', {
      propagating_vgws: [],
      route: [],
    }),
    companion('aws_network_acl', text(attributes['default_network_acl_id']), 'network-acl', {
      ...defaultAclEntries(),
      subnet_ids: [],
    }),
  ];
}

function rule(own: Readonly<Record<string, Value>>): Value {
  return {
    cidr_blocks: [],
    description: '',
    from_port: 0,
    ipv6_cidr_blocks: [],
    prefix_list_ids: [],
    protocol: '-1',
    security_groups: [],
    self: false,
    to_port: 0,
    ...own,
  };
}

function checkZone({ attributes, region }: ResourceContext): void {
  const zone = text(attributes['availability_zone']);
  const zones = zonesOfRegion(region);
  if (zone !== '' && !zones.includes(zone)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.join(', ')}.`,
      { path: ['availability_zone'] },
    );
  }
}

function checkSubnetRange({ attributes, account, region, id }: ResourceContext): void {
  const cidr = text(attributes['cidr_block']);
  const vpcId = text(attributes['vpc_id']);
  if (cidr === '') return;
  const path = ['cidr_block'];
  const block = parseCidr(cidr);
  const vpcBlock = blockOf(account.find('aws_vpc', region, vpcId));
  if (block === undefined || block.bitmask < 16 || block.bitmask > 28 || !vpcBlock?.contains(block)) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`, { path });
  }
  const siblings = account.findBy('aws_subnet', 'vpc_id', vpcId, region);
  if (siblings.some((subnet) => subnet.id !== id && cidrsOverlap(blockOf(subnet), block))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`, { path });
  }
}

/** The block of a VPC or a subnet. */
function blockOf(record: ResourceRecord | undefined): Netmask | undefined {
  return parseCidr(text(record?.attributes['cidr_block']));
}

function subnetOf({ account, region, attributes }: ResourceContext): ResourceRecord | undefined {
  return account.find('aws_subnet', region, text(attributes['subnet_id']));
}

/** AWS keeps the first four addresses of a subnet for itself [Amazon VPC user guide, subnet sizing]. */
function firstAddressIn(cidr: string): string {
  return long2ip((parseCidr(cidr)?.netLong ?? 0) + 4 + Math.floor(Math.random() * 8));
}

function byte(): number {
  return Number.parseInt(randomHex(2), 16);
}
