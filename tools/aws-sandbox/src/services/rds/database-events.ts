import type { Account } from '../../account/account';
import { type Members, stringMember } from '../../endpoint/calls/members';
import { pageOf } from '../../endpoint/calls/page';
import type { Operation } from '../../endpoint/calls/service-endpoint';
import { text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomUuid } from '../../model/random-id';
import type { ResourceRecord } from '../../model/resource-record';
import type { TopicMessage } from '../sns/notification';
import type { Topics } from '../sns/topics';
import { SUBSCRIPTION } from './event-subscription';

/** Type of the account's records of events. */
export const EVENT_RECORD = 'rds_event';

const MINUTE_MS = 60_000;
/** Events are kept for 14 days, and asked for of the last hour by default [Amazon RDS API Reference, DescribeEvents]. */
const KEPT_MS = 14 * 24 * 60 * MINUTE_MS;
const DEFAULT_MINUTES = 60;
const [SMALLEST_PAGE, LARGEST_PAGE] = [20, 100];

/** Numbers, categories and source types [Aurora user guide, event categories and event messages]. */
const EVENTS = {
  'RDS-EVENT-0071': ['db-cluster', 'failover'],
  'RDS-EVENT-0072': ['db-cluster', 'failover'],
  'RDS-EVENT-0073': ['db-cluster', 'failover'],
  'RDS-EVENT-0074': ['db-cluster-snapshot', 'backup'],
  'RDS-EVENT-0075': ['db-cluster-snapshot', 'backup'],
  'RDS-EVENT-0168': ['db-cluster-snapshot', 'backup'],
  'RDS-EVENT-0169': ['db-cluster-snapshot', 'backup'],
  'RDS-EVENT-0181': ['db-cluster', 'global failover'],
  'RDS-EVENT-0182': ['db-cluster', 'global failover'],
  'RDS-EVENT-0184': ['db-cluster', 'global failover'],
  'RDS-EVENT-0185': ['db-cluster', 'global failover'],
  'RDS-EVENT-0187': ['db-cluster', 'global failover'],
  'RDS-EVENT-0238': ['db-cluster', 'global failover'],
  'RDS-EVENT-0240': ['db-cluster', 'global failover'],
  'RDS-EVENT-0241': ['db-cluster', 'global failover'],
  // Listed as "notification, global database": as two categories inferred.
  'RDS-EVENT-0390': ['db-instance', 'notification', 'global database'],
  'RDS-EVENT-0391': ['db-instance', 'notification', 'global database'],
} as const satisfies Readonly<Record<string, readonly [sourceType: string, ...categories: string[]]>>;

export type EventId = keyof typeof EVENTS;

/** Views of the console, by type of source. */
const LINKS: Readonly<Record<string, string>> = {
  'db-cluster': 'dbclusters',
  'db-cluster-snapshot': 'snapshot',
  'db-instance': 'dbinstance',
};

export interface DatabaseEventsOptions {
  readonly account: Account;
  readonly topics: Pick<Topics, 'publish'>;
  readonly nowMs: () => number;
}

/** Source of an event: a cluster, an instance or a snapshot. */
export type EventSource = Pick<ResourceRecord, 'arn' | 'id' | 'region'>;

/** Events of databases, as RDS records them. One is kept in its source's region, and sent to the topics that subscribed there. */
export class DatabaseEvents {
  constructor(private readonly options: DatabaseEventsOptions) {}

  /** Operations of RDS on them. Codes: Amazon RDS API Reference; words inferred. */
  get operations(): Readonly<Record<string, Operation>> {
    return { DescribeEvents: (input, { region }) => this.describe(input, region) };
  }

  record({ arn = '', id: source, region }: EventSource, eventId: EventId, message: string): void {
    const { account, nowMs, topics } = this.options;
    const [sourceType, ...categories] = EVENTS[eventId];
    const date = new Date(nowMs()).toISOString();
    const event: ResourceRecord = {
      type: EVENT_RECORD,
      region,
      service: 'rds',
      // A name that sorts by time, and events of one millisecond as they were recorded.
      id: `${date} ${String(account.list(EVENT_RECORD, region).length).padStart(6, '0')} ${randomUuid()}`,
      attributes: { source, source_arn: arn, source_type: sourceType, event_id: eventId, categories, message, date },
    };
    account.commit([{ put: event }]);
    for (const { attributes } of account.list(SUBSCRIPTION, region)) {
      const topic = account.findByArn(text(attributes['sns_topic']));
      if (topic?.type === 'aws_sns_topic' && isSubscribed(attributes, sourceType, source, categories)) {
        topics.publish(topic, noticeOf(event));
      }
    }
  }

  /** Removes what is no longer kept. */
  sweep(): void {
    const { account, nowMs } = this.options;
    const old = account
      .list(EVENT_RECORD)
      .filter(({ attributes }) => Date.parse(text(attributes['date'])) < nowMs() - KEPT_MS);
    if (old.length > 0) account.commit(old.map((remove) => ({ remove })));
  }

  private describe(input: Members, region: string): Members {
    const [source, type] = ['SourceIdentifier', 'SourceType'].map((name) => stringMember(input, name));
    if (source !== undefined && type === undefined) {
      throw new AwsError('InvalidParameterCombination', 'SourceType must be provided with SourceIdentifier.');
    }
    const limit = Number(input['MaxRecords'] ?? LARGEST_PAGE);
    if (limit < SMALLEST_PAGE || limit > LARGEST_PAGE) {
      throw new AwsError(
        'InvalidParameterValue',
        `Invalid value ${limit} for MaxRecords. Must be between ${SMALLEST_PAGE} and ${LARGEST_PAGE}`,
      );
    }
    const [fromMs, toMs] = this.periodOf(input);
    const categories = input['EventCategories'] as readonly string[] | undefined;
    const found = this.options.account.list(EVENT_RECORD, region).filter(({ attributes }) => {
      const atMs = Date.parse(text(attributes['date']));
      return (
        atMs >= fromMs &&
        atMs <= toMs &&
        (type === undefined || attributes['source_type'] === type) &&
        (source === undefined || attributes['source'] === source.toLowerCase()) &&
        (categories === undefined || texts(attributes['categories']).some((each) => categories.includes(each)))
      );
    });
    const { nextToken, records } = pageOf(found, input['Marker'], limit);
    return { Marker: nextToken, Events: records.map(shown) };
  }

  private periodOf({ StartTime: start, EndTime: end, Duration: minutes }: Members): readonly [number, number] {
    const now = this.options.nowMs();
    const [startMs, endMs] = [start, end].map((time) => (time instanceof Date ? time.getTime() : undefined));
    const durationMs = Number(minutes ?? DEFAULT_MINUTES) * MINUTE_MS;
    const toMs = endMs ?? (startMs !== undefined && minutes !== undefined ? startMs + durationMs : now);
    const fromMs = startMs ?? toMs - durationMs;
    if (fromMs > toMs) throw new AwsError('InvalidParameterCombination', 'EndTime must not be before StartTime.');
    return [Math.max(fromMs, now - KEPT_MS), toMs];
  }
}

/** Tells a subscription's events: without sources those of all, without categories in all of them [Amazon RDS API Reference, CreateEventSubscription]. */
function isSubscribed(
  { enabled, event_categories: wanted, source_ids: sources, source_type: type }: ResourceRecord['attributes'],
  sourceType: string,
  source: string,
  categories: readonly string[],
): boolean {
  const isOne = (given: readonly string[], values: readonly string[]) =>
    given.length === 0 || given.some((each) => values.includes(each));
  return (
    enabled !== false &&
    isOne([text(type)].filter(Boolean), [sourceType]) &&
    isOne(texts(sources), [source]) &&
    isOne(texts(wanted), categories)
  );
}

/** Message that RDS publishes to a topic. No reference lists its fields: they are those of messages that people quote. */
function noticeOf({ attributes, region }: ResourceRecord): TopicMessage {
  const [sourceType, source] = [text(attributes['source_type']), text(attributes['source'])];
  return {
    subject: 'RDS Notification Message',
    message: JSON.stringify({
      'Event Source': sourceType,
      'Event Time': text(attributes['date']).replace('T', ' ').replace('Z', ''),
      'Identifier Link': `https://console.aws.amazon.com/rds/home?region=${region}#${LINKS[sourceType] ?? ''}:id=${source}`,
      'Source ID': source,
      'Source ARN': attributes['source_arn'],
      'Event ID': `http://docs.amazonwebservices.com/AmazonRDS/latest/UserGuide/USER_Events.html#${text(attributes['event_id'])}`,
      'Event Message': attributes['message'],
    }),
  };
}

function shown({ attributes }: ResourceRecord): Members {
  return {
    SourceIdentifier: attributes['source'],
    SourceType: attributes['source_type'],
    SourceArn: attributes['source_arn'],
    Message: attributes['message'],
    EventCategories: texts(attributes['categories']),
    Date: new Date(text(attributes['date'])),
  };
}
