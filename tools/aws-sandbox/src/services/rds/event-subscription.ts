import { listOf, type PolicyDocument } from '@dr/iam-policy';
import type { AccountView } from '../../model/account-view';
import { isJson, text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { findKmsKey } from '../kms/resources';
import { SNAPSHOT_RECORD } from './cluster-snapshots';

/** Terraform's type of a subscription to events. */
export const SUBSCRIPTION = 'aws_db_event_subscription';
/** Principal that publishes events [Aurora user guide, granting permissions to publish notifications to an SNS topic]. */
const PUBLISHER = 'events.rds.amazonaws.com';

/**
 * Categories by type of source, as far as Aurora's table lists events of them [Aurora user guide, event categories and
 * event messages]. Whether "global database" and "serverless", which it lists beside "notification", can be subscribed
 * to is nowhere said: they are refused here.
 */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  'db-cluster': [
    'configuration change',
    'creation',
    'deletion',
    'failover',
    'failure',
    'global failover',
    'maintenance',
    'notification',
  ],
  'db-cluster-snapshot': ['backup', 'failure', 'notification'],
  'db-instance': [
    'availability',
    'backtrack',
    'configuration change',
    'creation',
    'deletion',
    'failure',
    'low storage',
    'maintenance',
    'notification',
    'read replica',
    'recovery',
    'restoration',
    'security patching',
  ],
};

/** Types of records by the type of source that they are; sources of other types are not looked for. */
const SOURCES: Readonly<Record<string, string>> = {
  'db-cluster': 'aws_rds_cluster',
  'db-cluster-snapshot': SNAPSHOT_RECORD,
  'db-instance': 'aws_rds_cluster_instance',
};

/** Codes: Amazon RDS API Reference, CreateEventSubscription; words of its errors. */
export const eventSubscription: ResourceDefinition = {
  label: 'RDS Event Subscription',
  calls: {
    create: 'CreateEventSubscription',
    update: 'ModifyEventSubscription',
    delete: 'DeleteEventSubscription',
  },
  id: '{name}',
  arn: 'arn:aws:rds:{region}:{accountId}:es:{id}',
  replaces: ['name', 'name_prefix'],
  conflicts: [['name', 'name_prefix']],
  defaults: { enabled: true },
  computed: { customer_aws_id: '{accountId}' },
  allowed: {
    source_type: [
      'db-instance',
      'db-parameter-group',
      'db-security-group',
      'db-snapshot',
      'db-cluster',
      'db-cluster-snapshot',
      'custom-engine-version',
      'db-proxy',
      'blue-green-deployment',
      'db-shard-group',
      'zero-etl',
    ],
  },
  unique: [
    {
      attributes: ['name'],
      refusal: { code: 'SubscriptionAlreadyExist', message: 'The supplied subscription name already exists.' },
    },
  ],
  checks: [topicCheck, sourceCheck, categoryCheck],
};

function topicCheck({ account, attributes, region }: ResourceContext): void {
  const arn = text(attributes['sns_topic']);
  const refuse = (code: string, message: string, status = 400) =>
    new AwsError(code, message, { status, path: ['sns_topic'] });
  const topic = account.findByArn(arn);
  if (topic?.type !== 'aws_sns_topic' || topic.region !== region) {
    throw refuse('SNSTopicArnNotFound', 'The SNS topic ARN does not exist.', 404);
  }
  if (topic.attributes['fifo_topic'] === true) {
    throw refuse('SNSInvalidTopic', 'SNS has responded that there is a problem with the SNS topic specified.');
  }
  // RDS publishes a message when a subscription is made, and so finds out.
  const ownPolicy = account.find('aws_sns_topic_policy', region, arn)?.attributes['policy'];
  if (!lets(ownPolicy ?? topic.attributes['policy'], 'sns:Publish') || !mayUseKey(account, topic)) {
    throw refuse('SNSNoAuthorization', 'You do not have permission to publish to the SNS topic ARN.');
  }
}

/** A topic that a customer's key encrypts takes messages of who may use that key [Amazon SNS developer guide, keys]. */
function mayUseKey(account: AccountView, { attributes, region }: ResourceRecord): boolean {
  const named = text(attributes['kms_master_key_id']);
  return named === '' || lets(findKmsKey(account, region, named)?.attributes['policy'], 'kms:GenerateDataKey*');
}

/** Whether a resource's policy lets RDS do something; conditions are not evaluated. */
function lets(policy: unknown, action: string): boolean {
  if (!isJson(text(policy as string))) return false;
  return listOf((JSON.parse(text(policy as string)) as PolicyDocument).Statement).some(
    ({ Action: actions = [], Effect: effect, Principal: principal }) => {
      const named = typeof principal === 'string' ? [principal] : Object.values(principal ?? {}).flatMap(listOf);
      return (
        effect === 'Allow' &&
        named.some((name) => name === '*' || name === PUBLISHER) &&
        listOf(actions).some((each) =>
          ['*', action.toLowerCase(), `${action.split(':')[0] ?? ''}:*`].includes(each.toLowerCase()),
        )
      );
    },
  );
}

function sourceCheck({ account, attributes, region }: ResourceContext): void {
  const [type, sources] = [text(attributes['source_type']), texts(attributes['source_ids'])];
  if (sources.length > 0 && type === '') {
    throw new AwsError('InvalidParameterCombination', 'SourceType must be provided with SourceIds.', {
      path: ['source_ids'],
    });
  }
  const kind = SOURCES[type];
  if (kind !== undefined && sources.some((id) => account.find(kind, region, id) === undefined)) {
    throw new AwsError('SourceNotFound', 'The requested source could not be found.', {
      status: 404,
      path: ['source_ids'],
    });
  }
}

function categoryCheck({ attributes }: ResourceContext): void {
  const known = CATEGORIES[text(attributes['source_type'])];
  if (known !== undefined && texts(attributes['event_categories']).some((category) => !known.includes(category))) {
    throw new AwsError('SubscriptionCategoryNotFound', 'The supplied category does not exist.', {
      status: 404,
      path: ['event_categories'],
    });
  }
}
