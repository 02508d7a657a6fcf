import { HOST_HEADER } from '../../network/addressing';
import { addressAt } from '../../network/region-network';
import type { AwsService, ServiceContext } from '../../runtime/aws-service';
import { tasks } from '../ecs/service';
import { entryHosts } from '../elbv2/entry-hosts';
import { HealthCheckers } from './health-checkers';
import { nameServers } from './name-servers';
import { route53Endpoint } from './operations';
import { findLoadBalancer } from './resolve-name';
import { route53Resources } from './resources';

export const route53: AwsService = {
  ...route53Resources,
  start: ({ account, faults, of }) => {
    const checkers = of(healthCheckers);
    return {
      endpoints: [route53Endpoint(checkers)],
      hosts: [
        entryHosts(account, (host) => findLoadBalancer(account, host, checkers.isHealthy), faults, of(tasks)),
        nameServers(account, checkers.isHealthy),
      ],
      ticking: [checkers],
    };
  },
};

/** Sends a probe without credentials, as any client on the internet. */
export function healthCheckers({ account, address, nowMs }: ServiceContext): HealthCheckers {
  return new HealthCheckers(
    account,
    async ({ host, path }, signal) => {
      const headers = { [HOST_HEADER]: host };
      const answer = await fetch(addressAt(address(), path), { headers, redirect: 'manual', signal });
      return { status: answer.status, body: await answer.text() };
    },
    nowMs,
  );
}
