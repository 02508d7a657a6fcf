import { amendRecord, enterStep } from '../fencing/conditional-write';
import type { ControlRecord, Replication } from '../fencing/control-record';
import type { Effect } from './effect';
import { otherRegion, type Regions } from './roles';
import type { DatabaseState, Situation } from './situation';
import {
  announce,
  beginByMs,
  drainThen,
  nothing,
  stepAgeMs,
  type StepDecision,
  waitFor,
  write,
  writerRestsIn,
} from './step-effects';

/** Time after which people are notified that a database has not been detached, ms. */
const DETACHED_WITHIN_MS = 60_000;

/** Whether a region's database was taken out of the global database, by Aurora. */
export function isTakenOut({ clusters }: Pick<DatabaseState, 'clusters'>, region: string): boolean {
  return clusters !== undefined && clusters[region] === undefined;
}

/**
 * The database as decisions see it: once the ledger lets the holder's cluster be taken out of the global database, and Aurora
 * says that it is, that cluster is the writer, whatever goes on among those that were left behind.
 */
export function databaseOf(record: ControlRecord, database: DatabaseState): DatabaseState {
  const { holder, replication } = record;
  return replication !== 'whole' && isTakenOut(database, holder)
    ? { ...database, writer: holder, status: 'idle' }
    : database;
}

/** Whether a region's database was left behind: what the holder writes is not replicated to it. */
export function isLeftBehind(
  { holder, replication }: Pick<ControlRecord, 'holder' | 'replication'>,
  region: string,
): boolean {
  return replication === 'detached' && region !== holder;
}

/** Value of the ledger's `replication` once SQL is opened in the holder. */
export function replicationAtOpening({ database, record }: Situation, regions: Regions): Replication {
  return record.replication === 'whole' || isReplicatedFrom(database, record.holder, regions) ? 'whole' : 'detached';
}

/** Notes, for the holder that serves, that the other region's database follows again: it was rebuilt. */
export function noteReplication({ database, record }: Situation, regions: Regions): Effect | null {
  const { holder, replication } = record;
  return replication !== 'whole' && isReplicatedFrom(database, holder, regions)
    ? write(amendRecord(record, { replication: 'whole' }), `${otherRegion(holder, regions)} follows ${holder} again`)
    : null;
}

/** Whether both clusters are in the global database, the region's own writes, and the other one is a whole copy of it. */
function isReplicatedFrom(
  { clusters = {}, resyncing = [], status, writer }: DatabaseState,
  region: string,
  regions: Regions,
): boolean {
  const isComplete = [region, otherRegion(region, regions)].every((each) => clusters[each] !== undefined);
  return status === 'idle' && writer === region && isComplete && resyncing.length === 0;
}

/**
 * The last resort: the holder's cluster is taken out of the global database, which makes it a writer of its own. Only a
 * command of a person calls Aurora, once nobody can still write, nor promote by an earlier epoch.
 */
export const decideDetaching: StepDecision = (situation, settings) =>
  drainThen(situation, settings, () => {
    const { database, record, region, wallClockMs } = situation;
    const { epoch, holder } = record;
    if (writerRestsIn(situation, holder)) {
      const moved = enterStep(record, 'proving', wallClockMs, { writerMovedAtMs: wallClockMs });
      return write(moved, `the database of ${holder} is a writer`);
    }
    const notice = stepAgeMs(situation) > DETACHED_WITHIN_MS ? announce(situation) : null;
    if (notice) return notice;
    if (region !== null) return nothing("a database is detached by a person's command alone");
    if (database.clusters === undefined) return waitFor(`the global database is ${database.status}`);
    if (database.clusters[holder] === undefined) return waitFor(`the global database has no cluster of ${holder}`);
    if (database.resyncing?.includes(holder) !== false) {
      return waitFor(
        `the database of ${holder} is no whole copy yet: it would lose what was written since it was left`,
      );
    }
    return { kind: 'detach', target: holder, epoch, beginByMs: beginByMs(situation, settings) };
  });
