import { agrees } from '../../model/agrees';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomUuid } from '../../model/random-id';
import type { Reference, ResourceContext, ServiceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { sameValue } from '../../model/same-value';
import { kmsKeyCheck } from '../kms/resources';

/** Amazon SNS. Codes and words: Amazon SNS API Reference. */
export const snsResources: ServiceDefinition = {
  name: 'sns',
  sdkId: 'SNS',
  resources: {
    aws_sns_topic: {
      label: 'SNS Topic',
      calls: { create: 'CreateTopic', update: 'SetTopicAttributes', delete: 'DeleteTopic' },
      id: 'arn:aws:sns:{region}:{accountId}:{name}',
      arn: '{id}',
      replaces: ['name', 'name_prefix', 'fifo_topic'],
      defaults: { content_based_deduplication: false, fifo_topic: false },
      conflicts: [['name', 'name_prefix']],
      computed: {
        beginning_archive_time: '',
        fifo_throughput_scope: '',
        owner: '{accountId}',
        policy: ({ arn, accountId }) =>
          JSON.stringify({
            Id: '__default_policy_ID',
            Statement: [
              {
                Action: [
                  'SNS:GetTopicAttributes',
                  'SNS:SetTopicAttributes',
                  'SNS:AddPermission',
                  'SNS:RemovePermission',
                  'SNS:DeleteTopic',
                  'SNS:Subscribe',
                  'SNS:ListSubscriptionsByTopic',
                  'SNS:Publish',
                ],
                Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
                Effect: 'Allow',
                Principal: { AWS: '*' },
                Resource: arn,
                Sid: '__default_statement_ID',
              },
            ],
            Version: '2008-10-17',
          }),
        signature_version: () => 0,
        tracing_config: '',
      },
      // The topic of that name is given back if attributes and tags agree [SNS API, CreateTopic].
      overwrites: (context, former) =>
        agrees(context, former) && sameValue(context.attributes['tags_all'], former.attributes['tags_all'], 'dynamic'),
      unique: [
        {
          attributes: ['name'],
          refusal: {
            code: 'InvalidParameter',
            message: 'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
          },
        },
      ],
      checks: [
        ({ attributes }) => {
          const name = text(attributes['name']);
          const fifo = attributes['fifo_topic'] === true;
          if (!/^[A-Za-z0-9_-]{1,256}(\.fifo)?$/.test(name) || name.endsWith('.fifo') !== fifo) {
            throw new AwsError('InvalidParameter', 'Invalid parameter: Topic Name', { path: ['name'] });
          }
        },
        kmsKeyCheck('kms_master_key_id', { code: 'KMSNotFoundException', message: "Key '{value}' does not exist" }),
      ],
    },
    aws_sns_topic_policy: {
      label: 'SNS Topic Policy',
      calls: { create: 'SetTopicAttributes', update: 'SetTopicAttributes', delete: 'SetTopicAttributes' },
      id: ({ attributes }) => text(attributes['arn']),
      // The `arn` here is the topic's, whose record holds it.
      arn: '',
      replaces: ['arn'],
      overwrites: () => true,
      computed: { owner: '{accountId}' },
      references: [topicReference('arn')],
      checks: [
        ({ attributes }) => {
          // A policy of SNS is about the topic that it is on, and says so [SNS API, SetTopicAttributes].
          const policy = text(attributes['policy']);
          if (!policy.includes(text(attributes['arn']))) {
            throw new AwsError(
              'InvalidParameter',
              'Invalid parameter: Policy statement action out of service scope or resource is no topic of yours',
              { path: ['policy'] },
            );
          }
        },
      ],
    },
    aws_sns_topic_subscription: {
      label: 'SNS Topic Subscription',
      calls: { create: 'Subscribe', update: 'SetSubscriptionAttributes', delete: 'Unsubscribe' },
      // An endpoint has one subscription to a topic [SNS API, Subscribe].
      id: (context) => subscriptionOf(context)?.id ?? `${text(context.attributes['topic_arn'])}:${randomUuid()}`,
      overwrites: agrees,
      unique: [
        {
          attributes: ['endpoint', 'protocol', 'topic_arn'],
          refusal: {
            code: 'InvalidParameter',
            message: 'Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
          },
        },
      ],
      arn: '{id}',
      replaces: ['topic_arn', 'protocol', 'endpoint'],
      defaults: { confirmation_timeout_in_minutes: 1, endpoint_auto_confirms: false, raw_message_delivery: false },
      computed: {
        owner_id: '{accountId}',
        pending_confirmation: ({ attributes }) => text(attributes['protocol']).startsWith('email'),
        confirmation_was_authenticated: () => true,
      },
      references: [topicReference('topic_arn')],
    },
  },
};

function subscriptionOf({ account, attributes }: ResourceContext): ResourceRecord | undefined {
  return account
    .findBy('aws_sns_topic_subscription', 'topic_arn', text(attributes['topic_arn']))
    .find(({ attributes: own }) => ['protocol', 'endpoint'].every((name) => own[name] === attributes[name]));
}

function topicReference(attribute: string): Reference {
  const refusal = { code: 'NotFound', message: 'Topic does not exist', status: 404 };
  return { attribute, to: 'aws_sns_topic', by: 'arn', refusal };
}
