import { parseCidr } from '@dr/cidr';
import type { AccountView } from '../../model/account-view';
import { blocks, text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import type { AccountChange } from '../../model/resource-record';
import type { Value } from '../../model/value';
import { subnetReference, vpcReference } from './references';

/** Codes and words: Amazon EC2 API Reference, CreateNetworkAclEntry and ReplaceNetworkAclAssociation. */
export const networkAcl: ResourceDefinition = {
  label: 'EC2 Network ACL',
  calls: { create: 'CreateNetworkAcl', update: 'ReplaceNetworkAclEntry', delete: 'DeleteNetworkAcl' },
  id: 'acl-{hex:17}',
  arn: 'arn:aws:ec2:{region}:{accountId}:network-acl/{id}',
  replaces: ['vpc_id'],
  computed: { owner_id: '{accountId}', ingress: () => [], egress: () => [], subnet_ids: () => [] },
  // A subnet has one ACL at any time: the VPC's default one where no other has it.
  live: {
    subnet_ids: ({ account, region, id, attributes }) => {
      const vpcId = text(attributes['vpc_id']);
      const ofVpc = account.findBy('aws_subnet', 'vpc_id', vpcId, region).map((subnet) => subnet.id);
      const isDefault = account.find('aws_vpc', region, vpcId)?.attributes['default_network_acl_id'] === id;
      return isDefault
        ? ofVpc.filter((subnet) => account.findBy('aws_network_acl', 'subnet_ids', subnet, region).length === 0)
        : texts(attributes['subnet_ids']).filter((subnet) => ofVpc.includes(subnet));
    },
  },
  filters: {
    default: ({ id, region, attributes }, account) =>
      account.find('aws_vpc', region, text(attributes['vpc_id']))?.attributes['default_network_acl_id'] === id,
    'network-acl-id': 'id',
    'owner-id': 'owner_id',
    'vpc-id': 'vpc_id',
  },
  references: [vpcReference('vpc_id'), subnetReference('subnet_ids')],
  checks: [checkSubnets, (context) => checkEntries(context, 'ingress'), (context) => checkEntries(context, 'egress')],
  onCreate: takeSubnets,
  onUpdate: takeSubnets,
};

/** Entries of the ACL that AWS creates with every VPC: all traffic is allowed. */
export function defaultAclEntries(): Readonly<Record<'ingress' | 'egress', Value>> {
  const all = {
    action: 'allow',
    cidr_block: '0.0.0.0/0',
    from_port: 0,
    icmp_code: 0,
    icmp_type: 0,
    ipv6_cidr_block: '',
    protocol: '-1',
    rule_no: 100,
    to_port: 0,
  };
  return { ingress: [all], egress: [all] };
}

function checkSubnets({ attributes, account, region, id }: ResourceContext): void {
  for (const subnet of texts(attributes['subnet_ids'])) {
    if (account.find('aws_subnet', region, subnet)?.attributes['vpc_id'] !== attributes['vpc_id']) {
      throw new AwsError(
        'InvalidParameterValue',
        `network acl ${id} and subnet ${subnet} belong to different networks`,
        {
          path: ['subnet_ids'],
          call: 'ReplaceNetworkAclAssociation',
        },
      );
    }
  }
}

function checkEntries({ attributes }: ResourceContext, direction: 'ingress' | 'egress'): void {
  const options = { path: [direction], call: 'CreateNetworkAclEntry' };
  const numbers = new Set<number>();
  for (const entry of blocks(attributes[direction])) {
    const number = Number(entry['rule_no']);
    // Numbers from 32767 on belong to AWS [Amazon EC2 API Reference, CreateNetworkAclEntry].
    if (number < 1 || number > 32_766) {
      throw new AwsError('InvalidParameterValue', `Value (${number}) for parameter ruleNumber is invalid.`, options);
    }
    if (numbers.has(number)) {
      const message = `The network acl entry identified by ${number} already exists.`;
      throw new AwsError('NetworkAclEntryAlreadyExists', message, options);
    }
    numbers.add(number);
    const cidr = text(entry['cidr_block']);
    if (cidr === '' ? text(entry['ipv6_cidr_block']) === '' : parseCidr(cidr) === undefined) {
      const message = `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`;
      throw new AwsError('InvalidParameterValue', message, options);
    }
    const [from, to] = [Number(entry['from_port']), Number(entry['to_port'])];
    if (from > to || to > 65_535) {
      throw new AwsError('InvalidParameterValue', `Invalid TCP/UDP port range ${from}:${to}`, options);
    }
  }
}

/** Removes the ACL's subnets from the ACLs that had them; AWS too moves a subnet without an error. */
function takeSubnets({ account, region, id, attributes }: ResourceContext): readonly AccountChange[] {
  const taken = texts(attributes['subnet_ids']);
  return formerAcls(account, region, taken)
    .filter((acl) => acl.id !== id)
    .map((acl) => ({
      put: {
        ...acl,
        attributes: {
          ...acl.attributes,
          subnet_ids: texts(acl.attributes['subnet_ids']).filter((subnet) => !taken.includes(subnet)),
        },
      },
    }));
}

function formerAcls(account: AccountView, region: string, subnets: readonly string[]) {
  return [...new Set(subnets.flatMap((subnet) => account.findBy('aws_network_acl', 'subnet_ids', subnet, region)))];
}
