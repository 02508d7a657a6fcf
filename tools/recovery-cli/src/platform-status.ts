import {
  type ControlRecord,
  type DatabaseState,
  assessRound,
  type LagSample,
  type Probe,
  type RecoverySettings,
  STEP_GUIDE,
} from '@dr/recovery';
import { within } from '@dr/recovery-runtime';
import type { Platform } from './connect-platform';

/** Timeout of each observation, ms: a dark region delays a status by this much. */
const OBSERVATION_TIMEOUT_MS = 3_000;

/** Status of the platform, all of it observed from the standby at once. */
export interface PlatformStatus {
  readonly environment: string;
  readonly primary: string;
  readonly standby: string;
  readonly mode: string;
  readonly record: ControlRecord;
  readonly database: DatabaseState | null;
  readonly lag: LagSample | null;
  /** Of the primary's deep check; null where the probe itself failed. */
  readonly primaryProbe: Probe | null;
  /** Of the primary's entry, as clients come in, zone by zone; none where the probe itself failed. */
  readonly primaryEntry: readonly Probe[];
  readonly standbyHealthy: boolean;
  /** Shape that the controller would give this observation of the primary: `entry-failure`; `none` of a good one. */
  readonly shape: string;
  /** ms since 1970. */
  readonly atMs: number;
}

/** Observes the platform. @throws the error of reading the control record: without it nothing is known */
export async function readPlatformStatus({ environment, settings, ports }: Platform): Promise<PlatformStatus> {
  const observe = async <Value>(call: (signal: AbortSignal) => Promise<Value>): Promise<Value | null> => {
    const attempt = await within(OBSERVATION_TIMEOUT_MS, call);
    return attempt.ok ? attempt.value : null;
  };
  const [record, [database, lag], probes, able] = await Promise.all([
    ports.readControlRecord(AbortSignal.timeout(OBSERVATION_TIMEOUT_MS)),
    // Whose lag counts, the database's state says.
    observe(ports.describeDatabase).then(async (database) => {
      const follower =
        database?.writer === settings.regions.standby ? settings.regions.primary : settings.regions.standby;
      return [database, await observe((signal) => ports.newestLag(follower, signal))] as const;
    }),
    observe(ports.probePrimary),
    observe(ports.standbyIsHealthy),
  ]);
  return {
    environment,
    ...settings.regions,
    mode: settings.mode,
    record,
    database,
    lag,
    primaryProbe: probes?.deep[0] ?? null,
    primaryEntry: probes?.shallow ?? [],
    standbyHealthy: able ?? false,
    shape: shapeOf(probes ?? { shallow: [], deep: [], control: [] }, settings),
    atMs: ports.wallClockMs(),
  };
}

function shapeOf(
  probes: Pick<Parameters<typeof assessRound>[0], 'shallow' | 'deep' | 'control'>,
  settings: RecoverySettings,
): string {
  const round = { observer: 'status', sequence: 0, observedAtMs: 0, ...probes };
  const { grade, shape } = assessRound(round, settings.detection);
  return grade === 'void' ? 'not seen' : shape;
}

/** Formats the status for a person at 3 a.m.: the serving region first, the next step last. */
export function formatStatus(status: PlatformStatus): string {
  const { record, atMs, database, lag, primary, primaryEntry, primaryProbe, standby, standbyHealthy } = status;
  const shape = status.shape === 'none' ? '' : ` (${status.shape})`;
  const guide = STEP_GUIDE[record.step];
  const since =
    record.enteredAtMs === 0 ? '' : `, since ${clock(record.enteredAtMs)} (${ago(atMs - record.enteredAtMs)})`;
  const rows: readonly (readonly [string, string])[] = [
    ['step', `${record.step}${since}`],
    ['', guide.meaning],
    ['epoch', `${record.epoch}, held by ${record.holder}`],
    ['entry', describeAnswer(status)],
    ['SQL writes', record.sqlWrites === 'open' ? `open in ${record.holder}` : 'closed everywhere'],
    [
      'latch',
      record.latchedRegion === null ? 'down' : `up: DNS does not answer ${record.latchedRegion} until a failback`,
    ],
    ['database', database === null ? 'unknown' : `writer in ${database.writer ?? 'unknown'}, ${database.status}`],
    ['replication', describeLag(lag, atMs)],
    [primary, `primary: ${describeProbe(primaryProbe)}; ${describeEntry(primaryEntry)}${shape}`],
    [standby, `standby: ${standbyHealthy ? 'healthy' : 'not healthy'}`],
    ['approval', describeApproval(record, atMs)],
    ['mode', status.mode],
    ['cause', record.cause],
    ['next', nextStep(status)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const entry = answeredRegion(status);
  const closed = record.sqlWrites === 'closed' ? ', SQL writes closed' : '';
  const elsewhere = record.holder === entry ? closed : `, SQL writes in ${record.holder}`;
  const served = guide.blocked ? `WAITS FOR A PERSON in ${record.step}` : `served by ${entry}${elsewhere}`;
  return [`${status.environment}: ${served}`, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join(
    '\n',
  );
}

/** The region that DNS answers, by the ledger and by what Route 53 asks too; Route 53 itself is not asked. */
function answeredRegion({ primary, primaryEntry, primaryProbe, record, standby }: PlatformStatus): string {
  const isAnswered = ({ outcome }: Probe) => outcome === 'answered';
  const fails =
    (primaryProbe !== null && !isAnswered(primaryProbe)) || (primaryEntry.length > 0 && !primaryEntry.some(isAnswered));
  return record.latchedRegion === primary || fails ? standby : primary;
}

function describeAnswer(status: PlatformStatus): string {
  const { primary, record, standby } = status;
  if (record.latchedRegion === primary) return `DNS should answer ${standby}: ${primary} is latched`;
  return answeredRegion(status) === primary
    ? `DNS should answer ${primary}`
    : `DNS should answer ${standby} while ${primary} fails its checks, and ${primary} again by itself`;
}

/** Action to take: by the step, and while the primary serves by its observed state. */
function nextStep(status: PlatformStatus): string {
  const { mode, primary, record, shape, standby, standbyHealthy } = status;
  if (record.step === 'serving' && record.latchedRegion === primary) return afterFailover(status);
  const isAtRest = record.step === 'serving' && record.holder === primary;
  if (!isAtRest || shape === 'none') {
    if (!isAtRest) return STEP_GUIDE[record.step].nextStep;
    return standbyHealthy ? 'Nothing to do.' : `Repair ${standby}: a failover would not help now.`;
  }
  if (shape === 'not seen') return 'Nothing was reached from here: check your own network first.';
  if (!standbyHealthy) return `Repair either region: ${standby} could not take over.`;
  if (['entry-failure', 'some-zones', 'latency'].includes(shape)) {
    return `${primary} is degraded (${shape}): nothing takes over by itself. See the runbook; run failover if it cannot be repaired.`;
  }
  return mode === 'observe'
    ? `${primary} fails (${shape}), and mode is observe: run failover.`
    : `${primary} fails (${shape}): the controller takes over within about a minute. Run failover if it does not.`;
}

/** Next step after a failover: says which region serves, that the latch is up, and whether a failback can begin. */
function afterFailover({ database, primary, primaryProbe, record }: PlatformStatus): string {
  const serves = `${record.holder} serves, and the latch keeps ${primary} out of DNS.`;
  if (primaryProbe === null || primaryProbe.outcome === 'silent') {
    return `${serves} ${primary} does not answer: repair it, then run failback.`;
  }
  return database === null || database.status !== 'idle'
    ? `${serves} ${primary} answers; run failback once the database's state is known and idle.`
    : `${serves} ${primary} answers: failback is possible.`;
}

export function describeLag(lag: LagSample | null, atMs: number): string {
  return lag === null
    ? 'no lag published'
    : `lag ${lag.lagMs} ms in the minute that began ${ago(atMs - lag.measuredAtMs)}`;
}

function describeProbe(probe: Probe | null): string {
  if (probe === null) return 'not probed';
  if (probe.outcome === 'answered') return `healthy (${Math.round(probe.latencyMs)} ms)`;
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
