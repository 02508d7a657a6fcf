import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import { alarmNotice } from './alarm-notice';
import type { AlarmState } from './alarm-state';

const OK: AlarmState = { value: 'OK', reason: 'fine', reasonData: '', changedAtMs: 0 };
const NOW: AlarmState = {
  value: 'ALARM',
  reason: 'A promotion would lose 8 s.',
  reasonData: '',
  changedAtMs: Date.parse('2026-11-24T10:01:02.345Z'),
};
const TOPIC = 'arn:aws:sns:us-west-2:000000000000:alarms';

function alarm(change: ObjectValue = {}, id = 'trading-lag'): ResourceRecord {
  return {
    type: 'aws_cloudwatch_metric_alarm',
    region: 'us-west-2',
    service: 'cloudwatch',
    id,
    arn: `arn:aws:cloudwatch:us-west-2:000000000000:alarm:${id}`,
    attributes: {
      alarm_name: id,
      alarm_description: 'Look at the replication.',
      alarm_actions: [TOPIC],
      ok_actions: [TOPIC],
      insufficient_data_actions: null,
      metric_name: 'AuroraGlobalDBReplicationLag',
      namespace: 'AWS/RDS',
      statistic: 'Maximum',
      dimensions: { DBClusterIdentifier: 'trading' },
      period: 60,
      evaluation_periods: 2,
      comparison_operator: 'GreaterThanThreshold',
      threshold: 5_000,
      treat_missing_data: 'breaching',
      evaluate_low_sample_count_percentiles: '',
      ...change,
    },
    internal: { configuredAt: '2026-11-23T09:00:00.000Z' },
  };
}

const messageOf = (of: ResourceRecord) => JSON.parse(alarmNotice('000000000000', of, OK, NOW).message) as unknown;

describe('what an alarm tells a topic', () => {
  it('is what CloudWatch tells, field by field', () => {
    const { message, subject } = alarmNotice('000000000000', alarm(), OK, NOW);

    expect(subject).toBe('ALARM: "trading-lag" in US West (Oregon)');
    expect(JSON.parse(message)).toEqual({
      AlarmName: 'trading-lag',
      AlarmDescription: 'Look at the replication.',
      AWSAccountId: '000000000000',
      AlarmConfigurationUpdatedTimestamp: '2026-11-23T09:00:00.000+0000',
      NewStateValue: 'ALARM',
      NewStateReason: 'A promotion would lose 8 s.',
      StateChangeTime: '2026-11-24T10:01:02.345+0000',
      Region: 'US West (Oregon)',
      AlarmArn: 'arn:aws:cloudwatch:us-west-2:000000000000:alarm:trading-lag',
      OldStateValue: 'OK',
      OKActions: ['arn:aws:sns:us-west-2:000000000000:alarms'],
      AlarmActions: ['arn:aws:sns:us-west-2:000000000000:alarms'],
      InsufficientDataActions: [],
      Trigger: {
        MetricName: 'AuroraGlobalDBReplicationLag',
        Namespace: 'AWS/RDS',
        StatisticType: 'Statistic',
        Statistic: 'MAXIMUM',
        Unit: null,
        Dimensions: [{ value: 'trading', name: 'DBClusterIdentifier' }],
        Period: 60,
        EvaluationPeriods: 2,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 5000,
        TreatMissingData: 'breaching',
        EvaluateLowSampleCountPercentile: '',
      },
    });
  });

  it('names a percentile, a statistic of two words, and the datapoints that make an alarm', () => {
    expect(messageOf(alarm({ statistic: null, extended_statistic: 'p99', datapoints_to_alarm: 1 }))).toMatchObject({
      Trigger: { StatisticType: 'ExtendedStatistic', ExtendedStatistic: 'p99', DatapointsToAlarm: 1 },
    });
    expect(messageOf(alarm({ statistic: 'SampleCount' }))).toMatchObject({ Trigger: { Statistic: 'SAMPLE_COUNT' } });
  });

  it('names the metrics of an alarm on an expression', () => {
    const metric_query = [{ id: 'e1', expression: 'm1 / m2', label: 'errors', return_data: true }];

    expect(messageOf(alarm({ metric_name: null, statistic: null, metric_query }))).toMatchObject({
      Trigger: { Metrics: [{ Id: 'e1', Expression: 'm1 / m2', Label: 'errors', ReturnData: true }], Threshold: 5000 },
    });
  });

  it('has a subject that SNS takes, however long the name is', () => {
    const { subject } = alarmNotice('000000000000', alarm({}, 'x'.repeat(200)), OK, NOW);

    expect(subject).toHaveLength(100);
    expect(subject).toMatch(/^ALARM: "x+\.\.\." in US West \(Oregon\)$/);
  });
});
