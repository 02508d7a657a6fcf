import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { pascalCase } from '@dr/construct-id';
import { type Precondition, TerraformLocal } from 'cdktf';
import { Construct } from 'constructs';
import type { Contract, OutputSpec, OutputSpecs, PublishedValues } from './contract';
import type { ContractScope } from './contract-scope';
import { refusedByTerraform } from './errors';
import { CONTRACT_HASH_PARAMETER, contractPath, parameterName } from './parameter-path';
import { parameterValue, storable } from './published-value';

/**
 * Publishes a stack's outputs: one SSM parameter each in the stack's own region, plain values a person can read, and
 * the contract's hash beside them. The hash is written last and removed first, so that it never vouches for outputs
 * that are not there.
 *
 * A value arrives as it was given, or is refused: a literal while it is synthesized, what the plan knows in the plan, and
 * the rest before its parameter is written. The values are identifiers, never secrets.
 *
 * @throws for a literal that cannot be stored as it is
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
  const publisher = { stack: scope.stackName, region: scope.region, environment: scope.environmentName };

  function checkOf(output: string, kind: OutputSpec['kind'], value: string | readonly string[]): Precondition {
    const name = `${contract.name}-${region}-${output}`;
    // A value with text around its expressions cannot stand within another expression.
    new TerraformLocal(folder, `Value-${output}`, value).overrideLogicalId(name);
    const { condition, problem } = storable(kind, `local.${name}`);
    return { condition, errorMessage: refusedByTerraform(publisher, contract.name, output, problem) };
  }

  const parameters = Object.entries<OutputSpec>(contract.outputs).flatMap(([output, { kind, description }]) => {
    const value = values[output];
    if (value === undefined) return [];
    const { value: insecureValue, checked } = parameterValue(`contract ${contract.name}: ${output}`, kind, value);
    return new SsmParameter(folder, pascalCase(parameterName(output)), {
      name: `${path}/${parameterName(output)}`,
      description,
      type: kind === 'list' ? 'StringList' : 'String',
      insecureValue,
      ...(checked === undefined ? {} : { lifecycle: { precondition: [checkOf(output, kind, checked)] } }),
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
