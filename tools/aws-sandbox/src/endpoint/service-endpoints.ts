import type { ItemStore } from '../tables/item-store';
import { dynamodbEndpoint } from './operations/dynamodb';
import { ssmEndpoint } from './operations/ssm';
import { stsEndpoint } from './operations/sts';
import type { ServiceEndpoint } from './service-endpoint';

/** What the services keep beside the resources that Terraform sees. */
export interface ServiceState {
  readonly items: ItemStore;
}

/** Every service that the endpoint serves. */
export function createServiceEndpoints({ items }: ServiceState): readonly ServiceEndpoint[] {
  return [dynamodbEndpoint(items), ssmEndpoint, stsEndpoint];
}
