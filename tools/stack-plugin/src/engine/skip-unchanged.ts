import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { StateEntry } from '@dr/state-manifest';
import type { ParameterStore } from '../records/parameter-store';
import type { RecordedInput } from '../records/recorder';
import { readRecovery, type RecoveryQuestion } from '../records/recovery';
import { recordedSettings } from './refuse-other-deployment';
import type { Run, RunState } from './run';

/** A state that was looked at within this time need not be looked at again, ms. */
const LOOKED_AT_WITHIN_MS = 24 * 60 * 60 * 1_000;

/**
 * The commit that a state is left as deployed at: its configuration, files, versions, settings and read values are those of the
 * record, its last deploy succeeded within a day, and no recovery has moved anything since. What was changed outside
 * Terraform is not seen.
 *
 * @param input what it would be deployed with now
 * @returns undefined for a state that has to be planned
 */
export async function unchangedSince(
  run: Run,
  { stack, entry }: RunState,
  input: RecordedInput,
): Promise<string | undefined> {
  const record = run.records.states.get(entry.name)?.record;
  if (record?.outcome !== 'deployed' || record.inputs === undefined) return undefined;
  if (record.hash !== input.hash || record.inputs !== input.inputs) return undefined;
  // Else the record would say for ever that it has other settings, and refuse what was made.
  if (!isDeepStrictEqual(record.settings, recordedSettings(run.manifests, stack))) return undefined;
  const lookedAt = Date.parse(record.at);
  if (lookedAt + LOOKED_AT_WITHIN_MS < Date.now()) return undefined;
  if (!((await run.recoveryMovedAtMs()) < lookedAt)) return undefined;
  return record.commit?.slice(0, 12) ?? 'no commit';
}

/** When a recovery last moved anything, ms since 1970: 0 for never, and Infinity while one does or it is not known. */
export async function recoveryMovedAt(question: RecoveryQuestion): Promise<number> {
  const recovery = await readRecovery(question);
  if (recovery === 'none') return 0;
  if ('unknown' in recovery || recovery.isUnderWay) return Infinity;
  return recovery.enteredAtMs;
}

/** Hash of the values that a state reads, as they are published now. */
export async function hashOfInputs(
  { reads }: StateEntry,
  parameterRoot: string,
  readFolder: ParameterStore['readFolder'],
): Promise<string> {
  const folders = reads.map(({ contract, region, store }) => ({
    path: `${parameterRoot}/${region}/${contract}`,
    store,
  }));
  const values = await Promise.all(
    folders.map(async ({ path, store }) => {
      const read = Object.entries(await readFolder(path, store)).sort(([a], [b]) => (a < b ? -1 : 1));
      return [store, path, read] as const;
    }),
  );
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}
