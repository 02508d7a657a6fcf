/**
 * The regions this platform can serve from, with the availability zones that every account has there.
 * Source: AWS, "AWS Regions and Availability Zones" (zones in general availability; local and wavelength zones left out).
 */
export const REGION_ZONES = {
  'us-east-1': ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d', 'us-east-1e', 'us-east-1f'],
  'us-east-2': ['us-east-2a', 'us-east-2b', 'us-east-2c'],
  'us-west-1': ['us-west-1a', 'us-west-1c'],
  'us-west-2': ['us-west-2a', 'us-west-2b', 'us-west-2c', 'us-west-2d'],
  'ca-central-1': ['ca-central-1a', 'ca-central-1b', 'ca-central-1d'],
  'eu-central-1': ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
  'eu-west-1': ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
  'eu-west-2': ['eu-west-2a', 'eu-west-2b', 'eu-west-2c'],
  'ap-northeast-1': ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'],
  'ap-southeast-1': ['ap-southeast-1a', 'ap-southeast-1b', 'ap-southeast-1c'],
  'ap-southeast-2': ['ap-southeast-2a', 'ap-southeast-2b', 'ap-southeast-2c'],
} as const satisfies Record<string, readonly string[]>;

export type RegionName = keyof typeof REGION_ZONES;

export const REGION_NAMES = Object.keys(REGION_ZONES) as readonly RegionName[];

/**
 * Regions of the catalog among which one strongly consistent table can be, witness included
 * [DynamoDB API reference, CreateGlobalTableWitnessGroupMemberAction].
 */
export const CONSISTENT_REGIONS: readonly (readonly RegionName[])[] = [
  ['us-east-1', 'us-east-2', 'us-west-2'],
  ['eu-central-1', 'eu-west-1', 'eu-west-2'],
];

/** The first `count` zones of a region, in the catalog's order, so that a higher count only adds zones. */
export function zonesOf(region: RegionName, count: number): readonly string[] {
  return REGION_ZONES[region].slice(0, count);
}
