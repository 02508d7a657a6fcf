import { DataAwsSsmParametersByPath } from '@cdktf/provider-aws/lib/data-aws-ssm-parameters-by-path';
import { type ContractRead, PUBLISHED_TYPES, type ReadOutput } from '@dr/state-manifest';
import { Fn, type Postcondition, TerraformLocal, Token } from 'cdktf';
import type { Contract, MirroredValues, OutputSpecs, ReadValues } from './contract';
import type { ContractScope } from './contract-scope';
import {
  deployFirst,
  neverPublished,
  noSuchOutput,
  notRegionOfReader,
  type StateIdentity,
  unfitContract,
} from './errors';
import { contractPath, parameterName } from './parameter-path';

/**
 * The outputs that a contract's owner published for the reader's own region, as Terraform tokens.
 * The plan is refused, before anything is changed, when one that is read is not published, or with another type: an output
 * is read by who accesses it, and what else the owner publishes does not matter.
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
  const outputs = Object.entries(contract.outputs)
    .filter(([, { mirrored }]) => mirrored || from.store === from.region)
    .map(([name, { kind }]): ReadOutput => {
      return { name, parameter: `${path}/${parameterName(name)}`, type: kind === 'list' ? 'StringList' : 'String' };
    });
  const reader = { stack: scope.stackName, region: scope.region, environment: scope.environmentName };

  const id = `Read-${contract.name}-${from.region}`;
  const parameters = new DataAwsSsmParametersByPath(scope, id, {
    path,
    ...(from.store === scope.region ? {} : { region: from.store }),
  });
  // The provider marks every parameter value as sensitive; these are identifiers, and a plan must show them.
  const values = new TerraformLocal(
    scope,
    `${id}-values`,
    `\${nonsensitive(zipmap(${parameters.fqn}.names, ${parameters.fqn}.values))}`,
  );
  values.overrideLogicalId(`${contract.name}-${from.region}`);

  const accessed = new Set<string>();
  const read = {
    contract: contract.name,
    ...from,
    hash: contract.hash,
    get outputs(): readonly ReadOutput[] {
      return outputs.filter(({ name }) => accessed.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
  scope.readContracts.push(read);

  const tokens = Object.fromEntries(
    outputs.map(({ name, parameter, type }) => {
      const value = Token.asString(Fn.lookup(Token.asAny(values.expression), parameter));
      return [name, type === 'StringList' ? Token.asList(Fn.split(',', value)) : value];
    }),
  );
  return observed(tokens, {
    onAccess(name) {
      accessed.add(name);
      const deploy = deployFirst(contract.owner, from.region, scope.environmentName);
      parameters.lifecycle = { postcondition: conditionsOf(reader, read, deploy) };
    },
    refusal: (name) => noSuchOutput(reader, read, name, Object.keys(tokens)),
  });
}

/** Terraform's conditions for what is read: that something is published, and each output with its type. */
function conditionsOf(reader: StateIdentity, read: ContractRead, deploy: string): Postcondition[] {
  const wanted = JSON.stringify(read.outputs.map(({ name, parameter, type }) => [name, parameter, type]));
  const found = (otherwise: string) => `lookup(${PUBLISHED_TYPES}, output[1], "${otherwise}")`;
  const unfit =
    `\${join(", ", [for output in ${wanted} : "\${output[0]} is \${${found('not published')}}, expected \${output[2]}" ` +
    `if ${found('')} != output[2]])}`;
  return [
    { condition: `\${length(${PUBLISHED_TYPES}) > 0}`, errorMessage: neverPublished(reader, read, deploy) },
    {
      condition: `\${length(${PUBLISHED_TYPES}) == 0 || alltrue([for output in ${wanted} : ${found('')} == output[2]])}`,
      errorMessage: unfitContract(reader, read, unfit, deploy),
    },
  ];
}

/** Asked of any object by who awaits or prints it. */
const ASKED_OF_ANYTHING = new Set(['then', 'toJSON']);

/**
 * Reports each access, and refuses names that there are none of: bundles are built without a type check, and Terraform
 * leaves out an argument that is undefined, so that a key, a subnet, a policy would silently be missing.
 */
function observed<Values extends object>(
  values: Values,
  { onAccess, refusal }: { readonly onAccess: (name: string) => void; readonly refusal: (name: string) => Error },
): Values {
  return new Proxy(values, {
    get(target, name, receiver) {
      if (typeof name === 'string' && Object.hasOwn(target, name)) onAccess(name);
      else if (typeof name === 'string' && !(name in target) && !ASKED_OF_ANYTHING.has(name)) throw refusal(name);
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}
