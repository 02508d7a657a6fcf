import { cidrsOverlap, parseCidr } from '@dr/cidr';
import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import type { ResourceContext, ResourceDefinition, Sought } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import type { Value } from '../../model/value';
import { vpcReference } from './references';

const TYPE = 'aws_vpc_peering_connection';

/**
 * A peering connection is one thing in two regions. Each region keeps its own record of it, under one identifier; that
 * of the accepter's region says whether it was accepted. Codes and words: Amazon EC2 API Reference, and the provider's
 * `aws_vpc_peering_connection`.
 */
export const peeringConnection: ResourceDefinition = {
  label: 'EC2 VPC Peering Connection',
  calls: {
    create: 'CreateVpcPeeringConnection',
    update: 'ModifyVpcPeeringConnectionOptions',
    delete: 'DeleteVpcPeeringConnection',
  },
  id: 'pcx-{hex:17}',
  arn: 'arn:aws:ec2:{region}:{accountId}:vpc-peering-connection/{id}',
  replaces: ['peer_owner_id', 'peer_region', 'peer_vpc_id', 'vpc_id'],
  computed: { peer_owner_id: '{accountId}', peer_region: '{region}', accept_status: 'pending-acceptance' },
  live: {
    accept_status: (context) =>
      isActive(context.account, context.region, context.id) ? 'active' : 'pending-acceptance',
  },
  soughtBy: {
    cidr_block: cidrOf('vpc_id', 'region'),
    owner_id: (_connection, { accountId }) => accountId,
    peer_cidr_block: cidrOf('peer_vpc_id', 'peer_region'),
    status: statusOf,
  },
  filters: {
    'accepter-vpc-info.cidr-block': cidrOf('peer_vpc_id', 'peer_region'),
    'accepter-vpc-info.owner-id': 'peer_owner_id',
    'accepter-vpc-info.vpc-id': 'peer_vpc_id',
    'requester-vpc-info.cidr-block': cidrOf('vpc_id', 'region'),
    'requester-vpc-info.owner-id': (_connection, { accountId }) => accountId,
    'requester-vpc-info.vpc-id': 'vpc_id',
    'status-code': statusOf,
    'vpc-peering-connection-id': 'id',
  },
  references: [vpcReference('vpc_id')],
  checks: [checkAcceptance, checkPeer, checkTwin],
  internal: ({ attributes, region }) =>
    attributes['auto_accept'] === true && attributes['peer_region'] === region ? { accepted: true } : {},
  onCreate: ({ id, region, accountId, attributes }) => {
    const peerRegion = text(attributes['peer_region']);
    if (peerRegion === region || attributes['peer_owner_id'] !== accountId) return [];
    return [
      {
        put: {
          type: TYPE,
          region: peerRegion,
          service: 'ec2',
          id,
          arn: `arn:aws:ec2:${peerRegion}:${accountId}:vpc-peering-connection/${id}`,
          attributes: {
            ...attributes,
            vpc_id: attributes['peer_vpc_id'] ?? null,
            peer_vpc_id: attributes['vpc_id'] ?? null,
            peer_region: region,
            region: peerRegion,
            tags: null,
            tags_all: {},
          },
          internal: { madeBy: id },
        },
      },
    ];
  },
  // Either end's deletion ends both.
  onDelete: ({ account, id, region, attributes }) => {
    const other = account.find(TYPE, text(attributes['peer_region']), id);
    return other === undefined || other.region === region ? [] : [{ remove: other }];
  },
};

/** The accepter's view; its deletion leaves the connection alone [terraform-provider-aws]. */
export const peeringConnectionAccepter: ResourceDefinition = {
  label: 'EC2 VPC Peering Connection Accepter',
  calls: {
    create: 'AcceptVpcPeeringConnection',
    update: 'AcceptVpcPeeringConnection',
    delete: 'DeleteVpcPeeringConnection',
  },
  namedBy: 'vpc_peering_connection_id',
  replaces: ['vpc_peering_connection_id'],
  live: { accept_status: ({ internal }) => (internal['accepted'] === true ? 'active' : 'pending-acceptance') },
  internal: ({ attributes }) => (attributes['auto_accept'] === true ? { accepted: true } : {}),
  adopts: {
    type: TYPE,
    find: ({ account, region, attributes }) => {
      const id = text(attributes['vpc_peering_connection_id']);
      const path = ['vpc_peering_connection_id'];
      const found = account.find(TYPE, region, id);
      if (found === undefined) {
        const message = `The vpcPeeringConnection ID '${id}' does not exist`;
        throw new AwsError('InvalidVpcPeeringConnectionID.NotFound', message, { path });
      }
      const acceptedIn = text(found.attributes['peer_region']);
      if (!isAccepters(found) && acceptedIn !== region) {
        throw new AwsError(
          'OperationNotPermitted',
          `Incorrect region (${region}) specified for this request. VPC peering connection ${id} must be accepted in region ${acceptedIn}`,
          { path },
        );
      }
      return found;
    },
  },
};

function statusOf({ region, id }: ResourceRecord, account: AccountView): Value {
  return isActive(account, region, id) ? 'active' : 'pending-acceptance';
}

function cidrOf(vpc: string, region: string): Sought {
  return ({ attributes }, account) =>
    account.find('aws_vpc', text(attributes[region]), text(attributes[vpc]))?.attributes['cidr_block'] ?? [];
}

/** Whether traffic goes through a connection that a region knows. */
export function isActive(account: AccountView, region: string, id: string): boolean {
  const record = account.find(TYPE, region, id);
  if (record === undefined) return false;
  const other = account.find(TYPE, text(record.attributes['peer_region']), id);
  return [record, other].some((end) => end?.internal?.['accepted'] === true);
}

/** The record that the request left in the accepter's region. */
function isAccepters({ internal }: ResourceRecord): boolean {
  return internal?.['madeBy'] !== undefined;
}

function checkAcceptance({ attributes, region }: ResourceContext): void {
  if (attributes['auto_accept'] === true && attributes['peer_region'] !== region) {
    throw new ProviderRefusal(
      '`peer_region` cannot be set whilst `auto_accept` is `true` when creating an EC2 VPC Peering Connection',
    );
  }
}

/** Across regions AWS takes the request and fails it afterwards, for a missing VPC as for an overlapping one. */
function checkPeer({ attributes, account, accountId, region, id }: ResourceContext): void {
  if (attributes['peer_owner_id'] !== accountId) return;
  const peerRegion = text(attributes['peer_region']);
  const peerId = text(attributes['peer_vpc_id']);
  const peer = account.find('aws_vpc', peerRegion, peerId);
  if (peer === undefined && peerRegion === region) {
    throw new AwsError('InvalidVpcID.NotFound', `The vpc ID '${peerId}' does not exist`, { path: ['peer_vpc_id'] });
  }
  const own = account.find('aws_vpc', region, text(attributes['vpc_id']));
  const [ownBlock, peerBlock] = [own, peer].map((vpc) => parseCidr(text(vpc?.attributes['cidr_block'])));
  if (peer === undefined || cidrsOverlap(ownBlock, peerBlock)) {
    throw new ProviderRefusal(
      `waiting for EC2 VPC Peering Connection (${id}) create: unexpected state 'failed', wanted target 'active, pending-acceptance'. ` +
        'last error: Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range',
    );
  }
}

function checkTwin({ attributes, account, region, id }: ResourceContext): void {
  const ends = [text(attributes['vpc_id']), text(attributes['peer_vpc_id'])].sort().join();
  const twin = account
    .list(TYPE, region)
    .find(
      (other) =>
        other.id !== id &&
        [text(other.attributes['vpc_id']), text(other.attributes['peer_vpc_id'])].sort().join() === ends,
    );
  if (twin !== undefined) {
    throw new AwsError(
      'VpcPeeringConnectionAlreadyExists',
      `A VPC peering connection between these VPCs already exists: ${twin.id}`,
    );
  }
}
