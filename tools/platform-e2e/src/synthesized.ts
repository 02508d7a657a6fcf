import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENTS_FOLDER, environmentNamesIn } from '@dr/environment-names';
import { type Inventory, inventoryOf, inventoryText, type Presence, type StateManifest } from '@dr/state-manifest';
import { WORKSPACE } from './workspace';

export { DEFAULT_ENVIRONMENT } from '@dr/environment-names';

/** Every stack, sorted: an app with a composition root, as the stack plugin has it. */
export const STACKS = foldersOf('apps')
  .filter((app) => existsSync(join(WORKSPACE, 'apps', app, 'src/main.ts')))
  .sort();

/**
 * The synthesized Terraform of every stack and environment, a folder each, in a place of its own: Nx removes and restores
 * `dist/synth` at the beginning of a run of whoever deploys from it, while other suites read.
 */
export const SYNTHESIZED = join(WORKSPACE, 'dist/synthesized');

/** Every environment, the default one first. */
export const ENVIRONMENTS = environmentNamesIn(join(WORKSPACE, ENVIRONMENTS_FOLDER));

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

/**
 * Reads the manifest of a synthesized stack.
 *
 * @throws when the stack is not synthesized for the environment: a suite depends on that by its target
 */
export function readManifest(environment: string, stack: string): StateManifest {
  const file = join(SYNTHESIZED, environment, stack, 'states.json');
  if (!existsSync(file)) {
    throw new Error(
      `${file}: manifest is missing, expected that of a synthesized stack. Run npx nx run platform-e2e:synth-all, or the suite by its target, npx nx run platform-e2e:e2e-<suite>.`,
    );
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Folder of a synthesized state. */
export function synthesizedFolder(environment: string, state: string): string {
  const found = STACKS.map((stack) => join(SYNTHESIZED, environment, stack, 'stacks', state));
  const folder = found.find((candidate) => existsSync(candidate));
  if (folder === undefined) throw new Error(`${state} (${environment}): not synthesized`);
  return folder;
}

/** The account that an environment's provider is bound to. */
export function accountIdOf(environment: string): string {
  return providerOf(environment)?.allowed_account_ids[0] ?? '';
}

/** The platform whose names an environment's resources bear. */
export function platformOf(environment: string): string {
  return providerOf(environment)?.default_tags[0]?.tags['platform'] ?? '';
}

function providerOf(environment: string) {
  const [state] = readManifest(environment, 'network').states;
  const file = join(SYNTHESIZED, environment, 'network', state?.folder ?? '', 'cdk.tf.json');
  const { provider } = JSON.parse(readFileSync(file, 'utf8')) as {
    provider: {
      aws: readonly {
        allowed_account_ids: readonly string[];
        default_tags: readonly { tags: Readonly<Record<string, string>> }[];
      }[];
    };
  };
  return provider.aws[0];
}

/** Every resource of every stack in an environment. */
export function readResources(environment: string): readonly SynthesizedResource[] {
  return STACKS.flatMap((stack) =>
    readManifest(environment, stack).states.flatMap(({ name: state, region, folder }) => {
      const file = join(SYNTHESIZED, environment, stack, folder, 'cdk.tf.json');
      const { resource = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
        resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
      };
      return Object.entries(resource).flatMap(([type, byName]) =>
        Object.entries(byName).map(([name, attributes]) => ({ stack, state, region, type, name, attributes })),
      );
    }),
  );
}

export const inventoryFile = (stack: string) => join(WORKSPACE, 'apps', stack, 'inventory.json');

/** Writes the inventories of what is synthesized; they are committed. */
export const UPDATE_INVENTORY = 'UPDATE_INVENTORY=1 npx nx run platform-e2e:e2e-inventory';

/**
 * Reads the committed inventory of a stack.
 *
 * @throws when the stack has no inventory
 */
export function readInventory(stack: string): Inventory {
  return JSON.parse(readInventoryText(stack));
}

/** The file of {@link readInventory}. */
export function readInventoryText(stack: string): string {
  const file = inventoryFile(stack);
  if (!existsSync(file)) {
    throw new Error(
      `apps/${stack}/inventory.json: inventory is missing, expected every address of the stack. Run: ${UPDATE_INVENTORY}`,
    );
  }
  return readFileSync(file, 'utf8');
}

/** Text that the inventory of a stack has to have, by its synthesized Terraform. */
export function synthesizedInventoryText(stack: string): string {
  const folders = ENVIRONMENTS.map((environment) => [environment, join(SYNTHESIZED, environment, stack)] as const);
  return inventoryText(inventoryOf(new Map(folders)));
}

/** Managed resources of every state that the committed inventories promise, by state. */
export function promisedResources(environment: string, stacks: readonly string[] = STACKS): Record<string, number> {
  const isThere = (presence: Presence) => presence === 'all' || presence.split(', ').includes(environment);
  const totals = stacks.flatMap((stack) =>
    Object.entries(readInventory(stack)).map(
      ([state, addresses]) => [state, Object.values(addresses).filter(isThere).length] as const,
    ),
  );
  return Object.fromEntries(totals.filter(([, total]) => total > 0));
}

/** The folders of a directory. */
export function foldersOf(...path: readonly string[]): readonly string[] {
  return readdirSync(join(WORKSPACE, ...path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
