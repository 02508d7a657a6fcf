import type { AccountView } from '../../model/account-view';
import { blocks, text, texts } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';
import { ADDRESS_HEADER, HOST_HEADER } from '../../network/addressing';
import { ConnectionRefused, NEVER, type ZoneReachability } from '../../network/connection';
import type { HttpAnswer, HttpRequest } from '../../network/http-message';
import type { VirtualHosts } from '../../network/virtual-host';
import { isAdmitted } from '../ec2/admission';
import { type Tasks, servicesOf } from '../ecs/tasks/tasks';
import type { LambdaFunctions } from '../lambda/lambda-functions';
import { entryAddresses } from './entry-addresses';
import { forward, NO_TARGET } from './forward';
import { askFunction, functionBehind } from './function-target';

/** Parts of the account that load balancers work with. */
export interface EntrySurroundings {
  readonly zones: ZoneReachability;
  readonly tasks: Pick<Tasks, 'isRun' | 'targetOf'>;
  readonly functions: Pick<LambdaFunctions, 'invoke'>;
  /** Address that a request comes from. */
  readonly addressOf: (call: HttpRequest) => string;
}

/**
 * Load balancers, under their own names and every name of Route 53 that leads to them. One that faces the internet lets in
 * who its security groups admit; a connection of anybody else, or to a port that nothing listens at, is never answered. They forward to the
 * function, or to the tasks of the services, behind the listener of the port. A service of an image that nobody pushed has none: where it wants tasks, it is taken for one whose
 * tasks run, and every request is answered with success.
 *
 * @param findBalancer the load balancer that a name leads to
 */
export function entryHosts(
  account: AccountView,
  findBalancer: (host: string) => ResourceRecord | undefined,
  surroundings: EntrySurroundings,
): VirtualHosts {
  const { addressOf, zones } = surroundings;
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
          if (!admits(account, balancer, portOf(call), addressOf(call))) return NEVER;
          return answerOf(account, balancer, call, surroundings);
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

const HTTPS = 443;

function portOf({ headers }: HttpRequest): number {
  return Number(/:(\d+)$/.exec(String(headers[HOST_HEADER] ?? ''))?.[1] ?? HTTPS);
}

/** Of an internal one nothing is known: who reaches it is in the VPC. */
function admits(account: AccountView, { attributes, region }: ResourceRecord, port: number, from: string): boolean {
  const groupIds = texts(attributes['security_groups']);
  return (
    groupIds.length === 0 || attributes['internal'] === true || isAdmitted(account, { region, groupIds, port, from })
  );
}

function answerOf(
  account: AccountView,
  balancer: ResourceRecord,
  call: HttpRequest,
  { functions, tasks }: EntrySurroundings,
): HttpAnswer | Promise<HttpAnswer> {
  const port = portOf(call);
  const listeners = listenersAt(account, balancer, port);
  if (port !== HTTPS && listeners.length === 0) return NEVER;
  const targetGroups = listeners
    .flatMap(({ attributes }) => blocks(attributes['default_action']))
    .map((action) => text(action['target_group_arn']));
  const target = functionBehind(account, targetGroups);
  if (target !== undefined) {
    return askFunction(account, functions, target, call).then((answer) => inRegion(balancer, answer));
  }
  const services = servicesOf(account, balancer.region, targetGroups).filter(
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

/** The load balancer's HTTPS listeners of a port. */
function listenersAt(account: AccountView, balancer: ResourceRecord, port: number): readonly ResourceRecord[] {
  return account
    .findBy('aws_lb_listener', 'load_balancer_arn', balancer.id)
    .filter(({ attributes }) => attributes['protocol'] === 'HTTPS' && Number(attributes['port'] ?? HTTPS) === port);
}
