import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { LagSample } from '@dr/recovery';

/** Aurora publishes once a minute. */
const PERIOD_SECONDS = 60;
/**
 * How far back a datapoint is looked for, and how far ahead. One over the objective counts however old it is. Those ahead
 * are of a clock that is behind: were they left out, an old one would be taken for the newest, and by that clock for a
 * fresh one.
 */
const WINDOW_SECONDS = 3 * 3_600;

export interface ReplicationLagOptions {
  /** Of the region whose cluster follows. */
  readonly client: Pick<CloudWatchClient, 'send'>;
  readonly clusterIdentifier: string;
  /** ms since 1970. */
  readonly wallClockMs: () => number;
}

/**
 * The newest lag that Aurora published for a following cluster, the largest of its minute. It counts as measured at the
 * begin of that minute, the earliest that it can have been: a lag is never taken for fresher than it is.
 *
 * @returns null where there is none: a cluster that follows nothing publishes none
 */
export async function newestLag(
  { client, clusterIdentifier, wallClockMs }: ReplicationLagOptions,
  abortSignal: AbortSignal,
): Promise<LagSample | null> {
  const nowMs = wallClockMs();
  const { MetricDataResults: results } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(nowMs - WINDOW_SECONDS * 1_000),
      EndTime: new Date(nowMs + WINDOW_SECONDS * 1_000),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: [
        {
          Id: 'lag',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/RDS',
              MetricName: 'AuroraGlobalDBReplicationLag',
              Dimensions: [{ Name: 'DBClusterIdentifier', Value: clusterIdentifier }],
            },
            Period: PERIOD_SECONDS,
            Stat: 'Maximum',
          },
        },
      ],
    }),
    { abortSignal },
  );
  const lagMs = results?.[0]?.Values?.[0];
  const measuredAt = results?.[0]?.Timestamps?.[0];
  return lagMs === undefined || measuredAt === undefined ? null : { lagMs, measuredAtMs: measuredAt.getTime() };
}
