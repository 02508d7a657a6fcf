import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StateManifest } from '@dr/state-manifest';
import { type Destination, optionsOf, reconcileCommand } from '../accounts/destination';
import { orphansOf, stackElsewhere } from '../records/orphans';
import type { Records } from '../records/records';
import { APPLY_LOG, unendedApplyIn } from './apply-log';

/**
 * Lines about what is recorded and not as it should be: states that no stack has any more, and deploys that did not end.
 *
 * @param newer recorded commits that this one does not contain
 * @param workFolderOf folder of a state in this clone
 */
export async function describeStrays(
  records: Records,
  manifests: readonly StateManifest[],
  newer: ReadonlySet<string>,
  destination: Destination,
  workFolderOf: (state: string) => string,
): Promise<readonly string[]> {
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
    .map(async ({ state, record: { by, at } }) => {
      const begun = `${state}: the deploy of ${by}, begun ${at}, has not ended. Where nobody is deploying, it died: `;
      const command = reconcileCommand(state, destination);
      if (!existsSync(join(workFolderOf(state), APPLY_LOG))) {
        return `${begun}what it made and left in no state is looked for by tags and names with ${command} (type it where the deploy ran: its log is there, and names more)`;
      }
      const unended = await unendedApplyIn(workFolderOf(state));
      return `${begun}${unended === undefined ? 'deploy it again' : command}`;
    });
  return [...orphans, ...(await Promise.all(unfinished))];
}
