import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { prefixListsOf } from './prefix-lists';
import { dependentObject, securityGroupReference, vpcReference } from './references';

const GROUP_RULES = ['aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule'];

const RULE_KEY = [
  'cidr_ipv4',
  'cidr_ipv6',
  'prefix_list_id',
  'referenced_security_group_id',
  'ip_protocol',
  'from_port',
  'to_port',
];

export const securityGroup: ResourceDefinition = {
  label: 'EC2 Security Group',
  calls: { create: 'CreateSecurityGroup', update: 'AuthorizeSecurityGroupIngress', delete: 'DeleteSecurityGroup' },
  id: 'sg-{hex:17}',
  arn: 'arn:aws:ec2:{region}:{accountId}:security-group/{id}',
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
};

export const defaultSecurityGroup: ResourceDefinition = {
  label: 'EC2 Default Security Group',
  calls: { create: 'DescribeSecurityGroups', update: 'AuthorizeSecurityGroupIngress', delete: 'DeleteSecurityGroup' },
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
};

export function securityGroupRule(direction: 'Ingress' | 'Egress'): ResourceDefinition {
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
      ({ attributes, account, region }) => {
        const list = text(attributes['prefix_list_id']);
        const isThere =
          list === '' ||
          prefixListsOf(region).some(({ id }) => id === list) ||
          account.find('aws_ec2_managed_prefix_list', region, list) !== undefined;
        if (isThere) return;
        throw new AwsError('InvalidPrefixListID.NotFound', `The prefix list ID '${list}' does not exist`, {
          path: ['prefix_list_id'],
        });
      },
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
