import type { AccountView } from '../../model/account-view';
import { blocks, text } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';
import { ADDRESS_HEADER } from '../../network/addressing';
import { ConnectionRefused, NEVER, type ZoneReachability } from '../../network/connection';
import type { HttpAnswer, HttpRequest } from '../../network/http-message';
import type { VirtualHosts } from '../../network/virtual-host';
import { entryAddresses } from './entry-addresses';

/**
 * Load balancers, under their own names and every name of Route 53 that leads to them. The sandbox runs no containers:
 * a service that wants tasks is taken for one whose tasks run, and answers every request with success.
 *
 * @param findBalancer the load balancer that a name leads to
 */
export function entryHosts(
  account: AccountView,
  findBalancer: (host: string) => ResourceRecord | undefined,
  zones: ZoneReachability,
): VirtualHosts {
  let connections = 0;
  return {
    find: (host) => {
      const balancer = findBalancer(host);
      if (balancer === undefined) return undefined;
      return {
        region: balancer.region,
        service: 'elasticloadbalancing',
        answer: (call) => {
          const zone = zoneOf(account, balancer, call, connections++);
          const reached = zones.reachZone(zone);
          if (reached === 'hang') return NEVER;
          if (reached === 'refuse') throw new ConnectionRefused(`${zone} is not reached`);
          return answerOf(account, balancer);
        },
      };
    },
  };
}

/** By the address that was connected to; who goes by the name alone takes one of its addresses in turn, as DNS hands them. */
function zoneOf(account: AccountView, balancer: ResourceRecord, { headers }: HttpRequest, connection: number): string {
  const addresses = entryAddresses(account, balancer);
  const asked = addresses.find(({ address }) => address === headers[ADDRESS_HEADER]);
  return (asked ?? addresses[connection % Math.max(1, addresses.length)])?.zone ?? '';
}

function answerOf(account: AccountView, balancer: ResourceRecord): HttpAnswer {
  const service = servicesBehind(account, balancer).find(({ attributes }) => Number(attributes['desired_count']) > 0);
  const headers = { 'content-type': 'text/plain', 'x-sandbox-region': balancer.region };
  // As a load balancer answers without a healthy target [Elastic Load Balancing user guide, troubleshooting].
  if (service === undefined) {
    return { status: 503, headers: { ...headers, server: 'awselb/2.0' }, body: 'Service Temporarily Unavailable' };
  }
  return {
    status: 200,
    headers,
    body: `${text(service.attributes['name'])} in ${balancer.region}: the sandbox runs no containers.`,
  };
}

/** Services whose tasks the load balancer's HTTPS listeners forward to. */
function servicesBehind(account: AccountView, balancer: ResourceRecord): readonly ResourceRecord[] {
  const targetGroups = account
    .findBy('aws_lb_listener', 'load_balancer_arn', balancer.id)
    .filter(({ attributes }) => attributes['protocol'] === 'HTTPS')
    .flatMap(({ attributes }) => blocks(attributes['default_action']))
    .map((action) => text(action['target_group_arn']));
  return account
    .list('aws_ecs_service', balancer.region)
    .filter(({ attributes }) =>
      blocks(attributes['load_balancer']).some((target) => targetGroups.includes(text(target['target_group_arn']))),
    );
}
