import { ExecuteStatementCommand, type RDSDataClient } from '@aws-sdk/client-rds-data';

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
 * @throws where the write or the reading fails, or another version is read back
 */
export async function proveWrite(
  { clientOf, clusterArnOf, databaseName, secretArn, wallClockMs }: DatabaseProofOptions,
  region: string,
  version: number,
  abortSignal: AbortSignal,
): Promise<void> {
  const client = clientOf(region);
  const target = {
    resourceArn: clusterArnOf(region),
    secretArn: arnInRegion(secretArn, region),
    database: databaseName,
  };
  const id = { name: 'id', value: { stringValue: region } };
  await client.send(new ExecuteStatementCommand({ ...target, sql: CREATE }), { abortSignal });
  const written = [
    id,
    { name: 'version', value: { longValue: version } },
    { name: 'written_at_ms', value: { longValue: wallClockMs() } },
  ];
  await client.send(new ExecuteStatementCommand({ ...target, sql: WRITE, parameters: written }), { abortSignal });
  const { records } = await client.send(new ExecuteStatementCommand({ ...target, sql: READ, parameters: [id] }), {
    abortSignal,
  });
  const found = records?.[0]?.[0]?.longValue;
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
