import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_MANIFEST_FILE, type StateEntry, type StateManifest } from '@dr/state-manifest';

/** Everything of a stack that its deploy role is made of, as it is synthesized for an environment. */
export interface DeployedStack {
  /** The Nx app: `data`. */
  readonly stack: string;
  /** The team that owns it. */
  readonly owner: string;
  readonly states: readonly Pick<StateEntry, 'name' | 'region' | 'publishes' | 'reads'>[];
  /** Resource types of its states, sorted. */
  readonly types: readonly string[];
  /** Names of its resources by type, of the types that IAM knows by their names; sorted. */
  readonly names: Readonly<Record<string, readonly string[]>>;
}

/** Argument with the name, of the types whose permissions are limited by it. */
const NAMED_BY: Readonly<Record<string, string>> = {
  aws_dynamodb_table: 'name',
  aws_ecs_cluster: 'name',
  aws_iam_role: 'name',
  aws_kms_alias: 'name',
  aws_lb: 'name',
  aws_route53_record: 'name',
  aws_s3_bucket: 'bucket',
};

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/**
 * Reads a stack as it is synthesized.
 *
 * @param folder `dist/synth/prod/data`
 * @throws for a name that is no literal, where IAM knows the resource by it
 */
export function readDeployedStack(folder: string): DeployedStack {
  const { stack, owner, states } = JSON.parse(readFileSync(join(folder, STATE_MANIFEST_FILE), 'utf8')) as StateManifest;
  const types = new Set<string>();
  const names = new Map<string, Set<string>>();
  for (const { name: state, folder: stateFolder } of states) {
    const { resource = {} } = JSON.parse(readFileSync(join(folder, stateFolder, 'cdk.tf.json'), 'utf8')) as {
      readonly resource?: Resources;
    };
    for (const [type, resources] of Object.entries(resource)) {
      types.add(type);
      const argument = NAMED_BY[type];
      if (argument === undefined) continue;
      for (const [id, attributes] of Object.entries(resources)) {
        const found = names.get(type) ?? new Set();
        names.set(type, found.add(literalName(`${state}: ${type}.${id}`, type, argument, attributes[argument])));
      }
    }
  }
  return {
    stack,
    owner,
    states: states.map(({ name, region, publishes, reads }) => ({ name, region, publishes, reads })),
    types: [...types].sort(),
    names: Object.fromEntries([...names].map(([type, found]) => [type, [...found].sort()])),
  };
}

function literalName(place: string, type: string, argument: string, value: unknown): string {
  const name = String(value);
  if (value !== undefined && !name.includes('${')) return name;
  // A certificate's validation: its record is below the domain that the expression names.
  const [, domain] = /domain_name == "([^"]+)"/.exec(name) ?? [];
  if (type === 'aws_route53_record' && domain !== undefined) return `_*.${domain}`;
  throw new Error(
    `${place}: ${argument} is ${value === undefined ? 'missing' : name}, expected a literal: IAM limits who may change it by its name. Name it by this.resourceName(…).`,
  );
}
