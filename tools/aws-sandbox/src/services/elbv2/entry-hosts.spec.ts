import { rmSync } from 'node:fs';
import { AwsError } from '../../model/aws-error';
import type { ObjectValue } from '../../model/value';
import type { HttpRequest } from '../../network/http-message';
import { TerraformClient } from '../../testing/terraform-client';
import type { Outcome } from '../lambda/execution-environment';
import { findLoadBalancer } from '../route53/resolve-name';
import { type EntrySurroundings, entryHosts } from './entry-hosts';

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
const NO_FUNCTIONS = { invoke: () => Promise.reject(new Error('no function is there')) };
const AROUND: EntrySurroundings = {
  zones: { reachZone: () => 'answer' },
  tasks: NO_TASKS,
  functions: NO_FUNCTIONS,
  addressOf: () => '203.0.113.1',
};
const findBalancer = (host: string) => findLoadBalancer(terraform.account, host, () => true);

const visit = (host = HOST, address?: string, impaired?: string) =>
  entryHosts(terraform.account, findBalancer, {
    ...AROUND,
    zones: { reachZone: (zone) => (zone === impaired ? 'refuse' : 'answer') },
  })
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
    const site = entryHosts(terraform.account, findBalancer, { ...AROUND, zones });
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

describe('a port of its own', () => {
  const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:check';
  const CHECKS = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/check/1';
  const events: unknown[] = [];
  let outcome: () => Promise<Outcome>;
  let from: string;

  beforeEach(() => {
    events.splice(0);
    from = '15.177.0.1';
    outcome = async () => ({ kind: 'result', payload: '{"statusCode":200,"headers":{"x-by":"check"},"body":"fine"}' });
    put('aws_lb', BALANCER, { dns_name: HOST, subnets: ['subnet-a', 'subnet-b'], security_groups: ['sg-1'] });
    put('aws_vpc_security_group_ingress_rule', 'sgr-1', {
      ...{ security_group_id: 'sg-1', ip_protocol: 'tcp', from_port: 8443, to_port: 9443 },
      cidr_ipv4: '15.177.0.0/18',
    });
    put('aws_lb_listener', 'checks', {
      load_balancer_arn: BALANCER,
      protocol: 'HTTPS',
      port: 8443,
      default_action: [{ type: 'forward', target_group_arn: CHECKS }],
    });
    put('aws_lb_target_group_attachment', 'check', { target_group_arn: CHECKS, target_id: FUNCTION });
    terraform.account.commit([
      {
        put: {
          ...{ type: 'aws_lambda_function', region: REGION, service: 'lambda', id: 'check', arn: FUNCTION },
          attributes: {},
        },
      },
    ]);
    permit(CHECKS);
  });

  const permit = (source: string) =>
    put('aws_lambda_permission', 'check/one', {
      function_name: 'check',
      action: 'lambda:InvokeFunction',
      principal: 'elasticloadbalancing.amazonaws.com',
      source_arn: source,
    });

  const ask = (port = 8443) =>
    entryHosts(terraform.account, findBalancer, {
      ...AROUND,
      addressOf: () => from,
      functions: {
        invoke: (_target, event) => {
          events.push(event);
          return outcome();
        },
      },
    })
      .find(HOST)
      ?.answer({
        method: 'GET',
        path: '/able',
        query: new URLSearchParams('a=1'),
        headers: { 'x-sandbox-host': `${HOST}:${port}`, 'x-sandbox-origin': 'secret', 'user-agent': 'checker' },
        body: Buffer.alloc(0),
      });

  /** Nothing within the time in which everything else is answered here. */
  const isSilent = async (port?: number) =>
    Promise.race([Promise.resolve(ask(port)).then(() => false), new Promise((done) => setTimeout(done, 20, true))]);

  it("is answered by the function behind it, which is given the load balancer's event", async () => {
    expect(await ask()).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json', 'x-by': 'check', 'x-sandbox-region': REGION },
      body: 'fine',
    });
    expect(events).toEqual([
      {
        requestContext: { elb: { targetGroupArn: CHECKS } },
        httpMethod: 'GET',
        path: '/able',
        queryStringParameters: { a: '1' },
        headers: { host: `${HOST}:8443`, 'user-agent': 'checker', 'x-forwarded-proto': 'https' },
        body: '',
        isBase64Encoded: false,
      },
    ]);
  });

  it('is silent to whom its security groups do not admit there, as is a port that nothing listens at', async () => {
    expect(await isSilent()).toBe(false);
    expect(await isSilent(9443)).toBe(true);
    from = '203.0.113.1';
    expect(await isSilent()).toBe(true);
    expect(events).toHaveLength(1);
  });

  it.each<[string, () => Promise<Outcome>]>([
    ['fails', async () => ({ kind: 'failed', error: { errorType: 'E', errorMessage: '', trace: [] } })],
    ['is throttled', () => Promise.reject(new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 }))],
    ['answers no HTTP', async () => ({ kind: 'result', payload: '"fine"' })],
  ])('is a bad gateway where the function %s', async (_what, given) => {
    outcome = given;

    expect(await ask()).toMatchObject({ status: 502, body: 'Bad Gateway' });
  });

  it('is a bad gateway once the load balancer may not invoke the function any more', async () => {
    permit(GROUP);

    expect(await ask()).toMatchObject({ status: 502 });
    expect(events).toEqual([]);
  });
});
