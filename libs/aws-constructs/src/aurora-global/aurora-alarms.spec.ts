import { synthesizeConstructs } from '@dr/testing';
import { AuroraAlarms } from './aurora-alarms';

function alarmsOf(follows: boolean): readonly Record<string, unknown>[] {
  const state = synthesizeConstructs((scope) => {
    new AuroraAlarms(scope, 'Alarms', {
      clusterIdentifier: 'orders-west',
      peerRegion: 'us-east-1',
      follows,
      maximumLagMs: 5_000,
      maximumConnections: 900,
      topicArns: ['topic'],
    });
  });
  return state.resources('aws_cloudwatch_metric_alarm');
}

describe('AuroraAlarms', () => {
  it('watch the lag, the CPU, the readers and the connections of the cluster, and tell somebody', () => {
    const seen = alarmsOf(true).map(({ metric_name, threshold, dimensions, alarm_actions }) => ({
      metric_name,
      threshold,
      dimensions,
      alarm_actions,
    }));

    const rest = { dimensions: { DBClusterIdentifier: 'orders-west' }, alarm_actions: ['topic'] };
    expect(seen).toEqual([
      { metric_name: 'DatabaseConnections', threshold: 900, ...rest },
      { metric_name: 'CPUUtilization', threshold: 80, ...rest },
      { metric_name: 'AuroraReplicaLagMaximum', threshold: 1_000, ...rest },
      { metric_name: 'AuroraGlobalDBReplicationLag', threshold: 5_000, ...rest },
    ]);
  });

  it('take silence of a cluster that follows for a lag, and not of one that leads', () => {
    const lag = (follows: boolean) =>
      alarmsOf(follows).find(({ metric_name }) => metric_name === 'AuroraGlobalDBReplicationLag');

    expect(lag(true)?.['treat_missing_data']).toBe('breaching');
    expect(lag(false)?.['treat_missing_data']).toBe('notBreaching');
  });
});
