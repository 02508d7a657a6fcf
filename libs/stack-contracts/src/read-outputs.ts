import { DataAwsSsmParametersByPath } from '@cdktf/provider-aws/lib/data-aws-ssm-parameters-by-path';
import { Fn, TerraformLocal, Token } from 'cdktf';
import type { Contract, MirroredValues, OutputSpecs, ReadValues } from './contract';
import type { ContractScope } from './contract-scope';
import { deployFirst, neverPublished, noSuchOutput, notRegionOfReader, otherShape } from './errors';
import { CONTRACT_HASH_PARAMETER, contractPath, parameterName } from './parameter-path';

/**
 * The outputs that a contract's owner published for the reader's own region, as Terraform tokens.
 * The plan is refused, before anything is changed, when they were never published or have another shape.
 */
export function readOutputs<Outputs extends OutputSpecs>(
  scope: ContractScope,
  contract: Contract<string, Outputs>,
): ReadValues<Outputs> {
  return readContract(scope, contract, { region: scope.region, store: scope.region }) as ReadValues<Outputs>;
}

/**
 * The mirrored outputs of a contract about the other serving region, read from the reader's own region: a dark peer
 * blocks no reader.
 *
 * @throws when `peerRegion` is the reader's own
 */
export function readPeerOutputs<Outputs extends OutputSpecs>(
  scope: ContractScope,
  contract: Contract<string, Outputs>,
  peerRegion: string,
): MirroredValues<Outputs> {
  if (peerRegion === scope.region) throw notRegionOfReader(contract.name, peerRegion);
  return readContract(scope, contract, { region: peerRegion, store: scope.region }) as MirroredValues<Outputs>;
}

/**
 * The mirrored outputs of a contract about a serving region, for a reader in any: of what is made in one region for both,
 * such as the hosted zone.
 */
export function readRegionOutputs<Outputs extends OutputSpecs>(
  scope: ContractScope,
  contract: Contract<string, Outputs>,
  region: string,
): MirroredValues<Outputs> {
  return region === scope.region ? readOutputs(scope, contract) : readPeerOutputs(scope, contract, region);
}

/** Reads a contract from any region's parameter store; only a mirror reads another store than its own. */
export function readContract(
  scope: ContractScope,
  contract: Contract,
  from: { readonly region: string; readonly store: string },
): Record<string, string | string[]> {
  const path = contractPath(scope.parameterRoot, from.region, contract.name);
  const hashPath = `${path}/${CONTRACT_HASH_PARAMETER}`;
  const address = { contract: contract.name, ...from, hash: contract.hash };
  const reader = { stack: scope.stackName, region: scope.region, environment: scope.environmentName };
  const deploy = deployFirst(contract.owner, from.region, scope.environmentName);
  const foundHash = `nonsensitive(lookup(zipmap(self.names, self.values), "${hashPath}", ""))`;

  const id = `Read-${contract.name}-${from.region}`;
  const parameters = new DataAwsSsmParametersByPath(scope, id, {
    path,
    ...(from.store === scope.region ? {} : { region: from.store }),
    lifecycle: {
      postcondition: [
        { condition: `\${${foundHash} != ""}`, errorMessage: neverPublished(reader, address, deploy) },
        {
          condition: `\${contains(["", "${contract.hash}"], ${foundHash})}`,
          errorMessage: otherShape(reader, address, `\${${foundHash}}`, deploy),
        },
      ],
    },
  });
  // The provider marks every parameter value as sensitive; these are identifiers, and a plan must show them.
  const values = new TerraformLocal(
    scope,
    `${id}-values`,
    `\${nonsensitive(zipmap(${parameters.fqn}.names, ${parameters.fqn}.values))}`,
  );
  values.overrideLogicalId(`${contract.name}-${from.region}`);
  scope.readContracts.push(address);

  const outputs = Object.fromEntries(
    Object.entries(contract.outputs)
      .filter(([, spec]) => spec.mirrored || from.store === from.region)
      .map(([output, spec]) => {
        const value = Token.asString(Fn.lookup(Token.asAny(values.expression), `${path}/${parameterName(output)}`));
        return [output, spec.kind === 'list' ? Token.asList(Fn.split(',', value)) : value];
      }),
  );
  return refusingOthers(outputs, (output) => noSuchOutput(reader, address, output, Object.keys(outputs)));
}

/** Asked of any object by who awaits or prints it. */
const ASKED_OF_ANYTHING = new Set(['then', 'toJSON']);

/**
 * Bundles are built without a type check, and Terraform leaves out an argument that is undefined: a key, a subnet, a
 * policy would silently be missing.
 */
function refusingOthers<Values extends object>(values: Values, refusal: (name: string) => Error): Values {
  return new Proxy(values, {
    get(target, name, receiver) {
      if (typeof name === 'string' && !(name in target) && !ASKED_OF_ANYTHING.has(name)) throw refusal(name);
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}
