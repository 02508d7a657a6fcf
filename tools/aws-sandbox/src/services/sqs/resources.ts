import { agrees } from '../../model/agrees';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { Reference, ServiceDefinition } from '../../model/resource-definition';
import { kmsKeyCheck } from '../kms/resources';

/** Amazon SQS. Codes and words: Amazon SQS API Reference, CreateQueue and SetQueueAttributes. */
export const sqs: ServiceDefinition = {
  name: 'sqs',
  sdkId: 'SQS',
  resources: {
    aws_sqs_queue: {
      label: 'SQS Queue',
      calls: { create: 'CreateQueue', update: 'SetQueueAttributes', delete: 'DeleteQueue' },
      id: 'https://sqs.{region}.amazonaws.com/{accountId}/{name}',
      arn: 'arn:aws:sqs:{region}:{accountId}:{name}',
      replaces: ['name', 'name_prefix', 'fifo_queue'],
      // The queue of that name is given back if all attributes agree [SQS API, CreateQueue].
      overwrites: agrees,
      defaults: {
        content_based_deduplication: false,
        delay_seconds: 0,
        fifo_queue: false,
        message_retention_seconds: 345_600,
        receive_wait_time_seconds: 0,
        visibility_timeout_seconds: 30,
      },
      conflicts: [
        ['name', 'name_prefix'],
        ['kms_master_key_id', 'sqs_managed_sse_enabled'],
      ],
      ranges: {
        delay_seconds: [0, 900],
        kms_data_key_reuse_period_seconds: [60, 86_400],
        message_retention_seconds: [60, 1_209_600],
        receive_wait_time_seconds: [0, 20],
        visibility_timeout_seconds: [0, 43_200],
      },
      computed: {
        url: '{id}',
        deduplication_scope: '',
        fifo_throughput_limit: '',
        kms_data_key_reuse_period_seconds: () => 300,
        max_message_size: () => 262_144,
        policy: '',
        redrive_allow_policy: '',
        redrive_policy: '',
        sqs_managed_sse_enabled: ({ attributes }) => text(attributes['kms_master_key_id']) === '',
      },
      unique: [
        {
          attributes: ['name'],
          refusal: {
            code: 'QueueNameExists',
            message: 'A queue already exists with the same name and a different value for an attribute',
          },
        },
      ],
      checks: [
        ({ attributes }) => {
          const name = text(attributes['name']);
          if (!/^[A-Za-z0-9_-]{1,80}$/.test(name.replace(/\.fifo$/, '')) || name.length > 80) {
            throw new AwsError(
              'InvalidParameterValue',
              'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
              { path: ['name'] },
            );
          }
          if (name.endsWith('.fifo') !== (attributes['fifo_queue'] === true)) {
            throw new AwsError('InvalidParameterValue', "The name of a FIFO queue can only end with '.fifo'", {
              path: ['name'],
            });
          }
        },
        kmsKeyCheck('kms_master_key_id', { code: 'KmsNotFound', message: "Key '{value}' does not exist" }),
      ],
    },
    aws_sqs_queue_policy: {
      label: 'SQS Queue Policy',
      calls: { create: 'SetQueueAttributes', update: 'SetQueueAttributes', delete: 'SetQueueAttributes' },
      id: '{queue_url}',
      replaces: ['queue_url'],
      overwrites: () => true,
      references: [queueReference('queue_url')],
    },
  },
};

function queueReference(attribute: string): Reference {
  return {
    attribute,
    to: 'aws_sqs_queue',
    refusal: { code: 'AWS.SimpleQueueService.NonExistentQueue', message: 'The specified queue does not exist.' },
  };
}
