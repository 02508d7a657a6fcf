import type { Account } from '../../account/account';
import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import { randomUuid } from '../../model/random-id';
import type { ResourceRecord } from '../../model/resource-record';
import { mayInvoke } from '../lambda/function-permissions';
import type { LambdaFunctions } from '../lambda/lambda-functions';
import { queueMessage } from '../sqs/queue-message';
import { envelope, lambdaEvent, type Notification, type TopicMessage } from './notification';

/** Type of the account's records that are messages of a topic, each with its deliveries. */
export const TOPIC_MESSAGE_RECORD = 'sns_message';

/** A message of a topic, as it was published. */
export interface SentMessage {
  readonly topicArn: string;
  /** Empty where it has none. */
  readonly subject: string;
  readonly message: string;
  /** ISO 8601. */
  readonly publishedAt: string;
}

/** Messages of all topics, the oldest first. */
export function sentMessages(account: AccountView): readonly SentMessage[] {
  return account
    .list(TOPIC_MESSAGE_RECORD)
    .map(({ attributes }) => ({
      topicArn: text(attributes['topic_arn']),
      subject: text(attributes['subject']),
      message: text(attributes['message']),
      publishedAt: text(attributes['published_at']),
    }))
    .sort((one, other) => one.publishedAt.localeCompare(other.publishedAt));
}

/** Principal that invokes a function for a topic. */
const PRINCIPAL = 'sns.amazonaws.com';

export interface TopicsOptions {
  readonly account: Account;
  readonly functions: Pick<LambdaFunctions, 'invokeLater'>;
  readonly isDark: (region: string) => boolean;
  readonly nowMs: () => number;
}

/** Delivery of a message to one subscription. */
type Delivery =
  | { readonly kind: 'invoke'; readonly target: ResourceRecord }
  | { readonly kind: 'enqueue'; readonly message: ResourceRecord }
  | { readonly kind: 'none'; readonly why: string };

/**
 * Topics that Terraform made. A message is kept in the account with its deliveries, one a subscription, and is handed to
 * functions and queues; nothing leaves this machine. Filter policies are not evaluated.
 */
export class Topics {
  constructor(private readonly options: TopicsOptions) {}

  /** @returns the message's id */
  publish(topic: ResourceRecord, { attributes = {}, message, subject }: TopicMessage): string {
    const { account, functions, nowMs } = this.options;
    const notification = { topic, subject, message, attributes, messageId: randomUuid(), publishedAtMs: nowMs() };
    const deliveries = account
      .findBy('aws_sns_topic_subscription', 'topic_arn', topic.arn ?? '')
      .map((subscription) => ({ subscription, delivery: this.deliveryOf(notification, subscription) }));
    const publishedAt = new Date(notification.publishedAtMs).toISOString();
    const record: ResourceRecord = {
      type: TOPIC_MESSAGE_RECORD,
      region: topic.region,
      service: 'sns',
      // A name that sorts by time, so that a listing of the folder is the topic's history.
      id: `${publishedAt} ${notification.messageId}`,
      attributes: {
        topic_arn: topic.arn ?? '',
        subject,
        message,
        attributes: Object.fromEntries(Object.entries(attributes).map(([name, { Value }]) => [name, Value])),
        published_at: publishedAt,
        deliveries: deliveries.map(({ delivery, subscription: { arn, attributes: of } }) => ({
          subscription_arn: arn ?? '',
          protocol: text(of['protocol']),
          endpoint: text(of['endpoint']),
          delivered: delivery.kind !== 'none',
          ...(delivery.kind === 'none' ? { why: delivery.why } : {}),
        })),
      },
    };
    const enqueued = deliveries.flatMap(({ delivery }) =>
      delivery.kind === 'enqueue' ? [{ put: delivery.message }] : [],
    );
    account.commit([{ put: record }, ...enqueued]);
    for (const { delivery, subscription } of deliveries) {
      if (delivery.kind === 'invoke') {
        functions.invokeLater(delivery.target, lambdaEvent(notification, subscription.arn ?? ''));
      }
    }
    return notification.messageId;
  }

  private deliveryOf(notification: Notification, { arn = '', attributes }: ResourceRecord): Delivery {
    const { account, isDark } = this.options;
    const { topic, message, publishedAtMs } = notification;
    const [protocol, endpoint] = [text(attributes['protocol']), text(attributes['endpoint'])];
    if (protocol.startsWith('email')) return { kind: 'none', why: 'The sandbox sends no mail.' };
    if (protocol !== 'lambda' && protocol !== 'sqs') {
      return { kind: 'none', why: `The sandbox does not deliver by ${protocol}.` };
    }
    const target = account.findByArn(endpoint.split(':').slice(0, 7).join(':'));
    if (target?.type !== (protocol === 'lambda' ? 'aws_lambda_function' : 'aws_sqs_queue')) {
      return { kind: 'none', why: `${endpoint} is not there.` };
    }
    const dark = [topic.region, target.region].find(isDark);
    if (dark !== undefined) return { kind: 'none', why: `${dark} is dark.` };
    if (protocol === 'sqs') {
      const body = attributes['raw_message_delivery'] === true ? message : envelope(notification, arn);
      return { kind: 'enqueue', message: queueMessage(target, body, publishedAtMs) };
    }
    if (!mayInvoke(account, target, PRINCIPAL, topic.arn ?? '')) {
      return {
        kind: 'none',
        why: `${target.id} may not be invoked: no permission of it lets ${PRINCIPAL} do so for this topic.`,
      };
    }
    return { kind: 'invoke', target };
  }
}
