import { type ControlRecord, type DatabaseState, type LagSample, type Probe, STEP_GUIDE } from '@dr/recovery';
import { within } from '@dr/recovery-runtime';
import type { Platform } from './connect-platform';

/** How long each look may take, ms: a dark region costs a status this much. */
const LOOK_MS = 3_000;

/** What a person needs to know, all of it looked at from the standby at once. */
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
  readonly standbyAble: boolean;
  /** ms since 1970. */
  readonly atMs: number;
}

/** @throws whatever the reading of the control record fails with: without it nothing is known */
export async function lookAtPlatform({ environment, settings, ports }: Platform): Promise<PlatformStatus> {
  const look = async <Value>(call: (signal: AbortSignal) => Promise<Value>): Promise<Value | null> => {
    const attempt = await within(LOOK_MS, call);
    return attempt.ok ? attempt.value : null;
  };
  const [record, [database, lag], probes, able] = await Promise.all([
    ports.readControlRecord(AbortSignal.timeout(LOOK_MS)),
    // Whose lag counts, the database's state says.
    look(ports.describeDatabase).then(async (database) => {
      const follower =
        database?.writer === settings.regions.standby ? settings.regions.primary : settings.regions.standby;
      return [database, await look((signal) => ports.newestLag(follower, signal))] as const;
    }),
    look(ports.probePrimary),
    look(ports.standbyIsAble),
  ]);
  return {
    environment,
    ...settings.regions,
    mode: settings.mode,
    record,
    database,
    lag,
    primaryProbe: probes?.deep[0] ?? null,
    standbyAble: able ?? false,
    atMs: ports.wallClockMs(),
  };
}

/** As a person reads it at 3 a.m.: who serves first, what to do last. */
export function formatStatus(status: PlatformStatus): string {
  const { record, atMs, database, lag, primary, primaryProbe, standby, standbyAble } = status;
  const guide = STEP_GUIDE[record.step];
  const since =
    record.enteredAtMs === 0 ? '' : `, since ${clock(record.enteredAtMs)} (${ago(atMs - record.enteredAtMs)})`;
  const rows: readonly (readonly [string, string])[] = [
    ['step', `${record.step}${since}`],
    ['', guide.meaning],
    ['epoch', `${record.epoch}, held by ${record.holder}`],
    ['SQL writes', record.sqlWrites === 'open' ? `open in ${record.holder}` : 'closed everywhere'],
    [
      'latch',
      record.latchedRegion === null ? 'down' : `up: DNS does not answer ${record.latchedRegion} until a failback`,
    ],
    ['database', database === null ? 'unknown' : `writer in ${database.writer ?? 'unknown'}, ${database.status}`],
    ['replication', describeLag(lag, atMs)],
    [primary, `primary: ${describeProbe(primaryProbe)}`],
    [standby, `standby: ${standbyAble ? 'able to serve' : 'not able to serve'}`],
    ['approval', describeApproval(record, atMs)],
    ['mode', status.mode],
    ['cause', record.cause],
    ['next', guide.nextStep],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const served = guide.blocked
    ? `WAITS FOR A PERSON in ${record.step}`
    : `served by ${entryOf(record, primary, standby)}`;
  return [`${status.environment}: ${served}`, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join(
    '\n',
  );
}

/** The region that DNS answers, as far as the latch decides it. */
function entryOf(record: ControlRecord, primary: string, standby: string): string {
  return record.latchedRegion === primary ? standby : primary;
}

export function describeLag(lag: LagSample | null, atMs: number): string {
  return lag === null ? 'no lag published' : `lag ${lag.lagMs} ms, measured ${ago(atMs - lag.measuredAtMs)}`;
}

function describeProbe(probe: Probe | null): string {
  if (probe === null) return 'not asked';
  if (probe.outcome === 'answered') return `able to serve (${Math.round(probe.latencyMs)} ms)`;
  return probe.outcome === 'silent'
    ? `silent for ${Math.round(probe.latencyMs)} ms`
    : 'answers, but is not able to serve';
}

function describeApproval({ approval, epoch }: ControlRecord, atMs: number): string {
  if (approval === null || approval.epoch !== epoch) return 'none';
  const left = approval.expiresAtMs - atMs;
  return `by ${approval.by}, ${left > 0 ? `for ${Math.ceil(left / 1_000)} s more` : 'run out'}`;
}

function clock(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s ago`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3_600)} h ago`;
}
