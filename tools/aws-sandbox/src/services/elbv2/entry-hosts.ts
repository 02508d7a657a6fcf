import type { AccountView } from '../../model/account-view';
import { blocks, text } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';
import { ADDRESS_HEADER } from '../../network/addressing';
import { ConnectionRefused, NEVER, type ZoneReachability } from '../../network/connection';
import type { HttpAnswer, HttpRequest } from '../../network/http-message';
import type { VirtualHosts } from '../../network/virtual-host';
import { type Tasks, servicesOf } from '../ecs/tasks/tasks';
import { entryAddresses } from './entry-addresses';
import { forward, NO_TARGET } from './forward';

/**
 * Load balancers, under their own names and every name of Route 53 that leads to them. They forward to the tasks of the
 * services behind them. A service of an image that nobody pushed has none: where it wants tasks, it is taken for one whose
 * tasks run, and every request is answered with success.
 *
 * @param findBalancer the load balancer that a name leads to
 */
export function entryHosts(
  account: AccountView,
  findBalancer: (host: string) => ResourceRecord | undefined,
  zones: ZoneReachability,
  tasks: Pick<Tasks, 'isRun' | 'targetOf'>,
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
          return answerOf(account, balancer, call, tasks);
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

function answerOf(
  account: AccountView,
  balancer: ResourceRecord,
  call: HttpRequest,
  tasks: Pick<Tasks, 'isRun' | 'targetOf'>,
): HttpAnswer | Promise<HttpAnswer> {
  const services = servicesBehind(account, balancer).filter(
    ({ attributes }) => Number(attributes['desired_count']) > 0,
  );
  const run = services.find((service) => tasks.isRun(service));
  if (run !== undefined) return answerOfTasks(balancer, run, call, tasks);
  const [service] = services;
  if (service === undefined) return inRegion(balancer, NO_TARGET);
  return inRegion(balancer, {
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: `${text(service.attributes['name'])} in ${balancer.region}: nobody pushed an image of it.`,
  });
}

async function answerOfTasks(
  balancer: ResourceRecord,
  service: ResourceRecord,
  call: HttpRequest,
  tasks: Pick<Tasks, 'targetOf'>,
): Promise<HttpAnswer> {
  const target = await tasks.targetOf(service);
  const idleMs = Number(balancer.attributes['idle_timeout'] ?? 60) * 1_000;
  return inRegion(balancer, target === undefined ? NO_TARGET : await forward(target.process.socket, call, idleMs));
}

/** The answer, with the region that it came from. */
function inRegion({ region }: ResourceRecord, answer: HttpAnswer): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, 'x-sandbox-region': region } };
}

/** Services whose tasks the load balancer's HTTPS listeners forward to. */
function servicesBehind(account: AccountView, balancer: ResourceRecord): readonly ResourceRecord[] {
  const targetGroups = account
    .findBy('aws_lb_listener', 'load_balancer_arn', balancer.id)
    .filter(({ attributes }) => attributes['protocol'] === 'HTTPS')
    .flatMap(({ attributes }) => blocks(attributes['default_action']))
    .map((action) => text(action['target_group_arn']));
  return servicesOf(account, balancer.region, targetGroups);
}
