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

const refusalOf = (type: string, given: ObjectValue) => terraform.refusal(type, given);

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
