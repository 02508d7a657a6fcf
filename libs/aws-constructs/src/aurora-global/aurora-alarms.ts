import { Construct } from 'constructs';
import { MetricAlarm } from '../alarms/metric-alarm';

/** Readers share the writer's storage, and are usually less than 100 ms behind [Aurora user guide, replication]. */
const MAXIMUM_REPLICA_LAG_MS = 1_000;

export interface AuroraAlarmsProps {
  /** Begins the names of the alarms. */
  readonly clusterIdentifier: string;
  /** Region of the other cluster of the global database, for a person who reads the alarm. */
  readonly peerRegion: string;
  /**
   * Whether the cluster follows another while nothing has failed. Only a cluster that follows reports a lag
   * [Aurora user guide, CloudWatch metrics for Aurora]: of one that follows, silence is a broken replication; of the
   * other, it is how things should be, until a failover turns them round.
   */
  readonly follows: boolean;
  /** Data-loss objective: longest replication lag, ms. */
  readonly maximumLagMs: number;
  /** Connections above which the instances run short; their class decides how many they take. */
  readonly maximumConnections: number;
  readonly topicArns: readonly string[];
}

/** The alarms of one region's cluster of an Aurora global database. */
export class AuroraAlarms extends Construct {
  constructor(scope: Construct, id: string, props: AuroraAlarmsProps) {
    super(scope, id);
    const { clusterIdentifier, peerRegion, follows, maximumLagMs, maximumConnections, topicArns } = props;
    const ofCluster = {
      namespace: 'AWS/RDS',
      dimensions: { DBClusterIdentifier: clusterIdentifier },
      periodSeconds: 60,
      topicArns,
    };
    new MetricAlarm(this, 'ReplicationLag', {
      ...ofCluster,
      alarmName: `${clusterIdentifier}-replication-lag`,
      description: `A promotion would lose more than ${maximumLagMs} ms of writes of ${peerRegion}, or the lag is unknown. See the runbook of data.`,
      metricName: 'AuroraGlobalDBReplicationLag',
      statistic: 'Maximum',
      comparison: 'above',
      threshold: maximumLagMs,
      evaluationPeriods: 2,
      missingData: follows ? 'breaching' : 'notBreaching',
    });
    new MetricAlarm(this, 'Cpu', {
      ...ofCluster,
      alarmName: `${clusterIdentifier}-cpu`,
      description: 'The database is short of CPU, and queries wait. Look at Performance Insights.',
      metricName: 'CPUUtilization',
      statistic: 'Maximum',
      comparison: 'above',
      threshold: 80,
      evaluationPeriods: 5,
      missingData: 'breaching',
    });
    new MetricAlarm(this, 'ReplicaLag', {
      ...ofCluster,
      alarmName: `${clusterIdentifier}-replica-lag`,
      description: 'A reader of the cluster falls behind: the loss of its writer would take longer. Look at its load.',
      metricName: 'AuroraReplicaLagMaximum',
      statistic: 'Maximum',
      comparison: 'above',
      threshold: MAXIMUM_REPLICA_LAG_MS,
      evaluationPeriods: 5,
      // A cluster that follows another region has no writer to lag behind.
      missingData: 'notBreaching',
    });
    new MetricAlarm(this, 'Connections', {
      ...ofCluster,
      alarmName: `${clusterIdentifier}-connections`,
      description: 'The database is running short of connections. Look at the pools of the service.',
      metricName: 'DatabaseConnections',
      statistic: 'Maximum',
      comparison: 'above',
      threshold: maximumConnections,
      evaluationPeriods: 3,
      missingData: 'breaching',
    });
  }
}
