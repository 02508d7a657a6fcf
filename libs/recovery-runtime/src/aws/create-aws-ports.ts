import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { SNSClient } from '@aws-sdk/client-sns';
import { ControlTableReader, ControlTableWriter, HeartbeatStore } from '@dr/control-table';
import { HEALTHY_TEXT, otherRegion, type RecoverySettings, type RecoveryTargets } from '@dr/recovery';
import type { RecoveryPorts } from '../ports';
import { OBSERVATION_TIMEOUT_MS } from '../run-recovery';
import { AuroraGlobalDatabaseAdapter, identifierIn } from './aurora-global-database';
import { proveWrite } from './database-proof';
import { invokeCanary, readCanary } from './invoke-canary';
import { notify } from './notifier';
import { findAnsweredRegion } from './answered-region';
import { reportRun } from './report-run';
import { type EndpointProbe, probeEndpoint } from './probe-endpoint';
import { probeEntry } from './probe-entry';
import { probeFunction } from './probe-function';
import { newestLag } from './replication-lag';
import { perRegion } from './per-region';

/** A probe times out a little before its caller does, so that the timeout is a result of its own. */
const PROBE_TIMEOUT_MS = OBSERVATION_TIMEOUT_MS - 200;

/**
 * The ports on AWS, all in one region but the probes, the report of a run, what a move asks of the region that it is about,
 * and Aurora's own calls: a failover is called in the target's region, a switchover in the writer's.
 * The SDK repeats nothing: the loop looks again soon, and a repetition inside a call would outlast its time.
 */
export function createAwsPorts(
  region: string,
  targets: RecoveryTargets,
  { regions }: RecoverySettings,
  instruments: Pick<RecoveryPorts, 'report' | 'measure'>,
): RecoveryPorts {
  const clientIn = (region: string) => ({ region, maxAttempts: 1 });
  const here = clientIn(region);
  const monotonicMs = () => performance.now();
  const wallClockMs = () => Date.now();
  const table = {
    client: new DynamoDBClient(here),
    otherClient: new DynamoDBClient(clientIn(otherRegion(region, regions))),
    tableName: targets.controlTableName,
    regions: [regions.primary, regions.standby],
  } as const;
  let isFar = false;
  const reader = new ControlTableReader({ ...table, onRead: (far) => (isFar = far) });
  const writer = new ControlTableWriter(table);
  const heartbeats = new HeartbeatStore(table);
  const database = new AuroraGlobalDatabaseAdapter({
    clientOf: perRegion((name) => new RDSClient(clientIn(name))),
    region,
    globalClusterIdentifier: targets.globalClusterIdentifier,
    deployedClusterArns: {
      [regions.primary]: targets.primaryClusterArn,
      [regions.standby]: targets.standbyClusterArn,
    },
  });
  const cloudwatch = perRegion((name) => new CloudWatchClient(clientIn(name)));
  const rdsData = perRegion((name) => new RDSDataClient(clientIn(name)));
  const sns = new SNSClient(here);
  const lambda = perRegion((name) => new LambdaClient(clientIn(name)));
  const hostsOf = (name: string) =>
    name === regions.primary
      ? {
          check: targets.primaryRegionCheckArn,
          healthCheck: targets.primaryHealthCheckHost,
          entry: targets.primaryEntryHost,
        }
      : {
          check: targets.standbyRegionCheckArn,
          healthCheck: targets.standbyHealthCheckHost,
          entry: targets.standbyEntryHost,
        };
  const probe = (endpoint: EndpointProbe, signal: AbortSignal) =>
    probeEndpoint(endpoint, PROBE_TIMEOUT_MS, signal, monotonicMs);
  const able = (name: string, signal: AbortSignal) => {
    const { check, healthCheck } = hostsOf(name);
    const asked = { via: 'health check', path: '/able', text: HEALTHY_TEXT };
    // The release before had a public URL alone, and a command of this one works with what that deployed.
    if (check === '') return probe({ ...asked, url: `https://${healthCheck}${asked.path}` }, signal);
    return probeFunction(lambda(name), { ...asked, functionArn: check }, PROBE_TIMEOUT_MS, signal, monotonicMs);
  };
  const entry = (host: string, signal: AbortSignal) =>
    probeEntry({ host, path: targets.entryPath }, PROBE_TIMEOUT_MS, signal, monotonicMs);

  return {
    readControlRecord: (signal) => reader.read(signal),
    isLedgerFar: () => isFar,
    writeControlRecord: (write, signal) => writer.write(write, signal),
    beat: (heartbeat, signal) => heartbeats.write(region, heartbeat, signal),
    readHeartbeat: (name, signal) => heartbeats.read(name, signal),
    probeRegion: async (name, signal) => {
      const hosts = hostsOf(name);
      const [deep, shallow, control] = await Promise.all([
        able(name, signal),
        entry(hosts.entry, signal),
        probe({ via: targets.witnessRegion, url: `https://dynamodb.${targets.witnessRegion}.amazonaws.com/` }, signal),
      ]);
      return { deep: [deep], shallow, control: [control] };
    },
    probeDeep: (name, signal) => able(name, signal),
    regionIsHealthy: async (name, signal) => {
      const [deep, shallow] = await Promise.all([able(name, signal), entry(hostsOf(name).entry, signal)]);
      // One zone that serves is better than a region that does not.
      return deep.outcome === 'answered' && shallow.some(({ outcome }) => outcome === 'answered');
    },
    answeredRegion: async (signal) => {
      const entries = { [regions.primary]: targets.primaryEntryHost, [regions.standby]: targets.standbyEntryHost };
      return findAnsweredRegion(targets.serviceHost, entries, signal);
    },
    describeDatabase: (signal) => database.describe(signal),
    newestLag: (name, signal) => {
      // A cluster's lag is published where it follows.
      const client = cloudwatch(name);
      const clusterIdentifier = name === region ? targets.clusterIdentifier : identifierIn(database.clusterArn(name));
      return newestLag({ client, clusterIdentifier, wallClockMs }, signal);
    },
    newestCanary: async (of, signal) =>
      targets.writeCanaryArn === '' ? null : readCanary(lambda(region), targets.writeCanaryArn, { read: of }, signal),
    promote: (target, signal) => database.promote(target, signal),
    switchOver: (target, signal) => database.switchOver(target, otherRegion(target, regions), signal),
    detach: (target, signal) => database.detach(target, signal),
    proveWrite: (name, version, after, signal) =>
      proveWrite(
        {
          clientOf: rdsData,
          clusterArnOf: (of) => database.clusterArn(of),
          secretArn: targets.secretArn,
          databaseName: targets.databaseName,
          wallClockMs,
        },
        name,
        version,
        after,
        signal,
      ),
    tryWrite: async (signal) =>
      targets.writeCanaryArn === ''
        ? { outcome: 'unknown', problem: 'the region has no canary' }
        : invokeCanary(lambda(region), targets.writeCanaryArn, signal),
    notify: (notice, signal) => notify(sns, targets.topicArn, notice, signal),
    reportRun: (signal) => reportRun(cloudwatch(targets.witnessRegion), region, signal),
    ...instruments,
    monotonicMs,
    wallClockMs,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
