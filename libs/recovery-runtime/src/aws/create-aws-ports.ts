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
import { invokeCanary } from './invoke-canary';
import { notify } from './notifier';
import { findAnsweredRegion } from './answered-region';
import { reportRun } from './report-run';
import { type EndpointProbe, probeEndpoint } from './probe-endpoint';
import { probeEntry } from './probe-entry';
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
  });
  const cloudwatch = perRegion((name) => new CloudWatchClient(clientIn(name)));
  const rdsData = perRegion((name) => new RDSDataClient(clientIn(name)));
  const sns = new SNSClient(here);
  const lambda = new LambdaClient(here);
  const hostsOf = (name: string) =>
    name === regions.primary
      ? { healthCheck: targets.primaryHealthCheckHost, entry: targets.primaryEntryHost }
      : { healthCheck: targets.standbyHealthCheckHost, entry: targets.standbyEntryHost };
  const probe = (endpoint: EndpointProbe, signal: AbortSignal) =>
    probeEndpoint(endpoint, PROBE_TIMEOUT_MS, signal, monotonicMs);
  const able = (host: string) => ({ via: 'health check', url: `https://${host}/able`, text: HEALTHY_TEXT });
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
        probe(able(hosts.healthCheck), signal),
        entry(hosts.entry, signal),
        probe({ via: targets.witnessRegion, url: `https://dynamodb.${targets.witnessRegion}.amazonaws.com/` }, signal),
      ]);
      return { deep: [deep], shallow, control: [control] };
    },
    probeDeep: (name, signal) => probe(able(hostsOf(name).healthCheck), signal),
    regionIsHealthy: async (name, signal) => {
      const hosts = hostsOf(name);
      const [deep, shallow] = await Promise.all([probe(able(hosts.healthCheck), signal), entry(hosts.entry, signal)]);
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
    promote: (target, signal) => database.promote(target, signal),
    switchOver: (target, signal) => database.switchOver(target, otherRegion(target, regions), signal),
    proveWrite: (name, version, signal) =>
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
        signal,
      ),
    tryWrite: async (signal) =>
      targets.writeCanaryArn === ''
        ? { outcome: 'unknown', problem: 'the region has no canary' }
        : invokeCanary(lambda, targets.writeCanaryArn, signal),
    notify: (notice, signal) => notify(sns, targets.topicArn, notice, signal),
    reportRun: (signal) => reportRun(cloudwatch(targets.witnessRegion), region, signal),
    ...instruments,
    monotonicMs,
    wallClockMs,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
