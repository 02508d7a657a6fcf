import {
  GetHealthCheckCommand,
  ListHealthChecksCommand,
  ListHostedZonesCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { TestSandbox } from '../../testing/test-sandbox';

let aws: TestSandbox;
let client: Route53Client;
let ids: string[];
let zoneId: string;

beforeEach(async () => {
  aws = await TestSandbox.start();
  client = new Route53Client(aws.client('us-east-1'));
  const check = {
    type: 'HTTPS_STR_MATCH',
    fqdn: 'check.example.com',
    port: 443,
    resource_path: '/',
    search_string: 'region-serving',
    request_interval: 10,
    failure_threshold: 2,
  };
  const first = String(aws.terraform.apply('aws_route53_health_check', check)['id']);
  const latch = { ...check, search_string: 'region-latched', invert_healthcheck: true };
  const second = String(aws.terraform.apply('aws_route53_health_check', latch)['id']);
  const calculated = aws.terraform.apply('aws_route53_health_check', {
    type: 'CALCULATED',
    child_healthchecks: [first, second],
    child_health_threshold: 2,
  });
  ids = [first, second, String(calculated['id'])];
  zoneId = String(aws.terraform.apply('aws_route53_zone', { name: 'example.com' })['zone_id']);
});

afterEach(async () => {
  client.destroy();
  await aws.close();
});

describe('health checks', () => {
  it('are listed page by page', async () => {
    const first = await client.send(new ListHealthChecksCommand({ MaxItems: 2 }));
    const second = await client.send(new ListHealthChecksCommand({ MaxItems: 2, Marker: first.NextMarker }));

    const listed = [first, second].map(({ HealthChecks: checks }) => checks?.map(({ Id: id }) => id));
    expect([first.IsTruncated, second.IsTruncated, second.NextMarker]).toEqual([true, false, undefined]);
    expect(listed.flat()).toEqual([...ids].sort());
    expect(listed.map((page) => page?.length)).toEqual([2, 1]);
  });

  it('are told one by one, as they were configured', async () => {
    const config = async (id: string | undefined) =>
      (await client.send(new GetHealthCheckCommand({ HealthCheckId: id }))).HealthCheck?.HealthCheckConfig;

    expect(await config(ids[1])).toEqual({
      Type: 'HTTPS_STR_MATCH',
      FullyQualifiedDomainName: 'check.example.com',
      Port: 443,
      ResourcePath: '/',
      SearchString: 'region-latched',
      RequestInterval: 10,
      FailureThreshold: 2,
      Inverted: true,
      Disabled: false,
    });
    expect(await config(ids[2])).toMatchObject({ Type: 'CALCULATED', HealthThreshold: 2, Inverted: false });
    expect((await config(ids[2]))?.ChildHealthChecks?.toSorted()).toEqual(ids.slice(0, 2).sort());
    await expect(config('none')).rejects.toMatchObject({
      name: 'NoSuchHealthCheck',
    });
  });
});

describe('hosted zones', () => {
  it('are listed with the number of their records', async () => {
    aws.terraform.apply('aws_route53_record', {
      zone_id: zoneId,
      name: 'trade.example.com',
      type: 'CNAME',
      ttl: 10,
      records: ['east.example.net'],
    });

    const { HostedZones: zones } = await client.send(new ListHostedZonesCommand({}));

    expect(zones).toMatchObject([{ Id: `/hostedzone/${zoneId}`, Name: 'example.com.', ResourceRecordSetCount: 3 }]);
  });
});
