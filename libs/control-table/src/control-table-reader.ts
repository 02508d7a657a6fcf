import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  type ControlRecord,
  type Heartbeat,
  initialControlRecord,
  lostControlRecord,
  parseControlRecord,
} from '@dr/recovery';
import { ASK_OTHER_AFTER_MS, byEither } from './by-either';
import { HeartbeatStore } from './heartbeat-store';

/** Key of the one item that fencing and the ledger live in. Its attribute `record` holds the control record as JSON. */
export const CONTROL_KEY = { item: { S: 'control' } } as const;

export interface ControlTableReaderOptions {
  /** Of the process's own region. */
  readonly client: Pick<DynamoDBClient, 'send'>;
  /** Of the other region's replica, which is asked where the near one fails or is slow. @default the near one alone */
  readonly otherClient?: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  /** Called with each reading that came from the other replica, or from the near one. */
  readonly onRead?: (isFar: boolean) => void;
  /** Regions that may hold, the primary first: the two that serve, or all of an environment where these are not known. */
  readonly regions: readonly [primary: string, ...others: string[]];
}

/** Reads the control record from the strongly consistent table, by either replica. */
export class ControlTableReader {
  constructor(private readonly options: ControlTableReaderOptions) {}

  /**
   * The record as of now: a strongly consistent read sees every write that either region has acknowledged
   * [DynamoDB developer guide, multi-Region strong consistency], whichever replica answers it. Without an item nothing has
   * ever failed over; where a heartbeat says that there was one, it is lost: SQL is closed, and a person is called.
   *
   * @throws InvalidControlRecordError where the item is damaged, and whatever the call fails with
   */
  async read(abortSignal: AbortSignal): Promise<ControlRecord> {
    const { regions } = this.options;
    const stored = await this.readItem(abortSignal);
    if (stored !== null) return stored;
    const newest = await this.newestBeat(abortSignal);
    if (newest === null) return initialControlRecord(regions[0], 0);
    // It may have been founded since.
    return (await this.readItem(abortSignal)) ?? lostControlRecord(newest.region, newest.beat);
  }

  private async readItem(abortSignal: AbortSignal): Promise<ControlRecord | null> {
    const { client, onRead, otherClient, tableName, regions } = this.options;
    const question = { TableName: tableName, Key: CONTROL_KEY, ConsistentRead: true };
    const { isFar, item } = await byEither(
      client,
      otherClient,
      ASK_OTHER_AFTER_MS,
      abortSignal,
      async (replica, signal) => {
        const { Item: item } = await replica.send(new GetItemCommand(question), { abortSignal: signal });
        return { item, isFar: replica !== client };
      },
    );
    onRead?.(isFar);
    if (item === undefined) return null;
    return parseControlRecord(`table ${tableName}, item control`, parseJson(item['record']?.S), regions);
  }

  /** The beat of the latest epoch, and of its latest version, with its region. */
  private async newestBeat(signal: AbortSignal): Promise<{ readonly region: string; readonly beat: Heartbeat } | null> {
    const store = new HeartbeatStore(this.options);
    const read = async (region: string) => ({ region, beat: await store.read(region, signal) });
    const beats = await Promise.all(this.options.regions.map(read));
    const found = beats.flatMap(({ beat, region }) => (beat === null ? [] : [{ region, beat }]));
    return found.sort((one, other) => other.beat.version - one.beat.version)[0] ?? null;
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    // Says of every field that it is missing.
    return undefined;
  }
}
