import { ExecuteStatementCommand, type RDSDataClient } from '@aws-sdk/client-rds-data';
import type { Opening } from '@dr/recovery';

const CREATE =
  'CREATE TABLE IF NOT EXISTS recovery_canary (id text PRIMARY KEY, version bigint NOT NULL, written_at_ms bigint NOT NULL)';
const WRITE =
  'INSERT INTO recovery_canary (id, version, written_at_ms) VALUES (:id, :version, :written_at_ms) ' +
  'ON CONFLICT (id) DO UPDATE SET version = :version, written_at_ms = :written_at_ms';
const READ = 'SELECT version FROM recovery_canary WHERE id = :id';

export interface DatabaseProofOptions {
  /** Client of the RDS Data API in a region. */
  readonly clientOf: (region: string) => Pick<RDSDataClient, 'send'>;
  /** Throws while it is unknown. */
  readonly clusterArnOf: (region: string) => string;
  /** Of the credentials, in any region that has them. */
  readonly secretArn: string;
  readonly databaseName: string;
  /** ms since 1970. */
  readonly wallClockMs: () => number;
}

/**
 * Writes a canary row through the Data API and reads it back: no driver, no connection, no place in the VPC. The Data
 * API serves the writer only, so a cluster that is not promoted refuses [Aurora user guide, Data API limitations].
 *
 * @param version of the control record that the proof is for; what is read back must be it
 * @param after write that the database must have before: without it, it has another past; null where any will do
 * @throws where a write or a reading fails, or a version is not found
 */
export async function proveWrite(
  { clientOf, clusterArnOf, databaseName, secretArn, wallClockMs }: DatabaseProofOptions,
  region: string,
  version: number,
  after: Opening | null,
  abortSignal: AbortSignal,
): Promise<void> {
  const client = clientOf(region);
  const target = {
    resourceArn: clusterArnOf(region),
    secretArn: arnInRegion(secretArn, region),
    database: databaseName,
  };
  const idOf = (of: string) => ({ name: 'id', value: { stringValue: of } });
  const id = idOf(region);
  const read = async (of: string): Promise<number | undefined> => {
    const { records } = await client.send(
      new ExecuteStatementCommand({ ...target, sql: READ, parameters: [idOf(of)] }),
      { abortSignal },
    );
    return records?.[0]?.[0]?.longValue;
  };
  await client.send(new ExecuteStatementCommand({ ...target, sql: CREATE }), { abortSignal });
  if (after !== null) {
    const last = await read(after.region);
    // A later one was proved by the same writer.
    if (last === undefined || last < after.version) throw new WriteNotFoundError(after.region, after.version, last);
  }
  const written = [
    id,
    { name: 'version', value: { longValue: version } },
    { name: 'written_at_ms', value: { longValue: wallClockMs() } },
  ];
  await client.send(new ExecuteStatementCommand({ ...target, sql: WRITE, parameters: written }), { abortSignal });
  const found = await read(region);
  if (found !== version) throw new WriteNotFoundError(region, version, found);
}

/** The canary was written, and something else was read back. */
export class WriteNotFoundError extends Error {
  override readonly name = 'WriteNotFoundError';

  constructor(region: string, version: number, found: number | undefined) {
    super(`${region}: the canary's version is ${found ?? 'missing'}, expected ${version}.`);
  }
}

/** A replica of a secret differs in its ARN from the primary by the region only [Secrets Manager user guide, replicas]. */
export function arnInRegion(arn: string, region: string): string {
  return arn
    .split(':')
    .map((part, index) => (index === 3 ? region : part))
    .join(':');
}
