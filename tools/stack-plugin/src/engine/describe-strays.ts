import type { StateManifest } from '@dr/state-manifest';
import { type Destination, optionsOf } from '../accounts/destination';
import { orphansOf } from '../records/orphans';
import type { Records } from '../records/records';

/**
 * Lines about what is recorded and not as it should be: states that no stack has any more, and deploys that did not end.
 *
 * @param newer recorded commits that this one does not contain
 */
export function describeStrays(
  records: Records,
  manifests: readonly StateManifest[],
  newer: ReadonlySet<string>,
  destination: Destination,
): readonly string[] {
  const orphans = orphansOf(records, manifests).map(({ state, record: { stack, owner, commit } }) =>
    commit !== undefined && newer.has(commit)
      ? `${state} (stack ${stack}, of ${owner}) is deployed from ${commit.slice(0, 12)}, which this commit does not contain, and is left as it is`
      : `${state} (stack ${stack}, of ${owner}) is deployed, and no stack of this workspace has it any more. Destroy it: ` +
        `npx --no-install stacks destroy-orphan ${state} ${optionsOf(destination)}`,
  );
  const unfinished = [...records.states.values()]
    .filter(({ record }) => record.outcome === 'applying')
    .map(
      ({ state, record: { by, at } }) =>
        `${state}: the deploy of ${by}, begun ${at}, has not ended. Where nobody is deploying, it died: deploy it again`,
    );
  return [...orphans, ...unfinished];
}
