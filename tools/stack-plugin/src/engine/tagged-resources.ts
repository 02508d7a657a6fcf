import type { ClientSettings } from '../records/account-client';

/** A resource as the account lists it by its tags. */
export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Lists the resources of a region that have all of these tags. IAM's are not among them [GetResources]. */
export async function taggedResources(
  settings: ClientSettings,
  region: string,
  tags: Readonly<Record<string, string>>,
): Promise<readonly TaggedResource[]> {
  // Few runs ask; the library takes long to load.
  const sdk = await import('@aws-sdk/client-resource-groups-tagging-api');
  const client = new sdk.ResourceGroupsTaggingAPIClient({ ...settings, region });
  const TagFilters = Object.entries(tags).map(([Key, value]) => ({ Key, Values: [value] }));
  const found: TaggedResource[] = [];
  for await (const { ResourceTagMappingList = [] } of sdk.paginateGetResources({ client }, { TagFilters })) {
    for (const { ResourceARN: arn = '', Tags = [] } of ResourceTagMappingList) {
      found.push({ arn, tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])) });
    }
  }
  return found;
}
