import type { Reference, Usage } from '../../model/resource-definition';

/** Codes and words: Amazon EC2 API Reference, error codes, client error codes. */
const referenceTo =
  (to: string, code: string, message: string) =>
  (attribute: string): Reference => ({
    attribute,
    to,
    refusal: { code, message },
  });

export const vpcReference = referenceTo('aws_vpc', 'InvalidVpcID.NotFound', "The vpc ID '{value}' does not exist");

export const subnetReference = referenceTo(
  'aws_subnet',
  'InvalidSubnetID.NotFound',
  "The subnet ID '{value}' does not exist",
);

export const securityGroupReference = referenceTo(
  'aws_security_group',
  'InvalidGroup.NotFound',
  "The security group '{value}' does not exist",
);

export const routeTableReference = referenceTo(
  'aws_route_table',
  'InvalidRouteTableID.NotFound',
  "The routeTable ID '{value}' does not exist",
);

export function dependentObject() {
  return { code: 'DependencyViolation', message: 'resource {id} has a dependent object' };
}

/** Keeps a resource that others use from being deleted. */
export function usedBy(by: string, attribute: string, label: string): Usage {
  return {
    by,
    attribute,
    refusal: { code: 'DependencyViolation', message: `${label} '{id}' has dependencies and cannot be deleted.` },
  };
}
