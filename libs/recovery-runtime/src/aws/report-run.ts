import { type CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { METRIC_NAMESPACE, RUN_METRIC, runDimensions } from '@dr/recovery';

/** Reports a run of the controller of a region, once for that region and once for all, in one request. */
export async function reportRun(
  client: Pick<CloudWatchClient, 'send'>,
  region: string,
  abortSignal: AbortSignal,
): Promise<void> {
  await client.send(
    new PutMetricDataCommand({
      Namespace: METRIC_NAMESPACE,
      // A metric has every one of its dimensions: CloudWatch adds none up [CloudWatch user guide, dimensions].
      MetricData: [runDimensions(region), runDimensions()].map((dimensions) => ({
        MetricName: RUN_METRIC,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        Unit: 'Count',
        Value: 1,
      })),
    }),
    { abortSignal },
  );
}
