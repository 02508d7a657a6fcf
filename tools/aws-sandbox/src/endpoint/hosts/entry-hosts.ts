import type { AccountView } from '../../account/account';
import { findLoadBalancer, type HealthOf } from '../../dns/resolve-name';
import type { VirtualHosts } from './virtual-host';

/**
 * Load balancers, under their own names and every name of Route 53 that leads to them. The sandbox runs no containers:
 * what answers is the load balancer itself, as it does without a healthy target.
 */
export function entryHosts(account: AccountView, isHealthy: HealthOf): VirtualHosts {
  return {
    find: (host) => {
      const balancer = findLoadBalancer(account, host, isHealthy);
      if (balancer === undefined) return undefined;
      return {
        region: balancer.region,
        service: 'elasticloadbalancing',
        answer: () => ({
          status: 503,
          headers: { 'content-type': 'text/plain', server: 'awselb/2.0', 'x-sandbox-region': balancer.region },
          body: 'No healthy target: the sandbox runs no containers.',
        }),
      };
    },
  };
}
