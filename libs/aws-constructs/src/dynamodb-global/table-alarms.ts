import { Construct } from 'constructs';
import { MetricAlarm } from '../alarms/metric-alarm';

export interface TableAlarmsProps {
  readonly tableName: string;
  /**
   * The other region, where the table is replicated with eventual consistency: its latency is watched. A strongly
   * consistent table has none.
   * @default none
   */
  readonly replicatedTo?: string;
  /** Data-loss objective: longest replication latency, ms. */
  readonly maximumLatencyMs: number;
  readonly topicArns: readonly string[];
}

/** The alarms of one region's replica of a table. */
export class TableAlarms extends Construct {
  constructor(scope: Construct, id: string, props: TableAlarmsProps) {
    super(scope, id);
    const { tableName, replicatedTo, maximumLatencyMs, topicArns } = props;
    for (const [side, metricName] of [
      ['Read', 'ReadThrottleEvents'],
      ['Write', 'WriteThrottleEvents'],
    ] as const) {
      new MetricAlarm(this, `${side}Throttles`, {
        alarmName: `${tableName}-${side.toLowerCase()}-throttles`,
        description: `${side}s of ${tableName} are refused: a hot key, or a limit of the account.`,
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensions: { TableName: tableName },
        statistic: 'Sum',
        comparison: 'above',
        threshold: 0,
        periodSeconds: 60,
        evaluationPeriods: 2,
        // The metric is there only while something is refused.
        missingData: 'notBreaching',
        topicArns,
      });
    }
    if (replicatedTo === undefined) return;
    new MetricAlarm(this, 'ReplicationLatency', {
      alarmName: `${tableName}-replication-latency`,
      description: `A failover would lose more than ${maximumLatencyMs} ms of writes to ${tableName}. See the runbook of data.`,
      namespace: 'AWS/DynamoDB',
      metricName: 'ReplicationLatency',
      dimensions: { TableName: tableName, ReceivingRegion: replicatedTo },
      statistic: 'Average',
      comparison: 'above',
      threshold: maximumLatencyMs,
      periodSeconds: 60,
      evaluationPeriods: 2,
      // A table that nobody writes to replicates nothing, and reports nothing.
      missingData: 'notBreaching',
      topicArns,
    });
  }
}
