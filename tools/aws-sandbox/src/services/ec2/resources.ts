import type { AccountView } from '../../model/account-view';
import type { AccountChange, ResourceRecord } from '../../model/resource-record';
import { isJson, optionalText, text, texts } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import type { Value } from '../../model/value';
import { contains, overlaps, parseCidr } from './cidr';
import { flowLog } from './flow-log';
import { defaultAclEntries, networkAcl } from './network-acl';
import { isActive, peeringConnection, peeringConnectionAccepter } from './peering';
import { routeTableReference, securityGroupReference, subnetReference, vpcReference } from './references';
import { renderText } from '../../model/template';
import { randomHex } from '../../model/random-id';
import { isRegion, regionNames, zoneIdOf, zonesOfRegion } from '../../model/regions';
import { assertFiltersKnown, filterNames, filtersOf, hasTags, isFilteredIn, meetsFilters } from '../../model/search';
import type {
  DataSourceDefinition,
  ResourceContext,
  ServiceDefinition,
  Sought,
  Usage,
} from '../../model/resource-definition';

const ROUTE_DESTINATIONS = ['destination_cidr_block', 'destination_ipv6_cidr_block', 'destination_prefix_list_id'];
const GROUP_RULES = ['aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule'];

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
          const prefix = parseCidr(cidr)?.prefix;
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
    aws_route: {
      label: 'EC2 Route',
      calls: { create: 'CreateRoute', update: 'ReplaceRoute', delete: 'DeleteRoute' },
      // As the provider makes it: `r-`, the table and a hash of the destination [terraform-provider-aws, RouteCreateID].
      id: ({ attributes }) => `r-${text(attributes['route_table_id'])}${crc32(destinationOf(attributes))}`,
      replaces: ['route_table_id', ...ROUTE_DESTINATIONS],
      exactlyOneOf: [
        ROUTE_DESTINATIONS,
        [
          'carrier_gateway_id',
          'core_network_arn',
          'egress_only_gateway_id',
          'gateway_id',
          'local_gateway_id',
          'nat_gateway_id',
          'network_interface_id',
          'transit_gateway_id',
          'vpc_endpoint_id',
          'vpc_peering_connection_id',
        ],
      ],
      computed: {
        instance_id: '',
        instance_owner_id: '',
        network_interface_id: '',
        origin: 'CreateRoute',
        state: 'active',
      },
      live: {
        state: ({ account, region, attributes }) => {
          const peering = text(attributes['vpc_peering_connection_id']);
          return peering === '' || isActive(account, region, peering) ? 'active' : 'blackhole';
        },
      },
      references: [
        routeTableReference('route_table_id'),
        {
          attribute: 'nat_gateway_id',
          to: 'aws_nat_gateway',
          refusal: { code: 'InvalidNatGatewayID.NotFound', message: "The natGateway ID '{value}' does not exist" },
        },
        {
          attribute: 'gateway_id',
          to: ['aws_internet_gateway', 'aws_vpn_gateway'],
          refusal: { code: 'InvalidGatewayID.NotFound', message: "The gateway ID '{value}' does not exist" },
        },
        {
          attribute: 'vpc_peering_connection_id',
          to: 'aws_vpc_peering_connection',
          refusal: {
            code: 'InvalidVpcPeeringConnectionID.NotFound',
            message: "The vpcPeeringConnection ID '{value}' does not exist",
          },
        },
      ],
      unique: [
        {
          attributes: ['route_table_id', ...ROUTE_DESTINATIONS],
          refusal: {
            code: 'RouteAlreadyExists',
            message:
              'The route identified by {destination_cidr_block}{destination_ipv6_cidr_block}{destination_prefix_list_id} already exists.',
          },
        },
      ],
      checks: [checkRouteTarget],
    },
    aws_route_table_association: {
      label: 'EC2 Route Table Association',
      calls: {
        create: 'AssociateRouteTable',
        update: 'ReplaceRouteTableAssociation',
        delete: 'DisassociateRouteTable',
      },
      id: 'rtbassoc-{hex:17}',
      importBy: ['subnet_id', 'gateway_id'],
      replaces: ['subnet_id', 'gateway_id'],
      exactlyOneOf: [['subnet_id', 'gateway_id']],
      references: [routeTableReference('route_table_id'), subnetReference('subnet_id')],
      unique: [
        {
          attributes: ['subnet_id'],
          refusal: {
            code: 'Resource.AlreadyAssociated',
            message:
              'the specified association for route table {route_table_id} conflicts with an existing association',
          },
        },
      ],
      checks: [
        ({ attributes, account, region }) => {
          const table = account.find('aws_route_table', region, text(attributes['route_table_id']));
          const subnet = account.find('aws_subnet', region, text(attributes['subnet_id']));
          if (
            table !== undefined &&
            subnet !== undefined &&
            table.attributes['vpc_id'] !== subnet.attributes['vpc_id']
          ) {
            throw new AwsError(
              'InvalidParameterValue',
              `route table ${table.id} and subnet ${subnet.id} belong to different networks`,
              { path: ['route_table_id'] },
            );
          }
        },
      ],
    },
    aws_security_group: {
      label: 'EC2 Security Group',
      calls: { create: 'CreateSecurityGroup', update: 'AuthorizeSecurityGroupIngress', delete: 'DeleteSecurityGroup' },
      id: 'sg-{hex:17}',
      arn: 'arn:aws:ec2:{region}:{accountId}:security-group/{id}',
      subject: 'name',
      replaces: ['name', 'name_prefix', 'description', 'vpc_id'],
      defaults: { description: 'Managed by Terraform', revoke_rules_on_delete: false },
      conflicts: [['name', 'name_prefix']],
      computed: { owner_id: '{accountId}', vpc_id: '', ingress: () => [], egress: () => [] },
      references: [vpcReference('vpc_id')],
      filters: {
        description: 'description',
        'group-id': 'id',
        'group-name': 'name',
        'owner-id': 'owner_id',
        'vpc-id': 'vpc_id',
      },
      unique: [
        {
          attributes: ['name', 'vpc_id'],
          refusal: {
            code: 'InvalidGroup.Duplicate',
            message: "The security group '{value}' already exists for VPC '{vpc_id}'",
          },
        },
      ],
      checks: [
        ({ attributes, prior }) => {
          if (prior === null && text(attributes['name']).startsWith('sg-')) {
            throw new AwsError(
              'InvalidParameterValue',
              `Invalid value '${text(attributes['name'])}' for groupName. Group names may not be in the format sg-*`,
              { path: ['name'] },
            );
          }
        },
      ],
      usedBy: [
        ...GROUP_RULES.map((by) => ({
          by,
          attribute: 'referenced_security_group_id',
          refusal: dependentObject(),
          except: ({ attributes }: ResourceRecord, { id }: ResourceContext) => attributes['security_group_id'] === id,
        })),
        { by: 'aws_rds_cluster', attribute: 'vpc_security_group_ids', refusal: dependentObject() },
        { by: 'aws_lb', attribute: 'security_groups', refusal: dependentObject() },
        { by: 'aws_lambda_function', attribute: 'vpc_config.security_group_ids', refusal: dependentObject() },
        { by: 'aws_vpc_endpoint', attribute: 'security_group_ids', refusal: dependentObject() },
      ],
      onDelete: ({ id, account }) =>
        GROUP_RULES.flatMap((type) => account.findBy(type, 'security_group_id', id).map((rule) => ({ remove: rule }))),
    },
    aws_default_security_group: {
      label: 'EC2 Default Security Group',
      calls: {
        create: 'DescribeSecurityGroups',
        update: 'AuthorizeSecurityGroupIngress',
        delete: 'DeleteSecurityGroup',
      },
      replaces: ['vpc_id'],
      defaults: { ingress: [], egress: [], revoke_rules_on_delete: false },
      references: [vpcReference('vpc_id')],
      adopts: {
        type: 'aws_security_group',
        find: ({ account, region, attributes }) => {
          const vpcId = text(attributes['vpc_id']);
          const found = account
            .findBy('aws_security_group', 'vpc_id', vpcId, region)
            .find((group) => group.attributes['name'] === 'default');
          if (found === undefined)
            throw new AwsError('InvalidGroup.NotFound', "The security group 'default' does not exist", {
              path: ['vpc_id'],
            });
          return found;
        },
      },
    },
    aws_vpc_security_group_ingress_rule: securityGroupRule('Ingress'),
    aws_vpc_security_group_egress_rule: securityGroupRule('Egress'),
    aws_vpc_endpoint: {
      label: 'EC2 VPC Endpoint',
      calls: { create: 'CreateVpcEndpoint', update: 'ModifyVpcEndpoint', delete: 'DeleteVpcEndpoints' },
      id: 'vpce-{hex:17}',
      arn: 'arn:aws:ec2:{region}:{accountId}:vpc-endpoint/{id}',
      replaces: [
        'vpc_id',
        'service_name',
        'vpc_endpoint_type',
        'service_region',
        'resource_configuration_arn',
        'service_network_arn',
      ],
      defaults: { vpc_endpoint_type: 'Gateway' },
      allowed: { vpc_endpoint_type: ['Gateway', 'GatewayLoadBalancer', 'Interface', 'Resource', 'ServiceNetwork'] },
      filters: {
        'owner-id': 'owner_id',
        'service-name': 'service_name',
        'vpc-endpoint-id': 'id',
        'vpc-endpoint-state': 'state',
        'vpc-endpoint-type': 'vpc_endpoint_type',
        'vpc-id': 'vpc_id',
      },
      exactlyOneOf: [['service_name', 'resource_configuration_arn', 'service_network_arn']],
      computed: {
        cidr_blocks: ({ attributes }) => (isGateway(attributes) ? ['198.19.0.0/17'] : []),
        dns_entry: (context) =>
          isGateway(context.attributes)
            ? []
            : [
                {
                  dns_name:
                    renderText('{id}-{hex:8}.', context) + reverseName(text(context.attributes['service_name'])),
                  hosted_zone_id: `Z${hashOf(context.region, 'vpce').toUpperCase()}`,
                },
              ],
        ip_address_type: 'ipv4',
        network_interface_ids: ({ attributes }) =>
          isGateway(attributes) ? [] : texts(attributes['subnet_ids']).map(() => `eni-${randomHex(17)}`),
        owner_id: '{accountId}',
        policy: '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2008-10-17"}',
        prefix_list_id: ({ attributes, region }) =>
          isGateway(attributes) ? `pl-${hashOf(region, text(attributes['service_name'])).slice(0, 8)}` : '',
        private_dns_enabled: () => false,
        requester_managed: () => false,
        route_table_ids: () => [],
        security_group_ids: ({ account, region, attributes }) => {
          const vpc = account.find('aws_vpc', region, text(attributes['vpc_id']));
          return isGateway(attributes) ? [] : [vpc?.attributes['default_security_group_id'] ?? ''];
        },
        service_region: '{region}',
        state: 'available',
        subnet_ids: () => [],
      },
      references: [
        vpcReference('vpc_id'),
        routeTableReference('route_table_ids'),
        subnetReference('subnet_ids'),
        securityGroupReference('security_group_ids'),
      ],
      checks: [
        checkEndpointPlaces,
        checkPrivateDns,
        ({ attributes }) => {
          const policy = text(attributes['policy']);
          if (policy !== '' && !isJson(policy))
            throw new AwsError('InvalidPolicyDocument', 'The policy document is not valid JSON', { path: ['policy'] });
        },
        ({ attributes, region, account, id }) => {
          const service = text(attributes['service_name']);
          const ofRegion = text(attributes['service_region']) || region;
          // AWS's own services carry the region in their name; others belong to their owners.
          if (
            service.startsWith('com.amazonaws.') &&
            !service.startsWith(`com.amazonaws.${ofRegion}.`) &&
            regionNames().some((name) => service.startsWith(`com.amazonaws.${name}.`))
          ) {
            throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${service}' does not exist`, {
              path: ['service_name'],
            });
          }
          for (const table of isGateway(attributes) ? texts(attributes['route_table_ids']) : []) {
            const twin = account
              .findBy('aws_vpc_endpoint', 'route_table_ids', table, region)
              .find((other) => other.id !== id && other.attributes['service_name'] === service);
            if (twin !== undefined) {
              throw new AwsError(
                'RouteAlreadyExists',
                `route table ${table} already has a route with destination-prefix-list-id ${text(twin.attributes['prefix_list_id'])}`,
                {
                  path: ['route_table_ids'],
                },
              );
            }
          }
        },
      ],
    },
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

function dependentObject() {
  return { code: 'DependencyViolation', message: 'resource {id} has a dependent object' };
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
  const prefix = parseCidr(cidr)?.prefix;
  const vpcCidr = text(account.find('aws_vpc', region, vpcId)?.attributes['cidr_block']);
  if (prefix === undefined || prefix < 16 || prefix > 28 || !contains(vpcCidr, cidr)) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`, { path });
  }
  const siblings = account.findBy('aws_subnet', 'vpc_id', vpcId, region);
  if (siblings.some((subnet) => subnet.id !== id && overlaps(text(subnet.attributes['cidr_block']), cidr))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`, { path });
  }
}

function securityGroupRule(direction: 'Ingress' | 'Egress'): ServiceDefinition['resources'][string] {
  const type = `aws_vpc_security_group_${direction.toLowerCase()}_rule`;
  return {
    label: `VPC Security Group ${direction} Rule`,
    calls: {
      create: `AuthorizeSecurityGroup${direction}`,
      update: 'ModifySecurityGroupRules',
      delete: `RevokeSecurityGroup${direction}`,
    },
    id: 'sgr-{hex:17}',
    arn: 'arn:aws:ec2:{region}:{accountId}:security-group-rule/{id}',
    replaces: ['security_group_id'],
    exactlyOneOf: [['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id', 'referenced_security_group_id']],
    computed: { security_group_rule_id: '{id}' },
    references: [securityGroupReference('security_group_id'), securityGroupReference('referenced_security_group_id')],
    checks: [
      ({ attributes, account, region, id }) => {
        const group = text(attributes['security_group_id']);
        const twin = account
          .findBy(type, 'security_group_id', group, region)
          .find(
            (other) =>
              other.id !== id &&
              RULE_KEY.every((name) => (other.attributes[name] ?? null) === (attributes[name] ?? null)),
          );
        if (twin === undefined) return;
        const peer = RULE_KEY.slice(0, 4)
          .map((name) => text(attributes[name]))
          .join('');
        const protocol = text(attributes['ip_protocol']).toUpperCase();
        throw new AwsError(
          'InvalidPermission.Duplicate',
          `the specified rule "peer: ${peer}, ${protocol === '-1' ? 'ALL' : `${protocol}, from port: ${String(attributes['from_port'])}, to port: ${String(attributes['to_port'])}`}, ALLOW" already exists`,
        );
      },
    ],
  };
}

const RULE_KEY = [
  'cidr_ipv4',
  'cidr_ipv6',
  'prefix_list_id',
  'referenced_security_group_id',
  'ip_protocol',
  'from_port',
  'to_port',
];

/** A table's gateway or peering connection belongs to the table's VPC. */
function checkRouteTarget({ attributes, account, region }: ResourceContext): void {
  const table = account.find('aws_route_table', region, text(attributes['route_table_id']));
  for (const [attribute, type] of [
    ['gateway_id', 'aws_internet_gateway'],
    ['vpc_peering_connection_id', 'aws_vpc_peering_connection'],
  ] as const) {
    const target = account.find(type, region, text(attributes[attribute]))?.attributes;
    if (table === undefined || target === undefined) continue;
    // Both ends of a peering connection within one region are in its one record.
    const ends = [target['vpc_id'], ...(target['peer_region'] === region ? [target['peer_vpc_id']] : [])];
    if (!ends.includes(table.attributes['vpc_id'])) {
      throw new AwsError(
        'InvalidParameterValue',
        `route table ${table.id} and network gateway ${text(attributes[attribute])} belong to different networks`,
        { path: [attribute] },
      );
    }
  }
}

/** An interface endpoint stands in its own VPC, in one subnet a zone. */
function checkEndpointPlaces({ attributes, account, region }: ResourceContext): void {
  const vpcId = text(attributes['vpc_id']);
  const zones = new Set<string>();
  for (const id of texts(attributes['subnet_ids'])) {
    const subnet = account.find('aws_subnet', region, id);
    const path = ['subnet_ids'];
    if (subnet?.attributes['vpc_id'] !== vpcId) {
      throw new AwsError('InvalidParameter', `Subnet ${id} does not belong to VPC ${vpcId}.`, { path });
    }
    const zone = text(subnet.attributes['availability_zone']);
    if (zones.has(zone)) {
      const message = `Found another VPC endpoint subnet in the availability zone of ${id}.`;
      throw new AwsError('DuplicateSubnetsInSameZone', message, { path });
    }
    zones.add(zone);
  }
  for (const id of texts(attributes['security_group_ids'])) {
    if (account.find('aws_security_group', region, id)?.attributes['vpc_id'] !== vpcId) {
      throw new AwsError('InvalidParameter', `Security group ${id} does not belong to VPC ${vpcId}.`, {
        path: ['security_group_ids'],
      });
    }
  }
}

/** Private names need the VPC's resolver, and a name belongs to one endpoint [Amazon VPC, AWS PrivateLink guide]. */
function checkPrivateDns({ attributes, account, region, id }: ResourceContext): void {
  if (attributes['private_dns_enabled'] !== true) return;
  const vpcId = text(attributes['vpc_id']);
  const vpc = account.find('aws_vpc', region, vpcId)?.attributes;
  const path = ['private_dns_enabled'];
  if (vpc?.['enable_dns_support'] !== true || vpc['enable_dns_hostnames'] !== true) {
    throw new AwsError(
      'InvalidParameter',
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpcId}`,
      { path },
    );
  }
  const service = text(attributes['service_name']);
  const twin = account
    .findBy('aws_vpc_endpoint', 'vpc_id', vpcId, region)
    .find(
      (other) =>
        other.id !== id &&
        other.attributes['service_name'] === service &&
        other.attributes['private_dns_enabled'] === true,
    );
  if (twin !== undefined) {
    throw new AwsError(
      'InvalidParameter',
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${service.split('.').slice(3).reverse().join('.')}.${region}.amazonaws.com in the VPC ${vpcId}`,
      { path },
    );
  }
}

function isGateway(attributes: ResourceContext['attributes']): boolean {
  return attributes['vpc_endpoint_type'] === 'Gateway';
}

function subnetOf({ account, region, attributes }: ResourceContext): ResourceRecord | undefined {
  return account.find('aws_subnet', region, text(attributes['subnet_id']));
}

/** AWS keeps the first four addresses of a subnet for itself [Amazon VPC user guide, subnet sizing]. */
function firstAddressIn(cidr: string): string {
  const first = (parseCidr(cidr)?.first ?? 0) + 4 + Math.floor(Math.random() * 8);
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
}

function destinationOf(attributes: ResourceContext['attributes']): string {
  return (
    text(attributes['destination_cidr_block']) ||
    text(attributes['destination_ipv6_cidr_block']) ||
    text(attributes['destination_prefix_list_id'])
  );
}

/** `com.amazonaws.us-east-1.sts` → `sts.us-east-1.vpce.amazonaws.com` */
function reverseName(service: string): string {
  const [, , region = '', ...rest] = service.split('.');
  return `${rest.join('.')}.${region}.vpce.amazonaws.com`;
}

function byte(): number {
  return Number.parseInt(randomHex(2), 16);
}

/** Stable hex digits for what is the same in one region of one account. */
function hashOf(...parts: readonly string[]): string {
  return [...parts]
    .reduce((hash, part) => crc32(`${hash}${part}`).toString(16).padStart(8, '0') + hash.slice(0, 9), '')
    .padEnd(17, '0');
}

function crc32(value: string): number {
  let crc = ~0;
  for (const byteOf of Buffer.from(value)) {
    crc ^= byteOf;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
