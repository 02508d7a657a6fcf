import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { MetricAlarm, type MetricAlarmProps } from './metric-alarm';

function synthesizeAlarm(changes: Partial<MetricAlarmProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new MetricAlarm(scope, 'Lag', {
      alarmName: 'orders-lag',
      description: 'Replication is behind. See the runbook.',
      namespace: 'AWS/RDS',
      metricName: 'AuroraGlobalDBReplicationLag',
      dimensions: { DBClusterIdentifier: 'orders' },
      statistic: 'Maximum',
      comparison: 'above',
      threshold: 5000,
      periodSeconds: 60,
      evaluationPeriods: 2,
      missingData: 'breaching',
      topicArns: ['arn:aws:sns:topic'],
      ...changes,
    });
  });
}

describe('MetricAlarm', () => {
  it('tells when it begins and when it ends', () => {
    expect(synthesizeAlarm().resource('aws_cloudwatch_metric_alarm')).toEqual({
      alarm_name: 'orders-lag',
      alarm_description: 'Replication is behind. See the runbook.',
      namespace: 'AWS/RDS',
      metric_name: 'AuroraGlobalDBReplicationLag',
      dimensions: { DBClusterIdentifier: 'orders' },
      statistic: 'Maximum',
      comparison_operator: 'GreaterThanThreshold',
      threshold: 5000,
      period: 60,
      evaluation_periods: 2,
      treat_missing_data: 'breaching',
      alarm_actions: ['arn:aws:sns:topic'],
      ok_actions: ['arn:aws:sns:topic'],
    });
  });

  it('is on an expression that has a value for a period without data, where it is given one', () => {
    const alarm = synthesizeAlarm({ missingValue: 0, statistic: 'p99' }).resource('aws_cloudwatch_metric_alarm');

    expect(alarm).toMatchObject({
      metric_query: [
        { id: 'filled', expression: 'FILL(observed, 0)', label: 'AuroraGlobalDBReplicationLag', return_data: true },
        {
          id: 'observed',
          metric: {
            namespace: 'AWS/RDS',
            metric_name: 'AuroraGlobalDBReplicationLag',
            dimensions: { DBClusterIdentifier: 'orders' },
            stat: 'p99',
            period: 60,
          },
        },
      ],
    });
    for (const argument of ['namespace', 'metric_name', 'dimensions', 'statistic', 'extended_statistic', 'period']) {
      expect(alarm).not.toHaveProperty(argument);
    }
  });

  it('gives a percentile its own argument', () => {
    const alarm = synthesizeAlarm({ statistic: 'p99' }).resource('aws_cloudwatch_metric_alarm');

    expect(alarm).toMatchObject({ extended_statistic: 'p99' });
    expect(alarm).not.toHaveProperty('statistic');
  });

  it.each([0, 15, 90, -60])('refuses a period of %d s', (periodSeconds) => {
    expect(() => synthesizeAlarm({ periodSeconds })).toThrow(
      new Error(`constructs/Lag: periodSeconds is ${periodSeconds}, expected 10, 30 or a multiple of 60. Correct it.`),
    );
  });

  it.each([0, 1.5, 1441])('refuses %d evaluation periods of a minute', (evaluationPeriods) => {
    expect(() => synthesizeAlarm({ evaluationPeriods })).toThrow(
      new Error(
        `constructs/Lag: evaluationPeriods is ${evaluationPeriods}, expected a whole number from 1 that with periodSeconds makes one day at most. Correct it.`,
      ),
    );
  });

  it('refuses to tell nobody', () => {
    expect(() => synthesizeAlarm({ topicArns: [] })).toThrow(
      new Error('constructs/Lag: topicArns is empty, expected at least one topic. Name a topic to notify.'),
    );
  });
});
