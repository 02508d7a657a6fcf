import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ControlTableReader, WriteFence } from '@dr/control-table';
import { Pool } from 'pg';
import { type DatabaseSettings, parseEnvironment, type ServiceEnvironment } from './service-environment';
import { TradeServer } from './trade-server';
import { SqlTradeStore, type TradeStore } from './trade-store';
import { type ConnectionPool, WriterPool } from './writer-pool';

/**
 * Longest wait for the migration at the start, and pause before it is tried again: without a database the entry, its
 * health check and reads still serve.
 */
const MIGRATION_MS = 10_000;

function log(event: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), ...event })}\n`);
}

/**
 * A pool whose connections never outlive what they were opened for: names are resolved anew with each, and none is older
 * than a minute.
 */
function openPool(host: string, { name, password, port, user }: DatabaseSettings): ConnectionPool {
  const pool = new Pool({
    host,
    port,
    database: name,
    user,
    password,
    application_name: 'trade-service',
    ssl: true,
    max: 10,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 10_000,
    maxLifetimeSeconds: 60,
    // Of one statement: a write is bounded by its permit besides.
    statement_timeout: 3_000,
    query_timeout: 4_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  });
  // An idle connection that ends is taken out by the pool itself.
  pool.on('error', () => undefined);
  return pool;
}

function openStore({ database, fencing, region }: ServiceEnvironment): TradeStore | undefined {
  if (database === undefined || fencing === undefined) return undefined;
  const reader = new ControlTableReader({
    client: new DynamoDBClient({ region, maxAttempts: 2 }),
    otherClient: new DynamoDBClient({
      region: fencing.regions.find((other) => other !== region) ?? region,
      maxAttempts: 2,
    }),
    tableName: fencing.controlTableName,
    regions: fencing.regions,
  });
  return new SqlTradeStore(
    new WriteFence({ region, reader, settings: fencing.settings }),
    new WriterPool(() => openPool(database.writerHost, database)),
    openPool(database.readerHost, database),
  );
}

/**
 * Has the tables and the role made that the task connects as. A standby's database has them from the writer.
 *
 * @returns whether the function ran
 */
async function migrate(region: string, functionName: string): Promise<boolean> {
  try {
    const { FunctionError: failed } = await new LambdaClient({ region }).send(
      new InvokeCommand({ FunctionName: functionName }),
      { abortSignal: AbortSignal.timeout(MIGRATION_MS) },
    );
    if (failed !== undefined) throw Object.assign(new Error(failed), { name: failed });
    log({ level: 'INFO', message: 'migrated' });
    return true;
  } catch (error) {
    log({ level: 'ERROR', message: 'migration failed', error: (error as Error).name });
    return false;
  }
}

/** Tries again until the function has run, while the task serves. */
function migrateLater(region: string, functionName: string): void {
  setTimeout(() => {
    void migrate(region, functionName).then((hasRun) => hasRun || migrateLater(region, functionName));
  }, MIGRATION_MS).unref();
}

async function main(): Promise<void> {
  const environment = parseEnvironment(process.env);
  const { drainMs, healthCheckPath, migrationFunctionName, port, region } = environment;
  const server = new TradeServer({ region, healthCheckPath, store: openStore(environment), log });
  process.once('SIGTERM', () => {
    log({ level: 'INFO', message: 'draining' });
    // What is left, idle connections to databases, ends with the process.
    void server.drain(drainMs).then(() => process.exit(0));
  });
  if (migrationFunctionName !== undefined && !(await migrate(region, migrationFunctionName))) {
    migrateLater(region, migrationFunctionName);
  }
  await server.listen(port);
  log({ level: 'INFO', message: 'listening', port });
}

main().catch((error: unknown) => {
  log({ level: 'ERROR', message: (error as Error).message });
  process.exitCode = 1;
});
