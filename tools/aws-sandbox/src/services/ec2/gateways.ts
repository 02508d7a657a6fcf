import { addressIn } from '@dr/cidr';
import { optionalText, text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomHex } from '../../model/random-id';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { subnetReference, vpcReference } from './references';

export const internetGateway: ResourceDefinition = {
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
};

export const elasticIp: ResourceDefinition = {
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
};

export const natGateway: ResourceDefinition = {
  label: 'EC2 NAT Gateway',
  calls: { create: 'CreateNatGateway', update: 'AssociateNatGatewayAddress', delete: 'DeleteNatGateway' },
  id: 'nat-{hex:17}',
  arn: 'arn:aws:ec2:{region}:{accountId}:natgateway/{id}',
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
    association_id: ({ attributes }) => (optionalText(attributes['allocation_id']) ? `eipassoc-${randomHex(17)}` : ''),
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
};

function subnetOf({ account, region, attributes }: ResourceContext): ResourceRecord | undefined {
  return account.find('aws_subnet', region, text(attributes['subnet_id']));
}

/** AWS keeps the first four addresses of a subnet for itself [Amazon VPC user guide, subnet sizing]. */
function firstAddressIn(cidr: string): string {
  return addressIn(cidr, 4 + Math.floor(Math.random() * 8));
}

function byte(): number {
  return Number.parseInt(randomHex(2), 16);
}
