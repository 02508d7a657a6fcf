import { DescribeEventsCommand, type DescribeEventsCommandInput } from '@aws-sdk/client-rds';
import type { ObjectValue } from '../../model/value';
import { EAST, TestGlobalDatabase, WEST } from '../../testing/global-database';
import { TestSandbox } from '../../testing/test-sandbox';
import { sentMessages } from '../sns/topics';

const PROMOTION_MS = 30_000;
const HOUR_MS = 3_600_000;

let aws: TestSandbox;
let orders: TestGlobalDatabase;

beforeEach(async () => {
  aws = await TestSandbox.start({ promotionMs: PROMOTION_MS });
  orders = TestGlobalDatabase.deploy(aws);
});

afterEach(async () => {
  orders.close();
  await aws.close();
});

const eventsOf = async (region: string, input: DescribeEventsCommandInput = {}) =>
  (await orders.rds(region).send(new DescribeEventsCommand(input))).Events ?? [];

const messagesOf = async (region: string, input: DescribeEventsCommandInput = {}) =>
  (await eventsOf(region, input)).map(({ Message: message }) => message);

function darken(): void {
  aws.faults.set({ kind: 'dark', region: EAST, manner: 'silent', sinceMs: aws.nowMs });
}

function topicOf(region: string, more: ObjectValue = {}): string {
  return String(aws.terraform.apply('aws_sns_topic', { region, name: 'notices', ...more })['arn']);
}

const subscribe = (change: ObjectValue = {}) =>
  aws.terraform.apply('aws_db_event_subscription', {
    region: WEST,
    name: 'told',
    source_type: 'db-instance',
    source_ids: [`orders-${WEST}-1`],
    ...change,
  });

const ended = async () => {
  aws.nowMs += PROMOTION_MS;
  await orders.untilAvailable();
};

describe('the outcome of write fencing', () => {
  it('is recorded in the region of the former writer, by its instance, where that can be reached', async () => {
    await orders.failOver(WEST);

    expect(await eventsOf(EAST)).toEqual([
      {
        SourceIdentifier: `orders-${EAST}-1`,
        SourceType: 'db-instance',
        SourceArn: `arn:aws:rds:${EAST}:000000000000:db:orders-${EAST}-1`,
        Message: `Attempt to block writes for DB cluster orders-${EAST} in Region ${EAST} succeeded.`,
        EventCategories: ['notification', 'global database'],
        Date: new Date(aws.nowMs),
      },
    ]);
    expect(await eventsOf(WEST)).toEqual([]);
  });

  it.each(['dark', 'cut off'])('is recorded at the new writer where the former one is %s', async (how) => {
    if (how === 'dark') darken();
    else aws.faults.set({ kind: 'cut', regions: [EAST, WEST], sinceMs: aws.nowMs });

    await orders.failOver(WEST);
    aws.faults.clear();

    expect(await eventsOf(WEST)).toMatchObject([
      {
        SourceIdentifier: `orders-${WEST}-1`,
        Message: `Attempt to block writes for DB cluster orders-${EAST} in Region ${EAST} timed out.`,
      },
    ]);
    expect(await eventsOf(EAST)).toEqual([]);
  });
});

describe('moves of the writer', () => {
  it('are recorded at the cluster that they name: a failover by its end', async () => {
    darken();
    await orders.failOver(WEST);
    await ended();

    expect(await messagesOf(WEST, { SourceType: 'db-cluster' })).toEqual([
      `Global failover to DB cluster orders-${WEST} in Region ${WEST} completed.`,
    ]);
  });

  it('are recorded of a switchover by their steps', async () => {
    await orders.switchOver(WEST, EAST);
    await ended();

    const ofMoves = { EventCategories: ['global failover'] };
    expect(await messagesOf(EAST, ofMoves)).toEqual([
      `Old primary DB cluster orders-${EAST} in Region ${EAST} successfully shut down.`,
    ]);
    expect(await messagesOf(WEST, ofMoves)).toEqual([
      `Global switchover to DB cluster orders-${WEST} in Region ${WEST} started.`,
      `New primary DB cluster orders-${WEST} in Region ${WEST} was successfully promoted.`,
      `Global switchover to DB cluster orders-${WEST} in Region ${WEST} finished.`,
    ]);
  });

  it('are recorded as failed where a side is lost while a switchover runs', async () => {
    await orders.switchOver(WEST, EAST);
    darken();
    await ended();

    expect((await messagesOf(WEST)).at(-1)).toBe(
      `Global switchover to DB cluster orders-${WEST} in Region ${WEST} failed.`,
    );
  });
});

it('records a failover within a cluster by its begin and its end', async () => {
  aws.terraform.apply('aws_rds_cluster_instance', {
    region: EAST,
    identifier: `orders-${EAST}-2`,
    cluster_identifier: `orders-${EAST}`,
    instance_class: 'db.r6g.large',
    engine: 'aurora-postgresql',
    availability_zone: `${EAST}b`,
  });

  await orders.failOverWithin(EAST);
  await orders.failOverWithin(EAST);

  expect(await messagesOf(EAST, { SourceType: 'db-cluster', EventCategories: ['failover'] })).toEqual([
    `Started cross AZ failover to DB instance: orders-${EAST}-2.`,
    `Completed failover to DB instance: orders-${EAST}-2.`,
    `Started cross AZ failover to DB instance: orders-${EAST}-1.`,
    `Completed failover to DB instance: orders-${EAST}-1.`,
  ]);
});

it('shows events of the last hour unless it is asked for more, and none that are older than 14 days', async () => {
  darken();
  await orders.failOver(WEST);
  await ended();
  const before = new Date(aws.nowMs - HOUR_MS);
  aws.nowMs += 2 * HOUR_MS;

  expect(await eventsOf(WEST)).toHaveLength(0);
  expect(await eventsOf(WEST, { Duration: 180 })).toHaveLength(2);
  expect(await eventsOf(WEST, { StartTime: before })).toHaveLength(2);
  expect(await eventsOf(WEST, { StartTime: before, Duration: 30 })).toHaveLength(0);
  expect(await eventsOf(WEST, { StartTime: before, EndTime: new Date(aws.nowMs - 2 * HOUR_MS - 1) })).toHaveLength(1);
  expect(
    await eventsOf(WEST, { Duration: 180, SourceType: 'db-cluster', SourceIdentifier: `orders-${WEST}` }),
  ).toHaveLength(1);

  aws.nowMs += 14 * 24 * HOUR_MS;
  expect(await eventsOf(WEST, { Duration: 30 * 24 * 60 })).toHaveLength(0);
});

it('shows events page by page', async () => {
  for (let move = 0; move < 10; move++) {
    await orders.switchOver(move % 2 === 0 ? WEST : EAST, move % 2 === 0 ? EAST : WEST);
    await ended();
  }
  const all = await messagesOf(WEST);
  const client = orders.rds(WEST);

  const first = await client.send(new DescribeEventsCommand({ MaxRecords: 20 }));
  const second = await client.send(new DescribeEventsCommand({ MaxRecords: 20, Marker: first.Marker }));

  expect(all.length).toBeGreaterThan(20);
  expect(first.Events).toHaveLength(20);
  expect([...(first.Events ?? []), ...(second.Events ?? [])].map(({ Message: message }) => message)).toEqual(all);
  expect(second.Marker).toBeUndefined();
});

it.each([
  [{ SourceIdentifier: 'orders' }, 'InvalidParameterCombination'],
  [{ MaxRecords: 19 }, 'InvalidParameterValue'],
  [{ MaxRecords: 101 }, 'InvalidParameterValue'],
  [{ StartTime: new Date(2_000), EndTime: new Date(1_000) }, 'InvalidParameterCombination'],
])('refuses %j with %s', async (input, code) => {
  await expect(eventsOf(WEST, input)).rejects.toMatchObject({ name: code });
});

describe('a subscription', () => {
  const told = () => sentMessages(aws.terraform.account);

  it('gets the event of its source as RDS sends it', async () => {
    const topicArn = topicOf(WEST);
    subscribe({ sns_topic: topicArn });
    darken();

    await orders.failOver(WEST);
    await ended();

    const [sent, ...more] = told();
    expect(more).toEqual([]);
    expect(sent).toMatchObject({ topicArn, subject: 'RDS Notification Message' });
    expect(JSON.parse(sent?.message ?? '')).toEqual({
      'Event Source': 'db-instance',
      'Event Time': expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/),
      'Identifier Link': `https://console.aws.amazon.com/rds/home?region=${WEST}#dbinstance:id=orders-${WEST}-1`,
      'Source ID': `orders-${WEST}-1`,
      'Source ARN': `arn:aws:rds:${WEST}:000000000000:db:orders-${WEST}-1`,
      'Event ID': 'http://docs.amazonwebservices.com/AmazonRDS/latest/UserGuide/USER_Events.html#RDS-EVENT-0391',
      'Event Message': `Attempt to block writes for DB cluster orders-${EAST} in Region ${EAST} timed out.`,
    });
  });

  it.each<[string, ObjectValue]>([
    ['of another category', { event_categories: ['maintenance'] }],
    ['of another type of source', { source_type: 'db-cluster-snapshot', source_ids: [] }],
    ['that is not enabled', { enabled: false }],
  ])('%s gets none', async (_which, change) => {
    subscribe({ sns_topic: topicOf(WEST), ...change });
    darken();

    await orders.failOver(WEST);

    expect(told()).toEqual([]);
  });

  it("has AWS's name and account", () => {
    expect(subscribe({ sns_topic: topicOf(WEST) })).toMatchObject({
      id: 'told',
      arn: `arn:aws:rds:${WEST}:000000000000:es:told`,
      customer_aws_id: '000000000000',
      enabled: true,
    });
  });

  const policy = (service: string) => (arn: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sns:Publish', Resource: arn }],
    });
  const keyFor = (service: string) =>
    String(
      aws.terraform.apply('aws_kms_key', {
        region: WEST,
        policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: service }, Action: 'kms:GenerateDataKey*', Resource: '*' },
          ],
        }),
      })['arn'],
    );

  it.each<[string, string, () => ObjectValue]>([
    [
      'a topic that is not there',
      'SNSTopicArnNotFound',
      () => ({ sns_topic: `arn:aws:sns:${WEST}:000000000000:none` }),
    ],
    ['a topic of another region', 'SNSTopicArnNotFound', () => ({ sns_topic: topicOf(EAST) })],
    [
      'a FIFO topic',
      'SNSInvalidTopic',
      () => ({ sns_topic: topicOf(WEST, { name: 'notices.fifo', fifo_topic: true }) }),
    ],
    [
      'a topic that only alarms may publish to',
      'SNSNoAuthorization',
      () => {
        const arn = topicOf(WEST);
        aws.terraform.apply('aws_sns_topic_policy', {
          region: WEST,
          arn,
          policy: policy('cloudwatch.amazonaws.com')(arn),
        });
        return { sns_topic: arn };
      },
    ],
    [
      'a topic whose key only alarms may use',
      'SNSNoAuthorization',
      () => ({ sns_topic: topicOf(WEST, { kms_master_key_id: keyFor('cloudwatch.amazonaws.com') }) }),
    ],
    ['a source that is not there', 'SourceNotFound', () => ({ sns_topic: topicOf(WEST), source_ids: ['nobody'] })],
    ['sources of no type', 'InvalidParameterCombination', () => ({ sns_topic: topicOf(WEST), source_type: null })],
    [
      'a category that its type of source has not',
      'SubscriptionCategoryNotFound',
      () => ({ sns_topic: topicOf(WEST), event_categories: ['global failover'] }),
    ],
  ])('is refused for %s', (_what, code, change) => {
    expect(() => subscribe(change())).toThrow(code);
  });

  it('is taken for an encrypted topic that RDS may publish to, by a key that it may use', () => {
    const arn = topicOf(WEST, { kms_master_key_id: keyFor('events.rds.amazonaws.com') });
    aws.terraform.apply('aws_sns_topic_policy', { region: WEST, arn, policy: policy('events.rds.amazonaws.com')(arn) });

    expect(subscribe({ sns_topic: arn })).toMatchObject({ sns_topic: arn });
  });

  it('is refused under a name that is taken', () => {
    const topicArn = topicOf(WEST);
    subscribe({ sns_topic: topicArn });

    expect(() => subscribe({ sns_topic: topicArn })).toThrow('SubscriptionAlreadyExist');
  });
});
