import type { AwsService } from '../../runtime/aws-service';
import { dynamodbEndpoint } from './operations';
import { dynamodbResources } from './resources';
import { ItemStore } from './tables/item-store';

export const dynamodb: AwsService = {
  ...dynamodbResources,
  start: ({ account, faults, nowMs }) => ({ endpoints: [dynamodbEndpoint(new ItemStore(account, faults, nowMs))] }),
};
