import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { TestSandbox } from '../../testing/test-sandbox';
import { TOPIC_MESSAGE_RECORD } from './topics';

let aws: TestSandbox;
let client: SNSClient;
let topicArn: string;

beforeEach(async () => {
  aws = await TestSandbox.start();
  client = new SNSClient(aws.client('us-west-2'));
  topicArn = String(aws.terraform.apply('aws_sns_topic', { region: 'us-west-2', name: 'failover' })['arn']);
});

afterEach(async () => {
  client.destroy();
  await aws.close();
});

describe('publishing to a topic', () => {
  it('keeps the message where a person can read it', async () => {
    const { MessageId: id } = await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: 'Failover began',
        Message: 'Ü, 3 a.m. & <all> is "well"',
        MessageAttributes: { noticeId: { DataType: 'String', StringValue: '2-draining' } },
      }),
    );

    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(aws.terraform.account.list(TOPIC_MESSAGE_RECORD)).toMatchObject([
      {
        region: 'us-west-2',
        attributes: {
          topic_arn: topicArn,
          subject: 'Failover began',
          message: 'Ü, 3 a.m. & <all> is "well"',
          attributes: { noticeId: '2-draining' },
        },
      },
    ]);
  });

  it.each([
    ['a topic that is not there', { TopicArn: 'arn:aws:sns:us-west-2:000000000000:none' }, 'NotFoundException'],
    ['a topic of another region', { TopicArn: 'arn:aws:sns:us-east-1:000000000000:failover' }, 'NotFoundException'],
    ['a subject with a line break', { Subject: 'a\nb' }, 'InvalidParameterException'],
    ['a message too long', { Message: 'x'.repeat(262_145) }, 'InvalidParameterException'],
  ])('refuses %s', async (_what, change, name) => {
    const call = client.send(new PublishCommand({ TopicArn: topicArn, Message: 'x', ...change }));

    await expect(call).rejects.toMatchObject({ name });
    expect(aws.terraform.account.list(TOPIC_MESSAGE_RECORD)).toEqual([]);
  });
});
