import {
  type AttributeValue,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { TerraformClient } from '../../testing/terraform-client';
import { TestSandbox } from '../../testing/test-sandbox';

const EAST = 'us-east-1';
const WEST = 'us-west-2';
const LAG_MS = 800;

let aws: TestSandbox;
let terraform: TerraformClient;
let clients: readonly DynamoDBClient[];
let east: DynamoDBClient;
let west: DynamoDBClient;

beforeEach(async () => {
  aws = await TestSandbox.start();
  aws.faults.set({ kind: 'lag', lagMs: LAG_MS });
  ({ terraform } = aws);
  clients = [EAST, WEST].map((region) => new DynamoDBClient(aws.client(region)));
  [east, west] = clients as [DynamoDBClient, DynamoDBClient];
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await aws.close();
});

const strong = () =>
  terraform.apply('aws_dynamodb_table', {
    name: 'control',
    billing_mode: 'PAY_PER_REQUEST',
    hash_key: 'item',
    attribute: [{ name: 'item', type: 'S' }],
    stream_enabled: true,
    stream_view_type: 'NEW_AND_OLD_IMAGES',
    replica: [{ region_name: WEST, consistency_mode: 'STRONG' }],
    global_table_witness: [{ region_name: 'us-east-2' }],
  });

const eventual = () =>
  terraform.apply('aws_dynamodb_table', {
    name: 'activity',
    billing_mode: 'PAY_PER_REQUEST',
    hash_key: 'id',
    range_key: 'at',
    attribute: [
      { name: 'id', type: 'S' },
      { name: 'at', type: 'N' },
      { name: 'user', type: 'S' },
    ],
    global_secondary_index: [{ name: 'user-index', hash_key: 'user', projection_type: 'KEYS_ONLY' }],
    stream_enabled: true,
    stream_view_type: 'NEW_AND_OLD_IMAGES',
    replica: [{ region_name: WEST }],
  });

const key = { item: { S: 'control' } };

const put = (client: DynamoDBClient, version: number, more: Partial<PutItemCommandInput> = {}) =>
  client.send(new PutItemCommand({ TableName: 'control', Item: { ...key, version: { N: String(version) } }, ...more }));

async function version(client: DynamoDBClient, consistent: boolean): Promise<string | undefined> {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: 'control', Key: key, ConsistentRead: consistent }),
  );
  return item?.['version']?.N;
}

/** Code and words of what is refused. */
async function refusal(call: Promise<unknown>): Promise<readonly [string, string]> {
  const error = await call.then(
    () => {
      throw new Error('expected a refusal, got an answer');
    },
    (reason: Error) => reason,
  );
  return [error.name, error.message];
}

const onVersion = (expected: number) => ({
  ConditionExpression: '#version = :expected',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':expected': { N: String(expected) } },
});

describe('a strongly consistent global table', () => {
  beforeEach(strong);

  it('is read strongly in the other region as soon as a write is acknowledged, and weakly after the lag', async () => {
    await put(east, 1);

    expect(await version(west, true)).toBe('1');
    expect(await version(west, false)).toBeUndefined();
    aws.nowMs += LAG_MS;
    expect(await version(west, false)).toBe('1');
  });

  it('decides a condition on the newest state, wherever it was written', async () => {
    await put(east, 1);
    await put(west, 2, onVersion(1));

    expect(await refusal(put(east, 2, onVersion(1)))).toEqual([
      'ConditionalCheckFailedException',
      'The conditional request failed',
    ]);
    expect(await version(east, true)).toBe('2');
  });

  it('lets exactly one of many conditional writes from both regions through', async () => {
    await put(east, 1);
    const contenders = Array.from({ length: 20 }, (_, index) => put(index % 2 === 0 ? east : west, 2, onVersion(1)));

    const outcomes = await Promise.allSettled(contenders);

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([
    [
      'both other regions are dark',
      [
        { kind: 'dark', region: WEST },
        { kind: 'dark', region: 'us-east-2' },
      ],
    ],
    [
      'both other regions are cut off from it',
      [
        { kind: 'cut', regions: [EAST, WEST] },
        { kind: 'cut', regions: ['us-east-2', EAST] },
      ],
    ],
  ] as const)('has no quorum where %s, and is read weakly', async (_, faults) => {
    await put(east, 1);
    for (const fault of faults) aws.faults.set(fault);

    expect(await refusal(put(east, 2))).toEqual(['InternalServerError', 'Internal server error']);
    expect((await refusal(version(east, true)))[0]).toBe('InternalServerError');
    expect(await version(east, false)).toBe('1');

    aws.faults.clear();
    await put(east, 2);
    expect(await version(east, true)).toBe('2');
  });

  it('keeps its quorum by the witness between regions that are cut off from each other', async () => {
    aws.faults.set({ kind: 'cut', regions: [EAST, WEST] });
    await put(east, 1);
    await put(west, 2, onVersion(1));

    expect(await version(east, true)).toBe('2');
    aws.nowMs += LAG_MS;
    expect(await version(east, false)).toBe('1');
  });

  it('orders writes by acknowledgement even when the clock goes back', async () => {
    await put(east, 1);
    aws.nowMs -= 600_000;
    await put(west, 2);

    expect(await version(east, true)).toBe('2');
  });

  it('shows what was there to a condition that fails and asks for it', async () => {
    await put(east, 7);
    const call = put(west, 8, { ...onVersion(1), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });

    await expect(call).rejects.toMatchObject({ Item: { ...key, version: { N: '7' } } });
  });

  it('keeps what it acknowledged, over a process that ends without a word', async () => {
    await put(east, 3);
    aws = await aws.restart();
    const client = new DynamoDBClient(aws.client(WEST));

    expect(await version(client, true)).toBe('3');
    expect(await refusal(put(client, 2, onVersion(1)))).toEqual([
      'ConditionalCheckFailedException',
      'The conditional request failed',
    ]);
    client.destroy();
  });
});

describe('an eventually consistent global table', () => {
  const ACTIVITY = { TableName: 'activity' };
  const activity = (at: number, user: string, note = 'x'): Record<string, AttributeValue> => ({
    id: { S: 'order-1' },
    at: { N: String(at) },
    user: { S: user },
    note: { S: note },
  });
  const write = (client: DynamoDBClient, item: Record<string, AttributeValue>) =>
    client.send(new PutItemCommand({ ...ACTIVITY, Item: item }));
  const noteIn = async (client: DynamoDBClient) => {
    const { Item: item } = await client.send(
      new GetItemCommand({ ...ACTIVITY, Key: { id: { S: 'order-1' }, at: { N: '1' } }, ConsistentRead: true }),
    );
    return item?.['note']?.S;
  };

  beforeEach(eventual);

  it('shows a write in the other region after the lag, and the later of two everywhere', async () => {
    await write(east, activity(1, 'ada', 'east'));
    expect(await noteIn(west)).toBeUndefined();
    aws.nowMs += 1;
    await write(west, activity(1, 'ada', 'west'));

    expect([await noteIn(east), await noteIn(west)]).toEqual(['east', 'west']);
    aws.nowMs += LAG_MS;
    expect([await noteIn(east), await noteIn(west)]).toEqual(['west', 'west']);
  });

  it('holds back what could not leave a dark region, and delivers it afterwards', async () => {
    await write(east, activity(1, 'ada', 'east'));
    aws.faults.set({ kind: 'dark', region: EAST, manner: 'silent', sinceMs: aws.nowMs });
    aws.nowMs += 60_000;
    expect(await noteIn(west)).toBeUndefined();

    aws.faults.clear();
    expect(await noteIn(west)).toBe('east');
  });

  it('is queried by its keys in their order, page by page, and by an index with what that projects', async () => {
    for (const at of [10, 9, 100]) await write(east, activity(at, at === 9 ? 'bob' : 'ada'));
    const byKey = {
      ...ACTIVITY,
      KeyConditionExpression: 'id = :id AND #at BETWEEN :low AND :high',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':id': { S: 'order-1' }, ':low': { N: '9' }, ':high': { N: '99' } },
    };

    const first = await east.send(new QueryCommand({ ...byKey, Limit: 1 }));
    const second = await east.send(new QueryCommand({ ...byKey, ExclusiveStartKey: first.LastEvaluatedKey }));
    const byUser = await east.send(
      new QueryCommand({
        ...ACTIVITY,
        IndexName: 'user-index',
        KeyConditionExpression: '#user = :user',
        ExpressionAttributeNames: { '#user': 'user' },
        ExpressionAttributeValues: { ':user': { S: 'ada' } },
      }),
    );

    expect(first.Items?.map((item) => item['at']?.N)).toEqual(['9']);
    expect(second.Items?.map((item) => item['at']?.N)).toEqual(['10']);
    expect(second.LastEvaluatedKey).toBeUndefined();
    expect(byUser.Items).toHaveLength(2);
    expect(byUser.Items?.every((item) => Object.keys(item).sort().join() === 'at,id,user')).toBe(true);
  });

  it('is scanned with a filter, which counts what it passed over', async () => {
    for (const at of [1, 2, 3]) await write(east, activity(at, 'ada'));

    const scanned = await east.send(
      new ScanCommand({
        ...ACTIVITY,
        FilterExpression: 'NOT (#at < :two) AND attribute_exists(note) AND begins_with(note, :x)',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':two': { N: '2' }, ':x': { S: 'x' } },
      }),
    );

    expect(scanned).toMatchObject({ Count: 2, ScannedCount: 3 });
  });

  it('changes an item in place, all from the state before', async () => {
    await write(east, {
      ...activity(1, 'ada'),
      count: { N: '1.50' },
      tags: { SS: ['a', 'b'] },
      list: { L: [{ S: 'x' }] },
    });

    const { Attributes: after } = await east.send(
      new UpdateItemCommand({
        ...ACTIVITY,
        Key: { id: { S: 'order-1' }, at: { N: '1' } },
        UpdateExpression:
          'SET #count = #count + :one, before = #count, fresh = if_not_exists(fresh, :one), #list = list_append(#list, :more) REMOVE note DELETE tags :b',
        ExpressionAttributeNames: { '#count': 'count', '#list': 'list' },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':more': { L: [{ S: 'y' }] }, ':b': { SS: ['b'] } },
        ReturnValues: 'ALL_NEW',
      }),
    );

    expect(after).toEqual({
      id: { S: 'order-1' },
      at: { N: '1' },
      user: { S: 'ada' },
      count: { N: '2.5' },
      before: { N: '1.5' },
      fresh: { N: '1' },
      list: { L: [{ S: 'x' }, { S: 'y' }] },
      tags: { SS: ['a'] },
    });
  });

  it('deletes in both regions, and answers what was there', async () => {
    await write(east, activity(1, 'ada', 'gone'));
    aws.nowMs += LAG_MS;
    const Key = { id: { S: 'order-1' }, at: { N: '1' } };

    const { Attributes: before } = await west.send(
      new DeleteItemCommand({ ...ACTIVITY, Key, ReturnValues: 'ALL_OLD' }),
    );
    aws.nowMs += LAG_MS;

    expect(before?.['note']).toEqual({ S: 'gone' });
    expect([await noteIn(east), await noteIn(west)]).toEqual([undefined, undefined]);
  });

  it('takes its items with it when it is deleted', async () => {
    const table = eventualAgain();
    await write(east, activity(1, 'ada'));

    expect(terraform.destroy('aws_dynamodb_table', table)).toEqual([]);
    expect(terraform.account.list('dynamodb_item')).toEqual([]);
  });

  it('describes itself as the region sees it', async () => {
    const { Table: table } = await west.send(new DescribeTableCommand(ACTIVITY));

    expect(table).toMatchObject({
      TableArn: 'arn:aws:dynamodb:us-west-2:000000000000:table/activity',
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      Replicas: [{ RegionName: EAST }],
      MultiRegionConsistency: 'EVENTUAL',
    });
  });

  function eventualAgain() {
    const [record] = terraform.account.list('aws_dynamodb_table', EAST);
    if (record === undefined) throw new Error('the table is there');
    return record.attributes;
  }
});

describe('a call that DynamoDB refuses', () => {
  beforeEach(strong);

  it.each([
    [
      'a table that is not there',
      { TableName: 'nothing' },
      'ResourceNotFoundException',
      'Requested resource not found',
    ],
    [
      'an item without its key',
      { Item: { other: { S: 'x' } } },
      'ValidationException',
      'One or more parameter values were invalid: Missing the key item in the item',
    ],
    [
      'a key of another type',
      { Item: { item: { N: '1' } } },
      'ValidationException',
      'One or more parameter values were invalid: Type mismatch for key item expected: S actual: N',
    ],
    [
      'an empty key',
      { Item: { item: { S: '' } } },
      'ValidationException',
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: item',
    ],
    [
      'an item above 400 KB',
      { Item: { ...key, blob: { S: 'x'.repeat(400 * 1024) } } },
      'ValidationException',
      'Item size has exceeded the maximum allowed size',
    ],
    [
      'a number that is none',
      { Item: { ...key, version: { N: 'one' } } },
      'ValidationException',
      'The parameter cannot be converted to a numeric value: one',
    ],
    [
      'a condition that does not parse',
      { ConditionExpression: 'version = = :x', ExpressionAttributeValues: { ':x': { N: '1' } } },
      'ValidationException',
      'Invalid ConditionExpression: Syntax error; token: "=", near: "version = = :x"',
    ],
    [
      'a value that is not given',
      { ConditionExpression: 'version = :x' },
      'ValidationException',
      'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :x',
    ],
    [
      'a name that nothing uses',
      { ConditionExpression: 'attribute_exists(version)', ExpressionAttributeNames: { '#v': 'version' } },
      'ValidationException',
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#v}',
    ],
    [
      'values without an expression',
      { ExpressionAttributeValues: { ':x': { N: '1' } } },
      'ValidationException',
      'ExpressionAttributeValues can only be specified when using expressions',
    ],
    [
      'a function that is none',
      { ConditionExpression: 'is_there(version)' },
      'ValidationException',
      'Invalid ConditionExpression: Invalid function name; function: is_there',
    ],
  ] as const)('is one with %s', async (_what, input, code, message) => {
    expect(await refusal(put(east, 1, input as Partial<PutItemCommandInput>))).toEqual([code, message]);
    expect(terraform.account.list('dynamodb_item')).toEqual([]);
  });

  it('is an update of the key, and one of two paths that overlap', async () => {
    const update = (expression: string) =>
      east.send(
        new UpdateItemCommand({
          TableName: 'control',
          Key: key,
          UpdateExpression: expression,
          ExpressionAttributeValues: { ':x': { S: 'x' } },
        }),
      );

    expect(await refusal(update('SET #item = :x'))).toEqual([
      'ValidationException',
      'Invalid UpdateExpression: An expression attribute name used in the document path is not defined; attribute name: #item',
    ]);
    expect(await refusal(update('SET item = :x'))).toEqual([
      'ValidationException',
      'One or more parameter values were invalid: Cannot update attribute item. This attribute is part of the key',
    ]);
    expect(await refusal(update('SET a = :x, a.b = :x'))).toEqual([
      'ValidationException',
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]',
    ]);
  });

  it('is a query without the partition key, and a strong read of a global index', async () => {
    eventual();
    const ask = (input: object) => refusal(east.send(new QueryCommand({ TableName: 'activity', ...input })));

    expect(
      await ask({
        KeyConditionExpression: '#at = :one',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    ).toEqual(['ValidationException', 'Query condition missed key schema element: id']);
    expect(
      await ask({
        IndexName: 'user-index',
        ConsistentRead: true,
        KeyConditionExpression: '#user = :ada',
        ExpressionAttributeNames: { '#user': 'user' },
        ExpressionAttributeValues: { ':ada': { S: 'ada' } },
      }),
    ).toEqual(['ValidationException', 'Consistent reads are not supported on global secondary indexes']);
  });
});
