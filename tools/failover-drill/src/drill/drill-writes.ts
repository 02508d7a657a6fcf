import { DynamoDBClient, GetItemCommand, paginateQuery, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ExecuteStatementCommand, RDSDataClient } from '@aws-sdk/client-rds-data';
import { ControlTableReader, WriteFence } from '@dr/control-table';
import type { RecoverySettings, RecoveryTargets } from '@dr/recovery';
import { perRegion } from '@dr/recovery-runtime';
import type { ClientTier } from './client-tiers';

/** Time limit for looking up what is left, ms. */
const PATIENCE_MS = 10_000;
/** Time limit for the first statement, ms. */
const FIRST_PATIENCE_MS = 60_000;

export interface DrillWritesOptions {
  /** Names this drill's writes among those of others. */
  readonly run: string;
  readonly settings: RecoverySettings;
  readonly targets: RecoveryTargets;
  /** Eventually consistent table, the same in both regions. */
  readonly activityTableName: string;
  /** ARN of a region's cluster. */
  readonly clusterArnOf: (region: string) => string;
  readonly secretArnOf: (region: string) => string;
}

/** Writes of clients, as the service would make them, and what is left of them. Ids rise in the order of the writes. */
export class DrillWrites {
  private readonly dynamodb = perRegion((region) => new DynamoDBClient({ region, maxAttempts: 1 }));
  private readonly rdsData = perRegion((region) => new RDSDataClient({ region, maxAttempts: 1 }));
  private readonly fences = perRegion((region) => this.fenceOf(region));

  constructor(private readonly options: DrillWritesOptions) {}

  /** Idempotency key of an order, and key of an SQL write. */
  keyOf(id: string): string {
    return `${this.options.run}-${id}`;
  }

  /** @throws where the table of the SQL writes cannot be made */
  async prepare(): Promise<void> {
    await this.sql(
      this.options.settings.regions.primary,
      'CREATE TABLE IF NOT EXISTS drill_writes (id text PRIMARY KEY, written_at_ms bigint NOT NULL)',
      // The sandbox makes its databases when they are first asked for.
      AbortSignal.timeout(FIRST_PATIENCE_MS),
    );
  }

  /** One item a region, which the next write of that region takes the place of: the table is not for drills. */
  async writeStrongly(region: string, id: string, abortSignal: AbortSignal): Promise<void> {
    const { targets } = this.options;
    const item = { item: { S: itemOf(region) }, run: { S: this.options.run }, written: { S: id } };
    await this.dynamodb(region).send(new PutItemCommand({ TableName: targets.controlTableName, Item: item }), {
      abortSignal,
    });
  }

  async writeEventually(region: string, id: string, abortSignal: AbortSignal): Promise<void> {
    const { activityTableName, run } = this.options;
    const item = {
      activityId: { S: `drill-${run}-${id}` },
      userId: { S: `drill-${run}` },
      occurredAt: { S: id },
    };
    await this.dynamodb(region).send(new PutItemCommand({ TableName: activityTableName, Item: item }), { abortSignal });
  }

  /**
   * Behind the region's fence, as a service must. @throws where it may not write, or the client's patience is over
   *
   * @returns the epoch of its permit
   */
  async writeSql(region: string, id: string, abortSignal: AbortSignal): Promise<number> {
    const insert = (signal: AbortSignal) =>
      this.sql(region, 'INSERT INTO drill_writes (id, written_at_ms) VALUES (:id, :at)', signal, [
        { name: 'id', value: { stringValue: this.keyOf(id) } },
        { name: 'at', value: { longValue: Date.now() } },
      ]);
    const impatience = new Promise<never>((_, reject) => {
      abortSignal.addEventListener('abort', () => reject(new Error('the client has given up')), { once: true });
    });
    const written = this.fences(region).write(async ({ epoch, signal }) => {
      await insert(signal);
      return epoch;
    });
    return Promise.race([written, impatience]);
  }

  /**
   * Ids of one kind's writes that are there, looked for in one region.
   *
   * @param written ids that could be
   * @param writtenIn region that took the strongly consistent writes that are asked about
   * @throws where it cannot be looked up
   */
  async found(
    tier: ClientTier,
    region: string,
    writtenIn: string,
    written: readonly string[],
  ): Promise<ReadonlySet<string>> {
    switch (tier) {
      case 'entry':
        return new Set();
      case 'strongly consistent writes': {
        const newest = await this.newestStrongWrite(region, writtenIn);
        return new Set(written.filter((id) => id <= newest));
      }
      case 'eventually consistent writes':
        return this.foundEventually(region);
      case 'SQL writes':
        return this.foundBySql(region, 'SELECT id FROM drill_writes WHERE id LIKE :run');
      case 'orders':
        return this.foundBySql(region, 'SELECT key FROM trades WHERE key LIKE :run');
    }
  }

  private async foundBySql(region: string, select: string): Promise<ReadonlySet<string>> {
    const ofRun = [{ name: 'run', value: { stringValue: this.keyOf('%') } }];
    const { records } = await this.sql(region, select, undefined, ofRun);
    return new Set((records ?? []).map(([key]) => (key?.stringValue ?? '').slice(this.keyOf('').length)));
  }

  private async newestStrongWrite(region: string, writtenIn: string): Promise<string> {
    const { Item: item } = await this.dynamodb(region).send(
      new GetItemCommand({
        TableName: this.options.targets.controlTableName,
        Key: { item: { S: itemOf(writtenIn) } },
        ConsistentRead: true,
      }),
      { abortSignal: AbortSignal.timeout(PATIENCE_MS) },
    );
    return item?.['run']?.S === this.options.run ? (item['written']?.S ?? '') : '';
  }

  private async foundEventually(region: string): Promise<ReadonlySet<string>> {
    const { activityTableName, run } = this.options;
    const pages = paginateQuery(
      { client: this.dynamodb(region) },
      {
        TableName: activityTableName,
        IndexName: 'user-index',
        KeyConditionExpression: 'userId = :user',
        ExpressionAttributeValues: { ':user': { S: `drill-${run}` } },
      },
      { abortSignal: AbortSignal.timeout(PATIENCE_MS) },
    );
    const ids = new Set<string>();
    for await (const { Items: items = [] } of pages) for (const item of items) ids.add(item['occurredAt']?.S ?? '');
    return ids;
  }

  private fenceOf(region: string): WriteFence {
    const { settings, targets } = this.options;
    const { primary, standby } = settings.regions;
    const reader = new ControlTableReader({
      client: this.dynamodb(region),
      tableName: targets.controlTableName,
      regions: [primary, standby],
    });
    return new WriteFence({ region, reader, settings: settings.fencing });
  }

  private sql(
    region: string,
    sql: string,
    abortSignal: AbortSignal = AbortSignal.timeout(PATIENCE_MS),
    parameters: ConstructorParameters<typeof ExecuteStatementCommand>[0]['parameters'] = [],
  ) {
    const { clusterArnOf, secretArnOf, targets } = this.options;
    return this.rdsData(region).send(
      new ExecuteStatementCommand({
        resourceArn: clusterArnOf(region),
        secretArn: secretArnOf(region),
        database: targets.databaseName,
        sql,
        parameters,
      }),
      { abortSignal },
    );
  }
}

/** The same for every drill: the table keeps what is written into it. */
function itemOf(region: string): string {
  return `drill-${region}`;
}
