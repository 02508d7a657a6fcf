import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { pascalCase } from '@dr/construct-id';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { Contract, OutputSpec, OutputSpecs, PublishedValues } from './contract';
import type { ContractScope } from './contract-scope';
import { emptyList } from './errors';
import { CONTRACT_HASH_PARAMETER, contractPath, parameterName } from './parameter-path';

/**
 * Publishes a stack's outputs: one SSM parameter each in the stack's own region, plain values a person can read, and
 * the contract's hash beside them. The hash is written last and removed first, so that it never vouches for outputs
 * that are not there.
 *
 * The values are identifiers, never secrets.
 */
export function publishOutputs<Outputs extends OutputSpecs>(
  scope: ContractScope,
  contract: Contract<string, Outputs>,
  values: PublishedValues<NoInfer<Outputs>>,
): void {
  writeContract(scope, contract, scope.region, values);
}

/** Writes a contract about any region into the scope's own parameter store. */
export function writeContract<Outputs extends OutputSpecs>(
  scope: ContractScope,
  contract: Contract<string, Outputs>,
  region: string,
  values: Readonly<Record<string, string | readonly string[]>>,
): void {
  const path = contractPath(scope.parameterRoot, region, contract.name);
  const folder = new Construct(scope, `Publish${pascalCase(contract.name)}`);
  const parameters = Object.entries<OutputSpec>(contract.outputs).flatMap(([output, { kind, description }]) => {
    const value = values[output];
    if (value === undefined) return [];
    const isList = kind === 'list';
    if (Array.isArray(value) && !Token.isUnresolved(value) && value.length === 0)
      throw emptyList(contract.name, output);
    return new SsmParameter(folder, pascalCase(parameterName(output)), {
      name: `${path}/${parameterName(output)}`,
      description,
      type: isList ? 'StringList' : 'String',
      insecureValue: isList ? Fn.join(',', value as string[]) : (value as string),
    });
  });
  new SsmParameter(folder, 'ContractHash', {
    name: `${path}/${CONTRACT_HASH_PARAMETER}`,
    description: `Shape of contract ${contract.name}; readers built against another one are refused`,
    type: 'String',
    insecureValue: contract.hash,
    dependsOn: parameters,
  });
  scope.publishedContracts.push({ contract: contract.name, region, store: scope.region, hash: contract.hash });
}
