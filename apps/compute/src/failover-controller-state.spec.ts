import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment } from '@dr/environments';
import { synthesizeForTest } from '@dr/testing';
import { TARGET_VARIABLES } from '@dr/recovery';
import { FailoverControllerState } from './failover-controller-state';

const handlers = mkdtempSync(join(tmpdir(), 'dr-handlers-'));
writeFileSync(join(handlers, 'failover-controller.zip'), 'a bundle');
afterAll(() => rmSync(handlers, { recursive: true, force: true }));

const { platform, accountId, regions } = loadEnvironment('prod');
const state = synthesizeForTest(
  (app) => new FailoverControllerState(app, { region: app.environment.regions.standby.name, handlers }),
  loadEnvironment('prod'),
).state(`failover-controller-${regions.standby.name}`);

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

// What Terraform fills in has quotes of its own.
const policy = String(state.resource('aws_iam_role_policy')['policy']).replace(/\$\{[^}]*\}/g, 'filled-in');
const statements = (JSON.parse(policy) as { Statement: Statement[] }).Statement;
const of = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));

describe('the failover controller', () => {
  it('runs every minute for longer than that, so that runs overlap, and once more by alarms', () => {
    expect(state.resource('aws_cloudwatch_event_rule')).toMatchObject({ schedule_expression: 'rate(1 minute)' });
    expect(state.resource('aws_lambda_function')).toMatchObject({
      function_name: `${platform}-prod-failover-controller`,
      timeout: 100,
      reserved_concurrent_executions: 3,
    });
    expect(state.resource('aws_lambda_function')).not.toHaveProperty('vpc_config');
  });

  it('is told every target, and the settings of its environment', () => {
    const { variables } = state.resource('aws_lambda_function')['environment'] as {
      readonly variables: Readonly<Record<string, string>>;
    };

    expect(Object.keys(variables).sort()).toEqual(
      [...Object.values(TARGET_VARIABLES), 'NODE_OPTIONS', 'RECOVERY_SETTINGS'].sort(),
    );
    expect(variables).toMatchObject({
      ENTRY_PATH: '/healthz',
      WITNESS_REGION: regions.witness,
      DATABASE_NAME: 'trading',
    });
    expect(JSON.parse(variables['RECOVERY_SETTINGS'] ?? '')).toMatchObject({ mode: 'approval' });
  });

  it('may invoke its canary and the check of each region, and no other function', () => {
    const [invoking] = of('lambda:InvokeFunction');

    expect(String(state.resource('aws_iam_role_policy')['policy'])).toMatch(
      /write-canary-arn[^\]]*\][^\]]*region-check-arn[^\]]*\][^\]]*region-check-arn/,
    );
    expect(invoking?.Resource).toEqual(['filled-in', 'filled-in', 'filled-in']);
  });

  it('may change the one item, move the one database, read the one secret, ask three functions, report its runs, and tell people', () => {
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual(
      [
        'cloudwatch:GetMetricData',
        'cloudwatch:PutMetricData',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'kms:Decrypt',
        'kms:Decrypt',
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'kms:GenerateDataKey',
        'lambda:InvokeFunction',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'rds-data:ExecuteStatement',
        'rds:DescribeGlobalClusters',
        'rds:FailoverGlobalCluster',
        'rds:SwitchoverGlobalCluster',
        'secretsmanager:GetSecretValue',
        'sns:Publish',
        'sqs:SendMessage',
        'xray:PutTelemetryRecords',
        'xray:PutTraceSegments',
      ].sort(),
    );
    const wildcards = statements.filter(({ Resource }) => [Resource].flat().includes('*'));
    expect(wildcards.flatMap(({ Action }) => Action)).toEqual([
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'cloudwatch:GetMetricData',
      'cloudwatch:PutMetricData',
    ]);
    expect(of('cloudwatch:PutMetricData')[0]?.Condition).toEqual({
      StringEquals: { 'cloudwatch:namespace': 'Recovery', 'aws:RequestedRegion': regions.witness },
    });
    expect(of('rds:FailoverGlobalCluster')[0]?.Resource).toEqual([
      `arn:aws:rds::${accountId}:global-cluster:filled-in`,
      'filled-in',
      'filled-in',
    ]);
  });

  it('is started by the schedule and by the alarms about the data, and by nobody else', () => {
    expect(state.resources('aws_lambda_permission').map((permission) => permission['principal'])).toEqual([
      'sns.amazonaws.com',
      'events.amazonaws.com',
    ]);
    expect(state.resources('aws_lambda_permission').every((permission) => permission['source_arn'])).toBe(true);
    const lambdas = state.resources('aws_sns_topic_subscription').filter(({ protocol }) => protocol === 'lambda');
    expect(lambdas).toHaveLength(1);
  });

  it('tells people of a primary that failed, of one that serves in part, and of what a recovery misses', () => {
    const alarms = state.resources('aws_cloudwatch_metric_alarm');
    const alarm = (name: string) => alarms.find(({ alarm_name: found }) => found === `${platform}-prod-${name}`);

    expect(alarm('primary-failed')).toMatchObject({ metric_name: 'PrimaryFailed', statistic: 'Maximum', threshold: 1 });
    expect(alarm('primary-degraded')).toMatchObject({
      metric_name: 'PrimaryDegraded',
      statistic: 'Maximum',
      threshold: 1,
      evaluation_periods: 2,
    });
    expect(alarm('recovery-impaired')).toMatchObject({
      metric_name: 'RecoveryImpaired',
      statistic: 'Maximum',
      threshold: 1,
      evaluation_periods: 2,
    });
  });

  it('notifies on its own topic, also of a controller that does not run', () => {
    const notRunning = state
      .resources('aws_cloudwatch_metric_alarm')
      .find((alarm) => alarm['alarm_name'] === `${platform}-prod-failover-controller-not-running`);

    expect(notRunning).toMatchObject({
      metric_query: [
        { id: 'filled', expression: 'FILL(observed, 0)', return_data: true },
        {
          id: 'observed',
          metric: {
            ...{ namespace: 'Recovery', metric_name: 'ControllerRunning', stat: 'Sum', period: 60 },
            dimensions: { service: 'failover-controller' },
          },
        },
      ],
      comparison_operator: 'LessThanThreshold',
      threshold: 1,
      treat_missing_data: 'breaching',
      alarm_actions: [expect.stringMatching(/^\$\{aws_sns_topic\..+\.arn\}$/)],
    });
  });
});
