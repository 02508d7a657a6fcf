import type { ServiceDefinition } from '../../model/resource-definition';

/** AWS Resource Groups Tagging API: reads the tags of other services' resources, and has none of its own. */
export const resourceGroupsTaggingApiResources: ServiceDefinition = {
  name: 'resourcegroupstaggingapi',
  sdkId: 'Resource Groups Tagging API',
  resources: {},
};
