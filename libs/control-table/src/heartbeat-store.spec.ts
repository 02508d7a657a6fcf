import type { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Heartbeat } from '@dr/recovery';
import { HeartbeatStore } from './heartbeat-store';

const BEAT: Heartbeat = {
  id: 'run-1 7',
  epoch: 3,
  version: 12,
  healthy: true,
  atMs: 1_780_315_200_000,
  canaryAtMs: 1_780_315_199_700,
  nextWithinMs: 9_000,
};
const ITEM = {
  item: { S: 'heartbeat us-east-1' },
  id: { S: 'run-1 7' },
  epoch: { N: '3' },
  version: { N: '12' },
  healthy: { BOOL: true },
  atMs: { N: '1780315200000' },
  canaryAtMs: { N: '1780315199700' },
  nextWithinMs: { N: '9000' },
};
const signal = new AbortController().signal;

/** A replica that keeps what it is told in `sent`, and answers, or fails. */
function replica(answer: object | Error) {
  const sent: unknown[] = [];
  const send = (command: PutItemCommand | GetItemCommand) => {
    sent.push(command.input);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { sent, client: { send } as unknown as Pick<DynamoDBClient, 'send'> };
}

describe('the store of heartbeats', () => {
  it("replaces a region's item, whatever it was", async () => {
    const { client, sent } = replica({});

    await new HeartbeatStore({ client, tableName: 'control' }).write('us-east-1', BEAT, signal);

    expect(sent).toEqual([{ TableName: 'control', Item: ITEM }]);
  });

  it('reads it strongly', async () => {
    const { client, sent } = replica({ Item: ITEM });

    expect(await new HeartbeatStore({ client, tableName: 'control' }).read('us-east-1', signal)).toEqual(BEAT);
    expect(sent).toEqual([{ TableName: 'control', Key: { item: { S: 'heartbeat us-east-1' } }, ConsistentRead: true }]);
  });

  it('keeps no time of a canary that has written nothing, as controllers of the release before leave none', async () => {
    const { canaryAtMs: _none, ...item } = ITEM;
    const { client, sent } = replica({ Item: item });
    const store = new HeartbeatStore({ client, tableName: 'control' });

    await store.write('us-east-1', { ...BEAT, canaryAtMs: null }, signal);
    expect(await store.read('us-east-1', signal)).toEqual({ ...BEAT, canaryAtMs: null });
    expect(sent[0]).toEqual({ TableName: 'control', Item: item });
  });

  it('goes by the other replica where the near one fails', async () => {
    const near = replica(new Error('refused'));
    const other = replica({ Item: ITEM });
    const store = new HeartbeatStore({ client: near.client, otherClient: other.client, tableName: 'control' });

    await store.write('us-east-1', BEAT, signal);
    expect(await store.read('us-east-1', signal)).toEqual(BEAT);
    expect(other.sent).toHaveLength(2);
  });

  it.each([
    ['is not there', {}],
    ['has no id', { Item: { ...ITEM, id: undefined } }],
    ['has an epoch that is no number', { Item: { ...ITEM, epoch: { N: 'x' } } }],
    ['has no time', { Item: { ...ITEM, atMs: undefined } }],
  ])('knows of no beat where the item %s', async (_name, answer) => {
    const { client } = replica(answer);

    expect(await new HeartbeatStore({ client, tableName: 'control' }).read('us-east-1', signal)).toBeNull();
  });
});
