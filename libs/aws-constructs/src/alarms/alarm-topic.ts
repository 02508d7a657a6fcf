import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { pascalCase } from '@dr/construct-id';
import { Construct } from 'constructs';
import { policyDocument } from '../iam/policy-document';

export interface AlarmTopicProps {
  readonly topicName: string;
  /** Account whose alarms may publish: twelve digits. */
  readonly accountId: string;
  /** Key whose policy names CloudWatch: an alarm cannot publish to a topic that it cannot encrypt for. */
  readonly kmsKeyArn: string;
  /** Addresses that are notified; each confirms once. */
  readonly emails: readonly string[];
}

/** Where the alarms of one stack in one region are sent: an encrypted topic that this account's alarms may publish to. */
export class AlarmTopic extends Construct {
  readonly topicArn: string;

  constructor(scope: Construct, id: string, { topicName, accountId, kmsKeyArn, emails }: AlarmTopicProps) {
    super(scope, id);
    const topic = new SnsTopic(this, 'Resource', { name: topicName, kmsMasterKeyId: kmsKeyArn });
    new SnsTopicPolicy(this, 'Policy', {
      arn: topic.arn,
      policy: policyDocument([
        {
          Sid: 'AlarmsPublish',
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: topic.arn,
          Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
        },
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sns:Publish',
          Resource: topic.arn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
    for (const email of emails) {
      new SnsTopicSubscription(this, `To${pascalCase(email)}`, {
        topicArn: topic.arn,
        protocol: 'email',
        endpoint: email,
      });
    }
    this.topicArn = topic.arn;
  }
}
