import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateEntry, StateManifest } from '@dr/state-manifest';

/** Hash of the Terraform JSON of each state in a folder of synthesized stacks, which names its files by their hash. */
export function stateHashes(folder: string): ReadonlyMap<string, string> {
  return new Map(
    manifestsIn(folder).flatMap(({ stack, states }) =>
      states.map((state) => {
        const json = readFileSync(join(folder, stack, state.folder, 'cdk.tf.json'));
        return [state.name, createHash('sha256').update(json).digest('hex')] as const;
      }),
    ),
  );
}

/** States in a folder of synthesized stacks that read what some others publish. */
export function readersOf(folder: string, publishers: readonly string[]): readonly string[] {
  const states = manifestsIn(folder).flatMap((manifest) => manifest.states);
  const address = ({ contract, region, store }: StateEntry['publishes'][number]) => `${contract} ${region} ${store}`;
  const published = states.filter(({ name }) => publishers.includes(name)).flatMap(({ publishes }) => publishes);
  const addresses = new Set(published.map(address));
  return states.filter(({ reads }) => reads.some((read) => addresses.has(address(read)))).map(({ name }) => name);
}

function manifestsIn(folder: string): readonly StateManifest[] {
  return readdirSync(folder).map((stack) => JSON.parse(readFileSync(join(folder, stack, 'states.json'), 'utf8')));
}
