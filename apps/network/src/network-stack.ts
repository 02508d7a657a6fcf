import {
  AURORA_PORT,
  EncryptionKey,
  InterfaceEndpoints,
  NetworkAcls,
  SecurityGroup,
  tierCidrBlock,
  Vpc,
  VpcFlowLog,
} from '@dr/aws-constructs';
import { type Environment, type ServingRegion, zonesOf } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformStack } from '@dr/platform-stack';
import { publishOutputs } from '@dr/stack-contracts';
import { networkContract } from './contract';

/** What the private subnets call: images, logs and metrics, settings and secrets, keys, credentials, the failover. */
const INTERFACE_ENDPOINT_SERVICES = [
  'ecr.api',
  'ecr.dkr',
  'kms',
  'lambda',
  'logs',
  'monitoring',
  'rds',
  'secretsmanager',
  'sns',
  'ssm',
  'sts',
];

/**
 * One region's network: a VPC over the environment's zones, its flow log, the endpoints of AWS's services, and the
 * security groups of what runs in it.
 */
export class NetworkStack extends PlatformStack<Environment> {
  constructor(app: PlatformApp<Environment>, region: ServingRegion) {
    super(app, `network-${region.name}`, { ...app.stackProps, region: region.name });
    const {
      accountId,
      logRetentionDays,
      network,
      regions,
      service: { port: servicePort },
    } = this.environment;

    const peer = this.isPrimaryRegion ? regions.standby : regions.primary;
    const name = this.resourceName(NAME_LIMITS.securityGroup, region.name);

    const vpc = new Vpc(this, 'Vpc', {
      name,
      cidrBlock: region.cidrBlock,
      zones: zonesOf(region.name, network.zoneCount),
      region: region.name,
      accountId,
      natGateways: network.natGateways,
    });

    new NetworkAcls(this, 'NetworkAcls', {
      name,
      vpcId: vpc.vpcId,
      cidrBlock: region.cidrBlock,
      peerCidrBlock: peer.cidrBlock,
      subnetIds: {
        public: vpc.subnetIds('public'),
        private: vpc.subnetIds('private'),
        database: vpc.subnetIds('database'),
      },
      servicePort,
      databasePort: AURORA_PORT,
    });

    const logsKey = new EncryptionKey(this, 'LogsKey', {
      alias: this.resourceName(NAME_LIMITS.kmsAlias, 'network-logs'),
      description: 'Flow logs of the network',
      accountId,
      users: [{ service: 'logs', region: region.name }],
    });
    new VpcFlowLog(this, 'FlowLog', {
      name,
      vpcId: vpc.vpcId,
      region: region.name,
      accountId,
      roleName: this.resourceName(NAME_LIMITS.iamRole, 'flow-log', region.name),
      retentionDays: logRetentionDays,
      kmsKeyArn: logsKey.keyArn,
    });

    if (network.interfaceEndpoints) {
      new InterfaceEndpoints(this, 'Endpoints', {
        name,
        vpcId: vpc.vpcId,
        region: region.name,
        accountId,
        subnetIds: vpc.subnetIds('private'),
        clientCidrBlock: vpc.tierCidrBlock('private'),
        services: INTERFACE_ENDPOINT_SERVICES,
      });
    }

    const loadBalancer = this.securityGroup('LoadBalancer', vpc, 'Public load balancers: HTTP and HTTPS from anywhere');
    const service = this.securityGroup('Service', vpc, 'Services: requests from the load balancers');
    const database = this.securityGroup('Database', vpc, 'Databases: SQL from the services');

    const anywhere = { cidrBlock: '0.0.0.0/0' };
    loadBalancer.allowInbound('HttpsFromAnywhere', anywhere, 443, 'HTTPS from clients');
    loadBalancer.allowInbound('HttpFromAnywhere', anywhere, 80, 'HTTP from clients, answered with a redirect');
    loadBalancer.allowOutbound('ToService', service, servicePort, 'Requests and health checks');
    service.allowInbound('FromLoadBalancer', loadBalancer, servicePort, 'Requests and health checks');
    service.allowOutbound('HttpsToAnywhere', anywhere, 443, 'AWS endpoints and partners, by NAT or endpoint');
    service.allowOutbound('ToDatabase', database, AURORA_PORT, 'SQL to the databases');
    database.allowInbound('FromService', service, AURORA_PORT, 'SQL from the services');

    // By address: a rule cannot name a security group of another region.
    const peerServices = { cidrBlock: tierCidrBlock(peer.cidrBlock, 'private') };
    const peerDatabases = { cidrBlock: tierCidrBlock(peer.cidrBlock, 'database') };
    service.allowOutbound('ToPeerDatabase', peerDatabases, AURORA_PORT, "SQL to the other region's writer");
    database.allowInbound('FromPeerService', peerServices, AURORA_PORT, "SQL from the other region's services");

    publishOutputs(this, networkContract, {
      vpcId: vpc.vpcId,
      publicSubnetIds: vpc.subnetIds('public'),
      privateSubnetIds: vpc.subnetIds('private'),
      databaseSubnetIds: vpc.subnetIds('database'),
      privateRouteTableIds: vpc.privateRouteTableIds,
      databaseRouteTableId: vpc.databaseRouteTableId,
      loadBalancerSecurityGroupId: loadBalancer.securityGroupId,
      serviceSecurityGroupId: service.securityGroupId,
      databaseSecurityGroupId: database.securityGroupId,
    });
  }

  private securityGroup(id: string, vpc: Vpc, description: string): SecurityGroup {
    return new SecurityGroup(this, id, {
      name: this.resourceName(NAME_LIMITS.securityGroup, kebab(id)),
      vpcId: vpc.vpcId,
      description,
    });
  }
}

/** `LoadBalancer` → `load-balancer` */
function kebab(pascal: string): string {
  return pascal.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
