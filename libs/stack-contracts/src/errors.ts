import type { ContractAddress, ContractRead } from '@dr/state-manifest';

/** State in a message, by the names that a person knows. */
export interface StateIdentity {
  readonly stack: string;
  readonly region: string;
  readonly environment: string;
}

export function invalidContractName(name: string): Error {
  return new Error(
    `defineContract: name is ${JSON.stringify(name)}, expected kebab-case such as order-book. It becomes part of a parameter path.`,
  );
}

export function invalidOutputName(contract: string, output: string): Error {
  return new Error(
    `contract ${contract}: output is ${JSON.stringify(output)}, expected camelCase such as vpcId. It becomes part of a parameter path.`,
  );
}

export function outputOfHash(contract: string, output: string): Error {
  return new Error(
    `contract ${contract}: output is ${JSON.stringify(output)}, expected another name: the contract's own hash has that parameter.`,
  );
}

/** A value that the parameter store has not, or that would arrive as another one; `output` is `contract network: vpcId`. */
export function unstorableValue(output: string, problem: string): Error {
  return new Error(`${output} ${problem}. Publish another value or drop the output.`);
}

/** Said by Terraform of such a value, before its parameter is written. */
export function refusedByTerraform(
  publisher: StateIdentity,
  contract: string,
  output: string,
  problem: string,
): string {
  return (
    `${publisher.stack} in ${publisher.region} (${publisher.environment}): contract ${contract}: ${output} ${problem}. ` +
    'Publish another value or drop the output. Its parameter is not written.'
  );
}

export function nothingMirrored(contract: string): Error {
  return new Error(
    `contract ${contract}: no output is mirrored, expected at least one. Mark an output with mirrored(…) or drop the mirror.`,
  );
}

export function notRegionOfReader(contract: string, region: string): Error {
  return new Error(
    `contract ${contract}: the peer region is ${region}, expected the other one: that is the reader's own. Call readOutputs without a region.`,
  );
}

/** An output that the contract does not have, or that is not mirrored to where it is read. */
export function noSuchOutput(
  reader: StateIdentity,
  { contract, region, store }: ContractAddress,
  output: string,
  known: readonly string[],
): Error {
  const mirrored = region === store ? '' : " Of another region's outputs only those that are mirrored can be read.";
  return new Error(
    `${reader.stack} in ${reader.region} (${reader.environment}): contract ${contract} of ${region} has no output ` +
      `${output} in ${store}, expected one of ${known.join(', ')}.${mirrored} Correct the name, or have it published.`,
  );
}

/** Said by Terraform at plan time when the parameter store has nothing of the contract. */
export function neverPublished(
  reader: StateIdentity,
  { contract, region, store }: ContractRead,
  deploy: string,
): string {
  return (
    `${reader.stack} in ${reader.region} (${reader.environment}): contract ${contract} of ${region} ` +
    `is not published in ${store}. ${deploy} Nothing was changed.`
  );
}

/**
 * Said by Terraform at plan time when outputs that are read are not published, or with another type.
 *
 * @param unfit what is the case and what is expected, or Terraform's expression of it
 */
export function unfitContract(
  reader: StateIdentity,
  { contract, region, store }: ContractRead,
  unfit: string,
  deploy: string,
): string {
  return (
    `${reader.stack} in ${reader.region} (${reader.environment}): contract ${contract} of ${region} as published in ${store}: ${unfit}. ` +
    `${deploy} Or build ${reader.stack} from a commit that reads what is deployed. Nothing was changed.`
  );
}

/** The next step of both messages. */
export function deployFirst(owner: string, region: string, environment: string): string {
  return `Deploy ${owner} (${region}) first: npx nx run ${owner}:deploy:${environment}.`;
}

/** Outputs of a contract that a tool needs and a parameter store does not have. */
export class OutputsNotPublishedError extends Error {
  override readonly name = 'OutputsNotPublishedError';

  constructor(
    contract: { readonly name: string; readonly owner: string },
    at: { readonly environmentName: string; readonly region: string; readonly store: string },
    missing: readonly { readonly output: string; readonly parameter: string }[],
  ) {
    const outputs = missing.map(({ output }) => output).join(', ');
    const parameters = missing.map(({ parameter }) => parameter).join(', ');
    super(
      `contract ${contract.name} of ${at.region} (${at.environmentName}): ${outputs} not published in ${at.store}, ` +
        `expected at ${parameters}. ${deployFirst(contract.owner, at.region, at.environmentName)}`,
    );
  }
}
