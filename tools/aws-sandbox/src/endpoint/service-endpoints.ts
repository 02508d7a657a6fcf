import { ssmEndpoint } from './operations/ssm';
import { stsEndpoint } from './operations/sts';
import type { ServiceEndpoint } from './service-endpoint';

/** Every service that the endpoint serves. */
export function createServiceEndpoints(): readonly ServiceEndpoint[] {
  return [ssmEndpoint, stsEndpoint];
}
