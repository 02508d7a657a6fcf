import { Route } from '@cdktf/provider-aws/lib/route';
import { VpcPeeringConnection } from '@cdktf/provider-aws/lib/vpc-peering-connection';
import { VpcPeeringConnectionAccepterA } from '@cdktf/provider-aws/lib/vpc-peering-connection-accepter';
import { cidrsOverlap, parseCidr } from '@dr/cidr';
import { Construct } from 'constructs';

/** One end of a peering connection. */
export interface PeeredVpc {
  readonly vpcId: string;
  /** Block of the VPC: where the other end's routes lead. */
  readonly cidrBlock: string;
  readonly region: string;
  /** Route tables that get a route to the other end, by names in Pascal case that stay: `PrivateA`. */
  readonly routeTableIds: Readonly<Record<string, string>>;
}

export interface VpcPeeringProps {
  /** Name tag of both ends. */
  readonly name: string;
  /** In the region of the state's provider. */
  readonly requester: PeeredVpc;
  /** In another region of the same account. */
  readonly accepter: PeeredVpc;
}

/**
 * A peering connection between VPCs of two regions, requested by one and accepted by the other, with routes both ways.
 * Traffic stays on AWS's network, encrypted. Security groups of the other region cannot be named in rules: they admit
 * its addresses [Amazon VPC, VPC peering guide].
 *
 * Either region's absence blocks the state that this stands in; traffic and routes stay as they are.
 */
export class VpcPeering extends Construct {
  readonly peeringConnectionId: string;

  constructor(scope: Construct, id: string, { name, requester, accepter }: VpcPeeringProps) {
    super(scope, id);
    validateRegions(this.node.path, requester, accepter);
    validateBlocks(this.node.path, requester, accepter);
    validateRouteTables(this.node.path, 'requester', requester);
    validateRouteTables(this.node.path, 'accepter', accepter);

    const connection = new VpcPeeringConnection(this, 'Resource', {
      vpcId: requester.vpcId,
      peerVpcId: accepter.vpcId,
      peerRegion: accepter.region,
      // A connection to another region is accepted there [terraform-provider-aws, aws_vpc_peering_connection].
      autoAccept: false,
      tags: { Name: name },
    });
    const acceptance = new VpcPeeringConnectionAccepterA(this, 'Acceptance', {
      region: accepter.region,
      vpcPeeringConnectionId: connection.id,
      autoAccept: true,
      tags: { Name: name },
    });
    // By way of the acceptance: before it, a route into the connection is a black hole.
    const vpcPeeringConnectionId = acceptance.vpcPeeringConnectionId;
    for (const [tableName, routeTableId] of Object.entries(requester.routeTableIds)) {
      new Route(this, `RequesterRoute${tableName}`, {
        routeTableId,
        destinationCidrBlock: accepter.cidrBlock,
        vpcPeeringConnectionId,
      });
    }
    for (const [tableName, routeTableId] of Object.entries(accepter.routeTableIds)) {
      new Route(this, `AccepterRoute${tableName}`, {
        region: accepter.region,
        routeTableId,
        destinationCidrBlock: requester.cidrBlock,
        vpcPeeringConnectionId,
      });
    }
    this.peeringConnectionId = connection.id;
  }
}

function validateRegions(path: string, requester: PeeredVpc, accepter: PeeredVpc): void {
  if (accepter.region === requester.region) {
    throw new Error(
      `${path}: accepter.region is ${accepter.region}, expected another region than the requester's. Name the region of the accepter's VPC.`,
    );
  }
}

function validateBlocks(path: string, requester: PeeredVpc, accepter: PeeredVpc): void {
  const [one, other] = Object.entries({ requester, accepter }).map(([end, { cidrBlock }]) => {
    const block = parseCidr(cidrBlock);
    if (!block) {
      throw new Error(
        `${path}: ${end}.cidrBlock is ${cidrBlock}, expected an IPv4 block in CIDR notation such as 10.0.0.0/16. Correct it.`,
      );
    }
    return block;
  });
  if (cidrsOverlap(one, other)) {
    throw new Error(
      `${path}: accepter.cidrBlock is ${accepter.cidrBlock}, expected no address in common with the requester's ` +
        `${requester.cidrBlock}. Choose other blocks.`,
    );
  }
}

function validateRouteTables(path: string, end: 'requester' | 'accepter', { routeTableIds }: PeeredVpc): void {
  const names = Object.keys(routeTableIds);
  if (names.length === 0) {
    throw new Error(
      `${path}: ${end}.routeTableIds is empty, expected at least one. Name the route tables that lead to the other VPC.`,
    );
  }
  const malformed = names.filter((name) => !/^[A-Z][A-Za-z0-9]*$/.test(name));
  if (malformed.length > 0) {
    throw new Error(
      `${path}: ${end}.routeTableIds has ${malformed.join(', ')}, expected names in Pascal case such as PrivateA. Rename them.`,
    );
  }
}
