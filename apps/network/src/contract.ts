import { defineContract, mirrored, text, textList } from '@dr/stack-contracts';

export const networkContract = defineContract({
  name: 'network',
  outputs: {
    vpcId: mirrored(text('VPC of the region')),
    publicSubnetIds: textList('Public subnets, one a zone: load balancers and NAT'),
    privateSubnetIds: textList('Private subnets, one a zone: services'),
    databaseSubnetIds: textList('Database subnets, one a zone, without a route to the internet'),
    privateRouteTableIds: mirrored(
      textList('Route tables of the private subnets, one a zone, in the order of the zones'),
    ),
    databaseRouteTableId: mirrored(text('Route table of all database subnets')),
    loadBalancerSecurityGroupId: text('Security group of public load balancers'),
    checkerPort: text("Port of public load balancers at which the group admits Route 53's checkers alone"),
    serviceSecurityGroupId: text('Security group of services'),
    databaseSecurityGroupId: text('Security group of databases; admits services of both regions only'),
  },
});

/** The hosted zone that all names of the environment are in. */
export const dnsZoneContract = defineContract({
  name: 'dns-zone',
  owner: 'network',
  outputs: {
    zoneId: mirrored(text('Hosted zone of the domain')),
    nameServers: text("The zone's name servers, comma-separated: what the parent domain delegates to"),
  },
});
