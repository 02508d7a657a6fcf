import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notice } from '@dr/recovery';

/** A subject has 100 characters of ASCII at most, none of them a line break [SNS API Reference, Publish]. */
const LONGEST_SUBJECT = 100;

/** Notifies people. By the notice's id a receiver recognizes a duplicate. */
export async function notify(
  client: Pick<SNSClient, 'send'>,
  topicArn: string,
  notice: Notice,
  abortSignal: AbortSignal,
): Promise<void> {
  // The topic's name says which environment this is about.
  const topicName = topicArn.split(':').at(-1) ?? '';
  await client.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: `${topicName}: ${notice.subject}`.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_SUBJECT),
      Message: `${notice.text} Runbook: docs/runbooks/failover.md.`,
      MessageAttributes: { noticeId: { DataType: 'String', StringValue: notice.id } },
    }),
    { abortSignal },
  );
}
