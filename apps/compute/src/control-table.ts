import { controlTableContract, type dataKeysContract } from '@dr/data/contract';
import type { Environment } from '@dr/environments';
import type { PlatformState } from '@dr/platform-stack';
import { type OutputsOf, readOutputs, readPeerOutputs } from '@dr/stack-contracts';

/** The control table, which holds the fencing epoch, as a region uses it: by its own replica, else by the other one. */
export interface ControlTable {
  readonly tableName: string;
  /** Both replicas, the near one first. */
  readonly tableArns: readonly string[];
  /** Keys that they are encrypted with. */
  readonly keyArns: readonly string[];
}

/**
 * Reads the replicas of a state's region and of the other one, which the same state describes in the standby's region.
 *
 * @param keys of both regions, in any order
 */
export function readControlTable(
  state: PlatformState<Environment>,
  ...keys: readonly Pick<OutputsOf<typeof dataKeysContract>, 'tablesKeyArn'>[]
): ControlTable {
  const { accountId, regions } = state.environment;
  const standby = regions.standby.name;
  const keyArns = keys.map(({ tablesKeyArn }) => tablesKeyArn);
  if (state.region === standby) {
    const { peerTableArn, tableArn, tableName } = readOutputs(state, controlTableContract);
    return { tableName, tableArns: [tableArn, peerTableArn], keyArns };
  }
  const { tableName, peerTableArn } = readPeerOutputs(state, controlTableContract, standby);
  // No output of the standby's says it here: replicas differ by their region [DynamoDB developer guide, global tables].
  return {
    tableName,
    tableArns: [peerTableArn, `arn:aws:dynamodb:${standby}:${accountId}:table/${tableName}`],
    keyArns,
  };
}
