import {
  type ControlRecord,
  type DatabaseState,
  assessRound,
  databaseOf,
  type LagSample,
  type Probe,
  type RecoverySettings,
  STEP_GUIDE,
} from '@dr/recovery';
import { within } from '@dr/recovery-runtime';
import type { Platform } from './connect-platform';
import { nextStep } from './next-step';

/** Timeout of each observation, ms: a dark region delays a status by this much. */
const OBSERVATION_TIMEOUT_MS = 3_000;

/** One serving region, as probed. */
export interface RegionStatus {
  /** Of its deep check; null where the probe itself failed. */
  readonly probe: Probe | null;
  /** Of its entry, as clients come in, zone by zone; none where the probe itself failed. */
  readonly entry: readonly Probe[];
  /** Shape that a controller would give this observation: `entry-failure`; `none` of a good one. */
  readonly shape: string;
  /** Whether its deep check and its entry answer. */
  readonly healthy: boolean;
}

/** Status of the platform, all of it observed at once. */
export interface PlatformStatus {
  readonly environment: string;
  readonly primary: string;
  readonly standby: string;
  readonly mode: string;
  /** Whether controllers run by themselves: false in a sandbox account whose automation is off. */
  readonly automated: boolean;
  readonly record: ControlRecord;
  readonly database: DatabaseState | null;
  readonly lag: LagSample | null;
  /** By region. */
  readonly regions: Readonly<Record<string, RegionStatus>>;
  /** ms since 1970. */
  readonly atMs: number;
}

/** Observes the platform. @throws the error of reading the control record: without it nothing is known */
export async function readPlatformStatus({
  automated,
  environment,
  settings,
  ports,
}: Platform): Promise<PlatformStatus> {
  const observe = async <Value>(call: (signal: AbortSignal) => Promise<Value>): Promise<Value | null> => {
    const attempt = await within(OBSERVATION_TIMEOUT_MS, call);
    return attempt.ok ? attempt.value : null;
  };
  const { primary, standby } = settings.regions;
  const probed = async (region: string): Promise<RegionStatus> =>
    regionStatus(await observe((signal) => ports.probeRegion(region, signal)), settings);
  const [record, [database, lag], ofPrimary, ofStandby, isAutomated] = await Promise.all([
    ports.readControlRecord(AbortSignal.timeout(OBSERVATION_TIMEOUT_MS)),
    // Whose lag counts, the database's state says.
    observe(ports.describeDatabase).then(async (database) => {
      const follower = database?.writer === standby ? primary : standby;
      return [database, await observe((signal) => ports.newestLag(follower, signal))] as const;
    }),
    probed(primary),
    probed(standby),
    automated(),
  ]);
  return {
    environment,
    ...settings.regions,
    mode: settings.mode,
    automated: isAutomated,
    record,
    database,
    lag,
    regions: { [primary]: ofPrimary, [standby]: ofStandby },
    atMs: ports.wallClockMs(),
  };
}

type ProbeAnswers = Pick<Parameters<typeof assessRound>[0], 'shallow' | 'deep' | 'control'>;

function regionStatus(probes: ProbeAnswers | null, settings: RecoverySettings): RegionStatus {
  const answers = probes ?? { shallow: [], deep: [], control: [] };
  const round = { observer: 'status', sequence: 0, observedAtMs: 0, ...answers };
  const { grade, shape } = assessRound(round, settings.detection);
  return {
    probe: answers.deep[0] ?? null,
    entry: answers.shallow,
    shape: UNKNOWN_SHAPES[grade] ?? shape,
    healthy: answers.deep.some(isAnswered) && answers.shallow.some(isAnswered),
  };
}

/** Shapes of observations that say nothing of the region. */
const UNKNOWN_SHAPES: Readonly<Record<string, string>> = { void: 'not seen', unknown: 'not known' };

const isAnswered = ({ outcome }: Probe): boolean => outcome === 'answered';

/** Formats the status for a person at 3 a.m.: the serving region first, the next step last. */
export function formatStatus(status: PlatformStatus): string {
  const { record, atMs, lag, primary, standby } = status;
  const guide = STEP_GUIDE[record.step];
  const since =
    record.enteredAtMs === 0 ? '' : `, since ${clock(record.enteredAtMs)} (${ago(atMs - record.enteredAtMs)})`;
  const isDetached = record.replication === 'detached';
  const rows: readonly (readonly [string, string])[] = [
    ['step', `${record.step}${since}`],
    ['', isHolderDown(status) ? `${record.holder} is to serve reads and all writes, and does not.` : guide.meaning],
    ['epoch', `${record.epoch}, held by ${record.holder}`],
    ['entry', describeAnswer(status)],
    ['SQL writes', describeSqlWrites(status)],
    ['database', describeDatabase(status)],
    ['replication', isDetached ? `none: the database of ${record.holder} is detached` : describeLag(lag, atMs)],
    ...[primary, standby].map((region) => [region, describeRegion(status, region)] as const),
    ['approval', describeApproval(record, atMs)],
    ['mode', status.automated ? status.mode : `${status.mode}; no controller runs`],
    ['cause', record.cause],
    ['next', nextStep(status)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const entry = answeredRegion(status);
  const alone = isDetached ? ', whose database is detached' : '';
  const closed =
    record.sqlWrites === 'closed' ? ', SQL writes closed' : record.writeFailure === null ? alone : ', SQL writes fail';
  const elsewhere = isHolderDown(status)
    ? `, no SQL writes: ${record.holder} does not serve`
    : record.holder === entry
      ? closed
      : `, SQL writes in ${record.holder}`;
  const served = guide.blocked ? `WAITS FOR A PERSON in ${record.step}` : `served by ${entry}${elsewhere}`;
  return [`${status.environment}: ${served}`, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join(
    '\n',
  );
}

function describeDatabase({ database, record }: PlatformStatus): string {
  if (database === null) return 'unknown';
  const { status, writer } = databaseOf(record, database);
  return `writer in ${writer ?? 'unknown'}, ${status}`;
}

/** Whether the ledger lets a region serve that was looked at, and does not. */
function isHolderDown({ record, regions }: PlatformStatus): boolean {
  const holder = regions[record.holder];
  const isKnown = holder !== undefined && !Object.values(UNKNOWN_SHAPES).includes(holder.shape);
  return record.step === 'serving' && isKnown && !holder.healthy;
}

function describeSqlWrites(status: PlatformStatus): string {
  const { holder, sqlWrites } = status.record;
  if (sqlWrites === 'closed') return 'closed everywhere';
  if (isHolderDown(status)) return `allowed in ${holder} alone, which does not serve`;
  return status.record.writeFailure === null ? `open in ${holder}` : `open in ${holder}, whose database takes none`;
}

/** The region that DNS answers, by the ledger and by what Route 53 asks too; Route 53 itself is not asked. */
function answeredRegion({ primary, record, regions, standby }: PlatformStatus): string {
  const fails = (region: string) => {
    const { entry = [], probe = null } = regions[region] ?? {};
    const isDeepFailing = probe !== null && !isAnswered(probe) && probe.outcome !== 'unknown';
    return { deep: isDeepFailing, entry: entry.length > 0 && !entry.some(isAnswered) };
  };
  const { deep, entry } = fails(primary);
  const isPrimaryOut = record.holder !== primary || deep || entry;
  return isPrimaryOut && !fails(standby).entry ? standby : primary;
}

function describeAnswer(status: PlatformStatus): string {
  const { primary, record, standby } = status;
  const answered = answeredRegion(status);
  if (record.holder !== primary) {
    const why = `${record.holder} holds the epoch`;
    return answered === standby
      ? `DNS should answer ${standby}: ${why}`
      : `DNS should answer ${primary}: ${standby} lets nobody in`;
  }
  return answered === primary
    ? `DNS should answer ${primary}`
    : `DNS should answer ${standby} while ${primary} fails its checks, and ${primary} again by itself`;
}

function describeRegion({ primary, record, regions }: PlatformStatus, region: string): string {
  const { entry = [], probe = null, shape = 'none' } = regions[region] ?? {};
  const seen = shape === 'none' ? '' : ` (${shape})`;
  // Whom the settings prefer holds, as long as nothing else is said.
  const holds = region === record.holder && region !== primary ? ', holds' : '';
  return `${region === primary ? 'primary' : 'standby'}${holds}: ${describeProbe(probe)}; ${describeEntry(entry)}${seen}`;
}

export function describeLag(lag: LagSample | null, atMs: number): string {
  return lag === null
    ? 'no lag published'
    : `lag ${lag.lagMs} ms in the minute that began ${ago(atMs - lag.measuredAtMs)}`;
}

function describeProbe(probe: Probe | null): string {
  if (probe === null) return 'not probed';
  if (probe.outcome === 'answered') return `healthy (${Math.round(probe.latencyMs)} ms)`;
  if (probe.outcome === 'unknown') return 'its health check is throttled';
  return probe.outcome === 'silent' ? `no answer in ${Math.round(probe.latencyMs)} ms` : 'answers, but is not healthy';
}

function describeEntry(probes: readonly Probe[]): string {
  if (probes.length === 0) return 'entry not probed';
  const answered = probes.filter(({ outcome }) => outcome === 'answered');
  const slowest = Math.round(Math.max(...probes.map(({ latencyMs }) => latencyMs)));
  if (answered.length === probes.length) return `serves clients at its entry (${slowest} ms)`;
  if (answered.length > 0) return `serves clients at ${answered.length} of ${probes.length} addresses of its entry`;
  return probes.every(({ outcome }) => outcome === 'silent')
    ? `no answer at its entry in ${slowest} ms`
    : 'serves nobody at its entry';
}

function describeApproval({ approval, epoch }: ControlRecord, atMs: number): string {
  if (approval === null || approval.epoch !== epoch) return 'none';
  const left = approval.expiresAtMs - atMs;
  return `by ${approval.by}, ${left > 0 ? `for ${Math.ceil(left / 1_000)} s more` : 'expired'}`;
}

function clock(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s ago`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3_600)} h ago`;
}
