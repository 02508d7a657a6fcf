import { type PeeredVpc, VpcPeering, zoneLetter } from '@dr/aws-constructs';
import { type Environment, type ServingRegion, zonesOf } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformState } from '@dr/platform-stack';
import { readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { Fn, Token } from 'cdktf';
import { networkContract } from './contract';

/** Published values of a region's network that the peering needs. */
interface PublishedNetwork {
  readonly vpcId: string;
  readonly privateRouteTableIds: string[];
  readonly databaseRouteTableId: string;
}

/**
 * The peering of both regions' networks, in a small state of its own: it needs both regions, so a dark one blocks this
 * state and no other. The standby requests, so that the state is in the region that is left when the primary is lost.
 */
export class NetworkPeeringState extends PlatformState<Environment> {
  constructor(app: PlatformApp<Environment>, requester: ServingRegion, accepter: ServingRegion) {
    super(app, `network-peering-${requester.name}-to-${accepter.name}`, { ...app.stateProps, region: requester.name });

    new VpcPeering(this, 'Peering', {
      name: this.resourceName(NAME_LIMITS.securityGroup, `${requester.name}-to-${accepter.name}`),
      requester: this.endOf(requester, readOutputs(this, networkContract)),
      accepter: this.endOf(accepter, readPeerOutputs(this, networkContract, accepter.name)),
    });
  }

  private endOf({ name, cidrBlock }: ServingRegion, network: PublishedNetwork): PeeredVpc {
    const privateTables = zonesOf(name, this.environment.network.zoneCount).map((zone, position) => [
      `Private${zoneLetter(zone)}`,
      Token.asString(Fn.element(network.privateRouteTableIds, position)),
    ]);
    return {
      vpcId: network.vpcId,
      cidrBlock,
      region: name,
      routeTableIds: { ...Object.fromEntries(privateTables), Database: network.databaseRouteTableId },
    };
  }
}
