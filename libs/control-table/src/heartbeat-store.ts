import { type AttributeValue, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Heartbeat } from '@dr/recovery';
import { ASK_OTHER_AFTER_MS, byEither } from './by-either';

export interface HeartbeatStoreOptions {
  /** Of the process's own region. */
  readonly client: Pick<DynamoDBClient, 'send'>;
  /** Of the other region's replica, for where the near one fails or is slow. @default the near one alone */
  readonly otherClient?: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
}

/** Heartbeats in the strongly consistent table, one item a region, by either replica. */
export class HeartbeatStore {
  constructor(private readonly options: HeartbeatStoreOptions) {}

  /**
   * Replaces the region's item. By both replicas it may take effect twice, with the same content.
   *
   * @throws whatever the call fails with
   */
  async write(
    region: string,
    { atMs, canaryAtMs, epoch, healthy, id, nextWithinMs, version }: Heartbeat,
    signal: AbortSignal,
  ): Promise<void> {
    const item = {
      id: { S: id },
      epoch: { N: String(epoch) },
      version: { N: String(version) },
      healthy: { BOOL: healthy },
      atMs: { N: String(Math.round(atMs)) },
      ...(canaryAtMs !== null && { canaryAtMs: { N: String(canaryAtMs) } }),
      nextWithinMs: { N: String(nextWithinMs) },
    };
    await this.ask(signal, (replica, abortSignal) => {
      const put = new PutItemCommand({ TableName: this.options.tableName, Item: { ...keyOf(region), ...item } });
      return replica.send(put, { abortSignal });
    });
  }

  /**
   * Reads the region's newest beat; an item that is damaged counts as none.
   *
   * @returns null where there is none
   * @throws whatever the call fails with
   */
  async read(region: string, signal: AbortSignal): Promise<Heartbeat | null> {
    const question = { TableName: this.options.tableName, Key: keyOf(region), ConsistentRead: true };
    const { Item } = await this.ask(signal, (replica, abortSignal) =>
      replica.send(new GetItemCommand(question), { abortSignal }),
    );
    return Item === undefined ? null : parse(Item);
  }

  private ask<Value>(
    signal: AbortSignal,
    call: (replica: Pick<DynamoDBClient, 'send'>, signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    return byEither(this.options.client, this.options.otherClient, ASK_OTHER_AFTER_MS, signal, call);
  }
}

function keyOf(region: string) {
  return { item: { S: `heartbeat ${region}` } };
}

function parse({
  atMs,
  canaryAtMs,
  epoch,
  healthy,
  id,
  nextWithinMs,
  version,
}: Record<string, AttributeValue>): Heartbeat | null {
  const canary = Number(canaryAtMs?.N);
  const beat = {
    id: id?.S ?? '',
    epoch: Number(epoch?.N),
    version: Number(version?.N),
    healthy: healthy?.BOOL === true,
    atMs: Number(atMs?.N),
    canaryAtMs: Number.isFinite(canary) ? canary : null,
    nextWithinMs: Number(nextWithinMs?.N),
  };
  const isWhole = [beat.epoch, beat.version, beat.atMs, beat.nextWithinMs].every(Number.isFinite);
  return beat.id !== '' && isWhole ? beat : null;
}
