import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type ControlRecord, initialControlRecord, parseControlRecord } from '@dr/recovery';

/** Key of the one item that fencing and the ledger live in. Its attribute `record` holds the control record as JSON. */
export const CONTROL_KEY = { item: { S: 'control' } } as const;

export interface ControlTableReaderOptions {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  /** The two serving regions, the primary first. */
  readonly regions: readonly [primary: string, standby: string];
}

/** Reads the control record from the strongly consistent table, in the client's own region. */
export class ControlTableReader {
  constructor(private readonly options: ControlTableReaderOptions) {}

  /**
   * The record as of now: a strongly consistent read sees every write that either region has acknowledged
   * [DynamoDB developer guide, multi-Region strong consistency]. Without an item nothing has ever failed over.
   *
   * @throws InvalidControlRecordError where the item is damaged, and whatever the call fails with
   */
  async read(abortSignal: AbortSignal): Promise<ControlRecord> {
    const { client, tableName, regions } = this.options;
    const { Item: item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: CONTROL_KEY, ConsistentRead: true }),
      { abortSignal },
    );
    if (item === undefined) return initialControlRecord(regions[0], 0);
    return parseControlRecord(`table ${tableName}, item control`, parseJson(item['record']?.S), regions);
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
