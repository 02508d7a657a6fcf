import { DataAwsEc2ManagedPrefixList } from '@cdktf/provider-aws/lib/data-aws-ec2-managed-prefix-list';
import { AURORA_PORT, SecurityGroup, tierCidrBlock } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { movedFrom, NAME_LIMITS, type PlatformState } from '@dr/platform-stack';
import type { PublishedValues } from '@dr/stack-contracts';
import type { networkContract } from './contract';

/** Port of load balancers at which Route 53's checkers alone are admitted. */
const CHECKER_PORT = 8443;
const ANYWHERE = { cidrBlock: '0.0.0.0/0' };

export interface TradeSecurityGroupsProps {
  readonly vpcId: string;
  /** Block of the other region's VPC. */
  readonly peerCidrBlock: string;
  /** Port of the services. */
  readonly servicePort: number;
  /** Another port of theirs. @default none */
  readonly secondServicePort?: number | undefined;
}

/** Traffic allowed in a region: clients to load balancers, these to services, services of both regions to databases. */
export class TradeSecurityGroups {
  readonly outputs: Pick<
    PublishedValues<typeof networkContract.outputs>,
    'checkerPort' | 'databaseSecurityGroupId' | 'loadBalancerSecurityGroupId' | 'serviceSecurityGroupId'
  >;

  constructor(state: PlatformState<Environment>, props: TradeSecurityGroupsProps) {
    const { vpcId, peerCidrBlock, servicePort, secondServicePort } = props;
    const group = (id: string, name: string, description: string) =>
      new SecurityGroup(state, id, {
        name: state.resourceName(NAME_LIMITS.securityGroup, name),
        vpcId,
        description,
      });
    const loadBalancer = group('LoadBalancer', 'load-balancer', 'Public load balancers: HTTP and HTTPS from anywhere');
    const service = group('Service', 'service', 'Services: requests from the load balancers');
    const database = group('Database', 'database', 'Databases: SQL from the services');

    loadBalancer.allowInbound('HttpsFromAnywhere', ANYWHERE, 443, 'HTTPS from clients');
    loadBalancer.allowInbound('HttpFromAnywhere', ANYWHERE, 80, 'HTTP from clients, answered with a redirect');
    // AWS keeps the list [Route 53 developer guide, IP address ranges of health checks]; it counts as 25 of a group's 60 rules.
    const checkers = new DataAwsEc2ManagedPrefixList(state, 'Checkers', {
      name: `com.amazonaws.${state.region}.route53-healthchecks`,
    });
    loadBalancer.allowInbound('FromCheckers', { prefixListId: checkers.id }, CHECKER_PORT, 'Checkers of Route 53');
    const openServicePort = (port: number) =>
      [
        loadBalancer.allowOutbound(`ToServicePort${port}`, service, port, 'Requests and health checks'),
        service.allowInbound(`FromLoadBalancerPort${port}`, loadBalancer, port, 'Requests and health checks'),
      ] as const;
    // Rules of a port are its own, so that the other's stay as they are while the service moves.
    const [outbound, inbound] = openServicePort(servicePort);
    movedFrom(outbound, 'LoadBalancer/ToService');
    movedFrom(inbound, 'Service/FromLoadBalancer');
    if (secondServicePort !== undefined) openServicePort(secondServicePort);
    service.allowOutbound('HttpsToAnywhere', ANYWHERE, 443, 'AWS endpoints and partners, by NAT or endpoint');
    service.allowOutbound('ToDatabase', database, AURORA_PORT, 'SQL to the databases');
    database.allowInbound('FromService', service, AURORA_PORT, 'SQL from the services');

    // By address: a rule cannot name a security group of another region.
    const peerServices = { cidrBlock: tierCidrBlock(peerCidrBlock, 'private') };
    const peerDatabases = { cidrBlock: tierCidrBlock(peerCidrBlock, 'database') };
    service.allowOutbound('ToPeerDatabase', peerDatabases, AURORA_PORT, "SQL to the other region's writer");
    database.allowInbound('FromPeerService', peerServices, AURORA_PORT, "SQL from the other region's services");

    this.outputs = {
      loadBalancerSecurityGroupId: loadBalancer.securityGroupId,
      checkerPort: String(CHECKER_PORT),
      serviceSecurityGroupId: service.securityGroupId,
      databaseSecurityGroupId: database.securityGroupId,
    };
  }
}
