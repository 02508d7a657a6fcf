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
  /** Key whose policy names who publishes: an alarm cannot publish to a topic that it cannot encrypt for. */
  readonly kmsKeyArn: string;
  /** Whether event subscriptions of Amazon RDS publish too; the key's policy names `events.rds` then. @default false */
  readonly takesDatabaseEvents?: boolean;
  /** Addresses that are notified; each confirms once. */
  readonly emails: readonly string[];
}

/**
 * Where the alarms of one stack in one region are sent: an encrypted topic that this account's alarms may publish to, and
 * its databases' events where the stack has any.
 */
export class AlarmTopic extends Construct {
  readonly topicArn: string;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const { topicName, accountId, kmsKeyArn, emails, takesDatabaseEvents = false } = props;
    const topic = new SnsTopic(this, 'Resource', { name: topicName, kmsMasterKeyId: kmsKeyArn });
    new SnsTopicPolicy(this, 'Policy', {
      arn: topic.arn,
      policy: policyDocument([
        publishStatement('AlarmsPublish', 'cloudwatch', topic.arn, accountId),
        // [Aurora user guide, granting permissions to publish notifications to an SNS topic]
        ...(takesDatabaseEvents ? [publishStatement('DatabaseEventsPublish', 'events.rds', topic.arn, accountId)] : []),
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

function publishStatement(sid: string, service: string, topicArn: string, accountId: string): object {
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: { Service: `${service}.amazonaws.com` },
    Action: 'sns:Publish',
    Resource: topicArn,
    Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
  };
}
