import type { StateManifest } from '@dr/state-manifest';
import { type Destination, optionsOf } from '../accounts/destination';
import { orphansOf, stackElsewhere } from '../records/orphans';
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
  const orphans = orphansOf(records, manifests).map(({ state, record }) => {
    const named = `${state} (stack ${record.stack}, of ${record.owner}) is`;
    const elsewhere = stackElsewhere(record, newer);
    const destroy = `npx --no-install stacks destroy-orphan ${state} ${optionsOf(destination)}`;
    return elsewhere === undefined
      ? `${named} deployed, and no stack of this workspace has it any more. Destroy it: ${destroy}`
      : `${named} ${elsewhere}, and is left as it is. Where its stack was deleted: ${destroy} --over-newer`;
  });
  const unfinished = [...records.states.values()]
    .filter(({ record }) => record.outcome === 'applying')
    .map(
      ({ state, record: { by, at } }) =>
        `${state}: the deploy of ${by}, begun ${at}, has not ended. Where nobody is deploying, it died: deploy it again`,
    );
  return [...orphans, ...unfinished];
}
