import { isRegion } from '../model/regions';
import type { VirtualHosts } from './virtual-host';

/** AWS's own names, for requests without a signature: DynamoDB answers `healthy`, every other service refuses. */
export const serviceHosts: VirtualHosts = {
  find: (host) => {
    const [, service = '', region = ''] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host) ?? [];
    if (!isRegion(region)) return undefined;
    const isHealthy = service === 'dynamodb';
    return {
      region,
      service,
      answer: () => ({
        status: isHealthy ? 200 : 403,
        headers: { 'content-type': 'text/plain' },
        body: isHealthy ? `healthy: ${host} ` : 'Missing Authentication Token',
      }),
    };
  },
};
