import { loadEnvironment } from '@dr/environments';
import { synthesizeForTest } from '@dr/testing';
import { DnsMonitoringState } from './dns-monitoring-state';
import { GlobalDnsState } from './global-dns-state';

const synthesize = (environment = loadEnvironment('local')) =>
  synthesizeForTest((app) => {
    new GlobalDnsState(app, app.environment.regions.standby.name);
  }, environment).state(`global-dns-${environment.regions.standby.name}`);

const state = synthesize();
const checks = state.resources('aws_route53_health_check');
const records = state.resources('aws_route53_record');
const named = (name: string) => checks.find(({ tags }) => (tags as Record<string, string>)['Name'] === name);

/** Logical id of the resource that an expression names. */
const idIn = (expression: unknown) => /^\$\{aws_route53_health_check\.(\w+)\.id\}$/.exec(String(expression))?.[1];
const { resource } = state.json as { resource: Record<string, Record<string, Record<string, unknown>>> };
const checkOf = (expression: unknown) => resource['aws_route53_health_check']?.[idIn(expression) ?? ''];

describe("the service's name", () => {
  it('is answered by the primary while a calculated check is healthy, by the standby while its entry is', () => {
    const [primary, secondary] = ['PRIMARY', 'SECONDARY'].map((type) =>
      records.find(({ failover_routing_policy }) => JSON.stringify(failover_routing_policy).includes(`"${type}"`)),
    );

    expect(checkOf(primary?.['health_check_id'])).toMatchObject({ type: 'CALCULATED', child_health_threshold: 2 });
    expect(checkOf(secondary?.['health_check_id'])).toMatchObject({ tags: { Name: 'local-us-west-2-entry' } });
    expect([primary, secondary].map((record) => record?.['set_identifier'])).toEqual(['us-east-1', 'us-west-2']);
  });

  it('leaves a failed region within ten seconds of the verdict: no alias, a short TTL', () => {
    for (const environment of ['local', 'dev', 'prod'] as const) {
      for (const record of synthesize(loadEnvironment(environment)).resources('aws_route53_record')) {
        expect(record).not.toHaveProperty('alias');
        expect(Number(record['ttl'])).toBeLessThanOrEqual(10);
      }
    }
  });
});

describe('the checks', () => {
  it('that decide on the primary are its deep check and its entry', () => {
    const calculated = named('local-us-east-1-answered');
    const children = (calculated?.['child_healthchecks'] as unknown[]).map(checkOf);

    expect(children).toHaveLength(2);
    expect(children[0]).toMatchObject({ resource_path: '/', tags: { Name: 'local-us-east-1-serves' } });
    expect(children[0]).not.toHaveProperty('invert_healthcheck');
    expect(children[1]).toMatchObject({
      type: 'HTTPS',
      resource_path: '/healthz',
      tags: { Name: 'local-us-east-1-entry' },
    });
    expect(children[1]).not.toHaveProperty('invert_healthcheck');
  });

  it("come by the port of the entry that admits them alone, and need that port's outputs", () => {
    for (const [name, peer] of [
      ['local-us-east-1-serves', 'us-east-1'],
      ['local-us-west-2-serves', 'us-west-2'],
    ] as const) {
      const published = (output: string) => expect.stringContaining(`/dr/local/${peer}/compute/${output}`);

      expect(named(name)).toMatchObject({ fqdn: published('entry-host'), port: published('checker-port') });
      expect(named(name.replace('serves', 'entry'))).toMatchObject({ fqdn: published('entry-host'), port: 443 });
    }
  });

  it('ask each region itself', () => {
    const host = (name: string) => String(named(name)?.['fqdn']);

    expect(host('local-us-east-1-serves')).not.toBe(host('local-us-west-2-serves'));
  });

  it('are as quick as the environment says', () => {
    const prod = synthesize(loadEnvironment('prod')).resources('aws_route53_health_check');
    const asked = prod.filter(({ type }) => type !== 'CALCULATED');

    expect(asked.map(({ request_interval, failure_threshold }) => [request_interval, failure_threshold])).toEqual([
      [10, 2],
      [10, 2],
      [10, 2],
      [10, 2],
    ]);
  });
});

describe('what is only told in us-east-1', () => {
  const { platform, domainName } = loadEnvironment('prod');
  const monitoring = synthesizeForTest((app) => {
    new DnsMonitoringState(app);
  }, loadEnvironment('prod')).state('dns-monitoring-us-east-1');

  it('is whether both regions serve, there and at their entries; silence is an alarm too', () => {
    const alarms = monitoring.resources('aws_cloudwatch_metric_alarm');

    expect(alarms.map(({ alarm_name: name }) => name).sort()).toEqual([
      `${platform}-prod-primary-entry-failing`,
      `${platform}-prod-primary-not-serving`,
      `${platform}-prod-standby-entry-failing`,
      `${platform}-prod-standby-not-serving`,
    ]);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ metric_name: 'HealthCheckStatus', threshold: 1, treat_missing_data: 'breaching' });
      expect(alarm['alarm_actions']).toHaveLength(1);
    }
  });

  it('is who asks for which name', () => {
    expect(monitoring.resource('aws_cloudwatch_log_group')).toMatchObject({ name: `/aws/route53/${domainName}` });
    expect(monitoring.resources('aws_route53_query_log')).toHaveLength(1);
  });
});
