import type { AccountView } from '../../model/account-view';
import { NAME_SERVERS } from '../../network/addressing';
import type { VirtualHosts } from '../../network/virtual-host';
import { entryAddresses } from '../elbv2/entry-addresses';
import { findLoadBalancer, type HealthOf } from './resolve-name';

/** IPv4 addresses of names that lead to load balancers. They are in no region, as Route 53's answers are. */
export function nameServers(account: AccountView, isHealthy: HealthOf): VirtualHosts {
  return {
    find: (host) => {
      if (host !== NAME_SERVERS) return undefined;
      return {
        region: '',
        service: 'dns',
        answer: ({ query }) => {
          const balancer = findLoadBalancer(account, (query.get('name') ?? '').toLowerCase(), isHealthy);
          return {
            status: balancer === undefined ? 404 : 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(
              balancer === undefined ? [] : entryAddresses(account, balancer).map(({ address }) => address),
            ),
          };
        },
      };
    },
  };
}
