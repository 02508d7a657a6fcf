import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { decideAnswer, type HttpAnswer } from '../health-check/decide-answer';
import { withinBudget } from '../health-check/within-budget';

/** Below Route 53's 2 s for an answer, with room for the way there and back [Route 53 developer guide]. */
const PROBE_BUDGET_MS = 1_200;

const tableName = process.env['ACTIVITY_TABLE_NAME'];
const dynamodb = new DynamoDBClient({ maxAttempts: 1 });

/** Entry point of the health-check function: one read of the region's own table decides. */
export async function handler(): Promise<HttpAnswer> {
  if (!tableName)
    throw new Error('ACTIVITY_TABLE_NAME is missing, expected the name of a table. Deploy compute again.');
  const tableReadable = await withinBudget(PROBE_BUDGET_MS, (abortSignal) =>
    dynamodb.send(new GetItemCommand({ TableName: tableName, Key: { activityId: { S: 'health-check' } } }), {
      abortSignal,
    }),
  );
  return decideAnswer({ tableReadable });
}
