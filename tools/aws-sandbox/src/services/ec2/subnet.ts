import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { zoneIdOf, zonesOfRegion } from '../../model/regions';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import { contains, overlaps, parseCidr } from './cidr';
import { usedBy, vpcReference } from './references';

export const subnet: ResourceDefinition = {
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
};

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
