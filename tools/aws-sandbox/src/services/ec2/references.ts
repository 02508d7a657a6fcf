import type { Reference } from '../../model/resource-definition';

/** Codes and words: Amazon EC2 API Reference, error codes, client error codes. */

export function vpcReference(attribute: string): Reference {
  return {
    attribute,
    to: 'aws_vpc',
    refusal: { code: 'InvalidVpcID.NotFound', message: "The vpc ID '{value}' does not exist" },
  };
}

export function subnetReference(attribute: string): Reference {
  return {
    attribute,
    to: 'aws_subnet',
    refusal: { code: 'InvalidSubnetID.NotFound', message: "The subnet ID '{value}' does not exist" },
  };
}

export function securityGroupReference(attribute: string): Reference {
  return {
    attribute,
    to: 'aws_security_group',
    refusal: { code: 'InvalidGroup.NotFound', message: "The security group '{value}' does not exist" },
  };
}

export function routeTableReference(attribute: string): Reference {
  return {
    attribute,
    to: 'aws_route_table',
    refusal: { code: 'InvalidRouteTableID.NotFound', message: "The routeTable ID '{value}' does not exist" },
  };
}
