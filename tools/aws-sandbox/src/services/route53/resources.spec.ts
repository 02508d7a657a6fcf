import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient } from '../../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const route53 = (call: string, refusal: string, status = 400) =>
  `operation error Route 53: ${call}, https response error StatusCode: ${status}, ${refusal}`;

const zoneOf = (name = 'trading.example.com', change: ObjectValue = {}) =>
  terraform.apply('aws_route53_zone', { name, ...change });

const recordIn = (zone: ObjectValue, change: ObjectValue = {}): ObjectValue => ({
  zone_id: zone['id'] ?? null,
  name: 'api.trading.example.com',
  type: 'CNAME',
  ttl: 60,
  records: ['east.example.com'],
  ...change,
});

const changing = (refusal: string, name = 'api.trading.example.com', status = 400) =>
  `creating Route53 Record (${name}): ${route53('ChangeResourceRecordSets', refusal, status)}`;

describe('a hosted zone', () => {
  it("has AWS's identifiers and four name servers, and belongs to no region", () => {
    const zone = zoneOf();

    expect(zone).toMatchObject({
      id: expect.stringMatching(/^Z[A-Z2-7]{20}$/),
      zone_id: zone['id'],
      arn: `arn:aws:route53:::hostedzone/${String(zone['id'])}`,
      comment: 'Managed by Terraform',
    });
    expect(zone['name_servers']).toEqual([
      expect.stringMatching(/^ns-\d+\.awsdns-\d\d\.(co\.uk|com|net|org)$/),
      expect.stringMatching(/^ns-\d+\.awsdns-\d\d\.(co\.uk|com|net|org)$/),
      expect.stringMatching(/^ns-\d+\.awsdns-\d\d\.(co\.uk|com|net|org)$/),
      expect.stringMatching(/^ns-\d+\.awsdns-\d\d\.(co\.uk|com|net|org)$/),
    ]);
    expect(terraform.account.list('aws_route53_zone', 'global')).toHaveLength(1);
  });

  it('is the same with a dot at its end and in capitals', () => {
    const zone = zoneOf();

    expect(terraform.changes('aws_route53_zone', { name: 'Trading.Example.com.' }, zone)).toEqual([]);
  });

  it('is not deleted while it has records, unless it is forced', () => {
    const zone = zoneOf();
    terraform.apply('aws_route53_record', recordIn(zone));

    expect(terraform.refusalOfDestroy('aws_route53_zone', zone)).toEqual([
      `deleting Route53 Hosted Zone (${String(zone['id'])}): ${route53('DeleteHostedZone', 'HostedZoneNotEmpty: The specified hosted zone contains non-required resource record sets and so cannot be deleted.')}`,
      '',
    ]);
    const forced = terraform.apply('aws_route53_zone', { name: 'trading.example.com', force_destroy: true }, zone);
    expect(terraform.destroy('aws_route53_zone', forced)).toEqual([]);
    expect(terraform.account.size).toBe(0);
  });

  it('is found by name', () => {
    const zone = zoneOf();
    terraform.apply('aws_route53_record', recordIn(zone));

    expect(terraform.data('aws_route53_zone', { name: 'trading.example.com.' }).state).toMatchObject({
      zone_id: zone['id'],
      private_zone: false,
      resource_record_set_count: 3,
    });
    expect(terraform.data('aws_route53_zone', { name: 'other.example.com' }).diagnostics[0]?.summary).toBe(
      'reading Route53 Hosted Zone: no matching Route 53 Hosted Zone found',
    );
  });
});

describe('a record', () => {
  it('has its full name, and an id made of zone, name, type and set', () => {
    const zone = zoneOf();

    const [short, apex, set] = [
      terraform.apply('aws_route53_record', recordIn(zone, { name: 'web' })),
      terraform.apply('aws_route53_record', recordIn(zone, { name: '', type: 'A', records: ['192.0.2.1'] })),
      terraform.apply(
        'aws_route53_record',
        recordIn(zone, { set_identifier: 'east', weighted_routing_policy: [{ weight: 1 }] }),
      ),
    ];

    expect(short).toMatchObject({
      fqdn: 'web.trading.example.com',
      id: `${String(zone['id'])}_web.trading.example.com_CNAME`,
    });
    expect(apex['fqdn']).toBe('trading.example.com');
    expect(set['id']).toBe(`${String(zone['id'])}_api.trading.example.com_CNAME_east`);
  });

  it('is refused in a zone that is not there', () => {
    expect(terraform.refusal('aws_route53_record', recordIn({ id: 'Z0' }))).toEqual([
      changing('NoSuchHostedZone: No hosted zone found with ID: Z0', undefined, 404),
      'zone_id',
    ]);
  });

  it.each([
    [
      'with a health check that is not there',
      { health_check_id: '00000000-0000-4000-a000-000000000000' },
      'NoSuchHealthCheck: No health check exists with the specified ID.',
      'health_check_id',
      404,
    ],
    [
      'outside its zone',
      { name: 'api.other.example.' },
      'InvalidChangeBatch: [RRSet with DNS name api.other.example. is not permitted in zone trading.example.com.]',
      'name',
      400,
    ],
    [
      'as CNAME of the zone itself',
      { name: 'trading.example.com' },
      'InvalidChangeBatch: [RRSet of type CNAME with DNS name trading.example.com. is not permitted at apex in zone trading.example.com.]',
      'type',
      400,
    ],
    ['without a TTL', { ttl: null }, 'InvalidInput: Invalid request: Missing field TTL', 'ttl', 400],
    [
      'with an address that is none',
      { type: 'A', records: ['east.example.com'] },
      "InvalidChangeBatch: [Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'east.example.com'']",
      'records',
      400,
    ],
    [
      'as primary of a failover without a health check',
      { set_identifier: 'east', failover_routing_policy: [{ type: 'PRIMARY' }] },
      'InvalidInput: Invalid request: HealthCheckId is required for a primary failover record that is no alias',
      'health_check_id',
      400,
    ],
    [
      'with a set identifier and no policy',
      { set_identifier: 'east' },
      'InvalidInput: Invalid request: Missing field weight, region, failover, geolocation, geoproximity, cidr or multivalue answer with SetIdentifier',
      'set_identifier',
      400,
    ],
  ])('is refused %s', (_what, change: ObjectValue, refusal, path, status) => {
    const zone = zoneOf();

    expect(terraform.refusal('aws_route53_record', recordIn(zone, change))).toEqual([
      changing(refusal, String(change['name'] ?? 'api.trading.example.com'), status),
      path,
    ]);
    expect(terraform.account.list('aws_route53_record')).toEqual([]);
  });

  it('is refused with a policy and no set identifier, before any call', () => {
    expect(
      terraform.refusal('aws_route53_record', recordIn(zoneOf(), { failover_routing_policy: [{ type: 'SECONDARY' }] })),
    ).toEqual([
      'creating Route53 Record (api.trading.example.com): "failover_routing_policy": all of `failover_routing_policy,set_identifier` must be specified',
      'set_identifier',
    ]);
  });

  it('is refused beside a CNAME of its name, beside one without a set, and as second of its role', () => {
    const zone = zoneOf();
    const check = terraform.apply('aws_route53_health_check', { type: 'TCP', ip_address: '192.0.2.1', port: 443 });
    const half = (set: string, role: string) =>
      recordIn(zone, {
        set_identifier: set,
        health_check_id: check['id'] ?? null,
        failover_routing_policy: [{ type: role }],
      });
    terraform.apply('aws_route53_record', half('east', 'PRIMARY'));

    expect(terraform.refusal('aws_route53_record', recordIn(zone, { type: 'A', records: ['192.0.2.1'] }))).toEqual([
      changing(
        'InvalidChangeBatch: [RRSet of type A with DNS name api.trading.example.com. is not permitted as it conflicts with other records with the same DNS name in zone trading.example.com.]',
      ),
      'name',
    ]);
    expect(terraform.refusal('aws_route53_record', recordIn(zone))).toEqual([
      changing(
        'InvalidChangeBatch: [RRSet with DNS name api.trading.example.com., type CNAME cannot be created as a non multi-answer record and a record with a set identifier exist side by side]',
      ),
      'set_identifier',
    ]);
    expect(terraform.refusal('aws_route53_record', half('east', 'PRIMARY'))).toEqual([
      changing(
        "InvalidChangeBatch: [Tried to create resource record set [name='api.trading.example.com.', type='CNAME', set identifier='east'] but it already exists]",
      ),
      'name',
    ]);
    expect(terraform.refusal('aws_route53_record', half('other', 'PRIMARY'))).toEqual([
      changing(
        'InvalidChangeBatch: [Failover record set with DNS name api.trading.example.com., type CNAME already has a PRIMARY record: east]',
      ),
      'failover_routing_policy',
    ]);
    expect(terraform.refusal('aws_route53_record', half('west', 'SECONDARY'))).toBeUndefined();
  });
});

describe('a record that is there', () => {
  it('is not made again', () => {
    const zone = zoneOf();
    terraform.apply('aws_route53_record', recordIn(zone));

    expect(terraform.refusal('aws_route53_record', recordIn(zone, { ttl: 30 }))).toEqual([
      changing(
        "InvalidChangeBatch: [Tried to create resource record set [name='api.trading.example.com.', type='CNAME'] but it already exists]",
      ),
      'name',
    ]);
  });
});

describe('a health check', () => {
  const endpoint = { type: 'HTTPS', fqdn: 'api.example.com', port: 443, resource_path: '/health' };

  it("has AWS's identifiers and defaults", () => {
    const check = terraform.apply('aws_route53_health_check', endpoint);

    expect(check).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
      arn: `arn:aws:route53:::healthcheck/${String(check['id'])}`,
      enable_sni: true,
      failure_threshold: 3,
      invert_healthcheck: false,
    });
  });

  it.each([
    [{ fqdn: null }, 'Invalid parameter : Either IPAddress or FullyQualifiedDomainName must be specified', 'fqdn'],
    [{ request_interval: 20 }, 'Invalid parameter : RequestInterval must be 10 or 30', 'request_interval'],
    [
      { type: 'HTTPS_STR_MATCH' },
      'Invalid parameter : SearchString must be specified for a health check of type HTTPS_STR_MATCH',
      'search_string',
    ],
    [
      { search_string: 'ready' },
      'Invalid parameter : SearchString may be specified for a string match only',
      'search_string',
    ],
    [
      { type: 'HTTPS_STR_MATCH', search_string: 'x'.repeat(256) },
      'Invalid parameter : SearchString is longer than 255 characters',
      'search_string',
    ],
    [{ type: 'TCP' }, 'Invalid parameter : ResourcePath cannot be specified for TCP', 'resource_path'],
    [{ regions: ['us-east-1', 'us-west-2'] }, 'Invalid parameter : At least 3 regions must be specified', 'regions'],
    [
      { type: 'CALCULATED' },
      'Invalid parameter : ChildHealthChecks must be specified for a calculated health check',
      'child_healthchecks',
    ],
    [
      { type: 'CALCULATED', child_healthchecks: ['missing'] },
      'The following child health checks do not exist: missing',
      'child_healthchecks',
    ],
    [
      { type: 'CLOUDWATCH_METRIC' },
      'Invalid parameter : AlarmIdentifier must be specified for a health check of type CLOUDWATCH_METRIC',
      'cloudwatch_alarm_name',
    ],
  ])('is refused with %j', (change: ObjectValue, message, path) => {
    expect(terraform.refusal('aws_route53_health_check', { ...endpoint, ...change })).toEqual([
      `creating Route53 Health Check: ${route53('CreateHealthCheck', `InvalidInput: ${message}`)}`,
      path,
    ]);
  });

  it('is kept while another one counts it', () => {
    const child = terraform.apply('aws_route53_health_check', endpoint);
    const parent = terraform.apply('aws_route53_health_check', {
      type: 'CALCULATED',
      child_health_threshold: 1,
      child_healthchecks: [child['id'] ?? null],
    });

    expect(terraform.refusalOfDestroy('aws_route53_health_check', child)).toEqual([
      `deleting Route53 Health Check (${String(child['id'])}): ${route53('DeleteHealthCheck', `HealthCheckInUse: Health check ${String(child['id'])} is in use by health check ${String(parent['id'])}`)}`,
      '',
    ]);
    terraform.destroy('aws_route53_health_check', parent);
    expect(terraform.destroy('aws_route53_health_check', child)).toEqual([]);
  });
});

describe('a query log', () => {
  it('wants a zone, a group in us-east-1 and a policy that lets Route 53 write', () => {
    const zone = terraform.apply('aws_route53_zone', { name: 'example.com' })['zone_id'] ?? null;
    const group = terraform.apply('aws_cloudwatch_log_group', { name: '/aws/route53/example.com' })['arn'] ?? null;
    const elsewhere = terraform.apply('aws_cloudwatch_log_group', { region: 'us-west-2', name: 'dns' })['arn'] ?? null;
    const refusal = (change: ObjectValue) =>
      terraform.refusal('aws_route53_query_log', { zone_id: zone, cloudwatch_log_group_arn: group, ...change })?.[0];

    expect(refusal({ zone_id: 'ZNONE' })).toMatch(/NoSuchHostedZone/);
    expect(refusal({ cloudwatch_log_group_arn: elsewhere })).toMatch(/NoSuchCloudWatchLogsLogGroup/);
    expect(refusal({})).toMatch(/InsufficientCloudWatchLogsResourcePolicy/);

    terraform.apply('aws_cloudwatch_log_resource_policy', {
      policy_name: 'dns',
      policy_document: JSON.stringify({
        Statement: [{ Principal: { Service: 'route53.amazonaws.com' }, Resource: `${String(group)}:*` }],
      }),
    });
    expect(refusal({})).toBeUndefined();
    expect(refusal({})).toMatch(/QueryLoggingConfigAlreadyExists/);
  });
});
