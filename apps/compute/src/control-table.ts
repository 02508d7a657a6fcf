import { controlTableContract } from '@dr/data/contract';
import type { Environment } from '@dr/environments';
import type { PlatformState } from '@dr/platform-stack';
import { readOutputs, readPeerOutputs } from '@dr/stack-contracts';

/** A region's replica of the control table, which holds the fencing epoch. */
export interface ControlTableReplica {
  readonly tableName: string;
  readonly tableArn: string;
}

/** Reads the replica of a state's own region. One state describes both replicas: the one in the standby's region. */
export function readControlTableReplica(state: PlatformState<Environment>): ControlTableReplica {
  const standby = state.environment.regions.standby.name;
  if (state.region === standby) return readOutputs(state, controlTableContract);
  const { tableName, peerTableArn } = readPeerOutputs(state, controlTableContract, standby);
  return { tableName, tableArn: peerTableArn };
}
