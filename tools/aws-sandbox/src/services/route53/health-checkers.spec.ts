import { Route53Client, TestDNSAnswerCommand } from '@aws-sdk/client-route-53';
import type { ObjectValue } from '../../model/value';
import { TestSandbox } from '../../testing/test-sandbox';
import { type Answer, HealthCheckers, type Probe } from './health-checkers';
import { resolveName } from './resolve-name';

let aws: TestSandbox;
let checkers: HealthCheckers;
let probes: Probe[];
/** Response of each host; a host without one does not respond. */
let answers: Record<string, Answer>;

beforeEach(async () => {
  aws = await TestSandbox.start();
  probes = [];
  answers = {};
  const send = (probe: Probe) => {
    probes.push(probe);
    const answer = answers[probe.host];
    return answer === undefined ? Promise.reject(new Error('silent')) : Promise.resolve(answer);
  };
  checkers = new HealthCheckers(aws.terraform.account, send, () => aws.nowMs);
});

afterEach(() => aws.close());

function check(host: string, change: ObjectValue = {}): string {
  const made = aws.terraform.apply('aws_route53_health_check', {
    type: 'HTTPS_STR_MATCH',
    fqdn: host,
    port: 443,
    resource_path: '/',
    search_string: 'healthy',
    request_interval: 10,
    failure_threshold: 2,
    ...change,
  });
  return String(made['id']);
}

/** Runs this many rounds of probes, ten seconds apart. */
async function pass(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    aws.nowMs += 10_000;
    checkers.tick();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const HEALTHY: Answer = { status: 200, body: 'region-healthy' };

describe('a health check', () => {
  it('turns after as many answers in a row as its threshold says, either way', async () => {
    const id = check('east');
    answers['east'] = HEALTHY;
    await pass(3);
    delete answers['east'];

    await pass(1);
    expect(checkers.isHealthy(id)).toBe(true);
    await pass(1);
    expect(checkers.isHealthy(id)).toBe(false);

    answers['east'] = HEALTHY;
    await pass(1);
    delete answers['east'];
    await pass(1);
    answers['east'] = HEALTHY;
    await pass(1);
    expect(checkers.isHealthy(id)).toBe(false);
    await pass(1);
    expect(checkers.isHealthy(id)).toBe(true);
  });

  it.each([
    ['another text', { status: 200, body: 'region-ill' }],
    ['a status that is an error', { status: 503, body: 'healthy' }],
    ['a text too far behind', { status: 200, body: `${' '.repeat(5_120)}healthy` }],
  ])('is not healthy by %s', async (_what, answer) => {
    const id = check('east');
    answers['east'] = answer;

    await pass(2);

    expect(checkers.isHealthy(id)).toBe(false);
  });

  it('is probed at its port', () => {
    check('east', { port: 8443 });

    checkers.tick();

    expect(probes).toEqual([{ host: 'east', port: 8443, path: '/' }]);
  });

  it('is probed no more often than its interval says', async () => {
    check('east');
    checkers.tick();
    aws.nowMs += 9_000;
    checkers.tick();

    expect(probes).toEqual([{ host: 'east', path: '/' }]);
  });

  it('that is inverted is unhealthy until enough was seen, and then says the contrary', async () => {
    const id = check('west', { invert_healthcheck: true, resource_path: '/latch', search_string: 'latched' });
    answers['west'] = { status: 503, body: 'region-unlatched' };
    expect(checkers.isHealthy(id)).toBe(false);

    await pass(2);
    expect(checkers.isHealthy(id)).toBe(true);
    answers['west'] = { status: 200, body: 'latched' };
    await pass(2);
    expect(checkers.isHealthy(id)).toBe(false);
  });

  it('that is calculated counts the healthy ones', async () => {
    const children = [check('east'), check('west')];
    const both = aws.terraform.apply('aws_route53_health_check', {
      type: 'CALCULATED',
      child_healthchecks: children,
      child_health_threshold: 2,
    });
    Object.assign(answers, { east: HEALTHY, west: HEALTHY });
    await pass(2);
    expect(checkers.isHealthy(String(both['id']))).toBe(true);

    delete answers['west'];
    await pass(2);
    expect(checkers.isHealthy(String(both['id']))).toBe(false);
  });
});

describe('a name', () => {
  const NAME = 'trade.example.com';
  let zoneId: string;

  function failover(primaryCheck: string | null, secondaryCheck: string | null): void {
    for (const [role, region, check] of [
      ['PRIMARY', 'us-east-1', primaryCheck],
      ['SECONDARY', 'us-west-2', secondaryCheck],
    ] as const) {
      aws.terraform.apply('aws_route53_record', {
        zone_id: zoneId,
        name: NAME,
        type: 'CNAME',
        ttl: 10,
        records: [`${region}.example.net`],
        set_identifier: region,
        health_check_id: check,
        failover_routing_policy: [{ type: role }],
      });
    }
  }

  const answered = (isHealthy: (id: string) => boolean) =>
    resolveName(aws.terraform.account, NAME, isHealthy)?.values[0];

  beforeEach(() => {
    zoneId = String(aws.terraform.apply('aws_route53_zone', { name: 'example.com' })['zone_id']);
  });

  it('with failover records leads to the primary while that is healthy, else to the secondary', () => {
    const id = check('east');
    failover(id, null);

    expect(answered(() => true)).toBe('us-east-1.example.net');
    expect(answered(() => false)).toBe('us-west-2.example.net');
  });

  it('with nothing healthy leads to the primary', () => {
    failover(check('east'), check('west'));

    expect(answered(() => false)).toBe('us-east-1.example.net');
  });

  // The records of the platform: the primary's want its entry and its deep check, the secondary's its own entry.
  it.each([
    ['entry', 'deep', 'standby', 'us-east-1'],
    ['entry', 'deep', '', 'us-east-1'],
    ['entry', '', 'standby', 'us-west-2'],
    ['entry', '', '', 'us-east-1'],
    ['', 'deep', 'standby', 'us-west-2'],
    ['', 'deep', '', 'us-east-1'],
    ['', '', 'standby', 'us-west-2'],
    ['', '', '', 'us-east-1'],
  ])('with two checks and one, healthy "%s" "%s" "%s", leads to %s', async (entry, deep, standby, region) => {
    const both = aws.terraform.apply('aws_route53_health_check', {
      type: 'CALCULATED',
      child_healthchecks: [check('entry'), check('deep')],
      child_health_threshold: 2,
    });
    failover(String(both['id']), check('standby'));
    for (const host of [entry, deep, standby]) if (host !== '') answers[host] = HEALTHY;
    await pass(3);

    expect(answered((id) => checkers.isHealthy(id))).toBe(`${region}.example.net`);
  });

  it('is answered to the SDK as it would be now', async () => {
    failover(check('east'), null);
    const client = new Route53Client(aws.client('us-east-1'));
    const ask = (name: string) =>
      client.send(new TestDNSAnswerCommand({ HostedZoneId: zoneId, RecordName: name, RecordType: 'CNAME' }));

    expect(await ask(NAME)).toMatchObject({ ResponseCode: 'NOERROR', RecordData: ['us-east-1.example.net'] });
    expect((await ask('none.example.com')).ResponseCode).toBe('NXDOMAIN');
    await expect(
      client.send(new TestDNSAnswerCommand({ HostedZoneId: 'ZNONE', RecordName: NAME, RecordType: 'A' })),
    ).rejects.toMatchObject({ name: 'NoSuchHostedZone' });
    client.destroy();
  });
});
