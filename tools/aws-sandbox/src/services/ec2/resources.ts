import type { ServiceDefinition } from '../../model/resource-definition';
import { ec2DataSources } from './data-sources';
import { flowLog } from './flow-log';
import { elasticIp, internetGateway, natGateway } from './gateways';
import { networkAcl } from './network-acl';
import { peeringConnection, peeringConnectionAccepter } from './peering';
import { routeTable } from './route-table';
import { route, routeTableAssociation } from './routes';
import { defaultSecurityGroup, securityGroup, securityGroupRule } from './security-groups';
import { subnet } from './subnet';
import { vpc } from './vpc';
import { vpcEndpoint } from './vpc-endpoint';

/**
 * Amazon EC2: the network. Codes and words of refusals: Amazon EC2 API Reference, error codes.
 * What forces replacement: the AWS provider's reference of each resource.
 */
export const ec2: ServiceDefinition = {
  name: 'ec2',
  sdkId: 'EC2',
  typedErrors: false,
  resources: {
    aws_vpc: vpc,
    aws_subnet: subnet,
    aws_internet_gateway: internetGateway,
    aws_eip: elasticIp,
    aws_nat_gateway: natGateway,
    aws_route_table: routeTable,
    aws_route: route,
    aws_route_table_association: routeTableAssociation,
    aws_security_group: securityGroup,
    aws_default_security_group: defaultSecurityGroup,
    aws_vpc_security_group_ingress_rule: securityGroupRule('Ingress'),
    aws_vpc_security_group_egress_rule: securityGroupRule('Egress'),
    aws_vpc_endpoint: vpcEndpoint,
    aws_flow_log: flowLog,
    aws_network_acl: networkAcl,
    aws_vpc_peering_connection: peeringConnection,
    aws_vpc_peering_connection_accepter: peeringConnectionAccepter,
  },
  dataSources: ec2DataSources,
};
