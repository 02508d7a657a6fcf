import { optionalText, text, texts } from '../../model/attribute-values';
import { ProviderRefusal } from '../../model/aws-error';
import { isRegion, regionNames, zoneIdOf, zonesOfRegion } from '../../model/regions';
import type { DataSourceDefinition, ResourceDefinition } from '../../model/resource-definition';
import { assertFiltersKnown, filterNames, filtersOf, hasTags, isFilteredIn, meetsFilters } from '../../model/search';
import { elasticIp, natGateway } from './gateways';
import { networkAcl } from './network-acl';
import { peeringConnection } from './peering';
import { type PrefixList, prefixListsOf, shownPrefixList } from './prefix-lists';
import { routeTable } from './route-table';
import { securityGroup } from './security-groups';
import { subnet } from './subnet';
import { vpc } from './vpc';

export const ec2DataSources: Readonly<Record<string, DataSourceDefinition>> = {
  aws_availability_zones: {
    label: 'EC2 Availability Zones',
    call: 'DescribeAvailabilityZones',
    arguments: ['all_availability_zones', 'exclude_names', 'exclude_zone_ids', 'filter', 'state'],
    read: ({ type, region, config }) => {
      const filters = filtersOf(config);
      assertFiltersKnown(type, filters, Object.keys(ZONE_FILTERS));
      const zones = zonesOfRegion(region).filter(
        (zone) =>
          !texts(config['exclude_names']).includes(zone) &&
          !texts(config['exclude_zone_ids']).includes(zoneIdOf(zone)) &&
          (text(config['state']) || 'available') === 'available' &&
          meetsFilters(filters, (name) => [ZONE_FILTERS[name]?.(zone, region) ?? []].flat()),
      );
      return {
        id: region,
        names: zones,
        zone_ids: zones.map(zoneIdOf),
        group_names: zones.length === 0 ? [] : [region],
      };
    },
  },
  aws_region: {
    label: 'Region',
    call: 'DescribeRegions',
    arguments: ['endpoint', 'name'],
    read: ({ region: own, config }) => {
      const named = optionalText(config['name']);
      const endpoint = optionalText(config['endpoint']);
      const region = named ?? regionNames().find((name) => endpointOf(name) === endpoint) ?? own;
      if (!isRegion(region)) throw new ProviderRefusal(`region not found for name: ${region}`, ['name']);
      if (endpoint !== undefined && endpointOf(region) !== endpoint)
        throw new ProviderRefusal(`region not found for endpoint: ${endpoint}`, ['endpoint']);
      return { id: region, name: region, region, endpoint: endpointOf(region), description: region };
    },
  },
  aws_regions: {
    label: 'EC2 Regions',
    call: 'DescribeRegions',
    // All regions are enabled in the sandbox.
    arguments: ['all_regions', 'filter'],
    read: ({ type, config }) => {
      const filters = filtersOf(config);
      assertFiltersKnown(type, filters, Object.keys(REGION_FILTERS));
      const names = regionNames().filter((region) =>
        meetsFilters(filters, (name) => [REGION_FILTERS[name]?.(region) ?? []].flat()),
      );
      return { id: 'aws', names };
    },
  },
  // Lists of AWS's own: nothing else of EC2 makes one here.
  aws_ec2_managed_prefix_list: {
    label: 'EC2 Managed Prefix List',
    call: 'DescribeManagedPrefixLists',
    arguments: ['filter', 'id', 'name'],
    read: ({ type, region, config }) => {
      const filters = filtersOf(config);
      assertFiltersKnown(type, filters, Object.keys(PREFIX_LIST_FILTERS));
      const found = prefixListsOf(region).filter(
        (list) =>
          [list.id, null].includes(optionalText(config['id']) ?? null) &&
          [list.name, null].includes(optionalText(config['name']) ?? null) &&
          meetsFilters(filters, (name) => [PREFIX_LIST_FILTERS[name]?.(list) ?? []].flat()),
      );
      const [list] = found;
      if (list === undefined) throw new ProviderRefusal('no matching EC2 Managed Prefix List found', []);
      if (found.length > 1)
        throw new ProviderRefusal(
          'multiple EC2 Managed Prefix Lists matched; use additional constraints to reduce matches to a single EC2 Managed Prefix List',
          [],
        );
      return shownPrefixList(list);
    },
  },
  aws_eips: several('EC2 EIPs', 'DescribeAddresses', 'aws_eip', elasticIp, {
    allocation_ids: 'id',
    public_ips: 'public_ip',
  }),
  aws_nat_gateways: several('EC2 NAT Gateways', 'DescribeNatGateways', 'aws_nat_gateway', natGateway, { ids: 'id' }, [
    'vpc_id',
  ]),
  aws_network_acls: several('EC2 Network ACLs', 'DescribeNetworkAcls', 'aws_network_acl', networkAcl, { ids: 'id' }, [
    'vpc_id',
  ]),
  aws_route_tables: several('EC2 Route Tables', 'DescribeRouteTables', 'aws_route_table', routeTable, { ids: 'id' }, [
    'vpc_id',
  ]),
  aws_security_groups: several('EC2 Security Groups', 'DescribeSecurityGroups', 'aws_security_group', securityGroup, {
    arns: 'arn',
    ids: 'id',
    vpc_ids: 'vpc_id',
  }),
  aws_subnets: several('EC2 Subnets', 'DescribeSubnets', 'aws_subnet', subnet, { ids: 'id' }),
  aws_vpc_peering_connections: several(
    'EC2 VPC Peering Connections',
    'DescribeVpcPeeringConnections',
    'aws_vpc_peering_connection',
    peeringConnection,
    { ids: 'id' },
  ),
  aws_vpcs: several('EC2 VPCs', 'DescribeVpcs', 'aws_vpc', vpc, { ids: 'id' }),
};

/** Filters of DescribeAvailabilityZones. */
const ZONE_FILTERS: Readonly<Record<string, (zone: string, region: string) => string>> = {
  'group-name': (_zone, region) => region,
  'opt-in-status': () => 'opt-in-not-required',
  'region-name': (_zone, region) => region,
  state: () => 'available',
  'zone-id': zoneIdOf,
  'zone-name': (zone) => zone,
  'zone-type': () => 'availability-zone',
};

/** Filters of DescribeManagedPrefixLists. */
const PREFIX_LIST_FILTERS: Readonly<Record<string, (list: PrefixList) => string>> = {
  'owner-id': () => 'AWS',
  'prefix-list-id': ({ id }) => id,
  'prefix-list-name': ({ name }) => name,
};

/** Filters of DescribeRegions. */
const REGION_FILTERS: Readonly<Record<string, (region: string) => string>> = {
  endpoint: endpointOf,
  'region-name': (region) => region,
};

function endpointOf(region: string): string {
  return `ec2.${region}.amazonaws.com`;
}

/** A data source of all resources of a type that meet filters, tags and the arguments given, in the order of their ids. */
function several(
  label: string,
  call: string,
  type: string,
  definition: ResourceDefinition,
  shown: Readonly<Record<string, string>>,
  compared: readonly string[] = [],
): DataSourceDefinition {
  return {
    label,
    call,
    arguments: ['filter', 'tags', ...compared],
    read: ({ type: source, account, region, config }) => {
      const filters = filtersOf(config);
      assertFiltersKnown(source, filters, filterNames(definition));
      const found = account
        .list(type, region)
        .filter((record) => isFilteredIn(record, definition, filters, account) && hasTags(record, config['tags']))
        .filter(({ attributes }) =>
          compared.every((name) => (config[name] ?? null) === null || attributes[name] === config[name]),
        )
        .sort((left, right) => (left.id < right.id ? -1 : 1));
      const values = Object.entries(shown).map(([name, attribute]) => [
        name,
        found.map(({ attributes }) => attributes[attribute] ?? null),
      ]);
      return { id: region, ...Object.fromEntries(values) };
    },
  };
}
