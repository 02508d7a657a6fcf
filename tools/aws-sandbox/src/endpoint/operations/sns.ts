import { AwsError } from '../../provider/aws-error';
import type { ObjectValue } from '../../provider/provider-api';
import { randomUuid } from '../../services/form';
import type { Members, ServiceEndpoint } from '../service-endpoint';

/** Type of the account's records that are messages: what was published, for a person or a test to read. */
export const MESSAGE_RECORD = 'sns_message';

/** 256 KB [SNS API Reference, Publish]. */
const LONGEST_MESSAGE_BYTES = 262_144;

/** Topics as Terraform made them. A message is kept in the account, and delivered to nobody. */
export const snsEndpoint: ServiceEndpoint = {
  signingName: 'sns',
  xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  operations: {
    Publish: (input, { account, now, region }) => {
      const topicArn = required(input, 'TopicArn');
      const topic = account.findByArn(topicArn);
      if (topic?.type !== 'aws_sns_topic') throw new AwsError('NotFound', 'Topic does not exist', { status: 404 });
      if (topic.region !== region) throw new AwsError('InvalidParameter', 'Invalid parameter: TopicArn');
      const message = required(input, 'Message');
      if (Buffer.byteLength(message) > LONGEST_MESSAGE_BYTES) {
        throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long');
      }
      const subject = typeof input['Subject'] === 'string' ? input['Subject'] : '';
      if (!/^[\x20-\x7e]{0,100}$/.test(subject)) {
        throw new AwsError('InvalidParameter', 'Invalid parameter: Subject');
      }
      const id = randomUuid();
      const attributes: ObjectValue = {
        topic_arn: topicArn,
        subject,
        message,
        attributes: attributesOf(input['MessageAttributes']),
        published_at: now.toISOString(),
      };
      // A name that sorts by time, so that a listing of the folder is the topic's history.
      const record = { type: MESSAGE_RECORD, region, service: 'sns', id: `${now.toISOString()} ${id}`, attributes };
      account.commit([{ put: record }]);
      return { MessageId: id };
    },
  },
};

function attributesOf(given: unknown): ObjectValue {
  if (!Array.isArray(given)) return {};
  return Object.fromEntries(
    (given as readonly Members[]).map(({ Name, Value }) => [
      String(Name),
      String((Value as Members | undefined)?.['StringValue'] ?? ''),
    ]),
  );
}

function required(input: Members, member: string): string {
  const value = input[member];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('InvalidParameter', `Invalid parameter: ${member}`);
}
