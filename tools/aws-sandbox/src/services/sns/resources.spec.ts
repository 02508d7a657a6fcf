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
