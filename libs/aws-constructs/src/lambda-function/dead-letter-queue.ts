import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy';
import { Construct } from 'constructs';
import { policyDocument, type PolicyStatement } from '../iam/policy-document';

/** The longest that SQS keeps a message [SQS API, SetQueueAttributes]: nobody may have looked for days. */
const RETENTION_SECONDS = 14 * 86_400;

/** The queue of a function's failed events. */
export interface DeadLetters {
  readonly queueName: string;
  /** Key of the queue; the function's role is allowed to encrypt with it. */
  readonly kmsKeyArn: string;
}

/** An encrypted queue of events that a function failed on, over TLS only. */
export class DeadLetterQueue extends Construct {
  readonly queueArn: string;
  readonly queueName: string;
  /** Permissions that a role needs to put an event into it. */
  readonly sendStatements: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, { queueName, kmsKeyArn }: DeadLetters) {
    super(scope, id);
    const queue = new SqsQueue(this, 'Resource', {
      name: queueName,
      messageRetentionSeconds: RETENTION_SECONDS,
      kmsMasterKeyId: kmsKeyArn,
    });
    new SqsQueuePolicy(this, 'Policy', {
      queueUrl: queue.id,
      policy: policyDocument([
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: queue.arn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
    this.queueArn = queue.arn;
    this.queueName = queue.name;
    this.sendStatements = [
      { actions: ['sqs:SendMessage'], resources: [queue.arn] },
      // SQS encrypts with the sender's permissions [SQS developer guide, key management].
      { actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [kmsKeyArn] },
    ];
  }
}
