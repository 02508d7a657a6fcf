import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import type { ResourceDefinition, Sought } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import type { Value } from '../../model/value';
import { usedBy, vpcReference } from './references';

export const routeTable: ResourceDefinition = {
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
  onDelete: ({ id, account }) => account.findBy('aws_route', 'route_table_id', id).map((route) => ({ remove: route })),
};

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
