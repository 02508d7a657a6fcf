import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { type PeeredVpc, VpcPeering } from './vpc-peering';

const REQUESTER: PeeredVpc = {
  vpcId: 'vpc-requester',
  cidrBlock: '10.20.0.0/16',
  region: 'eu-central-1',
  routeTableIds: { PrivateA: 'rtb-requester-private-a', Database: 'rtb-requester-database' },
};
const ACCEPTER: PeeredVpc = {
  vpcId: 'vpc-accepter',
  cidrBlock: '10.10.0.0/16',
  region: 'eu-west-1',
  routeTableIds: { PrivateA: 'rtb-accepter-private-a' },
};
const CONNECTION = /^\$\{aws_vpc_peering_connection\.Peering_[0-9A-F]{8}\.id\}$/;
const ACCEPTED =
  /^\$\{aws_vpc_peering_connection_accepter\.Peering_Acceptance_[0-9A-F]{8}\.vpc_peering_connection_id\}$/;

function synthesizePeering(
  changes: { readonly requester?: Partial<PeeredVpc>; readonly accepter?: Partial<PeeredVpc> } = {},
): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new VpcPeering(scope, 'Peering', {
      name: 'orders',
      requester: { ...REQUESTER, ...changes.requester },
      accepter: { ...ACCEPTER, ...changes.accepter },
    });
  });
}

describe('VpcPeering', () => {
  it("is requested in the provider's region, and accepted in the other", () => {
    const state = synthesizePeering();

    expect(state.resource('aws_vpc_peering_connection')).toEqual({
      vpc_id: 'vpc-requester',
      peer_vpc_id: 'vpc-accepter',
      peer_region: 'eu-west-1',
      auto_accept: false,
      tags: { Name: 'orders' },
    });
    expect(state.resource('aws_vpc_peering_connection_accepter')).toEqual({
      region: 'eu-west-1',
      vpc_peering_connection_id: expect.stringMatching(CONNECTION),
      auto_accept: true,
      tags: { Name: 'orders' },
    });
  });

  it('has routes both ways, once it is accepted', () => {
    expect(synthesizePeering().resources('aws_route')).toEqual([
      {
        region: 'eu-west-1',
        route_table_id: 'rtb-accepter-private-a',
        destination_cidr_block: '10.20.0.0/16',
        vpc_peering_connection_id: expect.stringMatching(ACCEPTED),
      },
      {
        route_table_id: 'rtb-requester-database',
        destination_cidr_block: '10.10.0.0/16',
        vpc_peering_connection_id: expect.stringMatching(ACCEPTED),
      },
      {
        route_table_id: 'rtb-requester-private-a',
        destination_cidr_block: '10.10.0.0/16',
        vpc_peering_connection_id: expect.stringMatching(ACCEPTED),
      },
    ]);
  });

  it('refuses a peer in its own region', () => {
    expect(() => synthesizePeering({ accepter: { region: 'eu-central-1' } })).toThrow(
      new Error(
        "constructs/Peering: accepter.region is eu-central-1, expected another region than the requester's. Name the region of the accepter's VPC.",
      ),
    );
  });

  it.each(['10.20.0.0/16', '10.20.4.0/22', '10.0.0.0/8'])(
    "refuses the block %s, which overlaps the requester's",
    (cidrBlock) => {
      expect(() => synthesizePeering({ accepter: { cidrBlock } })).toThrow(
        new Error(
          `constructs/Peering: accepter.cidrBlock is ${cidrBlock}, expected no address in common with the requester's 10.20.0.0/16. Choose other blocks.`,
        ),
      );
    },
  );

  it.each(['requester', 'accepter'] as const)('refuses what is no block at the %s', (end) => {
    expect(() => synthesizePeering({ [end]: { cidrBlock: '10.20.0.1/16' } })).toThrow(
      new Error(
        `constructs/Peering: ${end}.cidrBlock is 10.20.0.1/16, expected an IPv4 block in CIDR notation such as 10.0.0.0/16. Correct it.`,
      ),
    );
  });

  it.each(['requester', 'accepter'] as const)('refuses to leave the %s without a route', (end) => {
    expect(() => synthesizePeering({ [end]: { routeTableIds: {} } })).toThrow(
      new Error(
        `constructs/Peering: ${end}.routeTableIds is empty, expected at least one. Name the route tables that lead to the other VPC.`,
      ),
    );
  });

  it('refuses names that are positions', () => {
    expect(() => synthesizePeering({ requester: { routeTableIds: { 0: 'rtb-a', PrivateB: 'rtb-b' } } })).toThrow(
      new Error(
        'constructs/Peering: requester.routeTableIds has 0, expected names in Pascal case such as PrivateA. Rename them.',
      ),
    );
  });
});
