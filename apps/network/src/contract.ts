import { defineContract, text, textList } from '@dr/stack-contracts';

export const networkContract = defineContract({
  name: 'network',
  outputs: {
    vpcId: text('VPC of the region'),
    publicSubnetIds: textList('Public subnets, one a zone: load balancers and NAT'),
    privateSubnetIds: textList('Private subnets, one a zone: services'),
    databaseSubnetIds: textList('Database subnets, one a zone, without a route out'),
    loadBalancerSecurityGroupId: text('Security group of public load balancers'),
    serviceSecurityGroupId: text('Security group of services'),
    databaseSecurityGroupId: text('Security group of databases; admits services only'),
  },
});
