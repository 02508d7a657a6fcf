import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import { TerraformClient } from '../../testing/terraform-client';
import { TOPIC_MESSAGE_RECORD, Topics } from './topics';

const REGION = 'us-west-2';
const TOPIC = 'arn:aws:sns:us-west-2:000000000000:alarms';
const FUNCTION = 'arn:aws:lambda:us-west-2:000000000000:function:controller';

let terraform: TerraformClient;
let invoked: { readonly name: string; readonly event: unknown }[];
let dark: string[];
let topics: Topics;

beforeEach(() => {
  terraform = new TerraformClient({ region: REGION });
  invoked = [];
  dark = [];
  topics = new Topics({
    account: terraform.account,
    functions: { invokeLater: ({ id }, event) => void invoked.push({ name: id, event }) },
    isDark: (region) => dark.includes(region),
    nowMs: () => Date.parse('2026-11-24T10:00:00.123Z'),
  });
  terraform.apply('aws_sns_topic', { name: 'alarms' });
  terraform.account.commit([{ put: functionRecord('controller') }]);
});

afterEach(() => terraform.close());

function functionRecord(id: string): ResourceRecord {
  const arn = `arn:aws:lambda:${REGION}:000000000000:function:${id}`;
  return { type: 'aws_lambda_function', region: REGION, service: 'lambda', id, arn, attributes: {} };
}

const subscribe = (protocol: string, endpoint: string, change: ObjectValue = {}) =>
  String(terraform.apply('aws_sns_topic_subscription', { topic_arn: TOPIC, protocol, endpoint, ...change })['arn']);

const permit = (change: ObjectValue = {}) =>
  terraform.apply('aws_lambda_permission', {
    statement_id: 'AllowAlarms',
    action: 'lambda:InvokeFunction',
    function_name: 'controller',
    principal: 'sns.amazonaws.com',
    source_arn: TOPIC,
    ...change,
  });

function publish(message: Parameters<Topics['publish']>[1] = { subject: 'ALARM', message: '{"AlarmName":"lag"}' }) {
  const topic = terraform.account.findByArn(TOPIC);
  if (topic === undefined) throw new Error('no topic');
  return topics.publish(topic, message);
}

const deliveries = () => terraform.account.list(TOPIC_MESSAGE_RECORD).flatMap((kept) => kept.attributes['deliveries']);

describe('a message', () => {
  it('invokes the function that subscribed, with the event that AWS makes of it', () => {
    const subscription = subscribe('lambda', FUNCTION);
    permit();

    const id = publish({
      subject: 'ALARM: "lag" in US West (Oregon)',
      message: '{"AlarmName":"lag"}',
      attributes: { noticeId: { Type: 'String', Value: '2-draining' } },
    });

    expect(invoked).toEqual([
      {
        name: 'controller',
        event: {
          Records: [
            {
              EventSource: 'aws:sns',
              EventVersion: '1.0',
              EventSubscriptionArn: subscription,
              Sns: {
                Type: 'Notification',
                MessageId: id,
                TopicArn: TOPIC,
                Subject: 'ALARM: "lag" in US West (Oregon)',
                Message: '{"AlarmName":"lag"}',
                Timestamp: '2026-11-24T10:00:00.123Z',
                SignatureVersion: '1',
                Signature: 'dGhlIHNhbmRib3ggZG9lcyBub3Qgc2lnbg==',
                SigningCertUrl: 'https://sns.us-west-2.amazonaws.com/SimpleNotificationService-sandbox.pem',
                UnsubscribeUrl: `https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription}`,
                MessageAttributes: { noticeId: { Type: 'String', Value: '2-draining' } },
              },
            },
          ],
        },
      },
    ]);
    expect(deliveries()).toEqual([
      { subscription_arn: subscription, protocol: 'lambda', endpoint: FUNCTION, delivered: true },
    ]);
  });

  it('without a subject has none in the event, not an empty one', () => {
    subscribe('lambda', FUNCTION);
    permit();

    publish({ subject: '', message: 'x' });

    expect(invoked).toMatchObject([{ event: { Records: [{ Sns: { Subject: null, MessageAttributes: {} } }] } }]);
  });

  it.each<[string, ObjectValue]>([
    ['every topic', { source_arn: null }],
    ['this topic of this account', { source_account: '000000000000' }],
    ['whatever can be done with it', { action: 'lambda:*' }],
  ])('reaches a function whose permission is for %s', (_whose, change) => {
    subscribe('lambda', FUNCTION);
    permit(change);

    publish();

    expect(invoked).toHaveLength(1);
  });

  it.each<[string, ObjectValue | null]>([
    ['has no permission', null],
    ['lets another service invoke it', { principal: 'events.amazonaws.com', source_arn: null }],
    ['lets another topic invoke it', { source_arn: 'arn:aws:sns:us-west-2:000000000000:others' }],
    ['lets a topic of another account invoke it', { source_account: '111111111111' }],
    ['may only be looked at', { action: 'lambda:GetFunction' }],
  ])('does not reach a function that %s, and says so', (_what, change) => {
    subscribe('lambda', FUNCTION);
    if (change !== null) permit(change);

    publish();

    expect(invoked).toEqual([]);
    expect(deliveries()).toMatchObject([
      {
        delivered: false,
        why: 'controller may not be invoked: no permission of it lets sns.amazonaws.com do so for this topic.',
      },
    ]);
  });

  it("does not reach a function by another one's permission", () => {
    terraform.account.commit([{ put: functionRecord('other') }]);
    subscribe('lambda', FUNCTION);
    permit({ function_name: 'other' });

    publish();

    expect(invoked).toEqual([]);
  });

  it('of another topic, or to a function that is gone, invokes nothing', () => {
    terraform.apply('aws_sns_topic', { name: 'others' });
    terraform.apply('aws_sns_topic_subscription', {
      topic_arn: 'arn:aws:sns:us-west-2:000000000000:others',
      protocol: 'lambda',
      endpoint: FUNCTION,
    });
    permit({ source_arn: null });
    subscribe('lambda', 'arn:aws:lambda:us-west-2:000000000000:function:gone');

    publish();

    expect(invoked).toEqual([]);
    expect(deliveries()).toMatchObject([
      { delivered: false, why: 'arn:aws:lambda:us-west-2:000000000000:function:gone is not there.' },
    ]);
  });

  it('is in a queue that subscribed, in an envelope, or as it is where that is wanted', () => {
    const queues = ['wrapped', 'raw'].map((name) => String(terraform.apply('aws_sqs_queue', { name })['arn']));
    const wrapped = subscribe('sqs', queues[0] ?? '');
    subscribe('sqs', queues[1] ?? '', { raw_message_delivery: true });

    const id = publish();

    const bodies = Object.fromEntries(
      terraform.account
        .list('sqs_message')
        .map(({ attributes: { queue, body } }) => [String(queue).split('/').at(-1), body]),
    );
    expect(bodies['raw']).toBe('{"AlarmName":"lag"}');
    expect(JSON.parse(String(bodies['wrapped']))).toEqual({
      Type: 'Notification',
      MessageId: id,
      TopicArn: TOPIC,
      Subject: 'ALARM',
      Message: '{"AlarmName":"lag"}',
      Timestamp: '2026-11-24T10:00:00.123Z',
      SignatureVersion: '1',
      Signature: 'dGhlIHNhbmRib3ggZG9lcyBub3Qgc2lnbg==',
      SigningCertURL: 'https://sns.us-west-2.amazonaws.com/SimpleNotificationService-sandbox.pem',
      UnsubscribeURL: `https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${wrapped}`,
    });
  });

  it.each([
    ['email', 'ops@example.com', 'The sandbox sends no mail.'],
    ['https', 'https://pager.example.com/', 'The sandbox does not deliver by https.'],
  ])('by %s is kept, and reaches nobody', (protocol, endpoint, why) => {
    subscribe(protocol, endpoint);

    publish();

    expect(deliveries()).toMatchObject([{ protocol, endpoint, delivered: false, why }]);
  });

  it('in a dark region reaches nobody', () => {
    subscribe('lambda', FUNCTION);
    permit();
    dark = [REGION];

    publish();

    expect(invoked).toEqual([]);
    expect(deliveries()).toMatchObject([{ delivered: false, why: 'us-west-2 is dark.' }]);
  });
});
