import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { initialControlRecord } from '@dr/recovery';
import { ControlTableWriter } from './control-table-writer';

const FIRST = initialControlRecord('us-east-1', 1_000);

function writerOf(answer: () => unknown) {
  const asked: PutItemCommandInput[] = [];
  const client = {
    send: (command: { readonly input: PutItemCommandInput }) => {
      asked.push(command.input);
      return Promise.resolve().then(answer);
    },
  } as unknown as DynamoDBClient;
  return {
    asked,
    writer: new ControlTableWriter({ client, tableName: 'dr-test-control', regions: ['us-east-1', 'us-west-2'] }),
  };
}

const signal = () => new AbortController().signal;

describe('writing the control record', () => {
  it('takes effect on the version that was read only', async () => {
    const { asked, writer } = writerOf(() => ({}));
    const next = { ...FIRST, version: 8 };

    expect(await writer.write({ expected: { version: 7 }, next }, signal())).toBe('written');
    expect(asked).toEqual([
      {
        TableName: 'dr-test-control',
        Item: {
          item: { S: 'control' },
          version: { N: '8' },
          record: { S: JSON.stringify({ ...next, latchedRegion: null }) },
        },
        ConditionExpression: '#version = :expected',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':expected': { N: '7' } },
      },
    ]);
  });

  it('tells releases before which region DNS must not answer: they refuse a record without it', async () => {
    const { asked, writer } = writerOf(() => ({}));

    await writer.write({ expected: { version: 7 }, next: { ...FIRST, version: 8, holder: 'us-west-2' } }, signal());

    expect(JSON.parse(asked[0]?.Item?.['record']?.S ?? '')).toMatchObject({ latchedRegion: 'us-east-1' });
  });

  it('stores the step of an evacuation by the name that releases before know', async () => {
    const { asked, writer } = writerOf(() => ({}));

    await writer.write(
      { expected: { version: 7 }, next: { ...FIRST, version: 8, step: 'evacuation-checking' } },
      signal(),
    );

    expect(JSON.parse(asked[0]?.Item?.['record']?.S ?? '')).toMatchObject({ step: 'failback-checking' });
  });

  it('of the first version takes no table without an item for it: that is lost', async () => {
    const { asked, writer } = writerOf(() => ({}));

    await writer.write({ expected: { version: 1 }, next: { ...FIRST, version: 2 } }, signal());

    expect(asked[0]).toMatchObject({
      ConditionExpression: '#version = :expected',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':expected': { N: '1' } },
    });
  });

  it('of the first record wants no item at all', async () => {
    const { asked, writer } = writerOf(() => ({}));

    await writer.write({ expected: 'absent', next: FIRST }, signal());

    expect(asked[0]).toMatchObject({
      ConditionExpression: 'attribute_not_exists(#item)',
      ExpressionAttributeNames: { '#item': 'item' },
    });
    expect(asked[0]).not.toHaveProperty('ExpressionAttributeValues');
  });

  it('says that another write came first, and fails where nobody can know', async () => {
    const write = { expected: { version: 1 }, next: { ...FIRST, version: 2 } };
    const lost = writerOf(() => {
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    });
    const unknown = writerOf(() => {
      throw new Error('socket hang up');
    });

    expect(await lost.writer.write(write, signal())).toBe('lost');
    await expect(unknown.writer.write(write, signal())).rejects.toThrow('socket hang up');
  });
});
