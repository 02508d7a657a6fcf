import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_MANIFEST_FILE, type StateManifest } from './index';

/** `all`, or the environments in which an address exists: `dev, prod`. */
export type Presence = string;

/** The Terraform addresses of every state of a stack, each with the environments in which it exists. */
export type Inventory = Readonly<Record<string, Readonly<Record<string, Presence>>>>;

/**
 * Inventory of a stack's synthesized Terraform, sorted.
 *
 * @param folders where the stack is synthesized, by environment
 */
export function inventoryOf(folders: ReadonlyMap<string, string>): Inventory {
  const states = new Map<string, Map<string, string[]>>();
  for (const [environment, folder] of folders) {
    for (const [state, address] of addressesIn(folder)) {
      const addresses = states.get(state) ?? new Map<string, string[]>();
      states.set(state, addresses);
      addresses.set(address, [...(addresses.get(address) ?? []), environment]);
    }
  }
  return sortedRecord(states, (addresses) =>
    sortedRecord(addresses, (names) => (names.length === folders.size ? 'all' : names.join(', '))),
  );
}

/** Text of an inventory's file. */
export function inventoryText(inventory: Inventory): string {
  return `${JSON.stringify(inventory, null, 2)}\n`;
}

/** State and address of every resource that is synthesized in a stack's folder. */
function addressesIn(stackFolder: string): readonly (readonly [string, string])[] {
  const manifest = JSON.parse(readFileSync(join(stackFolder, STATE_MANIFEST_FILE), 'utf8')) as StateManifest;
  return manifest.states.flatMap(({ name: state, folder }) => {
    const { resource = {} } = JSON.parse(readFileSync(join(stackFolder, folder, 'cdk.tf.json'), 'utf8')) as {
      readonly resource?: Readonly<Record<string, object>>;
    };
    return Object.entries(resource).flatMap(([type, byName]) =>
      Object.keys(byName).map((name) => [state, `${type}.${name}`] as const),
    );
  });
}

function sortedRecord<From, To>(values: ReadonlyMap<string, From>, convert: (value: From) => To): Record<string, To> {
  const byKey = ([a]: [string, From], [b]: [string, From]) => (a < b ? -1 : 1);
  return Object.fromEntries([...values].sort(byKey).map(([key, value]) => [key, convert(value)]));
}
