import type { Contract } from './contract';
import type { ContractScope } from './contract-scope';
import { nothingMirrored } from './errors';
import { writeContract } from './publish-outputs';
import { readContract } from './read-outputs';

/**
 * Copies the mirrored outputs of a contract about region `from` into the scope's own parameter store, under the same
 * names. It belongs into a state of its own: only that state needs both regions.
 *
 * @throws when the contract mirrors nothing
 */
export function mirrorOutputs(scope: ContractScope, contract: Contract, from: string): void {
  const mirrored = Object.keys(contract.outputs).filter((output) => contract.outputs[output]?.mirrored);
  if (mirrored.length === 0) throw nothingMirrored(contract.name);
  const values = readContract(scope, contract, { region: from, store: from });
  const copies = Object.fromEntries(mirrored.map((output) => [output, values[output] ?? '']));
  writeContract(scope, contract, from, copies);
}
