import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { pascalCase } from '@dr/construct-id';
import { Construct } from 'constructs';
import { SecurityGroup } from '../security-group/security-group';
import { accountEndpointPolicy } from './endpoint-policy';

export interface InterfaceEndpointsProps {
  /** Prefix of the name tags, and of the name of the endpoints' security group. */
  readonly name: string;
  readonly vpcId: string;
  /** The region of the VPC and of the services. */
  readonly region: string;
  /** The account whose principals may go through the endpoints: twelve digits. */
  readonly accountId: string;
  /** Subnets that the endpoints have an address in, one a zone. */
  readonly subnetIds: readonly string[];
  /** Addresses that may open connections to the endpoints. */
  readonly clientCidrBlock: string;
  /** Services without the region's prefix: `ecr.api`, `sts`. Adding or leaving one out touches no other. */
  readonly services: readonly string[];
}

/**
 * Interface endpoints of AWS services, by which private subnets reach them without a path through the internet. They
 * answer to the services' public names, admit HTTPS from the clients' addresses, and let principals of the account
 * through, no others. Each endpoint is charged by the hour and zone.
 */
export class InterfaceEndpoints extends Construct {
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: InterfaceEndpointsProps) {
    super(scope, id);
    const { name, vpcId, region, accountId, subnetIds, clientCidrBlock, services } = props;
    validateServices(this.node.path, services);

    const group = new SecurityGroup(this, 'SecurityGroup', {
      name: `${name}-endpoints`,
      vpcId,
      description: 'Interface endpoints: HTTPS from the private subnets',
    });
    group.allowInbound('HttpsFromClients', { cidrBlock: clientCidrBlock }, 443, 'Calls of AWS services');
    for (const service of services) {
      new VpcEndpoint(this, pascalCase(service), {
        vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: [...subnetIds],
        securityGroupIds: [group.securityGroupId],
        policy: accountEndpointPolicy(accountId),
        tags: { Name: `${name}-${service}` },
      });
    }
    this.securityGroupId = group.securityGroupId;
  }
}

function validateServices(path: string, services: readonly string[]): void {
  if (services.length === 0) {
    throw new Error(`${path}: services is empty, expected at least one. Name a service, or leave the endpoints out.`);
  }
  const malformed = services.filter(
    (service) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(service) || service.startsWith('com.amazonaws.'),
  );
  if (malformed.length > 0) {
    throw new Error(
      `${path}: services is ${malformed.join(', ')}, expected names without the region's prefix such as ecr.api. ` +
        'Leave out com.amazonaws.<region>.',
    );
  }
  if (new Set(services).size !== services.length) {
    throw new Error(`${path}: services is ${services.join(', ')}, expected each once. Leave out what is there twice.`);
  }
}
