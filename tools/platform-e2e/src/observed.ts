import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Sandbox } from '@dr/aws-sandbox';
import type { ControlRecord } from '@dr/recovery';

/** Region that clients of the service are led to, by the account's name servers. */
export async function answeredRegion(sandbox: Sandbox): Promise<string | undefined> {
  const [target = ''] = (await sandbox.resolve('trade.trading.example.com'))?.values ?? [];
  return target.split('.').at(-4);
}

/** The ledger by a region's replica. @throws where it does not answer within seconds, and while nothing is stored */
export async function ledgerIn(endpoint: string, region: string): Promise<ControlRecord> {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const client = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  const question = { TableName: 'dr-local-control', Key: { item: { S: 'control' } }, ConsistentRead: true };
  try {
    const { Item: item } = await client.send(new GetItemCommand(question), { abortSignal: AbortSignal.timeout(3_000) });
    return JSON.parse(item?.['record']?.S ?? '') as ControlRecord;
  } finally {
    client.destroy();
  }
}

/** Seconds until something holds. @throws with what it waited for, where it does not in time */
export async function secondsUntil(
  what: string,
  longestSeconds: number,
  holds: () => Promise<boolean> | boolean,
): Promise<number> {
  const beganAtMs = performance.now();
  const seconds = () => (performance.now() - beganAtMs) / 1_000;
  while (!(await holds())) {
    if (seconds() > longestSeconds) throw new Error(`${what}: not within ${longestSeconds} s`);
    await sleep(250);
  }
  return seconds();
}
