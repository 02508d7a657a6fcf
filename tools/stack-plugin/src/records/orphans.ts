import type { StateManifest } from '@dr/state-manifest';
import type { RecordedState, Records } from './records';
import type { StateRecord } from './state-record';

/** Recorded states that no stack of this workspace has any more: its folder was deleted, or its settings changed. */
export function orphansOf({ states }: Records, manifests: readonly StateManifest[]): readonly RecordedState[] {
  const named = new Set(manifests.flatMap((manifest) => manifest.states.map(({ name }) => name)));
  return [...states.values()].filter(({ state }) => !named.has(state));
}

/**
 * Where the stack of a state may be that this work tree does not have, in words; undefined where it was deleted.
 *
 * @param newer recorded commits that this one does not contain
 */
export function stackElsewhere({ commit, changed }: StateRecord, newer: ReadonlySet<string>): string | undefined {
  if (commit !== undefined && newer.has(commit)) {
    return `deployed from ${commit.slice(0, 12)}, which this commit does not contain`;
  }
  return changed ? 'deployed from changes that no commit holds' : undefined;
}
