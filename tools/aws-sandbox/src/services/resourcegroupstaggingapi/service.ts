import type { AwsService } from '../../runtime/aws-service';
import { resourceGroupsTaggingApiEndpoint } from './operations';
import { resourceGroupsTaggingApiResources } from './resources';

export const resourceGroupsTaggingApi: AwsService = {
  ...resourceGroupsTaggingApiResources,
  start: () => ({ endpoints: [resourceGroupsTaggingApiEndpoint] }),
};
