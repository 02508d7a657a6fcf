import {
  databaseOf,
  isLeftBehind,
  isTakingOver,
  otherRegion,
  rebuildHint,
  restoreHint,
  STEP_GUIDE,
  successorRegion,
} from '@dr/recovery';
import type { PlatformStatus } from './platform-status';

/** Shapes of a region that answers its own check, so that its database can be asked: nothing needs to be lost. */
const DEGRADED = ['entry-failure', 'some-zones'];

/**
 * Action to take: the command that leads to serving, wherever there is one, by the ledger's step and the state of both
 * regions.
 */
export function nextStep(seen: PlatformStatus): string {
  const step = stepByController(seen);
  // What a controller does, it does only where it runs.
  return seen.automated || step === NOTHING ? step : `${AUTOMATION_OFF} ${step}`;
}

const NOTHING = 'Nothing to do.';

const AUTOMATION_OFF =
  'No controller runs, since the automation of the sandbox account is off: nothing happens by itself until you run npx --no-install stacks sandbox automation --on.';

function stepByController(seen: PlatformStatus): string {
  const { primary, record, standby } = seen;
  const status = { ...seen, database: seen.database && databaseOf(record, seen.database) };
  if (record.step === 'serving') return whileServing(status);
  if (record.step === 'ledger-lost') return whileLost(status);
  return isTakingOver(record)
    ? whileTakingOver(status)
    : whileEvacuating(status, otherRegion(record.holder, { primary, standby }));
}

function whileServing(status: PlatformStatus): string {
  const { database, mode, primary, record, regions, standby } = status;
  const { holder } = record;
  const other = otherRegion(holder, { primary, standby });
  const { shape = 'not seen' } = regions[holder] ?? {};
  const isOtherHealthy = healthOf(status)(other);
  if (shape === 'not seen') return 'Nothing was reached from here: check your own network first.';
  if (shape === 'not known') {
    return `${holder} did not say how it is: its health check is throttled. Nothing is moved for that; run evacuate, which loses nothing, if clients are not served.`;
  }
  if (isLeftBehind(record, other)) return whileDetached(status, shape);
  if (shape === 'none' && database?.status === 'idle' && database.writer === other && isOtherHealthy) {
    return `The database's writer is in ${other}, and ${holder} serves no SQL writes: run evacuate, which loses nothing.`;
  }
  if (record.writeFailure !== null && [...DEGRADED, 'latency', 'none'].includes(shape)) {
    return isOtherHealthy
      ? whileWritesFail(status, other)
      : `${holder} takes no SQL writes, and ${other} is not healthy. Repair either region. ${failOverWithin(status)}`;
  }
  if (shape === 'none' && isOtherHealthy && record.entryFailure !== null) return whileOthersSeeMore(status, other);
  if (shape === 'none' && holder !== primary) return afterFailover(status);
  if (shape === 'none') return isOtherHealthy ? NOTHING : `Repair ${other}: a failover would not help now.`;
  const isSilent = [holder, other].every((region) => regions[region]?.probe?.outcome === 'silent');
  if (isSilent && regions[holder]?.shape === 'deep-failure') {
    return `Neither ${holder} nor ${other} said how it is in this one look, as right after a deploy: run status again. Where that stays so, repair either region.`;
  }
  if (!isOtherHealthy) {
    return `${holder} fails (${shape}), and ${other} is not healthy, so that nothing takes over by itself. Repair either region; where clients are served in ${other} all the same, run failover --to=${other}.`;
  }
  if (shape === 'latency') {
    const isOtherSlow = regions[other]?.shape === 'latency';
    return isOtherSlow
      ? `${holder} and ${other} were both slow in this one look: run status again.`
      : `${holder} was slow in this one look: run status again, and evacuate if it stays so, which loses nothing.`;
  }
  if (DEGRADED.includes(shape)) {
    return `${holder} is degraded (${shape}): run evacuate if it cannot be repaired soon, which loses nothing.`;
  }
  return mode === 'observe'
    ? `${holder} fails (${shape}), and mode is observe: run failover.`
    : `${holder} fails (${shape}): the controller takes over within about a minute. Run failover if it does not.`;
}

/** The other region's controller sees what is not seen from here: that the regions are cut off from each other, or where clients are led. */
function whileOthersSeeMore({ atMs, record }: PlatformStatus, other: string): string {
  const seconds = Math.max(0, Math.round((atMs - (record.entryFailure?.sinceMs ?? atMs)) / 1_000));
  return (
    `From here both regions look healthy. The controller in ${other} does not find ${record.holder} so, since ${seconds} s: the regions are cut off from each other, ` +
    'or clients are led elsewhere, as its notice says. Meanwhile a failure may lose what is not replicated; run evacuate if clients are not served, which loses nothing.'
  );
}

/** Nothing can be moved: what fails is repaired where it is. */
function whileDetached(status: PlatformStatus, shape: string): string {
  const { primary, record, standby } = status;
  const { holder, writeFailure } = record;
  const other = otherRegion(holder, { primary, standby });
  const hint = rebuildHint(holder);
  const isGrey = [...DEGRADED, 'latency'].includes(shape);
  if (shape !== 'none' && !isGrey)
    return `${holder} fails (${shape}), and there is no place to go: repair it. ${shape === 'black-hole' ? `${restoreHint(holder, other)} ` : ''}${hint}`;
  if (writeFailure !== null)
    return `${holder} takes no SQL writes: repair its writer. ${failOverWithin(status)} ${hint}`;
  return isGrey ? `${holder} is degraded (${shape}): repair it where it is. ${hint}` : `${holder} serves. ${hint}`;
}

/** Where the writer is, Aurora knows. */
function whileLost({ database, primary, record, regions, standby }: PlatformStatus): string {
  const writer = database?.status === 'idle' ? database.writer : null;
  if (writer === null) return 'Run status again until it says where the writer is; then run failover --to it.';
  if (regions[writer]?.healthy === true) {
    return `The database's writer is in ${writer}: run failover --to=${writer}, which opens SQL there once a write is proved.`;
  }
  const other = otherRegion(writer, { primary, standby });
  return regions[other]?.healthy === true
    ? `The database's writer is in ${writer}, which is not healthy. Repair it; or run failover --to=${other}, which loses what was not replicated.`
    : repairEither(writer, other, record.step);
}

/** Names what the canary of the holder found, and when. */
function whileWritesFail({ atMs, mode, record }: PlatformStatus, other: string): string {
  const { confirmedAtMs = 0, sinceMs = 0 } = record.writeFailure ?? {};
  const seconds = (ms: number) => `${Math.max(0, Math.round((atMs - ms) / 1_000))} s`;
  const found = `${record.holder} takes no SQL writes, since ${seconds(sinceMs)}, last found so ${seconds(confirmedAtMs)} ago`;
  const byItself =
    mode === 'observe' ? '' : `It is evacuated by itself after 180 s, where ${other} was healthy for ten minutes. `;
  return `${found}. ${byItself}Run evacuate, which loses nothing; where Aurora refuses it, failover --to=${other}, which loses what was not replicated.`;
}

/** For a writer that takes no writes and cannot be left: another instance of its cluster writes after it. */
function failOverWithin({ database, record }: PlatformStatus): string {
  const cluster = database?.clusters?.[record.holder] ?? '<its cluster>';
  return `To have another instance of ${record.holder} write, which loses nothing, run aws rds failover-db-cluster --region=${record.holder} --db-cluster-identifier=${cluster}.`;
}

/** Whether a region was found healthy. */
const healthOf =
  ({ regions }: PlatformStatus) =>
  (region: string): boolean =>
    regions[region]?.healthy === true;

/** A failback can begin once the preferred region answers and its database follows. */
function afterFailover({ database, primary, record, regions }: PlatformStatus): string {
  const serves = `${record.holder} serves.`;
  const { probe = null } = regions[primary] ?? {};
  if (probe === null || probe.outcome === 'silent') {
    return `${serves} ${primary} does not answer: repair it, then run failback.`;
  }
  if (regions[primary]?.healthy !== true) {
    return `${serves} ${primary} answers, and is not healthy yet: run failback once it is.`;
  }
  return database === null || database.status !== 'idle'
    ? `${serves} ${primary} answers; run failback once the database's state is known and idle.`
    : `${serves} ${primary} answers: failback is possible.`;
}

function whileTakingOver(status: PlatformStatus): string {
  const { database, primary, record, standby } = status;
  const settings = { primary, standby };
  const to = successorRegion(record, settings, null);
  const from = otherRegion(to, settings);
  const isHealthy = healthOf(status);
  const isPastMissing = record.replication === 'detaching' && record.step === 'write-unproven';
  if (isPastMissing && isHealthy(from)) {
    return `${STEP_GUIDE[record.step].nextStep} Where its database lacks what was written when SQL was last open, run failover --to=${from}, which is healthy again.`;
  }
  if (isLeftBehind(record, from) && !isHealthy(to)) {
    return `${to} fails, and there is no place to go: repair it. ${restoreHint(to, from)} ${rebuildHint(to)}`;
  }
  // A region whose database is rebuilt is not healthy for that alone.
  if (record.step === 'awaiting-copy') {
    return isHealthy(from)
      ? `${from} is healthy again, and has all that was written: run failover --to=${from}, or wait until Aurora has rebuilt the database of ${to}.`
      : `The database of ${to} is no whole copy: repair ${from}, or wait for it, since it has all that was written. ${restoreHint(from, to)}`;
  }
  if (!isHealthy(to)) {
    return isHealthy(from)
      ? `${to} fails, which is to serve, and ${from} is healthy: run failover, which takes over in ${from}.`
      : repairEither(to, from, record.step);
  }
  if (record.step !== 'awaiting-approval') return STEP_GUIDE[record.step].nextStep;
  const approve = `Run approve to promote ${to}, which loses what was not replicated`;
  if (!isHealthy(from)) return `${approve}: ${from} is not healthy.`;
  const isUnmoved = database?.status === 'idle' && database.writer === from;
  return isUnmoved
    ? `${from} is healthy again, and its database never moved: run evacuate, which loses nothing; or approve to promote ${to}.`
    : `${approve}; or failover --to=${from}, which is healthy again.`;
}

function whileEvacuating(status: PlatformStatus, to: string): string {
  const { mode, record } = status;
  const { holder: from, step } = record;
  const isHealthy = healthOf(status);
  if (!isHealthy(from) && !isHealthy(to)) return repairEither(to, from, step);
  if (!isHealthy(from)) {
    return mode === 'observe'
      ? `${from} fails, and mode is observe: run failover, which takes over in ${to}.`
      : `${from} fails: ${to} takes over within about a minute. Run failover if it does not.`;
  }
  return isHealthy(to)
    ? STEP_GUIDE[step].nextStep
    : `${to} fails, which is to serve: the evacuation is given up within about a minute. Run failover, which goes on in ${from}, if it is not.`;
}

function repairEither(to: string, from: string, step: PlatformStatus['record']['step']): string {
  return `Neither ${to} nor ${from} is healthy: repair either of them, and run status again; ${step} goes on from there.`;
}
