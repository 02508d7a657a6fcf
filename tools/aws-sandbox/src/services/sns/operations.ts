import { type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { AwsError } from '../../model/aws-error';
import api from './api.json';
import type { TopicMessage } from './notification';
import type { Topics } from './topics';

/** 256 KB [SNS API Reference, Publish]. */
const LONGEST_MESSAGE_BYTES = 262_144;

/** Operations on topics that Terraform made: published messages are kept, and delivered to functions and queues. */
export function snsEndpoint(topics: Topics): ServiceEndpoint {
  return {
    api: api as ServiceApi,
    invalidInput: ([first]) => invalid(first?.member ?? ''),
    permissions: ({ operation, input }) => [
      { action: `sns:${operation}`, resource: stringMember(input, 'TopicArn') ?? '*' },
    ],
    operations: {
      Publish: (input, { account, region }) => {
        const arn = stringMember(input, 'TopicArn');
        if (arn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
        const topic = account.findByArn(arn);
        if (topic?.type !== 'aws_sns_topic') throw new AwsError('NotFound', 'Topic does not exist');
        if (topic.region !== region) throw invalid('TopicArn');
        const message = String(input['Message']);
        if (Buffer.byteLength(message) > LONGEST_MESSAGE_BYTES) throw invalid('Message too long');
        const subject = stringMember(input, 'Subject') ?? '';
        if (!/^[\x20-\x7e]{0,100}$/.test(subject)) throw invalid('Subject');
        const attributes = attributesOf(input['MessageAttributes']);
        return { MessageId: topics.publish(topic, { subject, message, attributes }) };
      },
    },
  };
}

function invalid(parameter: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${parameter}`);
}

function attributesOf(given: unknown): TopicMessage['attributes'] & object {
  return Object.fromEntries(
    Object.entries((given ?? {}) as Record<string, Members>).map(([name, value]) => {
      const { BinaryValue: binary, DataType: type, StringValue: string } = value;
      return [name, { Type: String(type), Value: String(string ?? binary ?? '') }];
    }),
  );
}
