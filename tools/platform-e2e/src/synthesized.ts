import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateManifest } from '@dr/state-manifest';
import { run, testEnvironment, WORKSPACE } from './workspace';

export const STACKS = ['network', 'data', 'compute', 'global-dns'] as const;
export const ENVIRONMENTS = ['local', 'dev', 'prod'] as const;

export type Attributes = Readonly<Record<string, unknown>>;

/** One resource of one synthesized state. */
export interface SynthesizedResource {
  readonly stack: string;
  readonly state: string;
  /** Region of the state. */
  readonly region: string;
  /** `aws_vpc` */
  readonly type: string;
  /** Name within the type, of the Terraform JSON. */
  readonly name: string;
  readonly attributes: Attributes;
}

/** Synthesizes every stack for an environment, from the cache where nothing changed. */
export async function synthesize(environment: string): Promise<void> {
  const args = ['node_modules/.bin/nx', 'run-many', '-t', 'synth', `--environment=${environment}`];
  const { status, output } = await run(process.execPath, args, { cwd: WORKSPACE, env: testEnvironment() });
  if (status !== 0) throw new Error(output);
}

/** What a synthesized stack says of its states. */
export function readManifest(environment: string, stack: string): StateManifest {
  return JSON.parse(readFileSync(join(WORKSPACE, 'dist/synth', environment, stack, 'states.json'), 'utf8'));
}

/** Folder of a synthesized state. */
export function synthesizedFolder(environment: string, state: string): string {
  const found = STACKS.map((stack) => join(WORKSPACE, 'dist/synth', environment, stack, 'stacks', state));
  const folder = found.find((candidate) => existsSync(candidate));
  if (folder === undefined) throw new Error(`${state} (${environment}): not synthesized`);
  return folder;
}

/** The account that an environment's provider is bound to. */
export function accountIdOf(environment: string): string {
  const [state] = readManifest(environment, 'network').states;
  const file = join(WORKSPACE, 'dist/synth', environment, 'network', state?.folder ?? '', 'cdk.tf.json');
  const { provider } = JSON.parse(readFileSync(file, 'utf8')) as {
    provider: { aws: readonly { allowed_account_ids: readonly string[] }[] };
  };
  return provider.aws[0]?.allowed_account_ids[0] ?? '';
}

/** Every resource of every stack in an environment. */
export function readResources(environment: string): readonly SynthesizedResource[] {
  return STACKS.flatMap((stack) =>
    readManifest(environment, stack).states.flatMap(({ name: state, region, folder }) => {
      const file = join(WORKSPACE, 'dist/synth', environment, stack, folder, 'cdk.tf.json');
      const { resource = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
        resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
      };
      return Object.entries(resource).flatMap(([type, byName]) =>
        Object.entries(byName).map(([name, attributes]) => ({ stack, state, region, type, name, attributes })),
      );
    }),
  );
}

/** Number of resources by environment, state and type. */
export type Inventory = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;

export const inventoryFile = (stack: string) => join(WORKSPACE, 'apps', stack, 'inventory.json');

/** What a stack promises in each environment, as committed. */
export function readInventory(stack: string): Inventory {
  return JSON.parse(readFileSync(inventoryFile(stack), 'utf8'));
}

/** What a stack's synthesized Terraform holds in each environment. */
export function countResources(stack: string): Inventory {
  return Object.fromEntries(
    ENVIRONMENTS.map((environment) => {
      const counts: Record<string, Record<string, number>> = {};
      for (const { state, type, stack: owner } of readResources(environment)) {
        if (owner !== stack) continue;
        const byType = (counts[state] ??= {});
        byType[type] = (byType[type] ?? 0) + 1;
      }
      return [environment, sorted(counts, (byType) => sorted(byType, (count) => count))];
    }),
  );
}

/** Managed resources of every state that the committed inventories promise, by state. */
export function promisedResources(environment: string, stacks: readonly string[] = STACKS): Record<string, number> {
  const states = stacks.flatMap((stack) => Object.entries(readInventory(stack)[environment] ?? {}));
  const totals = states.map(([state, byType]) => [state, Object.values(byType).reduce((sum, count) => sum + count, 0)]);
  return Object.fromEntries(totals);
}

function sorted<From, To>(values: Record<string, From>, convert: (value: From) => To): Record<string, To> {
  return Object.fromEntries(
    Object.keys(values)
      .sort()
      .map((key) => [key, convert(values[key] as From)]),
  );
}

/** The folders of a directory. */
export function foldersOf(...path: readonly string[]): readonly string[] {
  return readdirSync(join(WORKSPACE, ...path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
