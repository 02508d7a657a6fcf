import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TABLE_CALL } from '@dr/recovery-runtime';

/**
 * The client that reads the control table's replica of this region. An attempt ends by its own time: an answer that is
 * late by a lost packet leaves room for another attempt within the probe's budget.
 */
export function createTableClient(region: string): DynamoDBClient {
  return new DynamoDBClient({
    region,
    maxAttempts: TABLE_CALL.attempts,
    requestHandler: {
      connectionTimeout: TABLE_CALL.connectMs,
      requestTimeout: TABLE_CALL.answerMs,
      // Else the SDK only warns of it.
      throwOnRequestTimeout: true,
    },
  });
}
