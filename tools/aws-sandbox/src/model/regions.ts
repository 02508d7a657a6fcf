import { nearestName } from '@dr/nearest-name';

/**
 * AWS's commercial regions with their names, the suffixes of their availability zones and, where known, the zone ids' prefix.
 * Source: AWS Regions and Availability Zones, user guide (2025).
 */
const REGIONS = {
  'af-south-1': { name: 'Africa (Cape Town)', zoneIdPrefix: 'afs1', zones: 'abc' },
  'ap-east-1': { name: 'Asia Pacific (Hong Kong)', zoneIdPrefix: 'ape1', zones: 'abc' },
  'ap-east-2': { name: 'Asia Pacific (Taipei)', zoneIdPrefix: 'ape2', zones: 'abc' },
  'ap-northeast-1': { name: 'Asia Pacific (Tokyo)', zoneIdPrefix: 'apne1', zones: 'acd' },
  'ap-northeast-2': { name: 'Asia Pacific (Seoul)', zoneIdPrefix: 'apne2', zones: 'abcd' },
  'ap-northeast-3': { name: 'Asia Pacific (Osaka)', zoneIdPrefix: 'apne3', zones: 'abc' },
  'ap-south-1': { name: 'Asia Pacific (Mumbai)', zoneIdPrefix: 'aps1', zones: 'abc' },
  'ap-south-2': { name: 'Asia Pacific (Hyderabad)', zoneIdPrefix: 'aps2', zones: 'abc' },
  'ap-southeast-1': { name: 'Asia Pacific (Singapore)', zoneIdPrefix: 'apse1', zones: 'abc' },
  'ap-southeast-2': { name: 'Asia Pacific (Sydney)', zoneIdPrefix: 'apse2', zones: 'abc' },
  'ap-southeast-3': { name: 'Asia Pacific (Jakarta)', zoneIdPrefix: 'apse3', zones: 'abc' },
  'ap-southeast-4': { name: 'Asia Pacific (Melbourne)', zoneIdPrefix: 'apse4', zones: 'abc' },
  'ap-southeast-5': { name: 'Asia Pacific (Malaysia)', zoneIdPrefix: 'apse5', zones: 'abc' },
  'ap-southeast-6': { name: 'Asia Pacific (New Zealand)', zoneIdPrefix: 'apse6', zones: 'abc' },
  'ap-southeast-7': { name: 'Asia Pacific (Thailand)', zoneIdPrefix: 'apse7', zones: 'abc' },
  'ca-central-1': { name: 'Canada (Central)', zoneIdPrefix: 'cac1', zones: 'abd' },
  'ca-west-1': { name: 'Canada West (Calgary)', zoneIdPrefix: 'caw1', zones: 'abc' },
  'eu-central-1': { name: 'Europe (Frankfurt)', zoneIdPrefix: 'euc1', zones: 'abc' },
  'eu-central-2': { name: 'Europe (Zurich)', zoneIdPrefix: 'euc2', zones: 'abc' },
  'eu-north-1': { name: 'Europe (Stockholm)', zoneIdPrefix: 'eun1', zones: 'abc' },
  'eu-south-1': { name: 'Europe (Milan)', zoneIdPrefix: 'eus1', zones: 'abc' },
  'eu-south-2': { name: 'Europe (Spain)', zoneIdPrefix: 'eus2', zones: 'abc' },
  'eu-west-1': { name: 'Europe (Ireland)', zoneIdPrefix: 'euw1', zones: 'abc' },
  'eu-west-2': { name: 'Europe (London)', zoneIdPrefix: 'euw2', zones: 'abc' },
  'eu-west-3': { name: 'Europe (Paris)', zoneIdPrefix: 'euw3', zones: 'abc' },
  'il-central-1': { name: 'Israel (Tel Aviv)', zoneIdPrefix: 'ilc1', zones: 'abc' },
  'me-central-1': { name: 'Middle East (UAE)', zoneIdPrefix: 'mec1', zones: 'abc' },
  'me-south-1': { name: 'Middle East (Bahrain)', zoneIdPrefix: 'mes1', zones: 'abc' },
  'mx-central-1': { name: 'Mexico (Central)', zoneIdPrefix: 'mxc1', zones: 'abc' },
  'sa-east-1': { name: 'South America (Sao Paulo)', zoneIdPrefix: 'sae1', zones: 'abc' },
  'us-east-1': { name: 'US East (N. Virginia)', zoneIdPrefix: 'use1', zones: 'abcdef' },
  'us-east-2': { name: 'US East (Ohio)', zoneIdPrefix: 'use2', zones: 'abc' },
  'us-west-1': { name: 'US West (N. California)', zoneIdPrefix: 'usw1', zones: 'ac' },
  'us-west-2': { name: 'US West (Oregon)', zoneIdPrefix: 'usw2', zones: 'abcd' },
} as const satisfies Record<string, { readonly name: string; readonly zoneIdPrefix: string; readonly zones: string }>;

export const DEFAULT_REGION = 'us-east-1';

export function isRegion(name: string): boolean {
  return Object.hasOwn(REGIONS, name);
}

/** `US West (Oregon)` of us-west-2; an unknown region has its code for a name. */
export function longNameOf(region: string): string {
  return isRegion(region) ? REGIONS[region as keyof typeof REGIONS].name : region;
}

export function regionNames(): readonly string[] {
  return Object.keys(REGIONS);
}

/** `us-east-1a` and so on; empty for an unknown region. */
export function zonesOfRegion(region: string): readonly string[] {
  return isRegion(region)
    ? [...REGIONS[region as keyof typeof REGIONS].zones].map((letter) => `${region}${letter}`)
    : [];
}

/** `us-east-1a` → `use1-az1`. Every real account maps letters to ids in its own way; this one in order. */
export function zoneIdOf(zone: string): string {
  const region = zone.slice(0, -1);
  const position = zonesOfRegion(region).indexOf(zone);
  return position < 0 ? '' : `${REGIONS[region as keyof typeof REGIONS].zoneIdPrefix}-az${position + 1}`;
}

/** The region that a mistyped name most likely means. */
export function nearestRegion(name: string): string {
  return nearestName(name, regionNames()) ?? DEFAULT_REGION;
}
