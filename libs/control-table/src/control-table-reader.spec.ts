import type { DynamoDBClient, GetItemCommandInput } from '@aws-sdk/client-dynamodb';
import { initialControlRecord } from '@dr/recovery';
import { ControlTableReader } from './control-table-reader';

const STORED = { ...initialControlRecord('us-east-1', 1_000), version: 7, epoch: 2 };

function readerOf(answer: () => unknown) {
  const asked: GetItemCommandInput[] = [];
  const client = {
    send: (command: { readonly input: GetItemCommandInput }) => {
      asked.push(command.input);
      return Promise.resolve().then(answer);
    },
  } as unknown as DynamoDBClient;
  const reader = new ControlTableReader({ client, tableName: 'dr-test-control', regions: ['us-east-1', 'us-west-2'] });
  return { asked, read: () => reader.read(new AbortController().signal) };
}

describe('reading the control record', () => {
  it('is one strongly consistent read of one item', async () => {
    const { asked, read } = readerOf(() => ({ Item: { record: { S: JSON.stringify(STORED) } } }));

    expect(await read()).toEqual(STORED);
    expect(asked).toEqual([{ TableName: 'dr-test-control', Key: { item: { S: 'control' } }, ConsistentRead: true }]);
  });

  it('of a platform that never failed over finds the primary serving', async () => {
    const { read } = readerOf(() => ({}));

    expect(await read()).toEqual(initialControlRecord('us-east-1', 0));
  });

  /** A table whose items are those given, by their key, each time one more of a list of the ledger's. */
  function tableOf(beats: Readonly<Record<string, object>>, ledger: (object | undefined)[] = []) {
    const send = (command: { readonly input: GetItemCommandInput }) => {
      const key = command.input.Key?.['item']?.S ?? '';
      const item = key === 'control' ? ledger.shift() : beats[key];
      return Promise.resolve(item === undefined ? {} : { Item: item });
    };
    const client = { send } as unknown as DynamoDBClient;
    const reader = new ControlTableReader({ client, tableName: 'control', regions: ['us-east-1', 'us-west-2'] });
    return reader.read(new AbortController().signal);
  }
  const beat = (epoch: number, version: number) => ({
    id: { S: 'run-1 1' },
    epoch: { N: String(epoch) },
    version: { N: String(version) },
    healthy: { BOOL: true },
    atMs: { N: '1780315200000' },
    nextWithinMs: { N: '9000' },
  });

  it('knows by a heartbeat that an item is lost, and permits nobody to write', async () => {
    const beats = { 'heartbeat us-east-1': beat(1, 4), 'heartbeat us-west-2': beat(2, 11) };

    expect(await tableOf(beats)).toMatchObject({
      step: 'ledger-lost',
      holder: 'us-west-2',
      sqlWrites: 'closed',
      // Above all that may have been taken since.
      epoch: 12,
      version: 1_011,
      closedAtVersion: 1_011,
      announced: false,
      isMoveIntended: true,
      cause: 'the ledger is gone; us-west-2 held epoch 2 by its last heartbeat',
    });
  });

  it('takes no item for lost that was founded while it read', async () => {
    const ledger = [undefined, { record: { S: JSON.stringify(STORED) } }];

    expect(await tableOf({ 'heartbeat us-east-1': beat(1, 1) }, ledger)).toEqual(STORED);
  });

  it('refuses a damaged item with every problem, and an item without a record', async () => {
    const damaged = readerOf(() => ({
      Item: { record: { S: JSON.stringify({ ...STORED, epoch: 0, holder: 'mars' }) } },
    }));
    const empty = readerOf(() => ({ Item: {} }));

    await expect(damaged.read()).rejects.toThrow(
      /table dr-test-control, item control: .*epoch is 0.*holder is "mars", expected one of us-east-1, us-west-2/s,
    );
    await expect(empty.read()).rejects.toThrow(/item control: version is missing, expected a whole number from 1/);
  });

  it('fails as the call fails: an unreadable table is no released latch', async () => {
    const { read } = readerOf(() => {
      throw new Error('throttled');
    });

    await expect(read()).rejects.toThrow('throttled');
  });
});
