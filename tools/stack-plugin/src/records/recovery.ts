import type { RecoveryActivity } from '@dr/control-table';
import type { ClientSettings } from './account-client';
import type { ParameterStore } from './parameter-store';
import type { Records } from './records';

/** The contract by which the platform's control table is found. */
const CONTROL_TABLE = { contract: 'control-table', output: 'table-name' } as const;

/** How long a replica of the control table is given to answer. */
const ANSWER_MS = 5_000;

/** Knowledge of a recovery: `none` where no control table is deployed, a reason where it cannot be asked. */
export type KnownRecovery = RecoveryActivity | 'none' | { readonly unknown: string };

/** Where a recovery is asked about. */
export interface RecoveryQuestion {
  readonly store: ParameterStore;
  readonly client: ClientSettings;
  /** `/<platform>/<environment>` */
  readonly parameterRoot: string;
  readonly records: Pick<Records, 'states'>;
  /** Regions of the environment. */
  readonly regions: readonly string[];
}

/**
 * Asks the control table whether a recovery is under way: its replica in each region in which its name is published by a
 * recorded state, until one answers.
 */
export async function readRecovery({
  store,
  client,
  parameterRoot,
  records,
  regions,
}: RecoveryQuestion): Promise<KnownRecovery> {
  const published = [...records.states.values()].flatMap(({ record }) => record.publishes);
  const tables = published.filter(({ contract }) => contract === CONTROL_TABLE.contract);
  if (tables.length === 0) return 'none';
  const reasons: string[] = [];
  for (const { contract, region, store: replica } of tables) {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const values = await store.readFolder(`${parameterRoot}/${region}/${contract}`, replica, signal);
      const tableName = values[CONTROL_TABLE.output];
      if (tableName === undefined) continue;
      // Few runs ask; the libraries take long to load.
      const [{ DynamoDBClient }, { readRecoveryActivity }] = await Promise.all([
        import('@aws-sdk/client-dynamodb'),
        import('@dr/control-table'),
      ]);
      // Which two of them serve, no record says: the holder is one of them all.
      const [first = replica, ...others] = regions;
      return await readRecoveryActivity(
        {
          client: new DynamoDBClient({ ...client, region: replica, maxAttempts: 2 }),
          tableName,
          regions: [first, ...others],
        },
        AbortSignal.timeout(ANSWER_MS),
      );
    } catch (error) {
      reasons.push(`${replica}: ${(error as Error).name}: ${(error as Error).message}`);
    }
  }
  return reasons.length === 0 ? 'none' : { unknown: reasons.join('; ') };
}
