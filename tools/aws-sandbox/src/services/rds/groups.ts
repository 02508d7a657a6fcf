import { text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { parameterFamily } from './naming';

export const subnetGroup: ResourceDefinition = {
  label: 'RDS DB Subnet Group',
  calls: { create: 'CreateDBSubnetGroup', update: 'ModifyDBSubnetGroup', delete: 'DeleteDBSubnetGroup' },
  id: '{name}',
  arn: 'arn:aws:rds:{region}:{accountId}:subgrp:{id}',
  replaces: ['name', 'name_prefix'],
  defaults: { description: 'Managed by Terraform' },
  conflicts: [['name', 'name_prefix']],
  computed: {
    supported_network_types: () => ['IPV4'],
    vpc_id: ({ account, region, attributes }) =>
      account.find('aws_subnet', region, texts(attributes['subnet_ids'])[0] ?? '')?.attributes['vpc_id'] ?? '',
  },
  recomputes: { vpc_id: ['subnet_ids'] },
  references: [
    {
      attribute: 'subnet_ids',
      to: 'aws_subnet',
      refusal: { code: 'InvalidSubnet', message: 'Some input subnets in :[{value}] are invalid.' },
    },
  ],
  unique: [
    {
      attributes: ['name'],
      refusal: { code: 'DBSubnetGroupAlreadyExists', message: "The DB subnet group '{value}' already exists." },
    },
  ],
  checks: [
    ({ attributes, account, region }) => {
      const subnets = texts(attributes['subnet_ids']).flatMap((id) => account.find('aws_subnet', region, id) ?? []);
      const zones = [...new Set(subnets.map((subnet) => text(subnet.attributes['availability_zone'])))];
      const vpcs = new Set(subnets.map((subnet) => subnet.attributes['vpc_id']));
      if (vpcs.size > 1)
        throw new AwsError('InvalidParameterValue', 'The subnets of a DB subnet group must all be of one VPC.', {
          path: ['subnet_ids'],
        });
      if (zones.length < 2) {
        throw new AwsError(
          'DBSubnetGroupDoesNotCoverEnoughAZs',
          `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${zones.join(', ')}. Add subnets to cover at least 2 AZs.`,
          { path: ['subnet_ids'] },
        );
      }
    },
  ],
  usedBy: [
    {
      by: 'aws_rds_cluster',
      attribute: 'db_subnet_group_name',
      except: (cluster, { region }) => cluster.region !== region,
      refusal: {
        code: 'InvalidDBSubnetGroupStateFault',
        message:
          "Cannot delete the subnet group '{id}' because at least one database cluster: {value} is still using it.",
      },
    },
  ],
};

export function parameterGroup(
  label: string,
  noun: string,
  kind: string,
  heldBy: string,
  user: string,
): ResourceDefinition {
  return {
    label,
    calls: { create: `Create${noun}`, update: `Modify${noun}`, delete: `Delete${noun}` },
    id: '{name}',
    arn: `arn:aws:rds:{region}:{accountId}:${kind}:{id}`,
    replaces: ['name', 'name_prefix', 'description', 'family'],
    defaults: { description: 'Managed by Terraform', 'parameter.apply_method': 'immediate', skip_destroy: false },
    conflicts: [['name', 'name_prefix']],
    unique: [
      {
        attributes: ['name'],
        refusal: { code: 'DBParameterGroupAlreadyExists', message: 'Parameter group {value} already exists' },
      },
    ],
    usedBy: [
      {
        by: user,
        attribute: heldBy,
        except: (found, { region }) => found.region !== region,
        refusal: {
          code: 'InvalidDBParameterGroupState',
          message:
            'One or more database instances are still members of this parameter group {id}, so the group cannot be deleted',
        },
      },
    ],
  };
}

export function checkSubnetGroup({ attributes, account, region, prior }: ResourceContext): void {
  const name = text(attributes['db_subnet_group_name']);
  if (name === '' || name === 'default') return;
  const group = account.find('aws_db_subnet_group', region, name);
  if (group === undefined) {
    throw new AwsError('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`, {
      status: 404,
      path: ['db_subnet_group_name'],
    });
  }
  const foreign = texts(attributes['vpc_security_group_ids']).find((id) => {
    const vpc = account.find('aws_security_group', region, id)?.attributes['vpc_id'];
    return vpc !== undefined && vpc !== group.attributes['vpc_id'];
  });
  if (prior === null && foreign !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The DB instance and EC2 security group are in different VPCs. The DB instance is in ${text(group.attributes['vpc_id'])} and the EC2 security group is in ${text(account.find('aws_security_group', region, foreign)?.attributes['vpc_id'])}`,
      { path: ['vpc_security_group_ids'] },
    );
  }
}

export function checkParameterGroup({ attributes, account, region }: ResourceContext): void {
  const name = text(attributes['db_cluster_parameter_group_name']);
  if (name === '' || name.startsWith('default.')) return;
  const group = account.find('aws_rds_cluster_parameter_group', region, name);
  if (group !== undefined) {
    const [family, wanted] = [text(group.attributes['family']), parameterFamily(attributes)];
    if (family === wanted || text(attributes['engine_version']) === '') return;
    throw new AwsError(
      'InvalidParameterCombination',
      `The Parameter Group ${name} with DBParameterGroupFamily ${family} cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${wanted}`,
      { path: ['db_cluster_parameter_group_name'] },
    );
  }
  throw new AwsError('DBClusterParameterGroupNotFound', `DBClusterParameterGroup not found: ${name}`, {
    status: 404,
    path: ['db_cluster_parameter_group_name'],
  });
}

export function zonesOfGroup(
  account: ResourceContext['account'],
  region: string,
  group: ResourceRecord,
): readonly string[] {
  return texts(group.attributes['subnet_ids']).map((id) =>
    text(account.find('aws_subnet', region, id)?.attributes['availability_zone']),
  );
}
