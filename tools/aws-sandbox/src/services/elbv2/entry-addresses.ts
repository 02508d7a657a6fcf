import type { AccountView } from '../../model/account-view';
import { text, texts } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';

/** An address of a load balancer: one in each of its zones [Elastic Load Balancing user guide, availability zones]. */
export interface EntryAddress {
  /** Of the block for benchmarks, 198.18.0.0/15, which nobody routes [RFC 2544]. */
  readonly address: string;
  /** `us-east-1a` */
  readonly zone: string;
}

/** Zones that a load balancer can have at most, with room. */
const ZONES_APART = 8;

/** Addresses of a load balancer, in the order of its zones; the same for as long as the account has the same ones. */
export function entryAddresses(account: AccountView, balancer: ResourceRecord): readonly EntryAddress[] {
  const ids = account
    .list('aws_lb')
    .map(({ id }) => id)
    .sort();
  const zones = texts(balancer.attributes['subnets']).map((id) =>
    text(account.find('aws_subnet', balancer.region, id)?.attributes['availability_zone']),
  );
  return [...new Set(zones)].sort().map((zone, index) => {
    const host = ids.indexOf(balancer.id) * ZONES_APART + index + 1;
    return { address: `198.18.${host >> 8}.${host & 255}`, zone };
  });
}
