import { memberReader, type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { AwsError } from '../../model/aws-error';
import type { TopicMessage } from './notification';
import type { Topics } from './topics';

const required = memberReader((member) => new AwsError('InvalidParameter', `Invalid parameter: ${member}`));

/** 256 KB [SNS API Reference, Publish]. */
const LONGEST_MESSAGE_BYTES = 262_144;

/** Topics as Terraform made them: what is published to them is kept, and reaches their functions and queues. */
export function snsEndpoint(topics: Topics): ServiceEndpoint {
  return {
    signingName: 'sns',
    xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    inputs: {
      Publish: {
        TopicArn: 'string',
        Message: 'string',
        Subject: 'string',
        MessageAttributes: [
          { Name: 'string', Value: { DataType: 'string', StringValue: 'string', BinaryValue: 'string' } },
        ],
      },
    },
    permissions: ({ operation, input }) => [
      { action: `sns:${operation}`, resource: stringMember(input, 'TopicArn') ?? '*' },
    ],
    operations: {
      Publish: (input, { account, region }) => {
        const topic = account.findByArn(required(input, 'TopicArn'));
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
        const attributes = attributesOf(input['MessageAttributes']);
        return { MessageId: topics.publish(topic, { subject, message, attributes }) };
      },
    },
  };
}

function attributesOf(given: unknown): TopicMessage['attributes'] & object {
  if (!Array.isArray(given)) return {};
  return Object.fromEntries(
    (given as readonly Members[]).map(({ Name: name, Value: value }) => {
      const { BinaryValue: binary, DataType: type, StringValue: string } = (value ?? {}) as Members;
      return [String(name), { Type: String(type ?? 'String'), Value: String(string ?? binary ?? '') }];
    }),
  );
}
