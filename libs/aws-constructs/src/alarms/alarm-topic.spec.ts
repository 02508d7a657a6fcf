import { synthesizeConstructs } from '@dr/testing';
import { AlarmTopic } from './alarm-topic';

const synthesizeTopic = (takesDatabaseEvents?: boolean) =>
  synthesizeConstructs((scope) => {
    new AlarmTopic(scope, 'Alarms', {
      topicName: 'orders-alarms',
      accountId: '123456789012',
      kmsKeyArn: 'arn:aws:kms:key',
      emails: ['on-call@example.com'],
      ...(takesDatabaseEvents === undefined ? {} : { takesDatabaseEvents }),
    });
  });

const state = synthesizeTopic();

describe('AlarmTopic', () => {
  it('is encrypted with the key that CloudWatch may use', () => {
    expect(state.resource('aws_sns_topic')).toEqual({ name: 'orders-alarms', kms_master_key_id: 'arn:aws:kms:key' });
  });

  it('tells each address', () => {
    expect(state.resource('aws_sns_topic_subscription')).toMatchObject({
      protocol: 'email',
      endpoint: 'on-call@example.com',
    });
  });

  it("admits this account's alarms, over TLS, and nobody else", () => {
    const { Statement } = JSON.parse(state.resource('aws_sns_topic_policy')['policy'] as string);
    const topic = expect.stringMatching(/^\$\{aws_sns_topic\.Alarms_[0-9A-F]{8}\.arn\}$/);

    expect(Statement).toEqual([
      {
        Sid: 'AlarmsPublish',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: topic,
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: topic,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  it("admits this account's database events where it takes them", () => {
    const { Statement } = JSON.parse(synthesizeTopic(true).resource('aws_sns_topic_policy')['policy'] as string);

    expect(Statement).toHaveLength(3);
    expect(Statement[1]).toEqual({
      Sid: 'DatabaseEventsPublish',
      Effect: 'Allow',
      Principal: { Service: 'events.rds.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: expect.stringMatching(/^\$\{aws_sns_topic\.Alarms_[0-9A-F]{8}\.arn\}$/),
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
    });
  });
});
