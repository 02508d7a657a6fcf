import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RDSClient } from '@aws-sdk/client-rds';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { SNSClient } from '@aws-sdk/client-sns';
import { ControlTableReader, ControlTableWriter } from '@dr/control-table';
import { HEALTHY_TEXT, type RecoverySettings, type RecoveryTargets } from '@dr/recovery';
import type { RecoveryPorts } from '../ports';
import { OBSERVATION_TIMEOUT_MS } from '../run-recovery';
import { AuroraGlobalDatabaseAdapter } from './aurora-global-database';
import { proveWrite } from './database-proof';
import { notify } from './notifier';
import { type EndpointProbe, probeEndpoint } from './probe-endpoint';
import { probeEntry } from './probe-entry';
import { newestLag } from './replication-lag';

/** A probe times out a little before its caller does, so that the timeout is a result of its own. */
const PROBE_TIMEOUT_MS = OBSERVATION_TIMEOUT_MS - 200;

/** `arn:aws:rds:us-east-1:123456789012:cluster:orders` → `orders` */
function identifierIn(clusterArn: string): string {
  return clusterArn.split(':').at(-1) ?? '';
}

/**
 * The ports on AWS, all in the standby's region but the probes and, during a failback, the lag and the proof of the primary.
 * The SDK repeats nothing: the loop looks again soon, and a repetition inside a call would outlast its time.
 */
export function createAwsPorts(
  targets: RecoveryTargets,
  { regions }: RecoverySettings,
  instruments: Pick<RecoveryPorts, 'report' | 'measure'>,
): RecoveryPorts {
  const clientIn = (region: string) => ({ region, maxAttempts: 1 });
  const standby = clientIn(regions.standby);
  const monotonicMs = () => performance.now();
  const wallClockMs = () => Date.now();
  const dynamodb = new DynamoDBClient(standby);
  const table = { client: dynamodb, tableName: targets.controlTableName };
  const reader = new ControlTableReader({ ...table, regions: [regions.primary, regions.standby] });
  const writer = new ControlTableWriter(table);
  const database = new AuroraGlobalDatabaseAdapter({
    client: new RDSClient(standby),
    globalClusterIdentifier: targets.globalClusterIdentifier,
  });
  const cloudwatch = { [regions.standby]: new CloudWatchClient(standby) };
  const rdsData: Record<string, RDSDataClient> = {};
  const sns = new SNSClient(standby);
  const probe = (endpoint: EndpointProbe, signal: AbortSignal) =>
    probeEndpoint(endpoint, PROBE_TIMEOUT_MS, signal, monotonicMs);
  const able = (host: string) => ({ via: 'health check', url: `https://${host}/able`, text: HEALTHY_TEXT });
  const entry = (host: string, signal: AbortSignal) =>
    probeEntry({ host, path: targets.entryPath }, PROBE_TIMEOUT_MS, signal, monotonicMs);

  return {
    readControlRecord: (signal) => reader.read(signal),
    writeControlRecord: (write, signal) => writer.write(write, signal),
    probePrimary: async (signal) => {
      const [deep, shallow, control] = await Promise.all([
        probe(able(targets.primaryHealthCheckHost), signal),
        entry(targets.primaryEntryHost, signal),
        probe({ via: targets.witnessRegion, url: `https://dynamodb.${targets.witnessRegion}.amazonaws.com/` }, signal),
      ]);
      return { deep: [deep], shallow, control: [control] };
    },
    standbyIsHealthy: async (signal) => {
      const [deep, shallow] = await Promise.all([
        probe(able(targets.standbyHealthCheckHost), signal),
        entry(targets.standbyEntryHost, signal),
      ]);
      // One zone that serves is better than a region that does not.
      return deep.outcome === 'answered' && shallow.some(({ outcome }) => outcome === 'answered');
    },
    describeDatabase: (signal) => database.describe(signal),
    newestLag: (region, signal) => {
      // A cluster's lag is published where it follows.
      const client = (cloudwatch[region] ??= new CloudWatchClient(clientIn(region)));
      const clusterIdentifier =
        region === regions.standby ? targets.clusterIdentifier : identifierIn(database.clusterArn(region));
      return newestLag({ client, clusterIdentifier, wallClockMs }, signal);
    },
    promote: (target, signal) => database.promote(target, signal),
    switchOver: (target, signal) => database.switchOver(target, signal),
    proveWrite: (region, version, signal) =>
      proveWrite(
        {
          clientOf: (name) => (rdsData[name] ??= new RDSDataClient(clientIn(name))),
          clusterArnOf: (name) => database.clusterArn(name),
          secretArn: targets.secretArn,
          databaseName: targets.databaseName,
          wallClockMs,
        },
        region,
        version,
        signal,
      ),
    notify: (notice, signal) => notify(sns, targets.topicArn, notice, signal),
    ...instruments,
    monotonicMs,
    wallClockMs,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
