import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type ConditionalWrite, storedStep } from '@dr/recovery';
import { byEither } from './by-either';
import { CONTROL_KEY } from './control-table-reader';

/** `lost`: another write took the version first, or this one did in an attempt whose answer never came. */
export type WriteOutcome = 'written' | 'lost';

export interface ControlTableWriterOptions {
  /** Of the process's own region. */
  readonly client: Pick<DynamoDBClient, 'send'>;
  /** Of the other region's replica, for where the near one fails or hangs. @default the near one alone */
  readonly otherClient?: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  /** The two serving regions, the preferred one first. */
  readonly regions: readonly [preferred: string, other: string];
}

/** Time after which a write is tried by the other replica too, ms: a near one has ended by then, or hangs. */
const WRITE_OTHER_AFTER_MS = 1_500;

/** Writes the control record to the strongly consistent table, on the condition that the decision was made on. */
export class ControlTableWriter {
  constructor(private readonly options: ControlTableWriterOptions) {}

  /**
   * One conditional put. By both replicas it takes effect once at most: the condition is the same.
   *
   * @throws whatever the call fails with; whether the write took effect is then unknown, and only a read can tell
   */
  async write({ expected, next }: ConditionalWrite, abortSignal: AbortSignal): Promise<WriteOutcome> {
    const condition =
      expected === 'absent'
        ? { ConditionExpression: 'attribute_not_exists(#item)', ExpressionAttributeNames: { '#item': 'item' } }
        : {
            ConditionExpression: '#version = :expected',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':expected': { N: String(expected.version) } },
          };
    const command = new PutItemCommand({
      TableName: this.options.tableName,
      Item: {
        ...CONTROL_KEY,
        version: { N: String(next.version) },
        record: { S: JSON.stringify({ ...next, step: storedStep(next.step), latchedRegion: this.latchedFor(next) }) },
      },
      ...condition,
    });
    const { client, otherClient } = this.options;
    return byEither(client, otherClient, WRITE_OTHER_AFTER_MS, abortSignal, async (replica, signal) => {
      try {
        await replica.send(command, { abortSignal: signal });
        return 'written';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'lost';
        throw error;
      }
    });
  }

  /**
   * Region that DNS must not answer, which releases before roles were in the ledger want of a record. Services that
   * were built with such a fence refuse SQL where they cannot read it.
   */
  private latchedFor({ holder }: ConditionalWrite['next']): string | null {
    const [preferred] = this.options.regions;
    return holder === preferred ? null : preferred;
  }
}
