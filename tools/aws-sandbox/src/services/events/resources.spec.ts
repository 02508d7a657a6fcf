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
