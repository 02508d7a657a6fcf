import type { StateManifest } from '@dr/state-manifest';
import type { RecordedState, Records } from './records';

/** Recorded states that no stack of this workspace has any more: its folder was deleted, or its settings changed. */
export function orphansOf({ states }: Records, manifests: readonly StateManifest[]): readonly RecordedState[] {
  const named = new Set(manifests.flatMap((manifest) => manifest.states.map(({ name }) => name)));
  return [...states.values()].filter(({ state }) => !named.has(state));
}
