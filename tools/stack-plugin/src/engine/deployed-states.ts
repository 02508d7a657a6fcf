import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_MANIFEST_FILE, type StateEntry, type StateManifest } from '@dr/state-manifest';
import type { RunState } from './run';
import { addressKey } from './state-order';

/** The manifests of all stacks that are synthesized in a folder. */
export function readManifests(synthFolder: string): readonly StateManifest[] {
  return readdirSync(synthFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const manifest = readManifest(join(synthFolder, entry.name));
      return manifest ? [manifest] : [];
    });
}

/** The manifest of a synthesized stack, or undefined where there is none. */
export function readManifest(stackFolder: string): StateManifest | undefined {
  try {
    return JSON.parse(readFileSync(join(stackFolder, STATE_MANIFEST_FILE), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The states of other stacks that read what these states publish. */
export function readersOf(manifest: StateManifest, others: readonly StateManifest[]): readonly RunState[] {
  const published = new Set(manifest.states.flatMap((state) => state.publishes.map(addressKey)));
  const reads = (state: StateEntry) => state.reads.some((address) => published.has(addressKey(address)));
  return others
    .filter((other) => other.stack !== manifest.stack)
    .flatMap((other) => other.states.filter(reads).map((state) => ({ stack: other.stack, entry: state })));
}
