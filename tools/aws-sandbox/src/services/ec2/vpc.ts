import { parseCidr } from '@dr/cidr';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import type { AccountChange, ResourceRecord } from '../../model/resource-record';
import type { Value } from '../../model/value';
import { hashOf } from './hash';
import { defaultAclEntries } from './network-acl';
import { usedBy } from './references';

export const vpc: ResourceDefinition = {
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
  // Every VPC here was created by a call: none is the region's default one.
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
};

/** Resources that AWS creates with every VPC: default security group, route table and network ACL. */
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
