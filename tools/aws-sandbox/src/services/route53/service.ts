import { randomUuid } from '../../model/random-id';
import { HOST_HEADER, ORIGIN_HEADER } from '../../network/addressing';
import { addressAt } from '../../network/region-network';
import type { AwsService, ServiceContext } from '../../runtime/aws-service';
import { tasks } from '../ecs/service';
import { entryHosts } from '../elbv2/entry-hosts';
import { functions } from '../lambda/service';
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
        entryHosts(account, (host) => findLoadBalancer(account, host, checkers.isHealthy), {
          zones: faults,
          tasks: of(tasks),
          functions: of(functions),
          addressOf: ({ headers }) => (headers[ORIGIN_HEADER] === of(checkerKey).value ? CHECKER_ADDRESS : ANY_ADDRESS),
        }),
        nameServers(account, checkers.isHealthy),
      ],
      ticking: [checkers],
    };
  },
};

/** One of the addresses of AWS's list of Route 53's checkers. */
const CHECKER_ADDRESS = '15.177.0.1';
/** That of every other client, wherever it is: of a block for documentation, which nobody has [RFC 5737]. */
const ANY_ADDRESS = '203.0.113.1';

/** By which requests of this account's checkers are known: their address cannot be taken by anybody else. */
export function checkerKey(): { readonly value: string } {
  return { value: randomUuid() };
}

/** Sends a probe without credentials, as any client on the internet, from an address of Route 53's checkers. */
export function healthCheckers({ account, address, nowMs, of }: ServiceContext): HealthCheckers {
  return new HealthCheckers(
    account,
    async ({ host, path, port }, signal) => {
      const headers = {
        [HOST_HEADER]: port === undefined ? host : `${host}:${port}`,
        [ORIGIN_HEADER]: of(checkerKey).value,
      };
      const answer = await fetch(addressAt(address(), path), { headers, redirect: 'manual', signal });
      return { status: answer.status, body: await answer.text() };
    },
    nowMs,
  );
}
