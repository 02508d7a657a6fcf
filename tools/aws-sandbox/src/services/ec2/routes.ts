import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import { crc32 } from './hash';
import { isActive } from './peering';
import { routeTableReference, subnetReference } from './references';

const ROUTE_DESTINATIONS = ['destination_cidr_block', 'destination_ipv6_cidr_block', 'destination_prefix_list_id'];

export const route: ResourceDefinition = {
  label: 'EC2 Route',
  calls: { create: 'CreateRoute', update: 'ReplaceRoute', delete: 'DeleteRoute' },
  // As the provider makes it: `r-`, the table and a hash of the destination [terraform-provider-aws, RouteCreateID].
  id: ({ attributes }) => `r-${text(attributes['route_table_id'])}${crc32(destinationOf(attributes))}`,
  importId: ({ attributes }) => `${text(attributes['route_table_id'])}_${destinationOf(attributes)}`,
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
};

export const routeTableAssociation: ResourceDefinition = {
  label: 'EC2 Route Table Association',
  calls: { create: 'AssociateRouteTable', update: 'ReplaceRouteTableAssociation', delete: 'DisassociateRouteTable' },
  id: 'rtbassoc-{hex:17}',
  importId: '{subnet_id}{gateway_id}/{route_table_id}',
  replaces: ['subnet_id', 'gateway_id'],
  exactlyOneOf: [['subnet_id', 'gateway_id']],
  references: [routeTableReference('route_table_id'), subnetReference('subnet_id')],
  unique: [
    {
      attributes: ['subnet_id'],
      refusal: {
        code: 'Resource.AlreadyAssociated',
        message: 'the specified association for route table {route_table_id} conflicts with an existing association',
      },
    },
  ],
  checks: [
    ({ attributes, account, region }) => {
      const table = account.find('aws_route_table', region, text(attributes['route_table_id']));
      const subnet = account.find('aws_subnet', region, text(attributes['subnet_id']));
      if (table !== undefined && subnet !== undefined && table.attributes['vpc_id'] !== subnet.attributes['vpc_id']) {
        throw new AwsError(
          'InvalidParameterValue',
          `route table ${table.id} and subnet ${subnet.id} belong to different networks`,
          { path: ['route_table_id'] },
        );
      }
    },
  ],
};

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

function destinationOf(attributes: ResourceContext['attributes']): string {
  return (
    text(attributes['destination_cidr_block']) ||
    text(attributes['destination_ipv6_cidr_block']) ||
    text(attributes['destination_prefix_list_id'])
  );
}
