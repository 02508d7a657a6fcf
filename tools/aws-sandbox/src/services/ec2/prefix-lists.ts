import type { Value } from '../../model/value';
import { hashOf } from './hash';

/** A list of addresses that AWS keeps, under a name of the region's. */
export interface PrefixList {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly cidrBlocks: readonly string[];
  /** Rules that it counts as in a security group [Amazon VPC user guide, AWS-managed prefix lists]. */
  readonly weight: number;
}

/** Addresses of Route 53's health checkers [Route 53 developer guide, IP address ranges]; those of China are left out. */
const CHECKERS = [
  ...['15.177.0.0/18', '54.183.255.128/26', '54.228.16.0/26', '54.232.40.64/26', '54.241.32.64/26', '54.243.31.192/26'],
  ...['54.244.52.192/26', '54.245.168.0/26', '54.248.220.0/26', '54.250.253.192/26', '54.251.31.128/26'],
  ...['54.252.79.128/26', '54.252.254.192/26', '54.255.254.192/26', '107.23.255.0/26', '176.34.159.192/26'],
  '177.71.207.128/26',
];

/** Service by service: where it is, and for how many rules its list counts. */
const SERVICES: Readonly<Record<string, readonly [cidrBlocks: readonly string[], weight: number]>> = {
  dynamodb: [['52.94.0.0/22'], 1],
  'route53-healthchecks': [CHECKERS, 25],
  s3: [['52.216.0.0/15'], 1],
};

/** Lists that AWS keeps in a region, as far as the sandbox knows any. */
export function prefixListsOf(region: string): readonly PrefixList[] {
  return Object.entries(SERVICES).map(([service, [cidrBlocks, weight]]) => {
    const name = `com.amazonaws.${region}.${service}`;
    const id = `pl-${hashOf(region, name).slice(0, 8)}`;
    return { id, name, arn: `arn:aws:ec2:${region}:aws:prefix-list/${id}`, cidrBlocks, weight };
  });
}

/** A list as its data source shows it. */
export function shownPrefixList({ arn, cidrBlocks, id, name, weight }: PrefixList): Readonly<Record<string, Value>> {
  return {
    id,
    name,
    arn,
    address_family: 'IPv4',
    entries: cidrBlocks.map((cidr) => ({ cidr, description: '' })),
    max_entries: weight,
    owner_id: 'AWS',
    tags: {},
    version: 0,
  };
}
