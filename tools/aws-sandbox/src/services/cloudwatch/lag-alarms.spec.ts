import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { ObjectValue } from '../../model/value';
import { networkOf } from '../../testing/terraform-client';
import { TestSandbox } from '../../testing/test-sandbox';
import { TOPIC_MESSAGE_RECORD } from '../sns/topics';
import { alarms, lagAlarms } from './service';

const WEST = 'us-west-2';
const FUNCTION = `arn:aws:lambda:${WEST}:000000000000:function:controller`;

let aws: TestSandbox;
let topic: string;

beforeEach(async () => {
  aws = await TestSandbox.start();
  const { terraform } = aws;
  terraform.apply('aws_rds_global_cluster', {
    global_cluster_identifier: 'orders',
    engine: 'aurora-postgresql',
    database_name: 'orders',
  });
  for (const region of ['us-east-1', WEST]) {
    const { subnetIds } = networkOf(terraform, region);
    terraform.apply('aws_db_subnet_group', { region, name: 'db', subnet_ids: subnetIds });
    terraform.apply('aws_rds_cluster', {
      region,
      cluster_identifier: `orders-${region}`,
      global_cluster_identifier: 'orders',
      engine: 'aurora-postgresql',
      db_subnet_group_name: 'db',
      skip_final_snapshot: true,
      ...(region === WEST
        ? {}
        : {
            master_username: 'trading',
            master_password_wo: 'x',
            master_password_wo_version: 1,
            database_name: 'orders',
          }),
    });
    terraform.apply('aws_rds_cluster_instance', {
      region,
      identifier: `orders-${region}-1`,
      cluster_identifier: `orders-${region}`,
      instance_class: 'db.r6g.large',
      engine: 'aurora-postgresql',
    });
  }
  topic = String(terraform.apply('aws_sns_topic', { region: WEST, name: 'alarms' })['arn']);
});

afterEach(() => aws.close());

function make(name: string, change: ObjectValue = {}): void {
  aws.terraform.apply('aws_cloudwatch_metric_alarm', {
    region: WEST,
    alarm_name: name,
    namespace: 'AWS/RDS',
    metric_name: 'AuroraGlobalDBReplicationLag',
    dimensions: { DBClusterIdentifier: 'orders-us-west-2' },
    statistic: 'Maximum',
    comparison_operator: 'GreaterThanThreshold',
    threshold: 5_000,
    period: 60,
    evaluation_periods: 2,
    treat_missing_data: 'breaching',
    alarm_actions: [topic],
    ok_actions: [topic],
    ...change,
  });
}

/** Advances the clock, and lets CloudWatch evaluate again. */
function pass(seconds: number): void {
  aws.nowMs += seconds * 1_000;
  aws.services.of(lagAlarms).tick();
}

const stateOf = (name: string, region = WEST) => {
  const alarm = aws.services.of(alarms).find(region, name);
  return alarm === undefined ? undefined : aws.services.of(alarms).stateOf(alarm).value;
};

const sentSubjects = () =>
  aws.terraform.account.list(TOPIC_MESSAGE_RECORD).map(({ attributes: { subject } }) => subject);

describe('an alarm on the replication lag', () => {
  it('goes on with a lag that is too long, off without, and tells of each change once', () => {
    make('lag');
    pass(1);
    expect(stateOf('lag')).toBe('OK');

    aws.faults.set({ kind: 'lag', lagMs: 8_000 });
    pass(1);
    pass(1);
    expect(stateOf('lag')).toBe('ALARM');

    aws.faults.clear();
    pass(1);
    pass(1);
    expect(stateOf('lag')).toBe('OK');
    expect(sentSubjects()).toEqual([
      'OK: "lag" in US West (Oregon)',
      'ALARM: "lag" in US West (Oregon)',
      'OK: "lag" in US West (Oregon)',
    ]);
  });

  it('goes on once the writer was silent for its periods, by what missing data is to it', () => {
    for (const missing of ['breaching', 'notBreaching', 'ignore', 'missing'])
      make(missing, { treat_missing_data: missing });
    const states = () => ['breaching', 'notBreaching', 'ignore', 'missing'].map((name) => stateOf(name));
    pass(1);

    aws.faults.set({ kind: 'dark', region: 'us-east-1', manner: 'silent', sinceMs: aws.nowMs });
    pass(110);
    expect(states()).toEqual(['OK', 'OK', 'OK', 'OK']);
    pass(70);
    expect(states()).toEqual(['ALARM', 'OK', 'OK', 'INSUFFICIENT_DATA']);
  });

  it('of the cluster that writes has no data', () => {
    make('east', {
      region: 'us-east-1',
      dimensions: { DBClusterIdentifier: 'orders-us-east-1' },
      treat_missing_data: 'notBreaching',
      alarm_actions: [],
      ok_actions: [],
    });
    aws.faults.set({ kind: 'lag', lagMs: 8_000 });

    pass(1);

    expect(stateOf('east', 'us-east-1')).toBe('OK');
  });

  it('in a dark region is not looked at', () => {
    make('lag');
    pass(1);
    aws.faults.set({ kind: 'dark', region: WEST, manner: 'silent', sinceMs: aws.nowMs });
    aws.faults.set({ kind: 'lag', lagMs: 8_000 });

    pass(300);

    expect(stateOf('lag')).toBe('OK');
  });

  it.each<[string, ObjectValue]>([
    ['another metric', { metric_name: 'CPUUtilization' }],
    ['another namespace', { namespace: 'Own' }],
    ['how many datapoints there are', { statistic: 'SampleCount' }],
    ['less than a minute', { period: 10 }],
  ])('but of %s stays as it is', (_what, change) => {
    make('other', change);

    pass(1);

    expect(stateOf('other')).toBe('INSUFFICIENT_DATA');
    expect(sentSubjects()).toEqual([]);
  });

  it('runs the function that listens to its topic', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'function-'));
    writeFileSync(
      join(folder, 'code.zip'),
      zipSync({
        'index.js': strToU8(
          'exports.handler = async ({ Records: [{ Sns }] }) => { const { AlarmName, NewStateValue } = JSON.parse(Sns.Message); console.log("told", AlarmName, NewStateValue); };',
        ),
      }),
    );
    aws.terraform.apply('aws_iam_role', {
      name: 'controller',
      assume_role_policy:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}',
    });
    aws.terraform.apply('aws_lambda_function', {
      region: WEST,
      function_name: 'controller',
      role: 'arn:aws:iam::000000000000:role/controller',
      runtime: 'nodejs22.x',
      handler: 'index.handler',
      filename: join(folder, 'code.zip'),
      timeout: 5,
    });
    aws.terraform.apply('aws_lambda_permission', {
      region: WEST,
      statement_id: 'AllowAlarms',
      action: 'lambda:InvokeFunction',
      function_name: 'controller',
      principal: 'sns.amazonaws.com',
      source_arn: topic,
    });
    aws.terraform.apply('aws_sns_topic_subscription', {
      region: WEST,
      topic_arn: topic,
      protocol: 'lambda',
      endpoint: FUNCTION,
    });
    make('lag', { ok_actions: [] });
    aws.faults.set({ kind: 'lag', lagMs: 8_000 });

    pass(1);

    const file = join(aws.terraform.home, `logs/${WEST}/controller.log`);
    const log = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
    for (let waited = 0; !log().includes('REPORT') && waited < 100; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(log()).toContain('told lag ALARM\n');
    rmSync(folder, { recursive: true, force: true });
  });
});
