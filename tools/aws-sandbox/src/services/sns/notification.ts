import type { ResourceRecord } from '../../model/resource-record';

/** A message as it was published. */
export interface TopicMessage {
  /** Empty for none. */
  readonly subject: string;
  readonly message: string;
  /** By name; a binary value is base64. @default none */
  readonly attributes?: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
}

/** A message with what SNS adds to it. */
export interface Notification extends Required<TopicMessage> {
  readonly messageId: string;
  readonly topic: ResourceRecord;
  readonly publishedAtMs: number;
}

/** Text in place of a signature: the sandbox signs nothing, and a verifier must fail. */
const NO_SIGNATURE = Buffer.from('the sandbox does not sign').toString('base64');

/** Event that a subscribed function is invoked with [AWS Lambda developer guide, using Lambda with Amazon SNS]. */
export function lambdaEvent(notification: Notification, subscriptionArn: string) {
  const { signingCertificate, unsubscribe } = addressesOf(notification, subscriptionArn);
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Type: 'Notification',
          MessageId: notification.messageId,
          TopicArn: notification.topic.arn ?? '',
          Subject: notification.subject === '' ? null : notification.subject,
          Message: notification.message,
          Timestamp: new Date(notification.publishedAtMs).toISOString(),
          SignatureVersion: '1',
          Signature: NO_SIGNATURE,
          SigningCertUrl: signingCertificate,
          UnsubscribeUrl: unsubscribe,
          MessageAttributes: notification.attributes,
        },
      },
    ],
  };
}

/**
 * The body of a queue's message, unless the subscription wants the message alone. Names end in `URL` here, and in `Url` for
 * a function [Amazon SNS developer guide, HTTP/HTTPS notification JSON format].
 */
export function envelope(notification: Notification, subscriptionArn: string): string {
  const { signingCertificate, unsubscribe } = addressesOf(notification, subscriptionArn);
  const { attributes, message, messageId, publishedAtMs, subject, topic } = notification;
  return JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topic.arn,
    ...(subject === '' ? {} : { Subject: subject }),
    Message: message,
    Timestamp: new Date(publishedAtMs).toISOString(),
    SignatureVersion: '1',
    Signature: NO_SIGNATURE,
    SigningCertURL: signingCertificate,
    UnsubscribeURL: unsubscribe,
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributes }),
  });
}

function addressesOf({ topic }: Notification, subscriptionArn: string) {
  const address = `https://sns.${topic.region}.amazonaws.com`;
  return {
    signingCertificate: `${address}/SimpleNotificationService-sandbox.pem`,
    unsubscribe: `${address}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
  };
}
