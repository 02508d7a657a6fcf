import { rmSync } from 'node:fs';
import { TerraformClient } from '../../testing/terraform-client';
import type { ObjectValue } from '../../model/value';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const refusalOf = (type: string, given: ObjectValue) => terraform.refusal(type, given);

describe('a log group', () => {
  const creating = (call: string, refusal: string, name = '/aws/lambda/api') =>
    `creating CloudWatch Logs Log Group (${name}): operation error CloudWatch Logs: ${call}, https response error StatusCode: 400, ${refusal}`;

  it("has AWS's ARN and is one of its name", () => {
    const group = terraform.apply('aws_cloudwatch_log_group', { name: '/aws/lambda/api' });

    expect(group['arn']).toBe('arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/api');
    expect(refusalOf('aws_cloudwatch_log_group', { name: '/aws/lambda/api' })).toEqual([
      creating('CreateLogGroup', 'ResourceAlreadyExistsException: The specified log group already exists'),
      'name',
    ]);
  });

  it('keeps what it holds for one of the times of AWS', () => {
    expect(refusalOf('aws_cloudwatch_log_group', { name: '/aws/lambda/api', retention_in_days: 31 })).toEqual([
      creating(
        'PutRetentionPolicy',
        'InvalidParameterException: retentionInDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653: 31',
      ),
      'retention_in_days',
    ]);
  });

  it('is refused a key that is not there', () => {
    expect(
      refusalOf('aws_cloudwatch_log_group', {
        name: '/aws/lambda/api',
        kms_key_id: 'arn:aws:kms:us-east-1:000000000000:key/k',
      }),
    ).toEqual([
      creating(
        'CreateLogGroup',
        "AccessDeniedException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/api'",
      ),
      'kms_key_id',
    ]);
  });
});

describe('a rule of EventBridge', () => {
  const creating = (label: string, call: string, refusal: string) =>
    `creating EventBridge ${label}: operation error EventBridge: ${call}, https response error StatusCode: 400, ${refusal}`;

  it("has AWS's ARN, and a target of its own that names it", () => {
    const rule = terraform.apply('aws_cloudwatch_event_rule', { name: 'tick', schedule_expression: 'rate(1 minute)' });
    const target = terraform.apply('aws_cloudwatch_event_target', {
      rule: 'tick',
      target_id: 'watch',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:watch',
    });

    expect(rule['arn']).toBe('arn:aws:events:us-east-1:000000000000:rule/tick');
    expect(target['id']).toBe('tick-watch');
  });

  it.each(['rate(1 minutes)', 'rate(0 minutes)', 'every minute', 'cron(0 12 * * *)'])(
    'is refused the schedule %s',
    (schedule) => {
      expect(refusalOf('aws_cloudwatch_event_rule', { name: 'tick', schedule_expression: schedule })).toEqual([
        creating('Rule (tick)', 'PutRule', 'ValidationException: Parameter ScheduleExpression is not valid.'),
        'schedule_expression',
      ]);
    },
  );

  it.each(['rate(1 minute)', 'rate(12 hours)', 'cron(0 12 * * ? *)'])('takes the schedule %s', (schedule) => {
    expect(terraform.apply('aws_cloudwatch_event_rule', { name: 'tick', schedule_expression: schedule })).toMatchObject(
      { schedule_expression: schedule },
    );
  });

  it('has to say when', () => {
    expect(refusalOf('aws_cloudwatch_event_rule', { name: 'tick' })?.[0]).toContain(
      'one of `event_pattern,schedule_expression` must be specified',
    );
  });

  it('has to be there for a target', () => {
    const refusal = refusalOf('aws_cloudwatch_event_target', {
      rule: 'tock',
      target_id: 'watch',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:watch',
    });
    expect(refusal?.[0]).toContain('ResourceNotFoundException: Rule tock does not exist on EventBus default.');
  });
});

describe('an alarm', () => {
  const alarm = (change: ObjectValue = {}): ObjectValue => ({
    alarm_name: 'errors',
    comparison_operator: 'GreaterThanThreshold',
    evaluation_periods: 2,
    metric_name: 'Errors',
    namespace: 'AWS/Lambda',
    period: 60,
    statistic: 'Sum',
    threshold: 1,
    ...change,
  });
  const creating = (refusal: string) =>
    `creating CloudWatch Metric Alarm (errors): operation error CloudWatch: PutMetricAlarm, https response error StatusCode: 400, ${refusal}`;

  it.each([
    [
      { alarm_actions: ['arn:aws:sns:us-west-2:000000000000:alarms'] },
      'ValidationError: Invalid region us-west-2 specified. Only us-east-1 is supported.',
      'alarm_actions',
    ],
    [
      { datapoints_to_alarm: 3 },
      'ValidationError: DatapointsToAlarm must be less than or equal to EvaluationPeriods',
      'datapoints_to_alarm',
    ],
    [
      { namespace: null },
      'ValidationError: The parameters Namespace and Period must be specified with MetricName',
      'metric_name',
    ],
  ])('is refused with %j', (change, refusal, path) => {
    expect(refusalOf('aws_cloudwatch_metric_alarm', alarm(change))).toEqual([creating(refusal), path]);
  });

  it("has AWS's ARN", () => {
    expect(terraform.apply('aws_cloudwatch_metric_alarm', alarm())['arn']).toBe(
      'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
    );
  });
});

describe('a topic', () => {
  it("has AWS's ARN and policy, and subscriptions below it", () => {
    const topic = terraform.apply('aws_sns_topic', { name: 'alarms' });

    const subscription = terraform.apply('aws_sns_topic_subscription', {
      topic_arn: topic['arn'] ?? null,
      protocol: 'email',
      endpoint: 'ops@example.com',
    });

    expect(topic).toMatchObject({
      id: 'arn:aws:sns:us-east-1:000000000000:alarms',
      arn: 'arn:aws:sns:us-east-1:000000000000:alarms',
      owner: '000000000000',
    });
    expect(subscription['arn']).toMatch(/^arn:aws:sns:us-east-1:000000000000:alarms:[0-9a-f-]{36}$/);
    expect(subscription['pending_confirmation']).toBe(true);
  });

  it('is refused the suffix of a FIFO topic, and a subscription without it', () => {
    const failing = (doing: string, call: string, status: number, refusal: string) =>
      `creating ${doing}: operation error SNS: ${call}, https response error StatusCode: ${status}, ${refusal}`;

    expect(refusalOf('aws_sns_topic', { name: 'alarms.fifo' })).toEqual([
      failing('SNS Topic (alarms.fifo)', 'CreateTopic', 400, 'InvalidParameter: Invalid parameter: Topic Name'),
      'name',
    ]);
    expect(
      refusalOf('aws_sns_topic_subscription', {
        topic_arn: 'arn:aws:sns:us-east-1:000000000000:missing',
        protocol: 'email',
        endpoint: 'ops@example.com',
      }),
    ).toEqual([failing('SNS Topic Subscription', 'Subscribe', 404, 'NotFound: Topic does not exist'), 'topic_arn']);
  });
});
