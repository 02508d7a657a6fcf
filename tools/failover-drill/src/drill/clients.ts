import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ExecuteStatementCommand, RDSDataClient } from '@aws-sdk/client-rds-data';
import { ControlTableReader } from '@dr/control-table';
import { decideWritePermit, type RecoverySettings, type RecoveryTargets } from '@dr/recovery';
import type { Acknowledged, Attempt } from './timeline';

/** Between two tries of a client, ms. */
const PERIOD_MS = 500;
/** What a client waits for an answer, ms. */
const PATIENCE_MS = 2_000;

export interface ClientsOptions {
  readonly settings: RecoverySettings;
  readonly targets: RecoveryTargets;
  /** Name that clients use. */
  readonly serviceName: string;
  /** What the name servers answer, and for how many seconds it may be kept. */
  readonly resolve: (name: string) => Promise<{ readonly target: string; readonly ttlSeconds: number }>;
  /** ARN of a region's cluster. */
  readonly clusterArnOf: (region: string) => string;
  readonly secretArnOf: (region: string) => string;
  /** Monotonic, ms. */
  readonly clock: () => number;
}

/** Clients of three kinds, each trying all the time, as users do: through DNS to a region, and there as the service would. */
export class Clients {
  readonly entry: Attempt[] = [];
  readonly strongWrites: Attempt[] = [];
  readonly sqlWrites: Attempt[] = [];
  readonly acknowledged: Acknowledged[] = [];
  private readonly run = `${Date.now()}`;
  private cached: { readonly target: string; readonly untilMs: number } | undefined;
  private stopped = false;
  private loops: Promise<void>[] = [];
  private count = 0;

  constructor(private readonly options: ClientsOptions) {}

  /** @throws where the table of the SQL writes cannot be made */
  async start(): Promise<void> {
    const { regions } = this.options.settings;
    await this.sql(
      regions.primary,
      'CREATE TABLE IF NOT EXISTS drill_writes (id text PRIMARY KEY, written_at_ms bigint NOT NULL)',
    );
    this.loops = [
      this.repeat(this.entry, (signal) => this.visit(signal)),
      this.repeat(this.strongWrites, (signal) => this.writeStrongly(signal)),
      this.repeat(this.sqlWrites, (signal) => this.writeSql(signal)),
    ];
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }

  /** Ids of this run's SQL writes that are there. */
  async found(region: string): Promise<ReadonlySet<string>> {
    const { records } = await this.sql(region, 'SELECT id FROM drill_writes');
    return new Set((records ?? []).map(([id]) => id?.stringValue ?? ''));
  }

  private async repeat(attempts: Attempt[], attempt: (signal: AbortSignal) => Promise<string>): Promise<void> {
    const { clock } = this.options;
    while (!this.stopped) {
      const beganAtMs = clock();
      const region = await attempt(AbortSignal.timeout(PATIENCE_MS)).catch(() => null);
      attempts.push({ beganAtMs, endedAtMs: clock(), region });
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, PERIOD_MS - (clock() - beganAtMs))));
    }
  }

  /** Any answer of a region's load balancer counts: the sandbox runs no containers behind it. */
  private async visit(signal: AbortSignal): Promise<string> {
    const balancer = await this.resolve();
    await fetch(`https://${balancer}/`, { signal, redirect: 'manual' });
    return regionOf(balancer);
  }

  private async writeStrongly(signal: AbortSignal): Promise<string> {
    const { targets } = this.options;
    const region = regionOf(await this.resolve());
    await dynamodb(region).send(
      new PutItemCommand({
        TableName: targets.controlTableName,
        Item: { item: { S: `drill-${this.run}` }, count: { N: String(++this.count) } },
      }),
      { abortSignal: signal },
    );
    return region;
  }

  /** As the service writes: in the region that holds the epoch, with a permit by a strongly consistent read. */
  private async writeSql(signal: AbortSignal): Promise<string> {
    const { clock, settings, targets } = this.options;
    const region = regionOf(await this.resolve());
    const { primary, standby } = settings.regions;
    const reader = new ControlTableReader({
      client: dynamodb(region),
      tableName: targets.controlTableName,
      regions: [primary, standby],
    });
    const readStartedAtMs = clock();
    const record = await reader.read(signal);
    const proof = { record, consistency: 'strong', readStartedAtMs } as const;
    const permit = decideWritePermit(region, proof, clock(), settings.fencing);
    if (!permit.granted) throw new Error(permit.reason);
    const id = `${this.run}-${++this.count}`;
    await this.sql(region, 'INSERT INTO drill_writes (id, written_at_ms) VALUES (:id, :at)', signal, [
      { name: 'id', value: { stringValue: id } },
      { name: 'at', value: { longValue: Date.now() } },
    ]);
    this.acknowledged.push({ id, atMs: clock() });
    return region;
  }

  /** As a resolver does: asks the name servers, and keeps the answer for its time to live. */
  private async resolve(): Promise<string> {
    const { clock, resolve, serviceName } = this.options;
    if (this.cached !== undefined && clock() < this.cached.untilMs) return this.cached.target;
    const { target, ttlSeconds } = await resolve(serviceName);
    this.cached = { target, untilMs: clock() + ttlSeconds * 1_000 };
    return target;
  }

  private sql(
    region: string,
    sql: string,
    abortSignal: AbortSignal = AbortSignal.timeout(PATIENCE_MS),
    parameters: ConstructorParameters<typeof ExecuteStatementCommand>[0]['parameters'] = [],
  ) {
    const { clusterArnOf, secretArnOf, targets } = this.options;
    return rdsData(region).send(
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

const memo = <Client>(make: (region: string) => Client) => {
  const made = new Map<string, Client>();
  return (region: string): Client => {
    const client = made.get(region) ?? make(region);
    made.set(region, client);
    return client;
  };
};

const dynamodb = memo((region) => new DynamoDBClient({ region, maxAttempts: 1 }));
const rdsData = memo((region) => new RDSDataClient({ region, maxAttempts: 1 }));

/** `dr-local-1234.us-east-1.elb.amazonaws.com` → `us-east-1` */
function regionOf(balancer: string): string {
  return balancer.split('.').at(-4) ?? '';
}
