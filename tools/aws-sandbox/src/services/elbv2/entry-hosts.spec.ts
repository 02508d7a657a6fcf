import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import type { HttpRequest } from '../../network/http-message';
import { TerraformClient } from '../../testing/terraform-client';
import { findLoadBalancer } from '../route53/resolve-name';
import { entryHosts } from './entry-hosts';

const REGION = 'us-east-1';
const HOST = 'trade-1.us-east-1.elb.amazonaws.com';
const BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/trade/1';
const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/trade/1';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient({ region: REGION });
  for (const zone of ['a', 'b']) put('aws_subnet', `subnet-${zone}`, { availability_zone: `us-east-1${zone}` });
  put('aws_lb', BALANCER, { dns_name: HOST, subnets: ['subnet-a', 'subnet-b'] });
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

function put(type: string, id: string, attributes: ObjectValue): void {
  terraform.account.commit([{ put: { type, region: REGION, service: 'test', id, attributes } }]);
}

function listen(protocol: string, targetGroup = GROUP): void {
  put('aws_lb_listener', protocol, {
    load_balancer_arn: BALANCER,
    protocol,
    default_action: [{ type: 'forward', target_group_arn: targetGroup }],
  });
}

function serve(desiredCount: number): void {
  put('aws_ecs_service', 'trade', {
    name: 'trade',
    desired_count: desiredCount,
    load_balancer: [{ target_group_arn: GROUP }],
  });
}

const NO_TASKS = { isRun: () => false, targetOf: async () => undefined };
const findBalancer = (host: string) => findLoadBalancer(terraform.account, host, () => true);

const visit = (host = HOST, address?: string, impaired?: string) =>
  entryHosts(
    terraform.account,
    findBalancer,
    { reachZone: (zone) => (zone === impaired ? 'refuse' : 'answer') },
    NO_TASKS,
  )
    .find(host)
    ?.answer({ headers: { 'x-sandbox-address': address } } as unknown as HttpRequest);

describe('a load balancer', () => {
  it('answers for a service that wants tasks, and whose image nobody pushed', async () => {
    listen('HTTPS');
    serve(2);

    expect(await visit()).toMatchObject({
      status: 200,
      headers: { 'x-sandbox-region': 'us-east-1' },
      body: 'trade in us-east-1: nobody pushed an image of it.',
    });
  });

  it.each<[string, () => void]>([
    ['there is no service', () => listen('HTTPS')],
    ['its service wants no task', () => [listen('HTTPS'), serve(0)]],
    ['nothing listens for HTTPS', () => [listen('HTTP'), serve(2)]],
    ['it forwards elsewhere', () => [listen('HTTPS', 'arn:other'), serve(2)]],
  ])('has no healthy target where %s', async (_what, prepare) => {
    prepare();

    expect(await visit()).toMatchObject({ status: 503, body: 'Service Temporarily Unavailable' });
  });

  it('is not reached at its address in a zone that is gone, and is at the others', async () => {
    listen('HTTPS');
    serve(2);

    expect(await visit(HOST, '198.18.0.2', 'us-east-1a')).toMatchObject({ status: 200 });
    expect(() => visit(HOST, '198.18.0.1', 'us-east-1a')).toThrow('us-east-1a is not reached');
  });

  it('is reached by its name in one zone after the other', () => {
    listen('HTTPS');
    serve(2);
    const zones = { reachZone: (zone: string) => (zone === 'us-east-1b' ? 'refuse' : 'answer') } as const;
    const site = entryHosts(terraform.account, findBalancer, zones, NO_TASKS);
    const ask = () => site.find(HOST)?.answer({ headers: {} } as HttpRequest);

    expect(ask()).toMatchObject({ status: 200 });
    expect(ask).toThrow('us-east-1b is not reached');
    expect(ask()).toMatchObject({ status: 200 });
  });

  it('answers under every name that leads to it, and under no other', async () => {
    listen('HTTPS');
    serve(1);
    put('aws_route53_record', 'alias', { fqdn: 'trade.example.com', type: 'A', alias: [{ name: HOST }] });

    expect(await visit('trade.example.com')).toMatchObject({ status: 200 });
    expect(visit('other.example.com')).toBeUndefined();
  });
});
