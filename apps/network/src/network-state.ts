import { AURORA_PORT, InterfaceEndpoints, NetworkAcls, Vpc } from '@dr/aws-constructs';
import { type Environment, type ServingRegion, zonesOf } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformState } from '@dr/platform-stack';
import { publishOutputs } from '@dr/stack-contracts';
import { networkContract } from './contract';
import { EncryptedFlowLog } from './encrypted-flow-log';
import { TradeSecurityGroups } from './trade-security-groups';

/** Services that the private subnets call: images, logs, metrics, settings, secrets, keys, credentials, failover. */
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
export class NetworkState extends PlatformState<Environment> {
  /** @param peer the other serving region */
  constructor(app: PlatformApp<Environment>, { name: region, cidrBlock }: ServingRegion, peer: ServingRegion) {
    super(app, `network-${region}`, { ...app.stateProps, region });
    const { accountId, network, service } = this.environment;
    const name = this.resourceName(NAME_LIMITS.securityGroup, region);

    const vpc = new Vpc(this, 'Vpc', {
      name,
      cidrBlock,
      zones: zonesOf(region, network.zoneCount),
      region,
      accountId,
      natGateways: network.natGateways,
    });
    const { vpcId } = vpc;
    const subnetIds = {
      public: vpc.subnetIds('public'),
      private: vpc.subnetIds('private'),
      database: vpc.subnetIds('database'),
    };
    new NetworkAcls(this, 'NetworkAcls', {
      name,
      vpcId,
      cidrBlock,
      peerCidrBlock: peer.cidrBlock,
      subnetIds,
      servicePort: service.port,
      databasePort: AURORA_PORT,
    });

    new EncryptedFlowLog(this, { name, vpcId });
    if (network.interfaceEndpoints) {
      new InterfaceEndpoints(this, 'Endpoints', {
        name,
        vpcId,
        region,
        accountId,
        subnetIds: subnetIds.private,
        clientCidrBlock: vpc.tierCidrBlock('private'),
        services: INTERFACE_ENDPOINT_SERVICES,
      });
    }
    const groups = new TradeSecurityGroups(this, {
      vpcId,
      peerCidrBlock: peer.cidrBlock,
      servicePort: service.port,
      secondServicePort: service.secondPort,
    });

    publishOutputs(this, networkContract, {
      vpcId,
      publicSubnetIds: subnetIds.public,
      privateSubnetIds: subnetIds.private,
      databaseSubnetIds: subnetIds.database,
      privateRouteTableIds: vpc.privateRouteTableIds,
      databaseRouteTableId: vpc.databaseRouteTableId,
      ...groups.outputs,
    });
  }
}
