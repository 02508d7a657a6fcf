import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, loadEnvironment } from '@dr/environments';
import { ContractMirror, type PlatformApp } from '@dr/platform-stack';
import { type SynthesizedState, synthesizeForTest } from '@dr/testing';
import { ComputeState } from './compute-state';
import { computeContract } from './contract';

const handlers = mkdtempSync(join(tmpdir(), 'dr-handlers-'));
for (const name of ['database-migration', 'health-check', 'write-canary'])
  writeFileSync(join(handlers, `${name}.zip`), 'a bundle');
afterAll(() => rmSync(handlers, { recursive: true, force: true }));

function defineCompute(app: PlatformApp<Environment>): void {
  const { primary, standby } = app.environment.regions;
  new ComputeState(app, { region: primary.name, handlers, imagesCopiedTo: standby.name });
  new ComputeState(app, { region: standby.name, handlers });
  new ContractMirror(app, computeContract, primary.name, standby.name);
}

const local = synthesizeForTest(defineCompute);
const { regions: prodRegions } = loadEnvironment('prod');
const prod = synthesizeForTest(defineCompute, loadEnvironment('prod'));
const prodPrimary = prod.state(`compute-${prodRegions.primary.name}`);
const prodStandby = prod.state(`compute-${prodRegions.standby.name}`);
const primary = local.state('compute-us-east-1');
const standby = local.state('compute-us-west-2');

type Attributes = Readonly<Record<string, unknown>>;

function only(state: SynthesizedState, type: string): Attributes {
  return state.resource(type) as Attributes;
}

describe('the service of a region', () => {
  it('is the same in both regions, but for the replication of images, which the primary does', () => {
    const { aws_ecr_replication_configuration, ...rest } = primary.inventory();

    expect(aws_ecr_replication_configuration).toBe(1);
    expect(standby.inventory()).toEqual(rest);
  });

  it('copies images to the region that must be able to start without the other', () => {
    expect(only(primary, 'aws_ecr_replication_configuration')).toEqual({
      replication_configuration: {
        rule: [
          {
            destination: [{ region: 'us-west-2', registry_id: '000000000000' }],
            repository_filter: [
              { filter: expect.stringMatching(/^\$\{aws_ecr_repository\..+\.name\}$/), filter_type: 'PREFIX_MATCH' },
            ],
          },
        ],
      },
    });
  });

  it('pulls its image from its own region', () => {
    expect(only(standby, 'aws_ecs_task_definition')['container_definitions']).toMatch(
      /"image":"\$\{aws_ecr_repository\.[A-Za-z0-9_]+\.repository_url\}:bootstrap"/,
    );
  });

  it('starts at full capacity in the standby too', () => {
    const sizes = [primary, standby].map((state) => [
      only(state, 'aws_ecs_service')['desired_count'],
      only(state, 'aws_appautoscaling_target')['min_capacity'],
      only(state, 'aws_appautoscaling_target')['max_capacity'],
    ]);
    const inProduction = only(prodStandby, 'aws_appautoscaling_target');

    expect(sizes[1]).toEqual(sizes[0]);
    expect([inProduction['min_capacity'], inProduction['max_capacity']]).toEqual([6, 60]);
  });

  it('has tasks of the size that the environment says', () => {
    const { cpu, memory } = only(prodPrimary, 'aws_ecs_task_definition');

    expect([cpu, memory]).toEqual(['1024', '2048']);
  });

  it('is told what its fence wants: the table of the epoch, both regions, and how long a proof lasts', () => {
    const definition = String(only(prodStandby, 'aws_ecs_task_definition')['container_definitions']);
    const [{ environment }] = JSON.parse(definition.replace(/\$\{[^}]*\}/g, 'filled-in')) as [
      { environment: readonly { name: string; value: string }[] },
    ];

    expect(Object.fromEntries(environment.map(({ name, value }) => [name, value]))).toMatchObject({
      CONTROL_TABLE_NAME: 'filled-in',
      PRIMARY_REGION: prodRegions.primary.name,
      STANDBY_REGION: prodRegions.standby.name,
      WRITE_FENCING: '{"permitLeaseMs":6000,"inFlightMs":5000,"clockRateDriftPpm":2000}',
    });
  });

  it("is told its region's database, and given its role's credentials by reference alone", () => {
    const definition = String(only(standby, 'aws_ecs_task_definition')['container_definitions']);
    const [{ environment, secrets }] = JSON.parse(
      definition.replace(/\$\{[^}]*\}/g, (token) => token.replaceAll('"', "'")),
    ) as [Record<'environment' | 'secrets', readonly { name: string; value?: string; valueFrom?: string }[]>];
    const valueOf = (name: string) => environment.find((variable) => variable.name === name)?.value;

    const published = (output: string) => `\${local.database-us-west-2['/dr/local/us-west-2/database/${output}']}`;

    expect(valueOf('DATABASE_WRITER_HOST')).toBe(published('writer-endpoint'));
    expect(valueOf('DATABASE_READER_HOST')).toBe(published('reader-endpoint'));
    expect(valueOf('MIGRATION_FUNCTION_NAME')).toMatch(/^\$\{aws_lambda_function\.Migration/);
    expect(secrets).toEqual([
      { name: 'DATABASE_USER', valueFrom: `${published('service-secret-arn')}:username::` },
      { name: 'DATABASE_PASSWORD', valueFrom: `${published('service-secret-arn')}:password::` },
    ]);
    expect(environment.map(({ name }) => name).filter((name) => /USER|PASSWORD/.test(name))).toEqual([]);
  });

  it("leaves the master's credentials to the migration: no other role of the state may read them", () => {
    const policies = standby.resources('aws_iam_role_policy').map(({ policy }) => String(policy));
    const readers = policies.filter((policy) => policy.includes('/database/secret-arn'));

    expect(readers).toHaveLength(1);
    expect(readers[0]).toContain('"rds-data:ExecuteStatement"');
  });

  it('may read the epoch by either replica, invoke the migration, do to the activity table what it needs, with its key, and nothing else', () => {
    const policies = standby.resources('aws_iam_role_policy').map(({ policy }) => String(policy));
    const ofTasks = policies.find((policy) => policy.includes('dynamodb:UpdateItem'));

    expect(ofTasks?.match(/"Action":\[[^\]]*\]/g)).toEqual([
      '"Action":["lambda:InvokeFunction"]',
      '"Action":["dynamodb:GetItem"]',
      '"Action":["dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query","dynamodb:UpdateItem"]',
      '"Action":["kms:Decrypt"]',
      '"Action":["kms:Decrypt","kms:GenerateDataKey"]',
    ]);
    expect(ofTasks).not.toContain('"*"');
  });
});

describe('the entry of a region', () => {
  it('is encrypted: HTTPS of TLS 1.2 or later, HTTP only to say so', () => {
    const listeners = standby.resources('aws_lb_listener');

    expect(listeners.map(({ port, protocol, ssl_policy }) => [port, protocol, ssl_policy])).toEqual(
      expect.arrayContaining([
        [443, 'HTTPS', 'ELBSecurityPolicy-TLS13-1-2-2021-06'],
        [80, 'HTTP', undefined],
      ]),
    );
  });

  it("has a port for Route 53's checkers, as the network opened it, where the check without a URL answers", () => {
    const listener = standby.resources('aws_lb_listener').find(({ port }) => ![80, 443].includes(Number(port)));
    const [url] = standby.resources('aws_lambda_function_url');

    expect(listener).toMatchObject({
      port: '${local.network-us-west-2["/dr/local/us-west-2/network/checker-port"]}',
      protocol: 'HTTPS',
      ssl_policy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    });
    expect(only(standby, 'aws_lb_target_group_attachment')['target_id']).toMatch(
      /^\$\{aws_lambda_function\.RegionCheck_/,
    );
    expect(url?.['function_name']).toMatch(/^\$\{aws_lambda_function\.HealthCheck_/);
    expect(standby.inventory()['aws_lambda_function_url']).toBe(1);
  });

  it('lets go of clients soon, so that none stays with an impaired region', () => {
    expect(only(prodPrimary, 'aws_lb')['client_keep_alive']).toBe(60);
  });

  it('closes idle connections to tasks after 60 s, as is its default, which the service outlasts', () => {
    expect(only(prodPrimary, 'aws_lb')['idle_timeout'] ?? 60).toBe(60);
  });

  it('is behind a firewall that limits what one address may ask', () => {
    expect(JSON.stringify(only(prodPrimary, 'aws_wafv2_web_acl')['rule'])).toContain('"limit":2000');
    expect(standby.inventory()['aws_wafv2_web_acl_association']).toBe(1);
  });

  it('is protected from deletion in production, and goes with its stack elsewhere', () => {
    const protection = (state: SynthesizedState) => only(state, 'aws_lb')['enable_deletion_protection'];
    const images = (state: SynthesizedState) => only(state, 'aws_ecr_repository')['force_delete'];

    expect([protection(prodPrimary), images(prodPrimary)]).toEqual([true, false]);
    expect([protection(primary), images(primary)]).toEqual([false, true]);
  });
});

describe('the alarms of a region', () => {
  const alarms = standby.resources('aws_cloudwatch_metric_alarm');

  it('all tell somebody, of the alarm and of its end', () => {
    for (const { alarm_actions, ok_actions } of alarms) {
      expect(alarm_actions).toEqual([expect.stringMatching(/^\$\{aws_sns_topic\..+\.arn\}$/)]);
      expect(ok_actions).toEqual(alarm_actions);
    }
  });

  it('take no data for a failure where silence is the failure itself', () => {
    const breaching = alarms.filter(({ treat_missing_data }) => treat_missing_data === 'breaching');

    expect(breaching.map(({ metric_name }) => metric_name).sort()).toEqual(['HealthyHostCount', 'RunningTaskCount']);
  });

  it('say when fewer tasks run than carry the whole load', () => {
    const tooFew = prodStandby
      .resources('aws_cloudwatch_metric_alarm')
      .find(({ metric_name }) => metric_name === 'RunningTaskCount');

    expect(tooFew).toMatchObject({ comparison_operator: 'LessThanThreshold', threshold: 6, period: 60 });
  });
});

describe('a stack without its bundles', () => {
  it('is refused with the path that is missing', () => {
    const nowhere = join(handlers, 'nowhere');

    expect(() =>
      synthesizeForTest(
        (app) => new ComputeState(app, { region: app.environment.regions.primary.name, handlers: nowhere }),
      ),
    ).toThrow(join(nowhere, 'database-migration.zip'));
  });
});
